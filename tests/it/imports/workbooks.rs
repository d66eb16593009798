//! Imports of workbooks, which a child process converts, and the template.

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use section55::auth::Role;
use serde_json::json;

use super::tables::send;
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
    let made = send(&opcc, "", MEDIA, &book.save_to_buffer().expect("a workbook")).await.expect(201);
    assert_eq!((&made.body["kind"], &made.body["rows"]), (&json!("xlsx"), &json!(1)));
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
    let bytes = workbook(&["reference", "text", "inspection.reference"], &[&["A", "Fine.", "W"], &["B", "", ""]]);
    let refused = send(&opcc, "validate_only=true", MEDIA, &bytes).await.expect(422);
    assert_eq!(refused.faults(), [("/rows/1/text".to_owned(), "required".to_owned())]);
    assert_eq!(refused.body["errors"][0]["detail"], "Row 4: `text` is required.");
    let unknown = workbook(&["reference", "words"], &[&["A", "Fine."]]);
    let refused = send(&opcc, "", MEDIA, &unknown).await.expect(422);
    assert_eq!(refused.faults()[0], ("/columns/words".to_owned(), "unknown_column".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_template_has_all_columns_of_a_table() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let csv = app.public().get("/v1/imports/template").await.expect(200);
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8; header=present");
    assert!(csv.text.starts_with("reference,number,kind,") && csv.text.ends_with("\r\n"), "{}", csv.text);
    let blanks = ",".repeat(csv.text.matches(',').count());
    let refused = send(&opcc, "validate_only=true", "text/csv", format!("{}{blanks}\r\n", csv.text).as_bytes()).await;
    assert_eq!(refused.expect(422).faults()[0].1, "required");
    app.public().get("/v1/imports/template?format=pdf").await.expect(400);
    app.public().get("/v1/imports/template?format=xlsx").await.expect(200);
    let bytes =
        reqwest::get(format!("{}/v1/imports/template?format=xlsx", app.base)).await.expect("an answer").bytes().await;
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes.expect("bytes"))).expect("a workbook");
    let range = book.worksheet_range("recommendations").expect("a sheet");
    let names: Vec<String> = range.rows().next().expect("headings").iter().map(Data::to_string).collect();
    assert_eq!(names.join(","), csv.text.trim_end());
}
