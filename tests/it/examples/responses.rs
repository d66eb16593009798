//! Examples: Cumbria's response to the report, from the invitation to its publication in time, and a response that was
//! published years before the service held its record.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::inspections::id;
use super::recorder::Recorder;

/// Records the examples and returns the path of the response.
pub async fn record(recorder: &Recorder, inspection: &str) -> String {
    let (opcc, approver) = (recorder.cumbria(Role::Opcc), recorder.cumbria(Role::OpccApprover));
    let (chief, anyone) = (recorder.cumbria(Role::ChiefOfficer), recorder.anyone());
    let inspection_id = id(inspection).as_str().expect("an id").to_owned();
    let open = format!("/v1/responses?inspection_id={inspection_id}&area=cumbria&state=received");
    let found = opcc.example("open", "Cumbria's response to a report").get(&open).await;
    let response = found.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();

    let transition = json!({ "action": "invite", "comments_due_on": "2022-04-08" });
    opcc.example("invite", "Invite the chief officer to comment by 8 April").act(&response, transition).await;
    let transition = json!({
        "action": "submit_comments", "signed_by": "Charlie Chief",
        "text": "The force accepts the report. A named officer now writes to each victim within a week of charge.",
    });
    chief.example("submit_comments", "Submit the chief officer's comments").act(&response, transition).await;
    let texts = json!({
        "policing_body_comments": "The commissioner welcomes the report and will ask about it in public each quarter.",
        "reply_to_chief_officer": "Thank you. Please bring figures on contact with victims to the meeting in June.",
    });
    let written = opcc.example("texts", "Write the policing body's texts").write(Method::PATCH, &response, texts).await;

    let missing = written.body["missing_explanations"].as_array().expect("a list").clone();
    for (n, recommendation) in missing.iter().enumerate() {
        let path = format!("{response}/explanations/{}", recommendation.as_str().expect("an id"));
        let (name, summary, branch, text) = [
            (
                "taken",
                "Explain that action was taken",
                "action_taken",
                "Since March the officer in the case calls within seven days.",
            ),
            (
                "proposed",
                "Explain which action is proposed",
                "action_proposed",
                "A joint checklist with the CPS is due by June 2022.",
            ),
            (
                "none",
                "Explain why there is no action",
                "no_action",
                "Statements were offered at both points before the report.",
            ),
        ][n];
        let explained = json!({ "branch": branch, "text": text });
        opcc.example(name, summary).write(Method::PUT, &path, explained.clone()).await;
        if n == 2 {
            opcc.example("last", "Delete an explanation").delete(&path).await;
            opcc.person().put(&path, "*", explained).await.expect(200);
        }
    }
    let transition = json!({ "action": "submit", "note": "All three recommendations are explained." });
    opcc.example("submit", "Submit the response for approval").act(&response, transition).await;
    approver.example("approve", "Approve the response").act(&response, json!({ "action": "approve" })).await;
    recorder.app.set_day("2022-04-14");
    let transition = json!({ "action": "publish", "url": "https://cumbria-pfcc.example/responses/21866" });
    approver.example("publish", "Publish the response a week before its last day").act(&response, transition).await;
    let transition = json!({
        "action": "record_copy", "recipient": "inspectors", "sent_on": "2022-04-14", "channel": "email",
        "reference": "HMICFRS portal 21866",
    });
    opcc.example("record_copy", "Record the copy sent to the inspectors").act(&response, transition).await;

    anyone.example("published", "The published response").get(&response).await;
    let on_time = "/v1/responses?area=cumbria&on_time=true&sort=-due_on&limit=10";
    anyone.example("on_time", "Cumbria's responses published in time").get(on_time).await;
    anyone.example("editions", "The editions of a response").get(&format!("{response}/versions")).await;
    anyone.example("first", "The first edition of a response").get(&format!("{response}/versions/1")).await;
    anyone.example("text", "The response document as text").get(&format!("{response}/document?format=text")).await;
    let page = format!("{response}/document");
    anyone.example("page", "The response document as HTML").header("accept", "text/html").get(&page).await;
    let history = format!("{response}/transitions");
    recorder.cumbria(Role::Auditor).example("published", "The transitions of a response").get(&history).await;
    response
}

/// Records Cumbria's response to an older report, which its office published before it used the service.
pub async fn record_old_publication(recorder: &Recorder) {
    let (registrar, approver) = (recorder.app.person(Role::Registrar, ""), recorder.cumbria(Role::OpccApprover));
    let registration = json!({
        "reference": "19703", "title": "An inspection of how forces record crime", "kind": "crime_data_integrity",
        "scope": "force", "published_on": "2019-09-10", "subjects": ["cumbria"],
    });
    let draft = registrar.post("/v1/inspections", registration).await.expect(201);
    let recommendation =
        json!({ "reference": "19703-1", "text": "Within three months, the force should train its staff." });
    let path = format!("{}/recommendations", draft.href());
    let recommendation = registrar.post(&path, recommendation).await.expect(201);
    registrar.act(&draft.href(), json!({ "action": "publish" })).await.expect(200);
    let open = format!("/v1/responses?inspection_id={}&area=cumbria", draft.body["id"].as_str().expect("an id"));
    let found =
        approver.example("not_yet_recorded", "A response to an old report that was registered late").get(&open).await;
    let response = found.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    let published = json!({
        "action": "record_published", "published_on": "2019-10-28",
        "url": "https://cumbria-pfcc.example/responses/2019/19703", "signed_by": "Anwen Approver",
        "policing_body_comments": "The commissioner is pleased that crime is recorded well.",
        "chief_officer_comments": { "text": "We accept the recommendation.", "signed_by": "Charlie Chief" },
        "explanations": [{
            "recommendation_id": recommendation.body["id"], "branch": "action_proposed",
            "text": "All staff will be trained by the end of the year.",
        }],
        "copies": [{ "recipient": "inspectors", "sent_on": "2019-10-28", "channel": "email" }],
        "note": "Taken from the archive of the office's website.",
    });
    let summary = "Record a response that was published elsewhere years ago";
    approver.example("record_published", summary).act(&response, published).await;
}
