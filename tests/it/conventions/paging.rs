//! Collections: every item once whatever the order, cursors that cannot be bent, counts that count.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::places::Operation;
use crate::support::world::registration;
use crate::support::{App, Person, Reply};

/// Lists with many equal keys: drafts without title or day, published ones of one day.
async fn fill(app: &App) {
    fill_drafts(app).await;
    fill_published(app).await;
}

async fn fill_drafts(app: &App) {
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

async fn fill_published(app: &App) {
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

/// Updates of few days, and items of evidence of few titles, of the line that is known.
async fn fill_line(app: &App, line: &str) {
    let force = app.person(section55::auth::Role::Constabulary, "cumbria");
    for n in 0..5 {
        let update = json!({ "text": "The work goes on.", "date": format!("2022-03-0{}", 1 + n % 2) });
        force.post(&format!("{line}/updates"), update).await.expect(201);
        let mut members = json!({ "title": format!("Minutes {}", n % 2) });
        if n % 3 == 0 {
            members["expires_on"] = json!("2022-12-31");
        }
        app.evidence(line, "cumbria", members).await;
    }
}

/// Webhooks, and messages to one.
async fn fill_webhooks(app: &App, webhook: &str) {
    let approver = app.person(section55::auth::Role::OpccApprover, "cumbria");
    for _ in 0..3 {
        app.stopped_webhook("cumbria").await;
        approver.post(&format!("{webhook}/ping"), Value::Null).await.expect(200);
    }
}

/// Reviews and holds of one record, items that have come to their end, and their disposals.
async fn fill_retention(app: &App) {
    let inspection = app.published_inspection("94").await;
    let line = app.assignment(&inspection, "cumbria").await;
    let chief = app.person(section55::auth::Role::ChiefOfficer, "cumbria");
    for n in 0..4 {
        let item = app.evidence(&line, "cumbria", json!({ "title": format!("Old {n}") })).await;
        chief.act(&item.href(), json!({ "action": "withdraw", "reason": "A slip." })).await.expect(200);
        let of = |more: Value| {
            let mut body = json!({ "resource": "evidence", "resource_id": item.body["id"], "reason": "As it is." });
            body.as_object_mut().expect("an object").extend(more.as_object().expect("members").clone());
            body
        };
        let review = of(json!({ "review_on": format!("2030-01-0{}", 1 + n % 2) }));
        chief.post("/v1/retention-reviews", review).await.expect(201);
        if n < 3 {
            chief.post("/v1/disposals", of(json!({ "ground": "erasure" }))).await.expect(201);
            chief.post("/v1/legal-holds", of(json!({}))).await.expect(201);
        }
    }
}

fn ids(reply: &Reply) -> Vec<String> {
    let items = reply.body["items"].as_array().expect("items");
    items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

fn next(reply: &Reply) -> Option<String> {
    let link = reply.headers.get("link").map(|link| link.to_str().expect("a link"));
    let address = link.map(|link| link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")));
    let address = address.map(|address| address.expect("a link to the next page").to_owned());
    let cursor = reply.body["next_cursor"].as_str();
    assert_eq!(address.is_some(), cursor.is_some());
    if let (Some(address), Some(cursor)) = (&address, cursor) {
        assert!(address.ends_with(&format!("cursor={cursor}")), "{address}");
    }
    address
}

async fn walk(person: &Person, first: String) -> Vec<String> {
    let (mut seen, mut at) = (Vec::new(), Some(first));
    while let Some(address) = at {
        let page = person.get(&address).await.expect(200);
        seen.extend(ids(&page));
        at = next(&page);
    }
    seen
}

/// The lists, with the orders each has.
fn lists(operations: Vec<Operation>) -> Vec<(Operation, Vec<String>)> {
    let each = operations.into_iter().filter_map(|operation| {
        let parameters = operation.described["parameters"].as_array()?;
        // What is exported whole has no pages.
        parameters.iter().find(|it| it["name"] == "limit")?;
        let sort = parameters.iter().find(|it| it["name"] == "sort")?.clone();
        let orders = sort["schema"]["items"]["enum"].as_array()?.iter();
        Some((operation, orders.map(|order| order.as_str().expect("a name").to_owned()).collect()))
    });
    each.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paging_in_any_order_gives_every_item_once_and_in_that_order() {
    let app = App::start().await;
    let places = app.places().await;
    fill(&app).await;
    fill_line(&app, &places.assignment).await;
    fill_webhooks(&app, &places.webhook).await;
    fill_retention(&app).await;
    let mut swept = 0;
    for (operation, orders) in lists(app.operations(&places)) {
        let public = operation.permission().is_none().then(|| app.public());
        for (least, person) in [(3, app.everyone())].into_iter().chain(public.map(|public| (1, public))) {
            let path = if operation.template == "/v1/inspections/{id}/recommendations" {
                format!("{}/recommendations", places.inspection)
            } else {
                operation.path.clone()
            };
            let whole = person.get(&format!("{path}?limit=200&count=true")).await.expect(200);
            let all: BTreeSet<String> = ids(&whole).into_iter().collect();
            assert_eq!(whole.body["total"], all.len(), "{path}");
            assert!(all.len() >= least, "{path}: {} items are no pages", all.len());
            assert_eq!(whole.body["next_cursor"], Value::Null, "{path}");
            let limit = (all.len() / 4).max(1);
            for order in orders.iter().map(String::as_str).chain([orders
                .join(",")
                .split(',')
                .step_by(2)
                .collect::<Vec<_>>()
                .join(",")
                .as_str()])
            {
                let in_order = ids(&person.get(&format!("{path}?limit=200&sort={order}")).await.expect(200));
                let walked = walk(&person, format!("{path}?sort={order}&limit={limit}")).await;
                assert_eq!(walked, in_order, "{path} by {order}");
                assert_eq!(walked.iter().cloned().collect::<BTreeSet<_>>(), all, "{path} by {order}");
                swept += 1;
            }
        }
    }
    assert!(swept > 80, "only {swept} orders");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_asked_for_again_is_the_same_while_others_write_elsewhere() {
    let app = App::start().await;
    fill(&app).await;
    let public = app.public();
    let first = public.get("/v1/recommendations?sort=reference&limit=2&kind=recommendation").await.expect(200);
    let second = public.get(&next(&first).expect("a second page")).await.expect(200);
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    let sent = json!({ "reference": "00", "published_on": "2022-03-01", "title": "Earlier in every order" });
    let made = opcc.post("/v1/inspections", sent).await.expect(201);
    let path = format!("{}/recommendations", made.href());
    opcc.post(&path, crate::support::world::recommendation("00-1")).await.expect(201);
    opcc.act(&made.href(), json!({ "action": "publish" })).await.expect(200);
    let again = public.get(&next(&first).expect("a second page")).await.expect(200);
    assert_eq!(ids(&again), ids(&second));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_that_was_altered_or_is_of_another_list_is_400() {
    let app = App::start().await;
    fill(&app).await;
    let everyone = app.everyone();
    let list = "/v1/inspections?sort=title&state=draft,published";
    let first = everyone.get(&format!("{list}&limit=2")).await.expect(200);
    let cursor = first.body["next_cursor"].as_str().expect("a cursor").to_owned();
    everyone.get(&format!("{list}&limit=3&count=true&cursor={cursor}")).await.expect(200);
    let refused = async |path: String| {
        let told = everyone.get(&path).await.expect(400).faults();
        assert_eq!(told, [("/cursor".to_owned(), "bad_cursor".to_owned())], "{path}");
    };
    for at in 0..cursor.len() {
        let mut bent = cursor.clone().into_bytes();
        bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
        refused(format!("{list}&cursor={}", String::from_utf8(bent).expect("ascii"))).await;
    }
    // The last character's unused bits, and other ways to write the same bytes.
    let last = cursor.len() - 1;
    for other in (b'a'..=b'z').chain(b'A'..=b'Z').chain(b'0'..=b'9').filter(|other| *other != cursor.as_bytes()[last]) {
        refused(format!("{list}&cursor={}{}", &cursor[..last], char::from(other))).await;
    }
    for bent in
        [String::new(), cursor[..last].to_owned(), format!("{cursor}A"), format!("{cursor}%3D"), cursor.to_lowercase()]
    {
        refused(format!("{list}&cursor={bent}")).await;
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
