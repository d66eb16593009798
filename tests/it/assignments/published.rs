//! What anyone sees of a line: how it stands and two positions, once its area's response is published; nothing else.

use section55::auth::Role;
use serde_json::json;

use super::Case;
use crate::support::Reply;

impl Case {
    async fn publish(&self, area: &str) {
        self.app.bring_to(&self.app.response(&self.inspection, area).await, area, "published").await;
    }

    /// How everybody sees the recommendation of the case's line, by area.
    async fn everywhere(&self) -> Reply {
        let id = self.seen().await["recommendation_id"].as_str().expect("an id").to_owned();
        self.app.public().get(&format!("/v1/assignments?recommendation_id={id}&sort=area")).await.expect(200)
    }
}

fn areas(list: &Reply) -> Vec<&str> {
    list.body["items"].as_array().expect("a list").iter().filter_map(|it| it["area"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_national_recommendation_shows_how_the_areas_that_have_answered_stand() {
    let case = Case::new().await;
    assert_eq!(areas(&case.everywhere().await), Vec::<&str>::new());
    case.app.public().get(&case.line).await.expect(404);
    case.publish("kent").await;
    assert_eq!(areas(&case.everywhere().await), ["kent"]);
    case.publish("cumbria").await;
    assert_eq!(areas(&case.everywhere().await), ["cumbria", "kent"]);
    let surrey = case.app.response(&case.inspection, "surrey").await;
    case.app.bring_to(&surrey, "surrey", "approved").await;
    let essex = case.app.response(&case.inspection, "essex").await;
    case.app.bring_to(&essex, "essex", "not_required").await;
    assert_eq!(areas(&case.everywhere().await), ["cumbria", "kent"]);
    // A correction under way takes nothing away.
    let cumbria = case.app.response(&case.inspection, "cumbria").await;
    case.approver.act(&cumbria, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    assert_eq!(areas(&case.everywhere().await), ["cumbria", "kent"]);
    case.app.public().get(&case.line).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shown_is_the_headline_two_positions_and_nothing_else() {
    const SHOWN: [&str; 12] = [
        "id",
        "area",
        "recommendation_id",
        "inspection_id",
        "recommendation",
        "headline",
        "body_view",
        "inspectorate_status",
        "version",
        "created_at",
        "updated_at",
        "links",
    ];
    let case = Case::new().await;
    case.publish("cumbria").await;
    case.app.bring_line_to(&case.line, "cumbria", "force_complete").await;
    let moved = json!({ "value": "limited", "note": "A small sample." });
    case.auditor.put(&format!("{}/positions/assurance_opinion", case.line), "*", moved).await.expect(200);
    let shown = case.app.public().get(&case.line).await.expect(200);
    for (name, value) in shown.body.as_object().expect("members") {
        assert_eq!(!value.is_null(), SHOWN.contains(&name.as_str()), "{name}: {value}");
    }
    let links: Vec<&String> = shown.body["links"].as_object().expect("links").keys().collect();
    assert_eq!(links, ["area", "inspection", "recommendation", "self"]);
    let stands = (&shown.body["headline"], &shown.body["body_view"], &shown.body["inspectorate_status"]);
    assert_eq!(stands, (&json!("awaiting_assurance"), &json!("none"), &json!("open")));
    assert_eq!(shown.headers["cache-control"], "public, max-age=60");
    // Whoever is of another area, and whoever is of none, sees the same; each has its own tag.
    for person in [case.app.person(Role::OpccApprover, "kent"), case.app.person(Role::Registrar, "")] {
        let other = person.get(&case.line).await.expect(200);
        assert_eq!((&other.body, other.tag()), (&shown.body, shown.tag()));
        assert_eq!(other.headers["cache-control"], "private, no-store");
    }
    let own = case.force.get(&case.line).await.expect(200);
    assert_ne!(own.tag(), shown.tag());
    let known = [("if-none-match", shown.tag())];
    let known: Vec<(&str, &str)> = known.iter().map(|(name, tag)| (*name, tag.as_str())).collect();
    case.app.public().send(reqwest::Method::GET, &case.line, &known, None).await.expect(304);
    case.force.send(reqwest::Method::GET, &case.line, &known, None).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_shown_changes_nothing_of_what_is() {
    let case = Case::new().await;
    case.publish("cumbria").await;
    let line = &case.line;
    case.force.act(line, json!({ "action": "allocate", "owner": "Insp. Owner" })).await.expect(200);
    let before = case.everywhere().await;
    let single = case.app.public().get(line).await.expect(200);
    let moved = json!({ "local_target_on": "2023-01-01", "reason": "The budget." });
    case.force.patch(line, "*", moved).await.expect(200);
    case.force.patch(line, "*", json!({ "owner": "Insp. Other", "dependency": "CPS" })).await.expect(200);
    case.force.post(&format!("{line}/updates"), json!({ "text": "Begun." })).await.expect(201);
    let opinion = json!({ "value": "limited", "note": "A small sample." });
    case.auditor.put(&format!("{line}/positions/assurance_opinion"), "*", opinion).await.expect(200);
    let item = case.app.submitted_evidence(line, "cumbria", json!({ "marking": "official_sensitive" })).await;
    case.opcc.act(&item.href(), json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    case.app.clock.set(case.app.clock.now() + chrono::TimeDelta::minutes(1));
    let again = json!({ "local_target_on": "2023-02-01", "reason": "The budget." });
    case.force.patch(line, "*", again).await.expect(200);
    let after = case.everywhere().await;
    assert_eq!((after.text.as_str(), after.tag()), (before.text.as_str(), before.tag()));
    let after = case.app.public().get(line).await.expect(200);
    assert_eq!((after.text.as_str(), after.tag()), (single.text.as_str(), single.tag()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shown_follows_the_line_at_once() {
    let case = Case::new().await;
    case.publish("cumbria").await;
    let shown = async || case.app.public().get(&case.line).await.expect(200).body;
    let first = shown().await;
    case.app.bring_line_to(&case.line, "cumbria", "in_progress").await;
    assert_eq!(shown().await["headline"], "in_progress");
    let moved = json!({ "local_target_on": "2022-03-22", "reason": "The board." });
    case.force.patch(&case.line, "*", moved).await.expect(200);
    case.app.set_day("2022-03-23");
    assert_eq!(shown().await["headline"], "overdue", "the local target shows by its effect alone");
    let listed = case.app.public().get("/v1/assignments?headline=overdue").await.expect(200);
    assert_eq!(listed.body["items"][0]["id"], first["id"]);
    let view = json!({ "value": "not_assured", "note": "Not yet." });
    case.opcc.put(&format!("{}/positions/body_view", case.line), "*", view).await.expect(200);
    assert_eq!(shown().await["body_view"], "not_assured");
    let decision = json!({ "value": "closed_verified", "source": "Letter", "date": "2022-03-21" });
    case.force.put(&format!("{}/positions/inspectorate_status", case.line), "*", decision).await.expect(200);
    let last = shown().await;
    assert_eq!((&last["headline"], &last["inspectorate_status"]), (&json!("closed"), &json!("closed_verified")));
    assert!(last["version"].as_i64() > first["version"].as_i64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_finds_another_areas_lines_by_what_is_not_shown() {
    let case = Case::new().await;
    case.publish("cumbria").await;
    case.app.bring_line_to(&case.line, "cumbria", "allocated").await;
    case.app.set_day("2022-05-01");
    let kent = case.app.person(Role::OpccApprover, "kent");
    for query in
        ["force_status=allocated", "owner=Insp.%20Owner", "due_before=2030-01-01", "overdue=true", "overdue=false"]
    {
        for person in [&case.app.public(), &kent] {
            let list = person.get(&format!("/v1/assignments?area=cumbria&count=true&{query}")).await.expect(200);
            assert_eq!((&list.body["items"], &list.body["total"]), (&json!([]), &json!(0)), "{query}");
        }
        let own = case.auditor.get(&format!("/v1/assignments?area=cumbria&{query}")).await.expect(200);
        assert_ne!(own.body["items"], json!([]), "{query}: those whose it is do");
    }
}
