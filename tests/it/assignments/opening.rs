//! The publication of an inspection opens the assignments of every subject area, each with its target's day and how
//! that day was computed.

use section55::auth::Role;
use serde_json::{Value, json};

use super::Case;
use crate::support::App;
use crate::support::world::registration;

/// Lists Cumbria's assignments of an inspection, in the order of the report.
async fn assignments(app: &App, inspection: &str) -> Vec<Value> {
    let id = inspection.rsplit('/').next().expect("an id");
    let path = format!("/v1/assignments?inspection_id={id}&area=cumbria&sort=number");
    let list = app.person(Role::Auditor, "cumbria").get(&path).await.expect(200);
    list.body["items"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_recommendation_and_area_for_improvement_has_an_assignment_in_every_area() {
    let case = Case::new().await;
    let of_cumbria = assignments(&case.app, &case.inspection.href()).await;
    let references: Vec<&str> =
        of_cumbria.iter().map(|assignment| assignment["recommendation"]["reference"].as_str().expect("one")).collect();
    assert_eq!(references, ["76000-1", "76000-2", "76000-3"]);
    for assignment in &of_cumbria {
        assert_eq!(assignment["force_status"], "awaiting_allocation");
        assert_eq!(assignment["headline"], "not_started");
        assert_eq!((&assignment["body_view"], &assignment["assurance_opinion"]), (&json!("none"), &json!("none")));
        assert_eq!(assignment["inspectorate_status"], "open");
    }
    let administrator = case.app.database.administrator().await;
    let sql = "select count(*), count(distinct area) from record.assignments";
    let row = administrator.query_one(sql, &[]).await.expect("counts");
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (3 * 43, 43));
    let sql = "select count(*) from record.events where resource = 'assignment' and action = 'open'";
    let row = administrator.query_one(sql, &[]).await.expect("a count");
    assert_eq!(row.get::<_, i64>(0), 3 * 43, "each opening has an event in its own area");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_target_has_a_day_and_an_explanation_of_it() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("76001")).await.expect(201).href();
    for (n, target) in [
        json!({ "kind": "immediate", "text": "Immediately" }),
        json!({ "kind": "by_date", "text": "By 30 April 2023", "on": "2023-04-30" }),
        json!({ "kind": "within", "text": "within three months" }),
        json!({ "kind": "within", "text": "within 20 working days" }),
        json!({ "kind": "ongoing" }),
    ]
    .into_iter()
    .enumerate()
    {
        let sent = json!({ "reference": format!("76001-{n}"), "text": "Do it.", "target": target });
        opcc.post(&format!("{draft}/recommendations"), sent).await.expect(201);
    }
    opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    let found: Vec<(Value, Value)> = assignments(&app, &draft)
        .await
        .iter()
        .map(|assignment| (assignment["target_on"].clone(), assignment["target"]["basis"].clone()))
        .collect();
    assert_eq!(
        found,
        [
            (json!("2022-02-25"), json!("publication")),
            (json!("2023-04-30"), json!("stated")),
            (json!("2022-05-25"), json!("counted_from_publication")),
            (Value::Null, json!("not_countable")),
            (Value::Null, json!("no_date")),
        ]
    );
    let assignment = &assignments(&app, &draft).await[2];
    let explanation = assignment["target"]["explanation"].as_str().expect("text");
    assert_eq!(explanation, "“within three months” is counted from publication, 2022-02-25.");
    assert_eq!(assignment["target"]["text"], "within three months");

    // Computed days follow a correction of the report's day of publication; stated days stay.
    let correct = json!({ "action": "correct", "reason": "A slip.", "published_on": "2022-03-01" });
    app.person(Role::OpccApprover, "cumbria").act(&draft, correct).await.expect(200);
    let days: Vec<Value> =
        assignments(&app, &draft).await.iter().map(|assignment| assignment["target_on"].clone()).collect();
    assert_eq!(days, [json!("2022-03-01"), json!("2023-04-30"), json!("2022-06-01"), Value::Null, Value::Null]);
    let public = app.public().get(&format!("{draft}/recommendations?sort=number")).await.expect(200);
    assert_eq!(public.body["items"][2]["target"]["on"], "2022-06-01");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_immediate_target_is_due_at_publication_and_overdue_with_the_response() {
    let case = Case::new().await;
    let assignment = case.get().await;
    assert_eq!((&assignment["target"]["kind"], &assignment["target_on"]), (&json!("immediate"), &json!("2022-02-25")));
    assert_eq!((&assignment["overdue"], &assignment["headline"]), (&json!(false), &json!("not_started")));
    let due = case.auditor.get("/v1/assignments?due_before=2022-02-26").await.expect(200);
    assert_eq!(due.body["items"].as_array().map(Vec::len), Some(2), "it sorts as due at publication");
    case.app.set_day("2022-04-21");
    assert_eq!(case.get().await["overdue"], false, "the response's last day");
    case.app.set_day("2022-04-22");
    let assignment = case.get().await;
    assert_eq!((&assignment["overdue"], &assignment["headline"]), (&json!(true), &json!("overdue")));
    let listed = case.auditor.get("/v1/assignments?overdue=true&headline=overdue").await.expect(200);
    assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(2), "the area for improvement sets no day");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assignment_addressed_only_to_other_bodies_waits_for_them() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("76002")).await.expect(201).href();
    for (n, addressees) in
        [json!(["home_office", "npcc"]), json!(["home_office", "policing_bodies"]), json!([])].into_iter().enumerate()
    {
        let sent = json!({ "reference": format!("76002-{n}"), "text": "Do it.", "addressees": addressees });
        opcc.post(&format!("{draft}/recommendations"), sent).await.expect(201);
    }
    opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    let found = assignments(&app, &draft).await;
    let states: Vec<&Value> = found.iter().map(|assignment| &assignment["force_status"]).collect();
    assert_eq!(states, ["dependent_on_other", "awaiting_allocation", "awaiting_allocation"]);
    assert_eq!(
        (&found[0]["dependency"], &found[0]["headline"]),
        (&json!("home_office, npcc"), &json!("waiting_on_other"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cause_of_concern_has_no_assignment_but_its_recommendations_have() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("76003")).await.expect(201).href();
    let path = format!("{draft}/recommendations");
    let cause = json!({ "reference": "76003-C", "text": "A concern.", "kind": "cause_of_concern" });
    let cause = opcc.post(&path, cause).await.expect(201);
    let below = json!({ "reference": "76003-1", "text": "Do it.", "cause_of_concern_id": cause.body["id"] });
    opcc.post(&path, below).await.expect(201);
    opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    let found = assignments(&app, &draft).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["recommendation"]["reference"], "76003-1");
}
