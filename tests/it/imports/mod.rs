//! Imports over HTTP of an office's published document. An import writes everything or nothing, and the published
//! response contains every fact of the document.

mod background;
mod document_faults;
mod document_formats;
mod expected_facts;
mod layouts;
pub mod proposals;
mod repeated_imports;
mod table_faults;
mod table_form;
mod tables;
mod workbooks;

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::support::{App, Person, Reply};

/// A document in the office's template, with indentation, different dashes and a wrong section of the Act.
const DOCUMENT: &str = "\
Office of the Police, Fire and Crime Commissioner
Response to inspections of the Constabulary published by the inspectorate
Section 33 of the Police Act 1996 requires an answer within 56 days.
\tInspection Title:\u{20}
\t#30550 A joint thematic inspection of how missing people are found \u{2013} Part one: first hours

\tDate Published:
\t25/02/2022

\tType of Inspection:
\tNational Inspection\u{20}

\tKey Findings\u{20}

\tFirst hours are used well in most places.
Records of risk were \u{201c}thin\u{201d} in a third of them.

Families were told too little.

\tRecommendations:\u{20}

\t1. #30561 - Immediately, forces should write down who decided what.
2. #30572 \u{2013} By 30 September 2022, forces should tell families each day what was done.
3. #30583 - Forces and the College of Policing should share what they learned.

\tPCC & Chief Constable Response to Report and Recommendation:

\t The Commissioner thanks the inspectors.\u{20}
\u{201c}Our officers begin within the hour,\u{201d} the Chief Constable writes.

Daily calls to families began in January.  They are checked each month.
";

/// The text of the response as it must be stored: without the blank at the end of its first line.
const RESPONSE: &str = "\
The Commissioner thanks the inspectors.
\u{201c}Our officers begin within the hour,\u{201d} the Chief Constable writes.

Daily calls to families began in January.  They are checked each month.";

/// Sends a document, which becomes a proposal.
async fn propose(person: &Person, query: &str, document: &str) -> Reply {
    person.post_text(&format!("/v1/imports?{query}"), document).await
}

/// Answers what the document does not settle, and accepts the proposal with what the service proposes.
async fn accept(person: &Person, import: &str, publish: bool) -> Reply {
    let answers = json!({ "answers": { "/response/explanations_complete": true } });
    person.patch(import, "*", answers).await.expect(200);
    person.act(import, json!({ "action": "accept", "publish": publish, "confirm_proposed": true })).await
}

/// Imports a document and publishes its inspection.
async fn import(person: &Person, query: &str, document: &str) -> Reply {
    let proposed = propose(person, query, document).await.expect(201);
    accept(person, &proposed.href(), true).await
}

/// Returns the recommendations of an import's inspection.
async fn recommendations(person: &Person, import: &Reply) -> Vec<Value> {
    let path = import.body["links"]["recommendations"].as_str().expect("a link");
    person.get(path).await.expect(200).body["items"].as_array().expect("a list").clone()
}

fn path(kind: &str, id: &Value) -> String {
    format!("/v1/{kind}/{}", id.as_str().expect("an id"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_becomes_a_published_inspection_and_the_text_of_a_response() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let proposed = propose(&opcc, "area=cumbria", DOCUMENT).await.expect(201);
    assert_eq!(proposed.headers["location"], proposed.href().as_str());
    let references: Vec<&Value> =
        proposed.body["recommendations"].as_array().expect("a list").iter().map(|r| &r["reference"]["value"]).collect();
    assert_eq!(references, ["30561", "30572", "30583"]);
    let made = accept(&opcc, &proposed.href(), true).await.expect(200);

    let inspection = app.public().get(&path("inspections", &made.body["inspection_id"])).await.expect(200);
    for (member, value) in [
        ("reference", json!("30550")),
        ("source", json!("hmicfrs")),
        ("state", json!("published")),
        ("title", json!("A joint thematic inspection of how missing people are found \u{2013} Part one: first hours")),
        ("kind", json!("joint_thematic")),
        ("scope", json!("national")),
        ("subjects", json!("all")),
        ("published_on", json!("2022-02-25")),
        ("due_on", json!("2022-04-21")),
        ("registered_by", json!("cumbria")),
        (
            "key_findings",
            json!(
                "First hours are used well in most places.\nRecords of risk were \u{201c}thin\u{201d} in a \
                                third of them.\n\nFamilies were told too little."
            ),
        ),
        ("recommendations_count", json!(3)),
    ] {
        assert_eq!(inspection.body[member], value, "{member}");
    }
    let asked = app.public().get(&format!("{}/recommendations", inspection.href())).await.expect(200);
    let second = &asked.body["items"][1];
    assert_eq!(second["number"], "2");
    assert_eq!(second["text"], "By 30 September 2022, forces should tell families each day what was done.");
    assert_eq!(second["target"], json!({ "kind": "by_date", "text": "By 30 September 2022", "on": "2022-09-30" }));
    assert_eq!(asked.body["items"][0]["target"]["kind"], "immediate");
    assert_eq!(asked.body["items"][2]["target"]["kind"], "none");

    let response = opcc.get(&path("responses", &made.body["response_id"])).await.expect(200);
    assert_eq!((&response.body["state"], &response.body["area"]), (&json!("received"), &json!("cumbria")));
    assert_eq!(response.body["policing_body_comments"], RESPONSE);
    assert_eq!(response.body["explanations"], json!([]), "the import makes no explanations");
    assert_eq!(response.body["chief_officer_comments"]["status"], "awaited");
    assert_eq!(response.body["missing_explanations"].as_array().map(Vec::len), Some(3));
    let kent = app.response_path(&inspection, "kent").await;
    let kent = app.person(Role::Opcc, "kent").get(&kent).await.expect(200);
    assert_eq!(kent.body["policing_body_comments"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_value_is_shown_with_the_text_that_it_comes_from() {
    let app = App::start().await;
    let made = propose(&app.person(Role::Opcc, "cumbria"), "", DOCUMENT).await.expect(201);
    let fact = |pointer: &str| made.body.pointer(pointer).unwrap_or_else(|| panic!("{pointer}")).clone();
    let scope = fact("/inspection/scope");
    assert_eq!((&scope["value"], &scope["from"]["text"]), (&json!("national"), &json!("National Inspection")));
    let kind = fact("/inspection/kind");
    assert_eq!((&kind["value"], &kind["from"]["line"]), (&json!("joint_thematic"), &json!(11)));
    let target = fact("/recommendations/1/target");
    assert_eq!(
        (&target["value"]["on"], &target["from"]["text"]),
        (&json!("2022-09-30"), &json!("By 30 September 2022"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_published_document_contains_every_fact_of_the_import() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = import(&opcc, "area=cumbria", DOCUMENT).await.expect(200);
    let recommendations = recommendations(&opcc, &made).await;
    let response = path("responses", &made.body["response_id"]);
    opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    let comments =
        json!({ "action": "submit_comments", "text": "We are proud of our officers.", "signed_by": "T. Chief" });
    app.person(Role::ChiefOfficer, "cumbria").act(&response, comments).await.expect(200);
    opcc.patch(&response, "*", json!({ "reply_to_chief_officer": "So are we." })).await.expect(200);
    for (at, branch) in ["action_taken", "action_proposed", "no_action"].into_iter().enumerate() {
        let explained = json!({ "branch": branch, "text": format!("What was done of {at}.") });
        let id = recommendations[at]["id"].as_str().expect("an id");
        opcc.put(&format!("{response}/explanations/{id}"), "*", explained).await.expect(200);
    }
    opcc.act(&response, json!({ "action": "submit" })).await.expect(200);
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.act(&response, json!({ "action": "approve" })).await.expect(200);
    approver.act(&response, json!({ "action": "publish", "url": "https://body.example/30550" })).await.expect(200);
    for (recipient, channel) in [("inspectors", "email"), ("secretary_of_state", "post")] {
        let copy =
            json!({ "action": "record_copy", "recipient": recipient, "sent_on": "2022-03-22", "channel": channel });
        opcc.act(&response, copy).await.expect(200);
    }
    let document = app.public().get(&format!("{response}/document?format=text")).await.expect(200);
    for fact in [
        "Police, Fire and Crime Commissioner",
        "Cumbria",
        "Section 55 of the Police Act 1996",
        "#30550 A joint thematic inspection of how missing people are found \u{2013} Part one: first hours",
        "25/02/2022",
        "National Inspection",
        "First hours are used well in most places.\nRecords of risk were",
        "Families were told too little.",
        "1. #30561 - Immediately, forces should write down who decided what.",
        "2. #30572 - By 30 September 2022, forces should tell families each day what was done.",
        "3. #30583 - Forces and the College of Policing should share what they learned.",
        RESPONSE,
        "We are proud of our officers.",
        "T. Chief",
        "So are we.",
        "Action taken: What was done of 0.",
        "Action proposed: What was done of 1.",
        "No action: What was done of 2.",
        "Published on 22/03/2022.",
        "In time: the last day was 21/04/2022.",
        "https://body.example/30550",
        "Inspectors of Constabulary on 22/03/2022 by email",
        "Secretary of State on 22/03/2022 by post",
    ] {
        assert!(document.text.contains(fact), "{fact} is not in:\n{}", document.text);
    }
    assert!(!document.text.contains("Section 33"), "the office's citation of the law is not repeated");

    let elsewhere = App::start().await;
    let again = import(&elsewhere.person(Role::Opcc, "kent"), "area=kent", &document.text).await.expect(200);
    let read = elsewhere.public().get(&path("inspections", &again.body["inspection_id"])).await.expect(200);
    let first = app.public().get(&path("inspections", &made.body["inspection_id"])).await.expect(200);
    for member in ["reference", "title", "kind", "scope", "published_on", "due_on", "key_findings", "subjects"] {
        assert_eq!(read.body[member], first.body[member], "the service can import its own document: {member}");
    }
    let texts = async |app: &App, of: &Reply| {
        let asked = app.public().get(&format!("{}/recommendations", of.href())).await.expect(200);
        let items = asked.body["items"].as_array().cloned().expect("a list");
        items.into_iter().map(|item| (item["reference"].clone(), item["text"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(texts(&elsewhere, &read).await, texts(&app, &first).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inspection_of_one_force_binds_only_the_importing_area() {
    let app = App::start().await;
    let document = DOCUMENT.replace("National Inspection", "Force Inspection");
    let made = import(&app.person(Role::Opcc, "cumbria"), "area=cumbria", &document).await.expect(200);
    let seen = app.public().get(&path("inspections", &made.body["inspection_id"])).await.expect(200);
    assert_eq!((&seen.body["scope"], &seen.body["subjects"]), (&json!("force"), &json!(["cumbria"])));
    let refused = import(&app.person(Role::Opcc, "kent"), "area=kent", &document).await.expect(422);
    assert_eq!(refused.faults(), [("/area".to_owned(), "not_a_subject".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_is_accepted_in_each_encoding_and_other_media_types_are_refused() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let send = async |media: Option<&str>, body: Vec<u8>| {
        let headers: Vec<(&str, &str)> = media.iter().map(|media| ("content-type", *media)).collect();
        opcc.send(Method::POST, "/v1/imports?validate_only=true", &headers, Some(body)).await
    };
    for media in [Some("application/xml"), Some("application/msword"), Some("image/png"), None] {
        send(media, DOCUMENT.into()).await.expect(415);
    }
    let plain = send(Some("text/plain; charset=utf-8"), DOCUMENT.into()).await.expect(200);
    let with_mark = [b"\xef\xbb\xbf", DOCUMENT.as_bytes()].concat();
    let utf_16: Vec<u8> = format!("\u{feff}{DOCUMENT}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [with_mark, utf_16] {
        for media in ["text/plain", "text/html", "application/octet-stream"] {
            let read = send(Some(media), body.clone()).await.expect(200);
            assert_eq!(read.body["inspection"], plain.body["inspection"], "the content decides, not {media}");
        }
    }
    let mut latin: Vec<u8> = DOCUMENT.replace(|c: char| !c.is_ascii(), "-").into();
    let at = latin.windows(8).position(|word| word == b"Families").expect("a word");
    latin[at] = 0xc9;
    let read = send(Some("text/plain"), latin).await.expect(200);
    let findings = read.body["inspection"]["key_findings"]["value"].as_str().expect("a text").to_owned();
    assert!(findings.contains("\u{c9}amilies were told too little."), "{findings}");
}
