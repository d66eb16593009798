//! Records are registered once, however their reference or number is written. The stored label is trimmed and keeps its
//! case and its width.

use reqwest::Method;
use section55::auth::Role;
use section55::label;
use serde_json::json;

use super::VARIANTS;
use crate::support::world::{recommendation, registration};
use crate::support::{App, Person, Reply};

/// Asserts that the label is in its normal form, or that the record already exists.
#[track_caller]
fn assert_same_or_refused(reply: &Reply, member: &str, variant: &str) {
    match reply.status.as_u16() {
        200 => assert_eq!(reply.body[member], label::normal_form(variant), "{variant:?}"),
        status => assert_eq!(status, 409, "{variant:?}: {}", reply.text),
    }
}

async fn count(person: &Person, path: &str) -> usize {
    person.get(path).await.expect(200).body["items"].as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inspection_is_registered_once() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = opcc.post("/v1/inspections", registration("DUP-1 ")).await.expect(201);
    assert_eq!(first.body["reference"], "DUP-1");
    opcc.act(&first.href(), json!({ "action": "publish" })).await.expect(200);
    for variant in VARIANTS {
        for source in ["hmicfrs", "HMICFRS", "hmicfrs\u{200b} "] {
            let mut body = registration(variant);
            body["source"] = json!(source);
            let refused = opcc.post("/v1/inspections", body.clone()).await.expect(409);
            assert_eq!(refused.body["existing"]["id"], first.body["id"], "{variant:?} {source:?}");
            opcc.post("/v1/inspections?validate_only=true", body).await.expect(409);
        }
    }
    // Another area does not see this draft. It registers its own, once, and only one of the two is published.
    let kent = app.person(Role::Opcc, "kent");
    let draft = opcc.post("/v1/inspections", registration("Adroddiad Dŵr")).await.expect(201);
    let theirs = kent.post("/v1/inspections", registration("adroddiad dŵr")).await.expect(201);
    for variant in ["adroddiad dŵr", "Adroddiad Dw\u{302}r", "ADRODDIAD  DŴR"] {
        let refused = kent.post("/v1/inspections", registration(variant)).await.expect(409);
        assert_eq!(refused.body["existing"]["id"], theirs.body["id"], "{variant:?}");
    }
    let publish = json!({ "action": "publish" });
    kent.act(&theirs.href(), publish.clone()).await.expect(200);
    let refused = opcc.act(&draft.href(), publish).await.expect(422);
    assert_eq!(refused.faults(), [("/reference".to_owned(), "reference_free".to_owned())]);
    kent.post("/v1/inspections", registration("Adroddiad Dwr")).await.expect(201);
    let other = opcc.post("/v1/inspections", registration("DUP-2")).await.expect(201);
    for variant in VARIANTS {
        opcc.patch(&other.href(), "*", json!({ "reference": variant })).await.expect(409);
        let amended = opcc.patch(&other.href(), "*", json!({ "reference": variant.replace('1', "2") })).await;
        assert_same_or_refused(&amended, "reference", &variant.replace('1', "2"));
    }
    assert_eq!(count(&opcc, "/v1/inspections?reference=dup-1").await, 1);
    assert_eq!(count(&opcc, "/v1/responses?count=true").await, 2, "one response for each inspection and area");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_registrations_at_once_make_one_inspection() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let each = VARIANTS.map(|variant| {
        let opcc = opcc.clone();
        tokio::spawn(async move { opcc.post("/v1/inspections", registration(variant)).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for task in each {
        statuses.push(task.await.expect("a status"));
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[VARIANTS.len() - 1]), (201, 409, 409), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recommendation_is_added_once() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("L-1")).await.expect(201).href();
    let path = format!("{draft}/recommendations");
    let with_number = |reference: &str, number: &str| {
        let mut body = recommendation(reference);
        body["number"] = json!(number);
        body
    };
    opcc.post(&path, with_number("DUP-1", "AFI DUP-1")).await.expect(201);
    let other = opcc.post(&path, with_number("DUP-2", "AFI DUP-2")).await.expect(201).href();
    for variant in VARIANTS {
        let reference = opcc.post(&path, with_number(variant, "9")).await.expect(409);
        assert_eq!(reference.faults(), [("/reference".to_owned(), "already_exists".to_owned())], "{variant:?}");
        let number = opcc.post(&path, with_number("L-9", &format!("AFI  {variant}"))).await.expect(409);
        assert_eq!(number.faults(), [("/number".to_owned(), "already_exists".to_owned())], "{variant:?}");
        opcc.patch(&other, "*", json!({ "reference": variant })).await.expect(409);
        opcc.patch(&other, "*", json!({ "number": format!("afi {variant}") })).await.expect(409);
    }
    assert_eq!(count(&opcc, &path).await, 2);
}

async fn import(person: &Person, query: &str, media: &str, body: String) -> Reply {
    let headers = [("content-type", media)];
    person.send(Method::POST, &format!("/v1/imports?{query}"), &headers, Some(body.into_bytes())).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rows_of_a_table_are_compared_alike() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("L-2")).await.expect(201);
    let query = format!("inspection_id={}", draft.body["id"].as_str().expect("an id"));
    let table = "reference,number,kind,cause_of_concern,text\r\n\
                 L-3, 1 ,,ＤＵＰ-1,One.\r\nDUP-1\u{a0},C\u{200b}1,cause_of_concern,,Two.\r\n";
    import(&opcc, &query, "text/csv", table.to_owned()).await.expect(201);
    let path = format!("{}/recommendations", draft.href());
    let rows = opcc.get(&format!("{path}?sort=number")).await.expect(200).body["items"].clone();
    assert_eq!((&rows[0]["number"], &rows[1]["reference"]), (&json!("1"), &json!("DUP-1")));
    assert_eq!((&rows[1]["number"], &rows[0]["cause_of_concern_id"]), (&json!("C1"), &rows[1]["id"]));
    for variant in VARIANTS {
        let csv = format!("reference,number,text\r\n{variant},9,Text.\r\n");
        let refused = import(&opcc, &query, "text/csv", csv).await.expect(422);
        assert!(refused.text.contains("already_exists"), "{variant:?}: {}", refused.text);
        let rows = json!({ "rows": [{ "reference": "L-4", "number": format!("{variant} Ｌ"), "text": "Text." },
                                    { "reference": "L-5", "number": "DUP-1 l", "text": "Text." }] });
        let refused = import(&opcc, &query, "application/json", rows.to_string()).await.expect(422);
        assert!(refused.text.contains("already_exists"), "{variant:?}: {}", refused.text);
    }
    assert_eq!(count(&opcc, &path).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_imported_document_names_the_registered_inspection() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = opcc.post("/v1/inspections", registration("DUP-1")).await.expect(201);
    opcc.act(&first.href(), json!({ "action": "publish" })).await.expect(200);
    for variant in VARIANTS {
        let table = json!({
            "inspection": { "reference": variant, "title": "Unlike any other words", "kind": "other", "scope": "national",
                            "published_on": "2024-02-25" },
            "rows": [{ "reference": "L-6", "number": "1", "text": "Immediately, forces should answer." }],
        });
        let proposal = import(&opcc, "area=Cumbria", "application/json", table.to_string()).await.expect(201);
        let candidates = proposal.body["candidates"].as_array().expect("candidates").clone();
        assert_eq!(candidates.len(), 1, "{variant:?}: {}", proposal.text);
        assert_eq!(candidates[0]["id"], first.body["id"], "{variant:?}");
        assert!(candidates[0]["why"].as_array().expect("reasons").contains(&json!("reference")), "{variant:?}");
        // A person who insists on a new inspection is told which one it is.
        let answers = json!({ "answers": { "/inspection/inspection_id": "new" } });
        opcc.patch(&proposal.href(), "*", answers).await.expect(200);
        let accept = json!({ "action": "accept", "confirm_proposed": true });
        let refused = opcc.act(&proposal.href(), accept).await.expect(409);
        assert_eq!(refused.body["existing"]["id"], first.body["id"], "{variant:?}");
    }
    assert_eq!(count(&opcc, "/v1/inspections").await, 1);
}
