//! Examples: retention reviews, legal holds, and a disposal decided by two people.

use section55::auth::Role;
use section55::retention::disposals::job::perform_confirmed;
use serde_json::json;

use super::inspections::id;
use super::recorder::Recorder;

pub async fn record(recorder: &Recorder, response: &str) {
    let (approver, chief) = (recorder.cumbria(Role::OpccApprover), recorder.cumbria(Role::ChiefOfficer));
    let auditor = recorder.cumbria(Role::Auditor);
    let due = "/v1/retention?resource=response&sort=review_on&count=true";
    auditor.example("due", "Responses with a review date").get(due).await;
    let review = json!({
        "resource": "response", "resource_id": id(response), "review_on": "2032-04-21",
        "reason": "The inspectorate follows up until then.",
    });
    let created =
        approver.example("longer", "Retain a response for longer").post("/v1/retention-reviews", review).await;
    auditor.example("reviews", "Retention reviews").get("/v1/retention-reviews").await;
    auditor.example("review", "A retention review").get(&created.href()).await;

    let hold = json!({
        "resource": "response", "resource_id": id(response),
        "reason": "A claim against the force: retain all records on this report.",
    });
    let created_hold = chief
        .example("claim", "Hold a response with its assignments and their evidence")
        .post("/v1/legal-holds", hold)
        .await;
    auditor.example("in_force", "Legal holds in force").get("/v1/legal-holds?state=in_force").await;
    auditor.example("claim", "A legal hold").get(&created_hold.href()).await;
    let erase = json!({
        "ground": "erasure", "resource": "response", "resource_id": id(response),
        "reason": "An early draft named a victim, who asks for its erasure.",
    });
    let lift = json!({ "action": "lift", "reason": "The claim was settled." });
    approver.example("settled", "Lift a legal hold").act(&created_hold.href(), lift).await;
    auditor
        .example("settled", "The transitions of a legal hold")
        .get(&format!("{}/transitions", created_hold.href()))
        .await;

    let disposal =
        approver.example("draft", "Propose to erase text from a response's history").post("/v1/disposals", erase).await;
    let confirm = json!({ "action": "confirm" });
    chief.example("confirm", "Confirm a disposal, as another person").act(&disposal.href(), confirm).await;
    assert_eq!(
        perform_confirmed(&recorder.app.database.db, &recorder.app.clock).await.expect("disposals are performed"),
        1
    );
    let example = auditor.example("erased", "A completed disposal, with ids and digests").shorten_to(900);
    example.get(&disposal.href()).await;
    auditor.example("all", "Disposals").get("/v1/disposals").await;
    auditor.example("decided", "The transitions of a disposal").get(&format!("{}/transitions", disposal.href())).await;
}
