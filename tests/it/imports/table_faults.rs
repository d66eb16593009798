//! Tables with faults: all faults are returned at once, by row and column, and nothing is written.

use section55::auth::Role;
use serde_json::json;

use super::tables::{TABLE, draft_query, send};
use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_faults_are_returned_with_row_and_column() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let query = format!("{}&validate_only=true", draft_query(&opcc, "B-1").await);
    let before = app.database.fingerprint().await;
    let table = "\
reference,number,kind,cause_of_concern,text,addressees,target.kind,target.on,supersedes\r\n\
A-1,1,,,Fine.,,,,\r\n\
,2,,,No reference.,,,,\r\n\
A-1,1,,,Twice.,,,,\r\n\
A-2,3,wish,,Odd kind.,\"npcc, nobody\",,,\r\n\
A-3,4,,A-9,No such cause.,,by_date,,\r\n\
A-4,5,,,Old.,,ongoing,2022-02-31,not-an-id\r\n\
A-5,6,,,,,,2022-02-01,,more\r\n";
    let expected = [
        ("/rows/1/reference", "required"),
        ("/rows/2/number", "already_exists"),
        ("/rows/2/reference", "already_exists"),
        ("/rows/3/addressees", "unknown_value"),
        ("/rows/3/kind", "unknown_value"),
        ("/rows/4/cause_of_concern", "unknown_reference"),
        ("/rows/4/target.on", "required"),
        ("/rows/5/supersedes", "wrong_format"),
        ("/rows/5/target.on", "wrong_format"),
        ("/rows/6", "too_many_cells"),
        ("/rows/6/target.kind", "required"),
        ("/rows/6/text", "required"),
    ];
    let refused = send(&opcc, &query, "text/csv", table.as_bytes()).await.expect(422);
    let mut faults = refused.faults();
    faults.sort();
    assert_eq!(faults, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let second =
        refused.body["errors"].as_array().expect("a list").iter().find(|fault| fault["pointer"] == "/rows/1/reference");
    assert_eq!(second.expect("a fault")["detail"], "Line 3: `reference` is required.");
    assert_eq!(app.database.fingerprint().await, before);
    let inspection = r#"{"inspection": {"published_on": "soon"}, "rows": [{"reference": "A-1", "text": "Fine."}]}"#;
    let refused = send(&opcc, "", "application/json", inspection.as_bytes()).await.expect(422);
    let mut faults = refused.faults();
    faults.sort();
    let expected = [("/inspection/published_on", "wrong_format"), ("/inspection/reference", "required")];
    assert_eq!(faults, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    assert_eq!(app.database.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_500_of_many_faults_are_listed_and_all_are_counted() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let query = draft_query(&opcc, "M").await;
    let mut table = "reference,text\n".to_owned();
    for n in 0..1700 {
        let text = if n % 2 == 0 { "Fine." } else { "" };
        table.push_str(&format!("M-{n},{text}\n"));
    }
    let refused = send(&opcc, &query, "text/csv", table.as_bytes()).await.expect(422);
    assert_eq!(refused.faults().len(), 500);
    assert_eq!(refused.body["detail"], "The request has 850 faults; `errors` lists the first 500.");
    assert_eq!(refused.faults()[499].0, "/rows/999/text");
    let import = opcc.get(refused.body["import"]["href"].as_str().expect("an address")).await.expect(200);
    assert_eq!((&import.body["rows"], &import.body["faults_count"]), (&json!(1700), &json!(850)));
    assert_eq!(import.body["faults"].as_array().map(Vec::len), Some(500));
    assert_eq!(opcc.get("/v1/recommendations?count=true").await.expect(200).body["total"], 0);
    let many: String = (0..20_001).map(|n| format!("M-{n},Fine.\n")).collect();
    let table = format!("reference,text\nFirst,Fine.\n{many}");
    let refused = send(&opcc, &format!("{query}&validate_only=true"), "text/csv", table.as_bytes()).await.expect(422);
    assert_eq!(refused.faults(), [("/rows".to_owned(), "too_many".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_not_a_table_is_refused_before_an_import_starts() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let query = draft_query(&opcc, "N").await;
    let before = app.database.fingerprint().await;
    let faults =
        async |media: &str, body: &[u8], status: u16| send(&opcc, &query, media, body).await.expect(status).faults();
    let wrong = faults("text/csv", b"reference,colour,reference\nA,blue,A\n", 422).await;
    let expected =
        [("/columns/colour", "unknown_column"), ("/columns/reference", "not_unique"), ("/columns/text", "required")];
    assert_eq!(wrong, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    faults("text/csv", b"", 400).await;
    for (body, status, pointer) in [
        ("", 400, ""),
        ("[]", 422, ""),
        ("{}", 422, "/rows"),
        ("{\"rows\": [], \"colour\": 1}", 422, "/colour"),
        ("{\"rows\": [], \"rows\": []}", 422, "/rows"),
        ("{\"rows\": [{\"reference\": \"A\"}", 400, ""),
    ] {
        assert_eq!(faults("application/json", body.as_bytes(), status).await[0].0, pointer, "{body}");
    }
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    faults(media, b"PK\x03\x04 no workbook", 422).await;
    faults(media, b"reference,text\nA,B\n", 422).await;
    send(&opcc, "draft=true", "text/csv", TABLE.as_bytes()).await.expect(400);
    send(&opcc, "inspection_id=x", "text/csv", TABLE.as_bytes()).await.expect(400);
    send(&opcc, "", "application/xml", b"<a/>").await.expect(415);
    send(&opcc, &query, "text/plain", TABLE.as_bytes()).await.expect(400);
    let of_two = app.person_with_roles("both", &["opcc"], &["cumbria", "kent"]);
    for query in ["", query.as_str()] {
        send(&of_two, query, "text/csv", TABLE.as_bytes()).await.expect(400);
    }
    assert_eq!(app.database.fingerprint().await, before);
    // The headings of these tables are valid, so an import starts, and fails without writing rows.
    assert_eq!(faults("text/csv", b"reference,text\n", 422).await[0], ("/rows".to_owned(), "too_few".to_owned()));
    let json = "{\"rows\": [{\"reference\": \"A\", \"text\": \"\\u0000\", \"extra\": 1}]}";
    let found = faults("application/json", json.as_bytes(), 422).await;
    assert!(found.iter().any(|(pointer, code)| pointer == "/rows/0/extra" && code == "unknown_field"), "{found:?}");
    assert!(found.iter().any(|(pointer, _)| pointer == "/rows/0/text"), "{found:?}");
}
