//! The public view of an assignment: the headline state and two positions, once the area's response is published.

use section55::auth::Role;
use serde_json::json;

use super::Case;
use crate::support::Reply;

impl Case {
    async fn publish(&self, area: &str) {
        self.app.advance_response_to(&self.app.response_path(&self.inspection, area).await, area, "published").await;
    }

    /// Lists the published assignments of the case's recommendation, by area.
    async fn public_list(&self) -> Reply {
        let id = self.get().await["recommendation_id"].as_str().expect("an id").to_owned();
        self.app.public().get(&format!("/v1/assignments?recommendation_id={id}&sort=area")).await.expect(200)
    }
}

fn areas(list: &Reply) -> Vec<&str> {
    list.body["items"].as_array().expect("a list").iter().filter_map(|it| it["area"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_assignments_of_a_recommendation_are_public_in_the_areas_with_a_published_response() {
    let case = Case::new().await;
    assert_eq!(areas(&case.public_list().await), Vec::<&str>::new());
    case.app.public().get(&case.assignment).await.expect(404);
    case.publish("kent").await;
    assert_eq!(areas(&case.public_list().await), ["kent"]);
    case.publish("cumbria").await;
    assert_eq!(areas(&case.public_list().await), ["cumbria", "kent"]);
    let surrey = case.app.response_path(&case.inspection, "surrey").await;
    case.app.advance_response_to(&surrey, "surrey", "approved").await;
    let essex = case.app.response_path(&case.inspection, "essex").await;
    case.app.advance_response_to(&essex, "essex", "not_required").await;
    assert_eq!(areas(&case.public_list().await), ["cumbria", "kent"]);
    // An unpublished correction does not hide the assignment.
    let cumbria = case.app.response_path(&case.inspection, "cumbria").await;
    case.approver.act(&cumbria, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    assert_eq!(areas(&case.public_list().await), ["cumbria", "kent"]);
    case.app.public().get(&case.assignment).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_view_has_the_headline_two_positions_and_nothing_else() {
    const PUBLIC_MEMBERS: [&str; 12] = [
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
    case.app.advance_assignment_to(&case.assignment, "cumbria", "force_complete").await;
    let opinion = json!({ "value": "limited", "note": "A small sample." });
    case.auditor.put(&format!("{}/positions/assurance_opinion", case.assignment), "*", opinion).await.expect(200);
    let public_view = case.app.public().get(&case.assignment).await.expect(200);
    for (name, value) in public_view.body.as_object().expect("members") {
        assert_eq!(!value.is_null(), PUBLIC_MEMBERS.contains(&name.as_str()), "{name}: {value}");
    }
    let links: Vec<&String> = public_view.body["links"].as_object().expect("links").keys().collect();
    assert_eq!(links, ["area", "inspection", "recommendation", "self"]);
    let public =
        (&public_view.body["headline"], &public_view.body["body_view"], &public_view.body["inspectorate_status"]);
    assert_eq!(public, (&json!("awaiting_assurance"), &json!("none"), &json!("open")));
    assert_eq!(public_view.headers["cache-control"], "public, max-age=60");
    // Callers of another area, and of none, see the same as the public.
    for person in [case.app.person(Role::OpccApprover, "kent"), case.app.person(Role::Registrar, "")] {
        let other = person.get(&case.assignment).await.expect(200);
        assert_eq!((&other.body, other.etag()), (&public_view.body, public_view.etag()));
        assert_eq!(other.headers["cache-control"], "private, no-store");
    }
    let own = case.force.get(&case.assignment).await.expect(200);
    assert_ne!(own.etag(), public_view.etag());
    let headers = [("if-none-match", public_view.etag())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, etag)| (*name, etag.as_str())).collect();
    case.app.public().send(reqwest::Method::GET, &case.assignment, &headers, None).await.expect(304);
    case.force.send(reqwest::Method::GET, &case.assignment, &headers, None).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_private_members_does_not_change_the_public_view() {
    let case = Case::new().await;
    case.publish("cumbria").await;
    let assignment = &case.assignment;
    case.force.act(assignment, json!({ "action": "allocate", "owner": "Insp. Owner" })).await.expect(200);
    let before = case.public_list().await;
    let single = case.app.public().get(assignment).await.expect(200);
    let request = json!({ "local_target_on": "2023-01-01", "reason": "The budget." });
    case.force.patch(assignment, "*", request).await.expect(200);
    case.force.patch(assignment, "*", json!({ "owner": "Insp. Other", "dependency": "CPS" })).await.expect(200);
    case.force.post(&format!("{assignment}/updates"), json!({ "text": "Begun." })).await.expect(201);
    let opinion = json!({ "value": "limited", "note": "A small sample." });
    case.auditor.put(&format!("{assignment}/positions/assurance_opinion"), "*", opinion).await.expect(200);
    let evidence =
        case.app.add_submitted_evidence(assignment, "cumbria", json!({ "marking": "official_sensitive" })).await;
    case.opcc.act(&evidence.href(), json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    case.app.clock.set(case.app.clock.now() + chrono::TimeDelta::minutes(1));
    let again = json!({ "local_target_on": "2023-02-01", "reason": "The budget." });
    case.force.patch(assignment, "*", again).await.expect(200);
    let after = case.public_list().await;
    assert_eq!((after.text.as_str(), after.etag()), (before.text.as_str(), before.etag()));
    let after = case.app.public().get(assignment).await.expect(200);
    assert_eq!((after.text.as_str(), after.etag()), (single.text.as_str(), single.etag()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_view_follows_the_assignment_at_once() {
    let case = Case::new().await;
    case.publish("cumbria").await;
    let public_view = async || case.app.public().get(&case.assignment).await.expect(200).body;
    let first = public_view().await;
    case.app.advance_assignment_to(&case.assignment, "cumbria", "in_progress").await;
    assert_eq!(public_view().await["headline"], "in_progress");
    let request = json!({ "local_target_on": "2022-03-22", "reason": "The board." });
    case.force.patch(&case.assignment, "*", request).await.expect(200);
    case.app.set_day("2022-03-23");
    assert_eq!(public_view().await["headline"], "overdue", "the local target itself is not public");
    let listed = case.app.public().get("/v1/assignments?headline=overdue").await.expect(200);
    assert_eq!(listed.body["items"][0]["id"], first["id"]);
    let view = json!({ "value": "not_assured", "note": "Not yet." });
    case.opcc.put(&format!("{}/positions/body_view", case.assignment), "*", view).await.expect(200);
    assert_eq!(public_view().await["body_view"], "not_assured");
    let decision = json!({ "value": "closed_verified", "source": "Letter", "date": "2022-03-21" });
    case.force.put(&format!("{}/positions/inspectorate_status", case.assignment), "*", decision).await.expect(200);
    let last = public_view().await;
    assert_eq!((&last["headline"], &last["inspectorate_status"]), (&json!("closed"), &json!("closed_verified")));
    assert!(last["version"].as_i64() > first["version"].as_i64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_areas_assignments_cannot_be_found_by_their_private_members() {
    let case = Case::new().await;
    case.publish("cumbria").await;
    case.app.advance_assignment_to(&case.assignment, "cumbria", "allocated").await;
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
        assert_ne!(own.body["items"], json!([]), "{query}: its own area finds it");
    }
}
