//! Imports of workbooks, which a child process converts, and the template.

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use section55::auth::Role;
use serde_json::json;

use super::tables::{draft_query, send};
use crate::support::App;

const MEDIA: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Returns a workbook with these headings, a blank row, and these rows.
fn workbook(headings: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, headings.iter().copied()).expect("headings");
    for (at, row) in (2..).zip(rows) {
        sheet.write_row(at, 0, row.iter().copied()).expect("a row");
    }
    book.save_to_buffer().expect("a workbook")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workbook_is_imported_as_the_table_that_it_shows() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let headings =
        ["reference", "number", "text", "target.kind", "target.on", "inspection.reference", "inspection.subjects"];
    sheet.write_row(0, 0, headings).expect("headings");
    sheet.write_row(1, 0, ["", "", "=1+1 is no formula here", "by date"]).expect("a row");
    sheet.write_number(1, 0, 21912).expect("a number").write_number(1, 1, 3.2).expect("a number");
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let on = ExcelDateTime::from_ymd(2022, 9, 30).expect("a day");
    sheet.write_datetime_with_format(1, 4, &on, &date).expect("a date");
    sheet.write_row(1, 5, ["W-1", "cumbria, kent"]).expect("the rest");
    let proposed = send(&opcc, "", MEDIA, &book.save_to_buffer().expect("a workbook")).await.expect(201);
    assert_eq!(proposed.body["format"], "xlsx");
    assert_eq!(proposed.body["recommendations"].as_array().map(Vec::len), Some(1));
    let answers = json!({
        "/inspection/title": "A report in a workbook", "/inspection/published_on": "", "/inspection/kind": "other",
        "/inspection/scope": "force", "/recommendations/0/addressees": ["chief_constables"],
    });
    opcc.patch(&proposed.href(), "*", json!({ "answers": answers })).await.expect(200);
    let accept = json!({ "action": "accept", "confirm_proposed": true });
    let made = opcc.act(&proposed.href(), accept).await.expect(200);
    let path = made.body["links"]["recommendations"].as_str().expect("a link");
    let found = opcc.get(path).await.expect(200).body["items"][0].clone();
    assert_eq!((&found["reference"], &found["number"]), (&json!("21912"), &json!("3.2")));
    assert_eq!((&found["text"], &found["target"]["on"]), (&json!("=1+1 is no formula here"), &json!("2022-09-30")));
    let inspection = opcc.get(made.body["links"]["inspection"].as_str().expect("a link")).await.expect(200);
    assert_eq!(
        (&inspection.body["subjects"], &inspection.body["scope"]),
        (&json!(["cumbria", "kent"]), &json!("force"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_names_the_row_of_the_worksheet() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let query = format!("{}&validate_only=true", draft_query(&opcc, "W").await);
    let bytes = workbook(&["reference", "text"], &[&["A", "Fine."], &["B", ""]]);
    let refused = send(&opcc, &query, MEDIA, &bytes).await.expect(422);
    assert_eq!(refused.faults(), [("/rows/1/text".to_owned(), "required".to_owned())]);
    assert_eq!(refused.body["errors"][0]["detail"], "Row 4: `text` is required.");
    let unknown = workbook(&["reference", "words"], &[&["A", "Fine."]]);
    let refused = send(&opcc, &query, MEDIA, &unknown).await.expect(422);
    assert_eq!(refused.faults()[0], ("/columns/words".to_owned(), "unknown_column".to_owned()));
    let mut with_program = zip::ZipWriter::new_append(std::io::Cursor::new(bytes)).expect("a workbook");
    with_program.start_file("xl/run.vbs", zip::write::SimpleFileOptions::default()).expect("a program");
    let with_program = with_program.finish().expect("a workbook").into_inner();
    let refused = send(&opcc, &query, MEDIA, &with_program).await.expect(422);
    assert_eq!(refused.faults(), [(String::new(), "active_content".to_owned())], "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_template_has_all_columns_of_a_table() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let csv = app.public().get("/v1/imports/template").await.expect(200);
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8; header=present");
    assert!(csv.text.starts_with("reference,number,kind,") && csv.text.ends_with("\r\n"), "{}", csv.text);
    let blanks = ",".repeat(csv.text.matches(',').count());
    let query = format!("{}&validate_only=true", draft_query(&opcc, "T").await);
    let refused = send(&opcc, &query, "text/csv", format!("{}{blanks}\r\n", csv.text).as_bytes()).await;
    assert_eq!(refused.expect(422).faults()[0].1, "too_few");
    app.public().get("/v1/imports/template?format=pdf").await.expect(400);
    app.public().get("/v1/imports/template?format=xlsx").await.expect(200);
    let bytes =
        reqwest::get(format!("{}/v1/imports/template?format=xlsx", app.base)).await.expect("an answer").bytes().await;
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes.expect("bytes"))).expect("a workbook");
    let range = book.worksheet_range("recommendations").expect("a sheet");
    let names: Vec<String> = range.rows().next().expect("headings").iter().map(Data::to_string).collect();
    assert_eq!(names.join(","), csv.text.trim_end());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cell_has_the_text_that_the_workbook_shows() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = app.create_draft_inspection("86001").await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["reference", "number", "text"]).expect("headings");
    let format = |code: &str| Format::new().set_num_format(code);
    sheet.write_number_with_format(1, 0, 7, &format("000")).expect("a number");
    sheet.write_number_with_format(1, 1, 3.1, &format("0.00")).expect("a number");
    sheet.write_number_with_format(1, 2, 0.25, &format("0%")).expect("a number");
    sheet.write_string(2, 0, "R-2").expect("a text").write_string(2, 1, "3.20").expect("a text");
    sheet.write_boolean(2, 2, true).expect("a Boolean");
    let query = format!("inspection_id={}", draft.body["id"].as_str().expect("an id"));
    let made = send(&opcc, &query, MEDIA, &book.save_to_buffer().expect("a workbook")).await.expect(201);
    let path = made.body["links"]["recommendations"].as_str().expect("a link");
    let items = opcc.get(path).await.expect(200).body["items"].as_array().expect("a list").clone();
    let of = |reference: &str| {
        let found = items.iter().find(|item| item["reference"] == reference);
        found.unwrap_or_else(|| panic!("{reference} is not in {items:?}"))
    };
    assert_eq!((&of("007")["number"], &of("007")["text"]), (&json!("3.10"), &json!("25%")));
    assert_eq!((&of("R-2")["number"], &of("R-2")["text"]), (&json!("3.20"), &json!("TRUE")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cell_that_cannot_be_read_is_named_with_the_other_faults() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = app.create_draft_inspection("86002").await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["reference", "kind", "text"]).expect("headings");
    sheet.write_row(1, 0, ["N-1", "wish", "One."]).expect("a row");
    sheet.write_row(2, 0, ["N-2", ""]).expect("a row");
    sheet.write_formula(2, 2, Formula::new("=VLOOKUP(A3,X:Y,2,0)").set_result("#N/A")).expect("a formula");
    sheet.write_row(3, 0, ["", "", "Three."]).expect("a row");
    let fraction = Format::new().set_num_format("# ?/?");
    sheet.write_number_with_format(3, 0, 0.5, &fraction).expect("a number");
    let query = format!("inspection_id={}", draft.body["id"].as_str().expect("an id"));
    let refused = send(&opcc, &query, MEDIA, &book.save_to_buffer().expect("a workbook")).await.expect(422);
    let expected =
        [("/rows/0/kind", "unknown_value"), ("/rows/1/text", "error_cell"), ("/rows/2/reference", "number_format")];
    assert_eq!(refused.faults(), expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let detail = refused.body["errors"][1]["detail"].as_str().expect("a text");
    assert!(detail.starts_with("Row 3: The cell C3 contains the error \"#N/A\"."), "{detail}");
    let detail = refused.body["errors"][2]["detail"].as_str().expect("a text");
    assert!(detail.starts_with("Row 4: The cell A4 contains the number \"0.5\" in a format"), "{detail}");
    assert_eq!(opcc.get(&draft.href()).await.expect(200).body["recommendations_count"], 3);
}
