//! Examples: the import of tables, a batch of explanations, histories, exports, deadlines, statistics, and proofs of
//! the audit log.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::inspections::id;
use super::recorder::Recorder;

/// A table with two recommendations of a report.
const TABLE: &str = "reference,number,text,target.kind,target.text\r\n\
                     T-1,1,\"Within three months, review how calls are graded.\",within,Within three months\r\n\
                     T-2,2,Train those who take calls.,,\r\n";

pub async fn record(recorder: &Recorder, inspection: &str, response: &str) {
    let auditor = recorder.cumbria(Role::Auditor);
    tables(recorder).await;
    explanations(recorder).await;
    let inspection_id = id(inspection).as_str().expect("an id").to_owned();
    let first_of =
        async |path: &str| auditor.person().get(path).await.expect(200).body["items"][0]["links"]["self"].clone();
    let recommendation = first_of(&format!("{inspection}/recommendations?limit=1")).await;
    let assignment =
        first_of(&format!("/v1/assignments?inspection_id={inspection_id}&area=cumbria&sort=number&limit=1")).await;
    let evidence = first_of(&format!("{}/evidence", assignment.as_str().expect("a path"))).await;
    for (name, summary, record) in [
        ("settings", "The changes of an area", json!("/v1/areas/cumbria")),
        ("report", "The changes of an inspection", json!(inspection)),
        ("recommendation", "The changes of a recommendation", recommendation),
        ("response", "The changes of a response", json!(response)),
        ("assignment", "The changes of an assignment", assignment),
        ("minutes", "The changes of an item of evidence", evidence),
    ] {
        let path = format!("{}/history", record.as_str().expect("an address"));
        auditor.example(name, summary).shorten_to(200).get(&path).await;
    }
    exports(recorder).await;
    let opcc = recorder.cumbria(Role::Opcc);
    opcc.example("next", "What waits for an officer").get("/v1/tasks?limit=2&count=true").await;
    opcc.example("next", "The next deadlines").get("/v1/deadlines?kind=response_due&limit=1").await;
    opcc.example("calendar", "The next deadlines as a calendar").get("/v1/deadlines.ics?kind=response_due").await;
    calendars(recorder).await;
    recorder.anyone().example("public", "Cumbria's published figures").get("/v1/statistics?area=cumbria").await;
    auditor.example("own", "Cumbria's figures as Cumbria sees them").get("/v1/statistics?area=cumbria").await;
    let expanded = format!("{inspection}?expand=response");
    auditor.example("expanded", "An inspection with Cumbria's response").shorten_to(200).get(&expanded).await;

    recorder.app.sequence().await;
    let event = event_id(recorder).await;
    let anyone = recorder.anyone();
    anyone.example("newest", "The newest checkpoint").get("/v1/audit/checkpoint").await;
    let checkpoints = anyone.example("all", "The checkpoints").get("/v1/audit/checkpoints").await;
    assert!(!checkpoints.body["items"].as_array().expect("a list").is_empty());
    auditor
        .example("event", "A proof that an event is in Cumbria's log")
        .get(&format!("/v1/audit/events/{event}/proof"))
        .await;
    let grown = "/v1/audit/consistency?area=cumbria&from=1&to=3";
    auditor.example("grown", "A proof that Cumbria's log has only grown").get(grown).await;
    let bundle = "/v1/audit/bundle?area=cumbria&until=2022-03-22T12:00:01Z";
    auditor.example("bundle", "A bundle of Cumbria's log").shorten_to(600).get(bundle).await;
}

/// Returns the id of an event of Cumbria.
async fn event_id(recorder: &Recorder) -> String {
    let path = "/v1/audit-events?resource=response&action=invite&limit=1";
    let found = recorder.cumbria(Role::Auditor).person().get(path).await.expect(200);
    found.body["items"][0]["id"].as_str().expect("an id").to_owned()
}

async fn tables(recorder: &Recorder) {
    let opcc = recorder.cumbria(Role::Opcc);
    recorder.anyone().example("columns", "The columns of a table").get("/v1/imports/template?format=csv").await;
    let draft = json!({ "reference": "T", "title": "A report in a table" });
    let draft = opcc.person().post("/v1/inspections", draft).await.expect(201);
    let path = format!("/v1/imports?inspection_id={}", draft.body["id"].as_str().expect("an id"));
    let example = opcc.example("table", "Write a table of recommendations into a draft");
    let import = example
        .header("content-type", "text/csv")
        .header("idempotency-key", "calls-2022")
        .send(Method::POST, &path, Some(json!(TABLE)), Some(TABLE.as_bytes().to_vec()))
        .await;
    let rows = json!({ "rows": [{ "reference": "J-1", "text": "Review how calls are graded." }] });
    opcc.example("json", "Write the same columns as JSON into a draft").post(&path, rows).await;
    let repeated = opcc.example("again", "Repeat a request with its key: the import is not repeated");
    let repeated = repeated.header("content-type", "text/csv").header("idempotency-key", "calls-2022");
    repeated.send(Method::POST, &path, Some(json!(TABLE)), Some(TABLE.as_bytes().to_vec())).await;
    opcc.example("done", "The result of an import").get(&import.href()).await;
}

async fn explanations(recorder: &Recorder) {
    let surrey = recorder.person_of("surrey", Role::Opcc);
    let responses = surrey.person().get("/v1/responses?area=surrey&state=received&limit=1").await.expect(200);
    let found = &responses.body["items"][0];
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
    surrey.example("surrey", "Explain all recommendations of a report").post("/v1/batch/explanations", batch).await;
}

async fn exports(recorder: &Recorder) {
    let (anyone, auditor) = (recorder.anyone(), recorder.cumbria(Role::Auditor));
    anyone.example("lists", "The lists that can be exported").get("/v1/exports").await;
    for (name, summary, path) in [
        ("welsh", "The areas of Wales as CSV", "/v1/exports/areas?country=wales&format=csv"),
        ("csv", "Published inspections as CSV", "/v1/exports/inspections?format=csv"),
        ("lines", "Recommendations as JSON Lines", "/v1/exports/recommendations?format=jsonl"),
        ("published", "Published responses as CSV", "/v1/exports/responses?format=csv"),
    ] {
        anyone.example(name, summary).shorten_to(600).get(path).await;
    }
    let path = "/v1/exports/assignments?area=cumbria&format=csv";
    auditor.example("cumbria", "Cumbria's assignments as CSV").shorten_to(600).get(path).await;
    let path = "/v1/exports/audit-events?action=approve&format=csv";
    auditor.example("approvals", "The approvals as CSV").shorten_to(600).get(path).await;
}

async fn calendars(recorder: &Recorder) {
    let opcc = recorder.cumbria(Role::Opcc);
    let calendar = json!({ "kinds": ["response_due", "comments_due"], "description": "Outlook" });
    let made = opcc.example("outlook", "Make a calendar for Outlook").post("/v1/calendars", calendar).await;
    let address = made.body["address"].as_str().expect("an address").to_owned();
    opcc.example("own", "The calendars of an officer").get("/v1/calendars").await;
    opcc.example("outlook", "A calendar").get(&made.href()).await;
    recorder.anyone().example("events", "The events of a calendar").shorten_to(600).get(&address).await;
    opcc.example("outlook", "Delete a calendar").delete(&made.href()).await;
}
