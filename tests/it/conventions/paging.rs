//! Lists: pages contain every item once in any order, altered cursors are refused, and totals are correct.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::sample_records::Operation;
use crate::support::world::registration;
use crate::support::{App, Person, Reply};

/// Creates inspections with many equal sort keys: drafts without title or date, and published ones of the same date.
async fn create_inspections(app: &App) {
    create_drafts(app).await;
    create_published(app).await;
}

async fn create_drafts(app: &App) {
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    for n in 0..5 {
        let mut sent = registration(&format!("8{n}"));
        if n % 2 == 0 {
            for member in ["title", "published_on"] {
                sent.as_object_mut().expect("an object").remove(member);
            }
        }
        opcc.post("/v1/inspections", sent).await.expect(201);
    }
}

async fn create_published(app: &App) {
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    let subject = json!(["cumbria", "kent"]);
    for n in 0..3 {
        let mut sent = registration(&format!("9{n}"));
        sent["subjects"] = subject.clone();
        let made = opcc.post("/v1/inspections", sent).await.expect(201);
        for k in 0..2 {
            let added = crate::support::world::recommendation(&format!("9{n}-{k}"));
            opcc.post(&format!("{}/recommendations", made.href()), added).await.expect(201);
        }
        opcc.act(&made.href(), json!({ "action": "publish" })).await.expect(200);
    }
}

/// Adds updates with few different dates, and evidence with few different titles, to an assignment.
async fn add_updates_and_evidence(app: &App, assignment: &str) {
    let force = app.person(section55::auth::Role::Constabulary, "cumbria");
    for n in 0..5 {
        let update = json!({ "text": "The work goes on.", "date": format!("2022-03-0{}", 1 + n % 2) });
        force.post(&format!("{assignment}/updates"), update).await.expect(201);
        let mut members = json!({ "title": format!("Minutes {}", n % 2) });
        if n % 3 == 0 {
            members["expires_on"] = json!("2022-12-31");
        }
        app.add_evidence(assignment, "cumbria", members).await;
    }
}

/// Makes calendars.
async fn create_calendars(app: &App) {
    for _ in 0..3 {
        app.person_with_every_role().post("/v1/calendars", json!({})).await.expect(201);
    }
}

/// Makes remarks on a response.
async fn create_remarks(app: &App, response: &str) {
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    for n in 0..4 {
        opcc.post(&format!("{response}/remarks"), json!({ "text": format!("Remark {n}.") })).await.expect(201);
    }
}

/// Creates webhooks, and messages to one of them.
async fn create_webhooks_and_deliveries(app: &App, webhook: &str) {
    let approver = app.person(section55::auth::Role::OpccApprover, "cumbria");
    for _ in 0..3 {
        app.create_disabled_webhook("cumbria").await;
        approver.post(&format!("{webhook}/ping"), Value::Null).await.expect(200);
    }
}

/// Creates proposals, and an import of rows.
async fn create_imports(app: &App) {
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    for n in 0..3 {
        let table = json!({ "rows": [{ "reference": format!("paged-{n}"), "text": "One." }] });
        opcc.post("/v1/imports?area=cumbria", table).await.expect(201);
    }
    let draft = app.create_draft_inspection("95").await;
    let path = format!("/v1/imports?area=cumbria&inspection_id={}", draft.body["id"].as_str().expect("an id"));
    opcc.post(&path, json!({ "rows": [{ "reference": "paged", "text": "One." }] })).await.expect(201);
}

/// Withdraws evidence, and creates reviews, disposals and legal holds of it.
async fn create_retention_records(app: &App) {
    let inspection = app.create_published_inspection("94").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    let chief = app.person(section55::auth::Role::ChiefOfficer, "cumbria");
    for n in 0..4 {
        let evidence = app.add_evidence(&assignment, "cumbria", json!({ "title": format!("Old {n}") })).await;
        chief.act(&evidence.href(), json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
        let request = |more: Value| {
            let mut body = json!({ "resource": "evidence", "resource_id": evidence.body["id"], "reason": "As it is." });
            body.as_object_mut().expect("an object").extend(more.as_object().expect("members").clone());
            body
        };
        let review = request(json!({ "review_on": format!("2030-01-0{}", 1 + n % 2) }));
        chief.post("/v1/retention-reviews", review).await.expect(201);
        if n < 3 {
            chief.post("/v1/disposals", request(json!({ "ground": "erasure" }))).await.expect(201);
            chief.post("/v1/legal-holds", request(json!({}))).await.expect(201);
        }
    }
}

fn ids(reply: &Reply) -> Vec<String> {
    let items = reply.body["items"].as_array().expect("items");
    items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

fn next_page(reply: &Reply) -> Option<String> {
    let link = reply.headers.get("link").map(|link| link.to_str().expect("a link"));
    let path = link.map(|link| link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")));
    let path = path.map(|path| path.expect("a link to the next page").to_owned());
    let cursor = reply.body["next_cursor"].as_str();
    assert_eq!(path.is_some(), cursor.is_some());
    if let (Some(path), Some(cursor)) = (&path, cursor) {
        assert!(path.ends_with(&format!("cursor={cursor}")), "{path}");
    }
    path
}

/// Returns the ids on all pages.
async fn ids_of_all_pages(person: &Person, first: String) -> Vec<String> {
    let (mut all, mut path) = (Vec::new(), Some(first));
    while let Some(current) = path {
        let page = person.get(&current).await.expect(200);
        all.extend(ids(&page));
        path = next_page(&page);
    }
    all
}

/// Returns true if a list can be narrowed to records with certain ids.
fn takes_ids(operation: &Operation) -> bool {
    let parameters = operation.described["parameters"].as_array().expect("parameters");
    parameters.iter().any(|it| it["name"] == "id" && it["in"] == "query")
}

/// Returns the operations that return lists, with the sort keys of each.
fn lists(operations: Vec<Operation>) -> Vec<(Operation, Vec<String>)> {
    let each = operations.into_iter().filter_map(|operation| {
        let parameters = operation.described["parameters"].as_array()?;
        // Exports have no pages.
        parameters.iter().find(|it| it["name"] == "limit")?;
        let sort = parameters.iter().find(|it| it["name"] == "sort")?.clone();
        let keys = sort["schema"]["items"]["enum"].as_array()?.iter();
        Some((operation, keys.map(|key| key.as_str().expect("a name").to_owned()).collect()))
    });
    each.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_contain_every_item_once_in_every_order() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    create_inspections(&app).await;
    add_updates_and_evidence(&app, &sample_records.assignment).await;
    create_webhooks_and_deliveries(&app, &sample_records.webhook).await;
    create_retention_records(&app).await;
    create_imports(&app).await;
    create_calendars(&app).await;
    create_remarks(&app, &sample_records.response).await;
    let mut tested = 0;
    for (operation, keys) in lists(app.operations(&sample_records)) {
        let public = operation.permission().is_none().then(|| app.public());
        for (min, person) in [(3, app.person_with_every_role())].into_iter().chain(public.map(|public| (1, public))) {
            let path = if operation.template == "/v1/inspections/{id}/recommendations" {
                format!("{}/recommendations", sample_records.inspection)
            } else {
                operation.path.clone()
            };
            let complete = person.get(&format!("{path}?limit=200&count=true")).await.expect(200);
            let all: BTreeSet<String> = ids(&complete).into_iter().collect();
            assert_eq!(complete.body["total"], all.len(), "{path}");
            assert!(all.len() >= min, "{path}: {} items are too few for pages", all.len());
            assert_eq!(complete.body["next_cursor"], Value::Null, "{path}");
            assert_eq!(takes_ids(&operation), !operation.template.contains("{id}"), "{path}");
            if takes_ids(&operation) {
                let wanted: Vec<&str> = all.iter().map(String::as_str).take(2).collect();
                let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
                let by_id = person.get(&format!("{path}?id={}&id={unknown}", wanted.join(","))).await.expect(200);
                let found: BTreeSet<String> = ids(&by_id).into_iter().collect();
                assert!(found.iter().map(String::as_str).eq(wanted), "{path}: {found:?}");
            }
            let limit = (all.len() / 4).max(1);
            let several = keys.join(",").split(',').step_by(2).collect::<Vec<_>>().join(",");
            for order in keys.iter().chain([&several]) {
                let in_order = ids(&person.get(&format!("{path}?limit=200&sort={order}")).await.expect(200));
                let paged = ids_of_all_pages(&person, format!("{path}?sort={order}&limit={limit}")).await;
                assert_eq!(paged, in_order, "{path} by {order}");
                assert_eq!(paged.iter().cloned().collect::<BTreeSet<_>>(), all, "{path} by {order}");
                tested += 1;
            }
        }
    }
    assert!(tested > 80, "only {tested} orders were tested");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_page_stays_the_same_while_records_are_inserted_before_it() {
    let app = App::start().await;
    create_inspections(&app).await;
    let public = app.public();
    let first = public.get("/v1/recommendations?sort=reference&limit=2&kind=recommendation").await.expect(200);
    let second = public.get(&next_page(&first).expect("a second page")).await.expect(200);
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    let earlier = json!({ "reference": "00", "published_on": "2022-03-01", "title": "Earlier in every order" });
    let made = opcc.post("/v1/inspections", earlier).await.expect(201);
    let path = format!("{}/recommendations", made.href());
    opcc.post(&path, crate::support::world::recommendation("00-1")).await.expect(201);
    opcc.act(&made.href(), json!({ "action": "publish" })).await.expect(200);
    let again = public.get(&next_page(&first).expect("a second page")).await.expect(200);
    assert_eq!(ids(&again), ids(&second));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_altered_cursor_or_that_of_another_query_gets_400() {
    let app = App::start().await;
    create_inspections(&app).await;
    let everyone = app.person_with_every_role();
    let list = "/v1/inspections?sort=title&state=draft,published";
    let first = everyone.get(&format!("{list}&limit=2")).await.expect(200);
    let cursor = first.body["next_cursor"].as_str().expect("a cursor").to_owned();
    everyone.get(&format!("{list}&limit=3&count=true&cursor={cursor}")).await.expect(200);
    let refused = async |path: String| {
        let faults = everyone.get(&path).await.expect(400).faults();
        assert_eq!(faults, [("/cursor".to_owned(), "bad_cursor".to_owned())], "{path}");
    };
    for at in 0..cursor.len() {
        let mut altered = cursor.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        refused(format!("{list}&cursor={}", String::from_utf8(altered).expect("ascii"))).await;
    }
    // Other values of the unused bits in the last character, and other encodings of the same bytes.
    let last = cursor.len() - 1;
    for other in (b'a'..=b'z').chain(b'A'..=b'Z').chain(b'0'..=b'9').filter(|other| *other != cursor.as_bytes()[last]) {
        refused(format!("{list}&cursor={}{}", &cursor[..last], char::from(other))).await;
    }
    for altered in
        [String::new(), cursor[..last].to_owned(), format!("{cursor}A"), format!("{cursor}%3D"), cursor.to_lowercase()]
    {
        refused(format!("{list}&cursor={altered}")).await;
    }
    for other in [
        "/v1/inspections?sort=-title&state=draft,published",
        "/v1/inspections?sort=title&state=published,draft",
        "/v1/inspections?sort=title",
        "/v1/inspections?sort=title&state=draft,published&kind=peel",
        "/v1/recommendations?sort=reference",
        "/v1/responses",
    ] {
        let join = if other.contains('?') { '&' } else { '?' };
        refused(format!("{other}{join}cursor={cursor}")).await;
    }
}
