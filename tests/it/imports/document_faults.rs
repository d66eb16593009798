//! Documents that cannot be parsed: all faults are returned at once, by line, and nothing is written. Also who may
//! import.

use section55::auth::Role;
use serde_json::json;

use super::{DOCUMENT, import};
use crate::support::App;

async fn assert_nothing_written(app: &App) {
    let administrator = app.database.administrator().await;
    for table in ["inspections", "recommendations", "responses", "response_texts", "events", "published.inspections"] {
        let sql = format!("select count(*) from {table}");
        let count: i64 = administrator.query_one(&sql, &[]).await.expect("a count").get(0);
        assert_eq!(count, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_faults_are_returned_with_their_lines_and_nothing_is_written() {
    let app = App::start().await;
    let broken = DOCUMENT
        .replace("25/02/2022", "31/02/2022")
        .replace("\tNational Inspection", "\tA look round")
        .replace("2. #30572", "2. no. 30572")
        .replace("\tKey Findings", "\tWhat they found");
    let refused = import(&app.person(Role::Opcc, "cumbria"), "area=cumbria", &broken).await.expect(422);
    let expected = [
        ("/0", "missing_heading"),
        ("/8", "impossible_date"),
        ("/11", "unknown_inspection_type"),
        ("/23", "number_without_reference"),
    ];
    let found = refused.faults();
    for (pointer, code) in expected {
        assert!(found.contains(&(pointer.to_owned(), code.to_owned())), "{pointer} {code}: {found:?}");
    }
    assert_nothing_written(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_that_is_not_in_the_template_is_refused() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for text in ["", "Dear Sir,\n\nThank you for your letter.\n", "{\"reference\": \"1\"}", "\u{0}\u{1}"] {
        import(&opcc, "area=cumbria", text).await.expect(422);
    }
    assert_nothing_written(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_reference_or_number_is_a_fault_on_its_line() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for (from, to, code) in
        [("3. #30583", "3. #30572", "duplicate_reference"), ("3. #30583", "2. #30583", "duplicate_number")]
    {
        let refused = import(&opcc, "area=cumbria", &DOCUMENT.replace(from, to)).await.expect(422);
        assert_eq!(refused.faults(), [("/24".to_owned(), code.to_owned())]);
    }
    assert_nothing_written(&app).await;
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
    assert_eq!(faults, [too_long("/response"), too_long("/title")]);
    assert_nothing_written(&app).await;
    import(&app.person(Role::Opcc, "kent"), "area=kent", DOCUMENT).await.expect(201);
    let refused = import(&opcc, "area=cumbria", &long_response).await.expect(422);
    assert_eq!(refused.faults(), [too_long("/response")], "an import that only adds the text is checked too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_with_a_future_day_of_publication_is_not_published() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let early = DOCUMENT.replace("25/02/2022", "23/03/2022");
    let refused = import(&opcc, "area=cumbria", &early).await.expect(422);
    assert_eq!(refused.faults(), [("/published_on".to_owned(), "published_on".to_owned())]);
    assert_nothing_written(&app).await;
    import(&opcc, "area=cumbria&draft=true", &early).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_areas_policing_body_and_registrars_import() {
    let app = App::start().await;
    for role in [Role::Opcc, Role::OpccApprover] {
        import(&app.person(role, "kent"), "area=cumbria", DOCUMENT).await.expect(403);
    }
    for role in [Role::Constabulary, Role::ChiefOfficer, Role::Auditor] {
        import(&app.person(role, "cumbria"), "area=cumbria", DOCUMENT).await.expect(403);
    }
    import(&app.public(), "area=cumbria", DOCUMENT).await.expect(401);
    let of_two = app.person_with_roles("both", &["opcc"], &["cumbria", "kent"]);
    let refused = import(&of_two, "", DOCUMENT).await.expect(400);
    assert_eq!(refused.faults(), [("/area".to_owned(), "required".to_owned())]);
    import(&of_two, "area=cumbria&colour=blue", DOCUMENT).await.expect(400);
    import(&of_two, "area=cumbria&draft=maybe", DOCUMENT).await.expect(400);
    assert_nothing_written(&app).await;
    let made = import(&of_two, "area=kent", DOCUMENT).await.expect(201);
    let inspection = of_two.get(&super::path("inspections", &made.body["inspection_id"])).await.expect(200);
    assert_eq!(inspection.body["registered_by"], json!("kent"));
}
