//! Documents that do not settle everything: what is missing or unclear is a question, and until it is answered nothing is
//! registered. Also who may import.

use section55::auth::Role;
use serde_json::json;

use super::{DOCUMENT, accept, import, propose};
use crate::support::{App, Reply};

async fn assert_nothing_registered(app: &App) {
    let administrator = app.database.administrator().await;
    for table in ["inspections", "recommendations", "responses", "response_texts", "published.inspections"] {
        let sql = format!("select count(*) from {table}");
        let count: i64 = administrator.query_one(&sql, &[]).await.expect("a count").get(0);
        assert_eq!(count, 0, "{table}");
    }
    let sql = "select count(*) from events where resource <> 'import'";
    let count: i64 = administrator.query_one(sql, &[]).await.expect("a count").get(0);
    assert_eq!(count, 0, "events of other records");
}

/// Returns the pointers of the open questions.
fn pointers(import: &Reply) -> Vec<String> {
    let questions = import.body["questions"].as_array().expect("a list");
    questions.iter().map(|question| question["pointer"].as_str().expect("a pointer").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_a_question_or_an_unclaimed_line_and_nothing_is_registered() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let broken = DOCUMENT
        .replace("25/02/2022", "31/02/2022")
        .replace("\tNational Inspection", "\tA look round")
        .replace("2. #30572", "2. no. 30572")
        .replace("\tKey Findings", "\tWhat they found");
    let proposed = propose(&opcc, "area=cumbria", &broken).await.expect(201);
    let open = pointers(&proposed);
    for pointer in ["/inspection/published_on", "/inspection/scope"] {
        assert!(open.contains(&pointer.to_owned()), "{pointer}: {open:?}");
    }
    // Each line is in a member, in a question or among the unclaimed.
    for words in ["31/02/2022", "A look round", "30572", "First hours are used well"] {
        assert!(proposed.text.contains(words), "{words} is lost: {}", proposed.text);
    }
    let refused = accept(&opcc, &proposed.href(), true).await.expect(422);
    let found: Vec<String> = refused.faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert!(found.contains(&"/inspection/published_on".to_owned()), "{found:?}");
    assert_nothing_registered(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_that_is_no_document_is_refused_or_asks_for_everything() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for text in ["", " \n\t\n", "{\"reference\": \"1\"}"] {
        propose(&opcc, "area=cumbria", text).await.expect(422);
    }
    let letter = propose(&opcc, "area=cumbria", "Dear Sir,\n\nThank you for your letter.\n").await.expect(201);
    let open = pointers(&letter);
    for member in ["title", "published_on", "reference", "scope"] {
        assert!(open.contains(&format!("/inspection/{member}")), "{member}: {open:?}");
    }
    assert!(letter.text.contains("Thank you for your letter."), "{}", letter.text);
    accept(&opcc, &letter.href(), true).await.expect(422);
    let controls = opcc.post_text("/v1/imports?area=cumbria", "\u{0}\u{1}").await;
    assert!([201, 422].contains(&controls.status.as_u16()), "{}", controls.text);
    assert_nothing_registered(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn active_content_is_refused_and_the_scripts_of_a_page_are_named() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(x)>>>>endobj\n2 0 obj<</Type/Pages\
               /Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root \
               1 0 R>>\n";
    let refused = propose(&opcc, "area=cumbria", pdf).await.expect(422);
    assert_eq!(refused.faults(), [(String::new(), "active_content".to_owned())]);
    assert!(refused.text.contains("Launch"), "{}", refused.text);
    let page = "<!doctype html><html><body><script>alert(1)</script><p>Our response</p></body></html>";
    let proposed = propose(&opcc, "area=cumbria", page).await.expect(201);
    let codes: Vec<&str> =
        proposed.body["notices"].as_array().expect("a list").iter().filter_map(|it| it["code"].as_str()).collect();
    assert!(codes.contains(&"scripts"), "{codes:?}");
    assert_nothing_registered(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_reference_or_number_is_not_accepted() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for (from, to, member) in [
        ("3. #30583", "3. #30572", "/recommendations/2/reference"),
        ("3. #30583", "2. #30583", "/recommendations/2/number"),
    ] {
        let proposed = propose(&opcc, "area=cumbria", &DOCUMENT.replace(from, to)).await.expect(201);
        let refused = match pointers(&proposed).contains(&member.to_owned()) {
            true => opcc.act(&proposed.href(), json!({ "action": "accept" })).await.expect(422),
            false => accept(&opcc, &proposed.href(), true).await.expect(422),
        };
        assert!(refused.faults().iter().any(|(pointer, _)| pointer == member), "{member}: {}", refused.text);
    }
    assert_nothing_registered(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_that_is_too_long_is_refused_in_a_first_and_in_a_later_import() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let long_title = DOCUMENT.replace("A joint thematic", &"A joint thematic ".repeat(40));
    let long_response = DOCUMENT.replace("Daily calls", &"Daily calls ".repeat(10_000));
    let refused =
        import(&opcc, "area=cumbria", &long_title.replace("Daily calls", &"Daily calls ".repeat(10_000))).await;
    let mut faults = refused.expect(422).faults();
    faults.sort();
    let too_long = |pointer: &str| (pointer.to_owned(), "too_long".to_owned());
    assert_eq!(faults, [too_long("/inspection/title"), too_long("/response/policing_body_comments")]);
    assert_nothing_registered(&app).await;
    import(&app.person(Role::Opcc, "kent"), "area=kent", DOCUMENT).await.expect(200);
    let refused = import(&opcc, "area=cumbria", &long_response).await.expect(422);
    let expected = [too_long("/response/policing_body_comments")];
    assert_eq!(refused.faults(), expected, "an import that only adds the text is checked too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_with_a_future_day_of_publication_is_not_published() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let early = DOCUMENT.replace("25/02/2022", "23/03/2022");
    let proposed = propose(&opcc, "area=cumbria", &early).await.expect(201).href();
    let refused = accept(&opcc, &proposed, true).await.expect(422);
    assert_eq!(refused.faults(), [("/published_on".to_owned(), "published_on".to_owned())]);
    assert_nothing_registered(&app).await;
    accept(&opcc, &proposed, false).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_areas_policing_body_and_registrars_import() {
    let app = App::start().await;
    for role in [Role::Opcc, Role::OpccApprover] {
        propose(&app.person(role, "kent"), "area=cumbria", DOCUMENT).await.expect(403);
    }
    for role in [Role::Constabulary, Role::ChiefOfficer, Role::Auditor] {
        propose(&app.person(role, "cumbria"), "area=cumbria", DOCUMENT).await.expect(403);
    }
    propose(&app.public(), "area=cumbria", DOCUMENT).await.expect(401);
    let of_two = app.person_with_roles("both", &["opcc"], &["cumbria", "kent"]);
    let refused = propose(&of_two, "", DOCUMENT).await.expect(400);
    assert_eq!(refused.faults(), [("/area".to_owned(), "required".to_owned())]);
    propose(&of_two, "area=cumbria&colour=blue", DOCUMENT).await.expect(400);
    propose(&of_two, "area=cumbria&draft=maybe", DOCUMENT).await.expect(400);
    assert_nothing_registered(&app).await;
    let made = import(&of_two, "area=kent", DOCUMENT).await.expect(200);
    let inspection = of_two.get(&super::path("inspections", &made.body["inspection_id"])).await.expect(200);
    assert_eq!(inspection.body["registered_by"], json!("kent"));
}
