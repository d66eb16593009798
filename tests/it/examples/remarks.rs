//! Examples: an approver and an officer of Surrey discuss a draft and resolve the question.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::inspections::id;
use super::recorder::Recorder;

pub async fn record(recorder: &Recorder, inspection: &str) {
    let (opcc, approver) = (recorder.person_of("surrey", Role::Opcc), recorder.person_of("surrey", Role::OpccApprover));
    let open = format!("/v1/responses?inspection_id={}&area=surrey", id(inspection).as_str().expect("an id"));
    let found = opcc.person().get(&open).await.expect(200);
    let response = found.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    let draft = json!({ "policing_body_comments": "The commissioner welcomes the report." });
    opcc.person().patch(&response, "*", draft).await.expect(200);

    let remarks = format!("{response}/remarks");
    let question = json!({
        "text": "Do we welcome all of it?", "member": "/policing_body_comments",
        "passage": { "quotation": "welcomes the report", "start": 17, "end": 36 },
    });
    let first = approver.example("passage", "Make a remark on a passage of the draft").post(&remarks, question).await;
    let answer = json!({ "text": "All but the second recommendation.", "answers": first.body["id"] });
    let answer = opcc.example("answer", "Answer a remark").post(&remarks, answer).await;
    let changed = json!({ "text": "All but the second recommendation, which is for the CPS." });
    opcc.example("changed", "Change the text of a remark").write(Method::PATCH, &answer.href(), changed).await;
    let resolve = json!({ "action": "resolve" });
    approver.example("resolve", "Resolve a thread").act(&first.href(), resolve).await;
    opcc.example("resolved", "A remark whose thread is resolved").get(&first.href()).await;
    opcc.example("thread", "The remarks on a response").get(&remarks).await;
    opcc.example("resolved", "The transitions of a remark").get(&format!("{}/transitions", first.href())).await;
}
