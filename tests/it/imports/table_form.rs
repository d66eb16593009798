//! The form of tables: CSV that is not CSV, rows of different length, encodings, and tables of any width. Every fault is
//! named by its line, and nothing is written.

use section55::auth::Role;
use serde_json::Value;

use super::tables::send;
use crate::support::{App, Person};

const HEADINGS: &str = "reference,addressees,text\n";

/// Sends a table for a draft, first to be validated and then to be written. Expects the same faults twice, and returns
/// them with their sentences.
async fn refused(app: &App, opcc: &Person, table: &[u8]) -> Vec<(String, String, String)> {
    let draft = app.create_draft_inspection("85001").await;
    let query = format!("inspection_id={}", draft.body["id"].as_str().expect("an id"));
    let tried = send(opcc, &format!("{query}&validate_only=true"), "text/csv", table).await.expect(422);
    let sent = send(opcc, &query, "text/csv", table).await.expect(422);
    assert_eq!(tried.body["errors"], sent.body["errors"]);
    let now = opcc.get(&draft.href()).await.expect(200);
    assert_eq!(now.body["recommendations_count"], 3, "nothing was written");
    let text = |fault: &Value, name: &str| fault[name].as_str().expect("a text").to_owned();
    let faults = sent.body["errors"].as_array().expect("a list").clone();
    faults.iter().map(|fault| (text(fault, "pointer"), text(fault, "code"), text(fault, "detail"))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_is_not_csv_is_refused_by_line() {
    for (rows, expected) in [
        (
            "U-1,chief constables,\"Invented: one\nU-2,chief constables,Invented: two\nU-3,chief constables,Three\n",
            vec![("/rows/0", "unclosed_quote", "Line 2: The quotation mark at the beginning")],
        ),
        (
            "U-1,,Say \"yes\".\nU-2,,\"Say\" yes.\nU-3,,\"Fine, \"\"yes\"\".\"\n",
            vec![
                ("/rows/0", "quote_in_text", "Line 2: A quotation mark stands inside"),
                ("/rows/1", "text_after_quote", "Line 3: Text follows the closing"),
            ],
        ),
        ("U-1,,One\rtwo.\n", vec![("/rows/0", "carriage_return", "Line 2: The line contains a carriage return")]),
        (
            "U-1,,\"One\ntwo\" three.\n",
            vec![("/rows/0", "text_after_quote", "Line 2: Text follows the closing quotation mark of a cell. Double")],
        ),
        (
            "U-1,One.\nU-2,,Two.,more\nU-3,,Three.,,\n",
            vec![
                ("/rows/0", "too_few_cells", "Line 2: The row has 2 cells, but there are 3 headings."),
                ("/rows/0/addressees", "unknown_value", "Line 2: "),
                ("/rows/0/text", "required", "Line 2: `text` is required."),
                ("/rows/1", "too_many_cells", "Line 3: The row has a cell without a heading: \"more\" in column D."),
            ],
        ),
    ] {
        let app = App::start().await;
        let opcc = app.person(Role::Opcc, "cumbria");
        let mut found = refused(&app, &opcc, format!("{HEADINGS}{rows}").as_bytes()).await;
        found.sort();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for ((pointer, code, detail), (at, of, begins)) in found.iter().zip(expected) {
            assert_eq!((pointer.as_str(), code.as_str()), (at, of), "{rows}");
            assert!(detail.starts_with(begins), "{detail}");
        }
    }
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = app.create_draft_inspection("85001").await;
    let query = format!("inspection_id={}&validate_only=true", draft.body["id"].as_str().expect("an id"));
    for (table, code) in [
        (&b"reference,text\nU-1,One\0two\n"[..], "not_text"),
        (b"reference,text\nU-1,d\xc5\xb5r\nU-2,T\xc5\xb7\nU-3,Caf\xe9!\n", "not_utf8"),
        (b"reference,\"text\nU-1,One.\n", "unclosed_quote"),
    ] {
        let refused = send(&opcc, &query, "text/csv", table).await.expect(422);
        assert_eq!(refused.faults()[0].1, code, "{}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blank_columns_at_the_end_are_no_fault() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = app.create_draft_inspection("85002").await;
    let query = format!("inspection_id={}", draft.body["id"].as_str().expect("an id"));
    let table = "reference,text,,\nB-1,One.,,\nB-2,Two.\nB-3,Three.,,,,,,,\n,,,\n";
    let made = send(&opcc, &query, "text/csv", table.as_bytes()).await.expect(201);
    assert_eq!(made.body["rows"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_read_in_each_encoding_and_with_each_delimiter() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let text = "Caf\u{e9} \u{2013} \u{201c}fine\u{201d}";
    let table = |delimiter: &str, mark: &str| format!("{mark}reference{delimiter}text\r\nE-1{delimiter}{text}\r\n");
    let marked = table(",", "\u{feff}");
    let windows = b"reference,text\r\nE-1,Caf\xe9 \x96 \x93fine\x94\r\n".to_vec();
    for (at, bytes) in [
        marked.clone().into_bytes(),
        marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        windows,
        table(";", "").into_bytes(),
        table("\t", "").into_bytes(),
        table(";", "sep=;\r\n").into_bytes(),
    ]
    .into_iter()
    .enumerate()
    {
        let draft = app.create_draft_inspection(&format!("8510{at}")).await;
        let query = format!("inspection_id={}", draft.body["id"].as_str().expect("an id"));
        let made = send(&opcc, &query, "text/csv", &bytes).await.expect(201);
        let path = made.body["links"]["recommendations"].as_str().expect("a link");
        let found = opcc.get(&format!("{path}?sort=number")).await.expect(200);
        assert_eq!(found.body["items"][3]["text"], text, "{at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_of_any_width_has_few_and_short_faults() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = app.create_draft_inspection("85003").await;
    let query = format!("inspection_id={}&validate_only=true", draft.body["id"].as_str().expect("an id"));
    let million = "x,".repeat(1_000_000);
    let refused = send(&opcc, &query, "text/csv", million.as_bytes()).await.expect(422);
    assert!(refused.faults().contains(&("".to_owned(), "too_many_columns".to_owned())), "{:?}", refused.faults());
    assert!(refused.faults().len() <= 300 && refused.text.len() < 100_000, "{}", refused.text.len());
    let long = format!("{},text\n", "y".repeat(2_000_000));
    let refused = send(&opcc, &query, "text/csv", long.as_bytes()).await.expect(422);
    assert!(refused.text.len() < 20_000, "{}", refused.text.len());
    let unknown: Vec<String> = (0..200).map(|at| format!("column {at} {}", "z".repeat(500))).collect();
    let refused = send(&opcc, &query, "text/csv", unknown.join(",").as_bytes()).await.expect(422);
    let errors = refused.body["errors"].as_array().expect("a list");
    assert_eq!(errors.iter().filter(|fault| fault["code"] == "unknown_column").count(), 200);
    let details: Vec<&str> = errors.iter().filter_map(|fault| fault["detail"].as_str()).collect();
    assert_eq!(details.iter().filter(|detail| detail.contains("The columns are:")).count(), 1, "listed once");
    assert!(details[1..200].iter().all(|detail| detail.chars().count() < 100), "{}", details[1]);
    // A row of JSON can have as many faults as members. All rows together list 500.
    let members: Vec<String> = (0..400).map(|at| format!("\"m{at}\":1")).collect();
    let rows = vec![format!("{{{}}}", members.join(",")); 2000];
    let table = format!("{{\"rows\":[{}]}}", rows.join(","));
    let refused = send(&opcc, &query, "application/json", table.as_bytes()).await.expect(422);
    assert_eq!(refused.faults().len(), 500);
    assert_eq!(refused.body["detail"], "The request has 804000 faults; `errors` lists the first 500.");
}
