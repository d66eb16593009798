//! The formats CSV, XLSX and JSON Lines: headings, quotes, formulas, byte order marks, and the choice of the format.

use std::collections::BTreeSet;

use reqwest::Method;
use section55::auth::Role;
use section55::exports::EXPORTABLE_LISTS;
use serde_json::{Value, json};

use super::{LISTS, export_csv, export_json_lines, export_workbook};
use crate::support::App;

/// Members without a column: the links, the allowed actions, and a number that changes from day to day.
const MEMBERS_WITHOUT_COLUMN: [&str; 3] = ["links", "allowed_actions", "days_left"];

#[test]
fn the_columns_are_the_members_of_the_record_in_the_openapi_document() {
    let document = section55::operations::document(&section55::operations::operations());
    let schema = |mut schema: Value| {
        for alternative in schema["oneOf"].as_array().cloned().unwrap_or_default() {
            if alternative.get("$ref").is_some() {
                schema = alternative;
            }
        }
        match schema["$ref"].as_str() {
            Some(reference) => document.pointer(&reference[1..]).expect("a schema").clone(),
            None => schema,
        }
    };
    for (list, columns) in EXPORTABLE_LISTS {
        let page = schema(document["paths"][format!("/v1/{list}")]["get"]["responses"]["200"].clone());
        let page = schema(page["content"]["application/json"]["schema"].clone());
        let record = schema(page["properties"]["items"]["items"].clone());
        let members: BTreeSet<&str> =
            record["properties"].as_object().expect("members").keys().map(String::as_str).collect();
        let mut covered = BTreeSet::new();
        for column in columns {
            covered.insert(column.split('.').next().expect("a name"));
            let found =
                column.split('.').fold(record.clone(), |within, name| schema(within["properties"][name].clone()));
            assert!(found.is_object(), "{list}: no member {column}");
        }
        // A member that `expand` adds belongs to another record.
        let of = page["properties"]["items"]["items"]["$ref"].as_str().unwrap_or_default().rsplit('/').next();
        let put = |name: &&str| section55::expansion::TABLE.iter().any(|it| Some(it.source) == of && it.name == *name);
        let left = members.difference(&covered).filter(|name| !MEMBERS_WITHOUT_COLUMN.contains(name) && !put(name));
        let left: Vec<&&str> = left.collect();
        assert!(left.is_empty(), "{list}: no column for {left:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_formats_have_the_same_records_and_csv_and_xlsx_the_same_cells() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("61001").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "published").await;
    let token = app.token("both", &["opcc_approver"], &["cumbria"]);
    let approver = app.person_with_roles("both", &["opcc_approver"], &["cumbria"]);
    for list in LISTS.into_iter().filter(|list| *list != "audit-events") {
        let (csv, xlsx, jsonl) = (
            export_csv(&approver, list, "").await,
            export_workbook(&app, &token, list).await,
            export_json_lines(&approver, list, "").await,
        );
        assert_eq!(csv, xlsx, "{list}");
        let (_, columns) = EXPORTABLE_LISTS.iter().find(|(name, _)| *name == list).expect("a list");
        assert_eq!(csv[0], *columns);
        assert_eq!(csv.len(), jsonl.len() + 1, "{list}");
        for (row, record) in csv[1..].iter().zip(&jsonl) {
            assert_eq!(row[0], record["id"].as_str().expect("an id"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn csv_escapes_formulas_and_ends_lines_with_crlf() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for (n, title) in ["=cmd|' /C calc'!A0", "+1", "-1", "@sum(1)", "a \"quoted\", title", "'plain"].iter().enumerate()
    {
        let sent = json!({ "reference": format!("F-{n}"), "title": title });
        opcc.post("/v1/inspections", sent).await.expect(201);
    }
    let reply = opcc.get("/v1/exports/inspections?format=csv&sort=reference").await.expect(200);
    assert_eq!(reply.headers["content-type"], "text/csv; charset=utf-8; header=present");
    assert_eq!(reply.headers["content-disposition"], "attachment; filename=\"inspections.csv\"");
    assert_eq!(reply.text.matches('\n').count(), reply.text.matches("\r\n").count());
    assert_eq!(reply.text.matches("\r\n").count(), 7);
    let titles: Vec<String> =
        export_csv(&opcc, "inspections", "&sort=reference").await[1..].iter().map(|row| row[3].clone()).collect();
    assert_eq!(titles, ["'=cmd|' /C calc'!A0", "'+1", "'-1", "'@sum(1)", "a \"quoted\", title", "'plain"]);
    let titles = export_json_lines(&opcc, "inspections", "&sort=reference").await;
    assert_eq!(titles[1]["title"], "+1", "JSON needs no escape");
    let marked = opcc.get("/v1/exports/inspections?format=csv&bom=true").await.expect(200);
    assert_eq!(marked.text.strip_prefix('\u{feff}').map(|text| &text[..3]), Some("id,"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_request_decides_the_format_and_unknown_parameters_are_refused() {
    let app = App::start().await;
    let public = app.public();
    let accepting =
        async |accept: &str| public.send(Method::GET, "/v1/exports/areas", &[("accept", accept)], None).await;
    for (accept, media) in [
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("application/x-ndjson", "application/jsonl"),
        ("*/*", "text/csv; charset=utf-8; header=present"),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ] {
        assert_eq!(accepting(accept).await.expect(200).headers["content-type"], media, "{accept}");
    }
    accepting("text/html").await.expect(406);
    for query in
        ["format=pdf", "limit=10", "cursor=a", "count=true", "colour=blue", "bom=true&format=xlsx", "bom=maybe"]
    {
        public.get(&format!("/v1/exports/areas?{query}")).await.expect(400);
    }
    public.get("/v1/exports/inspections?state=nonsense&sort=nonsense").await.expect(400);
    public.get("/v1/exports/nonsense").await.expect(404);
    let index = public.get("/v1/exports").await.expect(200);
    let names: Vec<&str> = index.body["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, LISTS);
    let head = public.send(Method::HEAD, "/v1/exports/areas?format=jsonl", &[], None).await.expect(200);
    assert_eq!(head.headers["content-type"], "application/jsonl");
}
