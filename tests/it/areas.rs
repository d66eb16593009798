//! Areas: reference data that a registrar maintains, and settings that only the area's own approver can change.

use section55::areas::FIRST_CODES;
use section55::auth::Role;
use serde_json::{Value, json};

use super::support::App;
use super::support::world::registration;

/// Returns the body with which a registrar creates or replaces an area.
fn area_body(name: &str) -> Value {
    json!({
        "name": name, "country": "england",
        "policing_body": {
            "name": format!("Mayor of {name}"), "kind": "mayor", "office_holder_title": "Mayor", "since": "2028-05-04",
        },
        "force": { "name": format!("{name} Police"), "chief_officer_title": "Chief Constable" },
        "valid_from": "2022-01-01", "valid_to": null, "successor": null,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_43_areas_are_reference_data() {
    let app = App::start().await;
    let all = app.public().get("/v1/areas?limit=200&count=true").await.expect(200);
    assert_eq!(all.body["total"], 43);
    let items = all.body["items"].as_array().expect("a list");
    let codes: Vec<&str> = items.iter().map(|area| area["code"].as_str().expect("a code")).collect();
    assert_eq!(codes.len(), 43);
    assert!(codes.is_sorted());
    assert_eq!(codes, FIRST_CODES);
    let count = |member: &str, value: &str| items.iter().filter(|a| a.pointer(member) == Some(&json!(value))).count();
    assert_eq!(count("/country", "wales"), 4);
    for (code, kind) in [
        ("metropolitan", "mayors_office_for_policing_and_crime"),
        ("city-of-london", "common_council"),
        ("greater-manchester", "mayor"),
        ("west-yorkshire", "mayor"),
        ("cumbria", "police_fire_and_crime_commissioner"),
        ("kent", "police_and_crime_commissioner"),
    ] {
        let area = items.iter().find(|area| area["code"] == code).unwrap_or_else(|| panic!("no {code}: {codes:?}"));
        assert_eq!(area["policing_body"]["kind"], kind, "{code}");
    }
    for (title, number) in [
        ("Commissioner of Police of the Metropolis", 1),
        ("Commissioner of Police for the City of London", 1),
        ("Chief Constable", 41),
    ] {
        assert_eq!(count("/force/chief_officer_title", title), number, "{title}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn areas_are_listed_by_country_kind_and_day() {
    let app = App::start().await;
    let count = async |query: &str| {
        let path = format!("/v1/areas?limit=1&count=true&{query}");
        app.public().get(&path).await.expect(200).body["total"].as_i64().expect("a total")
    };
    assert_eq!(count("country=wales").await, 4);
    assert_eq!(count("country=england,wales").await, 43);
    assert_eq!(count("policing_body_kind=common_council").await, 1);
    assert_eq!(count("valid_on=2022-03-22").await, 43);
    app.public().get("/v1/areas?country=scotland").await.expect(400);
    app.public().get("/v1/areas/atlantis").await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registrar_creates_an_area_and_replaces_the_version_that_it_has_read() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let put = async |headers: &[(&str, &str)], body: &Value| {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        registrar
            .send(reqwest::Method::PUT, "/v1/areas/east-marches", &headers, Some(body.to_string().into_bytes()))
            .await
    };
    put(&[], &area_body("East Marches")).await.expect(428);
    put(&[("if-match", "*")], &area_body("East Marches")).await.expect(412);
    let created = put(&[("if-none-match", "*")], &area_body("East Marches")).await.expect(201);
    assert_eq!((&created.body["code"], &created.body["version"]), (&json!("east-marches"), &json!(1)));
    assert_eq!(created.body["policing_body"]["since"], "2028-05-04");
    put(&[("if-none-match", "*")], &area_body("Again")).await.expect(412);
    put(&[("if-match", "\"v7-0000000000000000\"")], &area_body("Again")).await.expect(412);
    let mut ended = area_body("The East Marches");
    (ended["valid_to"], ended["successor"]) = (json!("2024-03-31"), json!("cumbria"));
    let replaced = put(&[("if-match", &created.etag())], &ended).await.expect(200);
    assert_eq!((&replaced.body["name"], &replaced.body["version"]), (&json!("The East Marches"), &json!(2)));
    assert_eq!(replaced.body["id"], created.body["id"]);
    let seen = app.public().get("/v1/areas/east-marches").await.expect(200);
    assert_eq!((&seen.body["valid_to"], &seen.body["successor"]), (&json!("2024-03-31"), &json!("cumbria")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_area_is_refused() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let refused = async |path: &str, member: &str, value: Value| {
        let mut body = area_body("East Marches");
        *body.pointer_mut(member).expect("a member") = value;
        let headers = [("if-none-match", "*"), ("content-type", "application/json")];
        let reply = registrar.send(reqwest::Method::PUT, path, &headers, Some(body.to_string().into_bytes())).await;
        reply.expect(422).faults().remove(0).0
    };
    let path = "/v1/areas/east-marches";
    assert_eq!(refused(path, "/successor", json!("atlantis")).await, "/successor");
    assert_eq!(refused(path, "/valid_to", json!("2021-12-31")).await, "/valid_to");
    assert_eq!(refused(path, "/country", json!("scotland")).await, "/country");
    assert_eq!(refused(path, "/policing_body/kind", json!("king")).await, "/policing_body/kind");
    assert_eq!(refused(path, "/force/name", json!("")).await, "/force/name");
    assert_eq!(refused("/v1/areas/East_Marches", "/name", json!("East Marches")).await, "/code");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_registrar_creates_or_replaces_areas() {
    let app = App::start().await;
    let body = area_body("East Marches");
    for role in [Role::Opcc, Role::OpccApprover, Role::Constabulary, Role::ChiefOfficer, Role::Auditor] {
        app.person(role, "cumbria").put("/v1/areas/cumbria", "*", body.clone()).await.expect(403);
    }
    app.public().put("/v1/areas/cumbria", "*", body).await.expect(401);
}

/// Returns the settings of an area, with the defaults of all others.
fn settings(comments_days: i32, reminder_days: &[i32]) -> Value {
    json!({
        "afi_explanation_required": false, "comments_days": comments_days, "reminder_days": reminder_days,
        "retention_years": 7, "notification_addresses": [], "reminders_on_working_days": false,
        "escalate_late_days": null, "escalate_unopened_days": null,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_callers_of_the_area_see_its_settings() {
    let app = App::start().await;
    let defaults = settings(28, &[14, 7, 3, 1]);
    for role in [Role::Opcc, Role::OpccApprover, Role::Constabulary, Role::ChiefOfficer, Role::Auditor] {
        let own = app.person(role, "cumbria").get("/v1/areas/cumbria").await.expect(200);
        assert_eq!(own.body["settings"], defaults, "{role}");
        let theirs = app.person(role, "kent").get("/v1/areas/cumbria").await.expect(200);
        assert!(theirs.body.get("settings").is_none(), "{role}");
    }
    for person in [app.public(), app.person(Role::Registrar, "")] {
        let seen = person.get("/v1/areas/cumbria").await.expect(200);
        assert!(seen.body.get("settings").is_none());
        assert!(!person.get("/v1/areas?limit=200").await.expect(200).text.contains("comments_days"));
    }
    let listed = app.person(Role::Opcc, "cumbria").get("/v1/areas?limit=200").await.expect(200);
    let shown = listed.body["items"].as_array().expect("a list").iter().filter(|area| area.get("settings").is_some());
    assert_eq!(shown.map(|area| &area["code"]).collect::<Vec<_>>(), ["cumbria"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_areas_own_approver_amends_its_settings() {
    let app = App::start().await;
    let body = json!({ "settings": { "comments_days": 21, "reminder_days": [10, 2] } });
    for role in [Role::Opcc, Role::Constabulary, Role::ChiefOfficer, Role::Auditor, Role::Registrar] {
        app.person(role, "cumbria").patch("/v1/areas/cumbria", "*", body.clone()).await.expect(403);
    }
    app.person(Role::OpccApprover, "kent").patch("/v1/areas/cumbria", "*", body.clone()).await.expect(403);
    let approver = app.person(Role::OpccApprover, "cumbria");
    let tag = approver.get("/v1/areas/cumbria").await.expect(200).etag();
    let amended = approver.patch("/v1/areas/cumbria", &tag, body.clone()).await.expect(200);
    let expected = settings(21, &[10, 2]);
    assert_eq!(amended.body["settings"], expected, "an absent setting stays as it is");
    approver.patch("/v1/areas/cumbria", &tag, body).await.expect(412);
    for (settings, pointer) in [
        (json!({ "comments_days": 0 }), "/settings/comments_days"),
        (json!({ "comments_days": 56 }), "/settings/comments_days"),
        (json!({ "comments_days": null }), "/settings/comments_days"),
        (json!({ "reminder_days": [56] }), "/settings/reminder_days/0"),
        (json!({ "colour": "blue" }), "/settings/colour"),
    ] {
        let refused = approver.patch("/v1/areas/cumbria", "*", json!({ "settings": settings })).await.expect(422);
        assert_eq!(refused.faults()[0].0, pointer, "{settings}");
    }
    approver.patch("/v1/areas/cumbria", "*", json!({ "name": "Westmorland" })).await.expect(422);
    let seen = app.person(Role::Auditor, "cumbria").get("/v1/areas/cumbria").await.expect(200);
    assert_eq!(seen.body["settings"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_area_keeps_its_settings() {
    let app = App::start().await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.patch("/v1/areas/cumbria", "*", json!({ "settings": { "comments_days": 21 } })).await.expect(200);
    app.person(Role::Registrar, "").put("/v1/areas/cumbria", "*", area_body("Cumbria")).await.expect(200);
    let seen = approver.get("/v1/areas/cumbria").await.expect(200);
    assert_eq!(
        (&seen.body["settings"]["comments_days"], &seen.body["policing_body"]["name"]),
        (&json!(21), &json!("Mayor of Cumbria"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_areas_means_the_areas_that_exist_on_the_day_of_the_report() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let headers = [("if-none-match", "*"), ("content-type", "application/json")];
    let body = area_body("East Marches").to_string().into_bytes();
    registrar.send(reqwest::Method::PUT, "/v1/areas/east-marches", &headers, Some(body)).await.expect(201);
    for (reference, published_on, areas) in [("74001", "2021-12-31", 43), ("74002", "2022-01-01", 44)] {
        let mut body = registration(reference);
        body["published_on"] = json!(published_on);
        let made = registrar.post("/v1/inspections", body).await.expect(201);
        registrar.act(&made.href(), json!({ "action": "publish" })).await.expect(200);
        let administrator = app.database.administrator().await;
        let sql =
            "select count(*) from responses r join inspections i on i.id = r.inspection_id where i.reference = $1";
        let count: i64 = administrator.query_one(sql, &[&reference]).await.expect("a count").get(0);
        assert_eq!(count, areas, "{published_on}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_number_is_accepted_in_every_notation() {
    let app = App::start().await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    for (number, status) in [("21", 200), ("21.0", 200), ("2.1e1", 200), ("21.5", 422), ("1e300", 422)] {
        let body = format!("{{\"settings\": {{\"comments_days\": {number}}}}}").into_bytes();
        let headers = [("content-type", "application/json"), ("if-match", "*")];
        let reply =
            approver.send(reqwest::Method::PATCH, "/v1/areas/cumbria", &headers, Some(body)).await.expect(status);
        assert!(status != 200 || reply.body["settings"]["comments_days"] == 21, "{number}: {}", reply.text);
    }
}
