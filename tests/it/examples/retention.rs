//! How long Cumbria keeps its records: reviewed, held, and disposed of by two people.

use section55::auth::Role;
use section55::retention::disposals::carry::carry_out;
use serde_json::json;

use super::recorder::Story;
use super::report::id;

pub async fn tell(story: &Story, response: &str) {
    let (approver, chief) = (story.cumbria(Role::OpccApprover), story.cumbria(Role::ChiefOfficer));
    let auditor = story.cumbria(Role::Auditor);
    let due = "/v1/retention?resource=response&sort=review_on&count=true";
    auditor.tells("due", "The responses that have a review date").get(due).await;
    let review = json!({
        "resource": "response", "resource_id": id(response), "review_on": "2032-04-21",
        "reason": "The inspectorate follows it up until then.",
    });
    let reviewed = approver.tells("longer", "Keep a response for longer").post("/v1/retention-reviews", review).await;
    auditor.tells("reviews", "The reviews").get("/v1/retention-reviews").await;
    auditor.tells("review", "A review").get(&reviewed.href()).await;

    let hold = json!({
        "resource": "response", "resource_id": id(response),
        "reason": "A claim against the force: everything on this report is kept.",
    });
    let held =
        chief.tells("claim", "Hold a response, its lines and their evidence").post("/v1/legal-holds", hold).await;
    auditor.tells("in_force", "The holds in force").get("/v1/legal-holds?state=in_force").await;
    auditor.tells("claim", "A hold").get(&held.href()).await;
    let erase = json!({
        "ground": "erasure", "resource": "response", "resource_id": id(response),
        "reason": "An early draft named a victim, who asks for it to be erased.",
    });
    let lift = json!({ "action": "lift", "reason": "The claim was settled." });
    approver.tells("settled", "Lift a hold").act(&held.href(), lift).await;
    auditor.tells("settled", "Who set and lifted a hold").get(&format!("{}/transitions", held.href())).await;

    let proposed =
        approver.tells("draft", "Propose to erase words from a response's history").post("/v1/disposals", erase).await;
    let confirm = json!({ "action": "confirm" });
    chief.tells("confirm", "Confirm it, as another person").act(&proposed.href(), confirm).await;
    assert_eq!(carry_out(&story.app.database.db, &story.app.clock).await.expect("carried out"), 1);
    let done = auditor.tells("erased", "What was erased, by ids and digests").shown_to(900);
    done.get(&proposed.href()).await;
    auditor.tells("all", "The disposals").get("/v1/disposals").await;
    auditor.tells("decided", "Who proposed and confirmed it").get(&format!("{}/transitions", proposed.href())).await;
}
