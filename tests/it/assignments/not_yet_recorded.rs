//! An assignment that was opened after its last day is not overdue until the area records something on it.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::world::registration;
use crate::support::{App, Person, Reply};

/// A national report of 2 November 2022, registered at noon on 13 May 2024. Its recommendations are due on 31 January 2023,
/// on 31 January 2030, and on 31 January 2023 by the Home Office.
struct OldReport {
    app: App,
    inspection: Reply,
}

impl OldReport {
    async fn register(at: &str) -> Self {
        let app = App::start().await;
        app.clock.set(at.parse().expect("an instant"));
        let registrar = app.person(Role::Registrar, "");
        let mut report = registration("75001");
        report["published_on"] = json!("2022-11-02");
        let draft = registrar.post("/v1/inspections", report).await.expect(201);
        for (n, on, addressee) in [
            (1, "2023-01-31", "chief_constables"),
            (2, "2030-01-31", "chief_constables"),
            (3, "2023-01-31", "home_office"),
        ] {
            let recommendation = json!({
                "reference": format!("75001-{n}"), "text": "Do it.", "addressees": [addressee],
                "target": { "kind": "by_date", "text": "by January", "on": on },
            });
            let path = format!("{}/recommendations", draft.href());
            registrar.post(&path, recommendation).await.expect(201);
        }
        let inspection = registrar.act(&draft.href(), json!({ "action": "publish" })).await.expect(200);
        Self { app, inspection }
    }

    /// Returns the paths of an area's assignments, in the order of the report.
    async fn lines(&self, area: &str) -> Vec<String> {
        let list = self.app.person(Role::Auditor, area).get(&format!("/v1/assignments?area={area}&sort=number")).await;
        let items = list.expect(200).body["items"].as_array().expect("a list").clone();
        items.iter().map(|item| item["links"]["self"].as_str().expect("a path").to_owned()).collect()
    }
}

fn standing(line: &Reply) -> Value {
    json!([line.body["headline"], line.body["overdue"], line.body["not_yet_recorded"]])
}

async fn count(person: &Person, list: &str) -> Value {
    person.get(&format!("{list}&count=true&limit=1")).await.expect(200).body["total"].clone()
}

/// Returns the headline states and counts of an area's assignments.
async fn counts(person: &Person, area: &str) -> Vec<(String, i64, bool)> {
    let body = person.get(&format!("/v1/statistics?area={area}")).await.expect(200).body;
    let lines = body["lines"].as_array().expect("a list").iter();
    let count = |line: &Value| {
        let headline = line["headline"].as_str().expect("a headline").to_owned();
        (headline, line["count"].as_i64().expect("a count"), line["open"] == true)
    };
    lines.map(count).collect()
}

fn headlines(expected: &[(&str, i64)]) -> Vec<(String, i64, bool)> {
    expected.iter().map(|(headline, count)| ((*headline).to_owned(), *count, true)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_report_opens_assignments_of_which_none_is_overdue() {
    let case = OldReport::register("2024-05-13T12:00:00Z").await;
    let kent = case.app.person(Role::Constabulary, "kent");
    let lines = case.lines("kent").await;
    for (line, expected) in lines.iter().zip([
        json!(["not_yet_recorded", false, true]),
        json!(["not_started", false, false]),
        json!(["waiting_on_other", false, true]),
    ]) {
        assert_eq!(standing(&kent.get(line).await.expect(200)), expected);
    }
    for (filter, expected) in [
        ("overdue=true", 0),
        ("overdue=false", 3),
        ("not_yet_recorded=true", 2),
        ("not_yet_recorded=false", 1),
        ("headline=not_yet_recorded", 1),
        ("headline=overdue", 0),
    ] {
        assert_eq!(count(&kent, &format!("/v1/assignments?{filter}")).await, expected, "{filter}");
    }
    let apart = [("not_started", 1), ("not_yet_recorded", 1), ("waiting_on_other", 1)];
    assert_eq!(counts(&kent, "kent").await, headlines(&apart));
    let due = "/v1/deadlines?kind=line_due";
    for (filter, expected) in [("overdue=true", 0), ("not_yet_recorded=true", 2), ("not_yet_recorded=false", 1)] {
        assert_eq!(count(&kent, &format!("{due}&{filter}")).await, expected, "{filter}");
    }
    let calendar = kent.get("/v1/deadlines.ics?kind=line_due").await.expect(200).text;
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1, "{calendar}");
    let csv = [("accept", "text/csv")];
    let export = kent.send(reqwest::Method::GET, "/v1/exports/assignments?sort=number", &csv, None).await.expect(200);
    let mut rows = export.text.lines().map(|row| row.trim_start_matches('\u{feff}').split(',').collect::<Vec<_>>());
    let heading = rows.next().expect("a heading");
    let at = |name: &str| heading.iter().position(|column| *column == name).expect("a column");
    let first = rows.next().expect("a row");
    assert_eq!((first[at("headline")], first[at("not_yet_recorded")]), ("not_yet_recorded", "true"), "{}", export.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_the_area_records_ends_it_in_that_area_alone() {
    let case = OldReport::register("2024-05-13T12:00:00Z").await;
    let person = |role, area: &str| case.app.person(role, area);
    let lines = case.lines("kent").await;
    let allocated =
        person(Role::Constabulary, "kent").act(&lines[0], json!({ "action": "allocate", "owner": "A" })).await;
    assert_eq!(standing(&allocated.expect(200)), json!(["overdue", true, false]));
    let others = person(Role::Constabulary, "kent").patch(&lines[2], "*", json!({ "dependency": "The office" })).await;
    assert_eq!(standing(&others.expect(200)), json!(["waiting_on_other", true, false]));

    let line = case.lines("surrey").await.remove(0);
    let view = json!({ "value": "not_assured", "note": "Not yet." });
    let viewed = person(Role::Opcc, "surrey").put(&format!("{line}/positions/body_view"), "*", view).await.expect(200);
    assert_eq!(standing(&viewed), json!(["overdue", true, false]));

    // Updates and evidence increase no version of the assignment.
    let line = case.lines("essex").await.remove(0);
    let essex = person(Role::Opcc, "essex");
    let early = case.app.clock.now();
    case.app.set_day("2024-05-20");
    essex.post(&format!("{line}/updates"), json!({ "text": "The force tells us that it is done." })).await.expect(201);
    let updated = essex.get(&line).await.expect(200);
    assert_eq!((standing(&updated), &updated.body["version"]), (json!(["overdue", true, false]), &json!(1)));
    let earlier = essex.get(&format!("{line}?as_of={}", early.format("%Y-%m-%dT%H:%M:%SZ"))).await.expect(200);
    assert_eq!(standing(&earlier), json!(["not_yet_recorded", false, true]));
    let now = essex.get(&format!("{line}?as_of=2024-05-20T12:00:00Z")).await.expect(200);
    assert_eq!(standing(&now), json!(["overdue", true, false]));
    let line = case.lines("dorset").await.remove(0);
    let evidence = case.app.add_evidence(&line, "dorset", json!({})).await.href();
    let dorset = person(Role::Constabulary, "dorset");
    assert_eq!(standing(&dorset.get(&line).await.expect(200)), json!(["overdue", true, false]));
    dorset.act(&evidence, json!({ "action": "withdraw", "reason": "Wrong." })).await.expect(200);
    assert_eq!(standing(&dorset.get(&line).await.expect(200)), json!(["overdue", true, false]));
    let earlier = dorset.get(&format!("{line}?as_of=2024-05-13T12:00:00Z")).await.expect(200);
    assert_eq!(standing(&earlier), json!(["not_yet_recorded", false, true]));

    let line = case.lines("cumbria").await.remove(0);
    let untouched = person(Role::Opcc, "cumbria").get(&line).await.expect(200);
    assert_eq!(standing(&untouched), json!(["not_yet_recorded", false, true]));
    let everywhere =
        case.app.person_with_roles("everywhere", &["auditor"], &["kent", "surrey", "essex", "dorset", "cumbria"]);
    assert_eq!(count(&everywhere, "/v1/assignments?headline=overdue").await, 4);
    assert_eq!(count(&everywhere, "/v1/assignments?headline=not_yet_recorded").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_sees_it_by_its_headline() {
    let case = OldReport::register("2024-05-13T12:00:00Z").await;
    let line = case.lines("cumbria").await.remove(0);
    let response = case.app.response_path(&case.inspection, "cumbria").await;
    let published = json!({
        "action": "record_published", "published_on": "2022-12-05", "policing_body_comments": "As published.",
        "explanations_incomplete": true,
    });
    case.app.person(Role::OpccApprover, "cumbria").act(&response, published).await.expect(200);
    let public = case.app.public();
    let seen = public.get(&line).await.expect(200);
    assert_eq!(standing(&seen), json!(["not_yet_recorded", null, null]));
    let apart = [("not_started", 1), ("not_yet_recorded", 1), ("waiting_on_other", 1)];
    assert_eq!(counts(&public, "cumbria").await, headlines(&apart));
    assert_eq!(count(&public, "/v1/assignments?headline=not_yet_recorded").await, 1);
    case.app
        .person(Role::Opcc, "cumbria")
        .post(&format!("{line}/updates"), json!({ "text": "Begun." }))
        .await
        .expect(201);
    let later = public.get(&line).await.expect(200);
    assert_eq!((&later.body["headline"], &later.body["version"]), (&json!("overdue"), &seen.body["version"]));
    assert_eq!(later.body["updated_at"], seen.body["updated_at"]);
    assert_eq!(
        counts(&public, "cumbria").await,
        headlines(&[("not_started", 1), ("overdue", 1), ("waiting_on_other", 1)])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_of_the_addressees_is_not_the_areas_own_act() {
    let case = OldReport::register("2024-05-13T12:00:00Z").await;
    let registrar = case.app.person(Role::Registrar, "");
    let list = registrar.get(&format!("{}/recommendations?sort=number", case.inspection.href())).await.expect(200);
    let path = list.body["items"][0]["links"]["self"].as_str().expect("a path");
    let line = case.lines("kent").await.remove(0);
    let kent = case.app.person(Role::Constabulary, "kent");
    for (addressee, expected) in [("npcc", "waiting_on_other"), ("chief_constables", "not_yet_recorded")] {
        let correction = json!({ "addressees": [addressee], "reason": "As printed." });
        registrar.patch(path, "*", correction).await.expect(200);
        let seen = kent.get(&line).await.expect(200);
        assert_eq!(standing(&seen), json!([expected, false, true]));
        assert_eq!(
            kent.get(&format!("{line}?as_of=2024-05-13T12:00:00Z")).await.expect(200).body["headline"],
            expected
        );
    }
    let allocated = kent.act(&line, json!({ "action": "allocate", "owner": "A" })).await.expect(200);
    assert_eq!(standing(&allocated), json!(["overdue", true, false]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_london_day_of_the_opening_decides() {
    for (at, expected) in [
        ("2023-01-31T23:59:59Z", json!(["overdue", true, false])),
        ("2023-02-01T00:00:00Z", json!(["not_yet_recorded", false, true])),
    ] {
        let case = OldReport::register(at).await;
        case.app.set_day("2024-05-14");
        let line = case.lines("kent").await.remove(0);
        let seen = case.app.person(Role::Opcc, "kent").get(&line).await.expect(200);
        assert_eq!(standing(&seen), expected, "{at}");
    }
}
