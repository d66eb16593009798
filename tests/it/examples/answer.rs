//! Cumbria's response to the report: invited, commented on, explained, approved, published in time, corrected.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::recorder::Story;
use super::report::id;

/// Tells it; gives the response's address.
pub async fn tell(story: &Story, inspection: &str) -> String {
    let (opcc, approver) = (story.cumbria(Role::Opcc), story.cumbria(Role::OpccApprover));
    let (chief, anyone) = (story.cumbria(Role::ChiefOfficer), story.anyone());
    let about = id(inspection).as_str().expect("an id").to_owned();
    let open = format!("/v1/responses?inspection_id={about}&area=cumbria&state=received");
    let found = opcc.tells("open", "The response that the report opened").get(&open).await;
    let response = found.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();

    let asked = json!({ "action": "invite", "comments_due_on": "2022-04-08" });
    opcc.tells("invite", "Invite the chief officer to comment by 8 April").act(&response, asked).await;
    let asked = json!({
        "action": "submit_comments", "signed_by": "Charlie Chief",
        "text": "The force accepts the report. A named officer now writes to each victim within a week of charge.",
    });
    chief.tells("submit_comments", "Submit the chief officer's comments").act(&response, asked).await;
    let texts = json!({
        "policing_body_comments": "The commissioner welcomes the report and will ask about it in public each quarter.",
        "reply_to_chief_officer": "Thank you. Please bring figures on contact with victims to the meeting in June.",
    });
    let texted = opcc.tells("texts", "Write the policing body's texts").write(Method::PATCH, &response, texts).await;

    let missing = texted.body["missing_explanations"].as_array().expect("a list").clone();
    for (n, recommendation) in missing.iter().enumerate() {
        let path = format!("{response}/explanations/{}", recommendation.as_str().expect("an id"));
        let (name, summary, branch, text) = [
            (
                "taken",
                "Action was taken",
                "action_taken",
                "Since March the officer in the case calls within seven days.",
            ),
            (
                "proposed",
                "Action is proposed",
                "action_proposed",
                "A joint checklist with the CPS is due by June 2022.",
            ),
            ("none", "No action, and why", "no_action", "Statements were offered at both points before the report."),
        ][n];
        let explained = json!({ "branch": branch, "text": text });
        opcc.tells(name, summary).write(Method::PUT, &path, explained.clone()).await;
        if n == 2 {
            opcc.tells("last", "Take an explanation away, to write it anew").delete(&path).await;
            opcc.person().put(&path, "*", explained).await.expect(200);
        }
    }
    let asked = json!({ "action": "submit", "note": "All three recommendations are explained." });
    opcc.tells("submit", "Put it before the approver").act(&response, asked).await;
    approver.tells("approve", "Approve it; its content is pinned").act(&response, json!({ "action": "approve" })).await;
    story.app.set_day("2022-04-14");
    let asked = json!({ "action": "publish", "url": "https://cumbria-pfcc.example/responses/21866" });
    approver.tells("publish", "Publish it, a week before the last day").act(&response, asked).await;
    let asked = json!({
        "action": "record_copy", "recipient": "inspectors", "sent_on": "2022-04-14", "channel": "email",
        "reference": "HMICFRS portal 21866",
    });
    opcc.tells("record_copy", "Record the copy that went to the inspectors").act(&response, asked).await;

    anyone.tells("published", "The published response").get(&response).await;
    let timely = "/v1/responses?area=cumbria&on_time=true&sort=-due_on&limit=10";
    anyone.tells("timely", "Cumbria's responses that were in time").get(timely).await;
    anyone.tells("editions", "Its editions").get(&format!("{response}/versions")).await;
    anyone.tells("first", "Its first edition").get(&format!("{response}/versions/1")).await;
    anyone.tells("text", "The document as text").get(&format!("{response}/document?format=text")).await;
    let page = format!("{response}/document");
    anyone.tells("page", "The document as a page").header("accept", "text/html").get(&page).await;
    let history = format!("{response}/transitions");
    story.cumbria(Role::Auditor).tells("published", "How it came to be published").get(&history).await;
    response
}
