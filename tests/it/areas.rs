//! Areas: reference data that a registrar keeps, and settings that are each area's own.

use section55::auth::Role;
use serde_json::{Value, json};

use super::support::App;
use super::support::world::registration;

/// An area as a registrar writes it.
fn written(name: &str) -> Value {
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
async fn the_43_areas_come_as_reference_data() {
    let app = App::start().await;
    let all = app.public().get("/v1/areas?limit=200&count=true").await.expect(200);
    assert_eq!(all.body["total"], 43);
    let items = all.body["items"].as_array().expect("a list");
    let codes: Vec<&str> = items.iter().map(|area| area["code"].as_str().expect("a code")).collect();
    assert_eq!(codes.len(), 43);
    assert!(codes.is_sorted());
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
async fn a_registrar_enters_an_area_that_is_not_there_and_rewrites_one_it_has_seen() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let put = async |headers: &[(&str, &str)], body: &Value| {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        registrar
            .send(reqwest::Method::PUT, "/v1/areas/east-marches", &headers, Some(body.to_string().into_bytes()))
            .await
    };
    put(&[], &written("East Marches")).await.expect(428);
    put(&[("if-match", "*")], &written("East Marches")).await.expect(412);
    let made = put(&[("if-none-match", "*")], &written("East Marches")).await.expect(201);
    assert_eq!((&made.body["code"], &made.body["version"]), (&json!("east-marches"), &json!(1)));
    assert_eq!(made.body["policing_body"]["since"], "2028-05-04");
    put(&[("if-none-match", "*")], &written("Again")).await.expect(412);
    put(&[("if-match", "\"v7-0000000000000000\"")], &written("Again")).await.expect(412);
    let mut ended = written("The East Marches");
    (ended["valid_to"], ended["successor"]) = (json!("2024-03-31"), json!("cumbria"));
    let rewritten = put(&[("if-match", &made.tag())], &ended).await.expect(200);
    assert_eq!((&rewritten.body["name"], &rewritten.body["version"]), (&json!("The East Marches"), &json!(2)));
    assert_eq!(rewritten.body["id"], made.body["id"]);
    let seen = app.public().get("/v1/areas/east-marches").await.expect(200);
    assert_eq!((&seen.body["valid_to"], &seen.body["successor"]), (&json!("2024-03-31"), &json!("cumbria")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_area_is_held_to_its_form() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let refused = async |path: &str, member: &str, value: Value| {
        let mut body = written("East Marches");
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
async fn only_a_registrar_writes_areas() {
    let app = App::start().await;
    let body = written("East Marches");
    for role in [Role::Opcc, Role::OpccApprover, Role::Constabulary, Role::ChiefOfficer, Role::Auditor] {
        app.person(role, "cumbria").put("/v1/areas/cumbria", "*", body.clone()).await.expect(403);
    }
    app.public().put("/v1/areas/cumbria", "*", body).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_are_shown_to_the_area_and_hidden_from_others() {
    let app = App::start().await;
    let defaults = json!({ "afi_explanation_required": false, "comments_days": 28, "reminder_days": [14, 7, 3, 1], "retention_years": 7 });
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
async fn settings_are_amended_by_the_areas_own_approver_alone() {
    let app = App::start().await;
    let body = json!({ "settings": { "comments_days": 21, "reminder_days": [10, 2] } });
    for role in [Role::Opcc, Role::Constabulary, Role::ChiefOfficer, Role::Auditor, Role::Registrar] {
        app.person(role, "cumbria").patch("/v1/areas/cumbria", "*", body.clone()).await.expect(403);
    }
    app.person(Role::OpccApprover, "kent").patch("/v1/areas/cumbria", "*", body.clone()).await.expect(403);
    let approver = app.person(Role::OpccApprover, "cumbria");
    let tag = approver.get("/v1/areas/cumbria").await.expect(200).tag();
    let amended = approver.patch("/v1/areas/cumbria", &tag, body.clone()).await.expect(200);
    let wanted = json!({ "afi_explanation_required": false, "comments_days": 21, "reminder_days": [10, 2], "retention_years": 7 });
    assert_eq!(amended.body["settings"], wanted, "what is left out stays");
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
    assert_eq!(seen.body["settings"], wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rewritten_area_keeps_its_settings() {
    let app = App::start().await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.patch("/v1/areas/cumbria", "*", json!({ "settings": { "comments_days": 21 } })).await.expect(200);
    app.person(Role::Registrar, "").put("/v1/areas/cumbria", "*", written("Cumbria")).await.expect(200);
    let seen = approver.get("/v1/areas/cumbria").await.expect(200);
    assert_eq!(
        (&seen.body["settings"]["comments_days"], &seen.body["policing_body"]["name"]),
        (&json!(21), &json!("Mayor of Cumbria"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_areas_are_those_of_the_day_of_the_report_however_many() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let headers = [("if-none-match", "*"), ("content-type", "application/json")];
    let body = written("East Marches").to_string().into_bytes();
    registrar.send(reqwest::Method::PUT, "/v1/areas/east-marches", &headers, Some(body)).await.expect(201);
    for (reference, published_on, areas) in [("74001", "2021-12-31", 43), ("74002", "2022-01-01", 44)] {
        let mut sent = registration(reference);
        sent["published_on"] = json!(published_on);
        let made = registrar.post("/v1/inspections", sent).await.expect(201);
        registrar.act(&made.href(), json!({ "action": "publish" })).await.expect(200);
        let administrator = app.database.administrator().await;
        let sql =
            "select count(*) from responses r join inspections i on i.id = r.inspection_id where i.reference = $1";
        let count: i64 = administrator.query_one(sql, &[&reference]).await.expect("a count").get(0);
        assert_eq!(count, areas, "{published_on}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_number_is_one_however_it_is_written() {
    let app = App::start().await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    for (written, status) in [("21", 200), ("21.0", 200), ("2.1e1", 200), ("21.5", 422), ("1e300", 422)] {
        let body = format!("{{\"settings\": {{\"comments_days\": {written}}}}}").into_bytes();
        let headers = [("content-type", "application/json"), ("if-match", "*")];
        let reply =
            approver.send(reqwest::Method::PATCH, "/v1/areas/cumbria", &headers, Some(body)).await.expect(status);
        assert!(status != 200 || reply.body["settings"]["comments_days"] == 21, "{written}: {}", reply.text);
    }
}
