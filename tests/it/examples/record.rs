//! What is kept of all that was done: each record's history, lists as files, tables brought in, and the log proved.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::recorder::Story;
use super::report::id;

/// Two recommendations of a report, as an office keeps them in a table.
const TABLE: &str = "reference,number,text,target.kind,target.text,inspection.reference,inspection.title\r\n\
                     T-1,1,\"Within three months, review how calls are graded.\",within,Within three months,T,A report in a table\r\n\
                     T-2,2,Train those who take calls.,,,,\r\n";

pub async fn tell(story: &Story, inspection: &str, response: &str) {
    let auditor = story.cumbria(Role::Auditor);
    tables(story).await;
    explanations(story).await;
    let about = id(inspection).as_str().expect("an id").to_owned();
    let of = async |path: &str| auditor.person().get(path).await.expect(200).body["items"][0]["links"]["self"].clone();
    let recommendation = of(&format!("{inspection}/recommendations?limit=1")).await;
    let line = of(&format!("/v1/assignments?inspection_id={about}&area=cumbria&sort=number&limit=1")).await;
    let item = of(&format!("{}/evidence", line.as_str().expect("a line"))).await;
    for (name, summary, record) in [
        ("settings", "What became of Cumbria's settings", json!("/v1/areas/cumbria")),
        ("report", "What became of a report", json!(inspection)),
        ("recommendation", "What became of a recommendation", recommendation),
        ("answer", "What became of a response", json!(response)),
        ("line", "What became of a line", line),
        ("minutes", "What became of an item of evidence", item),
    ] {
        let path = format!("{}/history", record.as_str().expect("an address"));
        auditor.tells(name, summary).shown_to(200).get(&path).await;
    }
    exports(story).await;
    let opcc = story.cumbria(Role::Opcc);
    opcc.tells("next", "The days that come next").get("/v1/deadlines?kind=response_due&limit=1").await;
    opcc.tells("calendar", "The same for a calendar").get("/v1/deadlines.ics?kind=response_due").await;
    story.anyone().tells("public", "How Cumbria does").get("/v1/statistics?area=cumbria").await;
    auditor.tells("own", "How Cumbria does, as Cumbria knows").get("/v1/statistics?area=cumbria").await;
    let whole = format!("{inspection}?expand=response");
    auditor.tells("expanded", "A report with Cumbria's response in it").shown_to(200).get(&whole).await;

    story.app.sequence().await;
    let event = an_event(story).await;
    let anyone = story.anyone();
    anyone.tells("newest", "The newest checkpoint, signed").get("/v1/audit/checkpoint").await;
    let listed = anyone.tells("all", "The checkpoints").get("/v1/audit/checkpoints").await;
    assert!(!listed.body["items"].as_array().expect("a list").is_empty());
    auditor.tells("event", "That an event is in Cumbria's log").get(&format!("/v1/audit/events/{event}/proof")).await;
    let grown = "/v1/audit/consistency?area=cumbria&from=1&to=3";
    auditor.tells("grown", "That Cumbria's log has only grown").get(grown).await;
    let bundle = "/v1/audit/bundle?area=cumbria&until=2022-03-22T12:00:01Z";
    auditor.tells("bundle", "Cumbria's log with its proofs").shown_to(600).get(bundle).await;
}

/// The id of an event of Cumbria's.
async fn an_event(story: &Story) -> String {
    let path = "/v1/audit-events?resource=response&action=invite&limit=1";
    let found = story.cumbria(Role::Auditor).person().get(path).await.expect(200);
    found.body["items"][0]["id"].as_str().expect("an id").to_owned()
}

async fn tables(story: &Story) {
    let opcc = story.cumbria(Role::Opcc);
    story.anyone().tells("columns", "The columns of a table").get("/v1/imports/template?format=csv").await;
    let telling = opcc.tells("table", "Bring a table of recommendations in, with its report");
    let made = telling
        .header("content-type", "text/csv")
        .header("idempotency-key", "calls-2022")
        .send(Method::POST, "/v1/imports", Some(json!(TABLE)), Some(TABLE.as_bytes().to_vec()))
        .await;
    let rows = json!({
        "inspection": { "reference": "J", "title": "A report in JSON" },
        "rows": [{ "reference": "J-1", "text": "Review how calls are graded." }],
    });
    opcc.tells("json", "The same as JSON").post("/v1/imports", rows).await;
    let again = opcc.tells("again", "Send it again with its key: nothing is brought in twice");
    let again = again.header("content-type", "text/csv").header("idempotency-key", "calls-2022");
    again.send(Method::POST, "/v1/imports", Some(json!(TABLE)), Some(TABLE.as_bytes().to_vec())).await;
    opcc.tells("done", "How an import went").get(&made.href()).await;
}

async fn explanations(story: &Story) {
    let surrey = story.of("surrey", Role::Opcc);
    let own = surrey.person().get("/v1/responses?area=surrey&state=received&limit=1").await.expect(200);
    let found = &own.body["items"][0];
    let explained: Vec<Value> = found["missing_explanations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|recommendation| {
            json!({
                "response_id": found["id"], "recommendation_id": recommendation, "branch": "action_proposed",
                "text": "The force will report on it to the body in June.",
            })
        })
        .collect();
    let batch = json!({ "explanations": explained });
    surrey.tells("surrey", "Explain all of a report's recommendations").post("/v1/batch/explanations", batch).await;
}

async fn exports(story: &Story) {
    let (anyone, auditor) = (story.anyone(), story.cumbria(Role::Auditor));
    anyone.tells("lists", "What can be exported").get("/v1/exports").await;
    for (name, summary, path) in [
        ("welsh", "The areas of Wales as CSV", "/v1/exports/areas?country=wales&format=csv"),
        ("csv", "The published reports as CSV", "/v1/exports/inspections?format=csv"),
        ("lines", "What was recommended, as JSON Lines", "/v1/exports/recommendations?format=jsonl"),
        ("published", "The published responses, as CSV", "/v1/exports/responses?format=csv"),
    ] {
        anyone.tells(name, summary).shown_to(600).get(path).await;
    }
    let path = "/v1/exports/assignments?area=cumbria&format=csv";
    auditor.tells("cumbria", "Cumbria's lines as CSV").shown_to(600).get(path).await;
    let path = "/v1/exports/audit-events?action=approve&format=csv";
    auditor.tells("approvals", "Who approved what, as CSV").shown_to(600).get(path).await;
}
