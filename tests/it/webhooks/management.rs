//! The management of webhooks: who owns them, what callers see of them, and secrets that are shown once and stored
//! encrypted.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::receiver::Receiver;
use super::{create_webhook, deliveries};
use crate::isolation::Layers;
use crate::support::{App, Person};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_created_read_updated_and_deleted() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let approver = app.person(Role::OpccApprover, "cumbria");
    let members = json!({ "description": "The case system.", "types": ["response.published", "inspection.published"] });
    let created = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, members).await;
    let secret = created.body["secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let webhook = approver.get(&created.href()).await.expect(200);
    assert_eq!(webhook.body.get("secret"), None, "the secret is shown only once");
    assert_eq!(
        [&webhook.body["area"], &webhook.body["side"], &webhook.body["state"], &webhook.body["url"]],
        [&json!("cumbria"), &json!("policing_body"), &json!("active"), &json!(receiver.url())]
    );
    let list = approver.get("/v1/webhooks?state=active").await.expect(200);
    assert_eq!(list.body["items"], json!([webhook.body]));
    approver.patch(&created.href(), "\"v9-0\"", json!({ "types": null })).await.expect(412);
    let now = approver
        .patch(&created.href(), &webhook.etag(), json!({ "types": null, "description": null }))
        .await
        .expect(200);
    assert_eq!(
        (&now.body["types"], &now.body["description"], &now.body["version"]),
        (&Value::Null, &Value::Null, &json!(2))
    );
    for (wrong, pointer, code) in [
        (json!({ "types": ["response.guessed"] }), "/types/0", "unknown_value"),
        (json!({ "types": [] }), "/types", "too_few"),
        (json!({ "url": null }), "/url", "wrong_type"),
        (json!({ "secret": "whsec_mine" }), "/secret", "unknown_field"),
    ] {
        let faults = approver.patch(&created.href(), "*", wrong.clone()).await.expect(422).faults();
        assert_eq!(faults.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), [pointer], "{wrong} {code}");
    }
    approver.delete(&created.href(), &webhook.etag()).await.expect(412);
    approver.delete(&created.href(), &now.etag()).await.expect(204);
    approver.get(&created.href()).await.expect(404);
    let events =
        app.person(Role::Auditor, "cumbria").get("/v1/audit-events?resource=webhook&sort=at").await.expect(200);
    let actions: Vec<&Value> =
        events.body["items"].as_array().expect("events").iter().map(|it| &it["action"]).collect();
    assert_eq!(actions.len(), 3);
    assert!(["register", "amend", "remove"].iter().all(|action| actions.contains(&&json!(action))), "{actions:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_with_several_areas_or_both_sides_must_name_one() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let several = app.person_with_roles("several", &["opcc_approver", "chief_officer"], &["cumbria", "kent"]);
    let url = receiver.url();
    let faults = several.post("/v1/webhooks", json!({ "url": url })).await.expect(422).faults();
    assert_eq!(faults.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["/area", "/side"]);
    let created =
        several.post("/v1/webhooks", json!({ "url": url, "area": "kent", "side": "force" })).await.expect(201);
    assert_eq!((&created.body["area"], &created.body["side"]), (&json!("kent"), &json!("force")));
    several.post("/v1/webhooks", json!({ "url": url, "area": "surrey", "side": "force" })).await.expect(403);
    let chief = app.person(Role::ChiefOfficer, "kent");
    chief.post("/v1/webhooks", json!({ "url": url, "side": "policing_body" })).await.expect(403);
    chief.get(&created.href()).await.expect(200);
    for _ in 0..19 {
        chief.post("/v1/webhooks", json!({ "url": url })).await.expect(201);
    }
    chief.post("/v1/webhooks", json!({ "url": url })).await.expect(422);
    app.person(Role::OpccApprover, "kent").post("/v1/webhooks", json!({ "url": url })).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_shown_once_and_is_nowhere_readable_in_the_database() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let approver = app.person(Role::OpccApprover, "cumbria");
    let post = async |path: &str, key: &str, body: Value| {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        approver.send(Method::POST, path, &headers, Some(body.to_string().into_bytes())).await
    };
    let created = post("/v1/webhooks", "make", json!({ "url": receiver.url() })).await.expect(201);
    let again = post("/v1/webhooks", "make", json!({ "url": receiver.url() })).await.expect(201);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.body, created.body, "a replay returns the secret again");
    let rotated = post(&format!("{}/rotate-secret", created.href()), "rotate", Value::Null).await.expect(200);
    let secrets = [&created, &rotated].map(|it| it.body["secret"].as_str().expect("a secret").to_owned());
    assert_ne!(secrets[0], secrets[1]);
    assert_eq!(rotated.body["previous_secret_until"], "2022-03-23T12:00:00Z");
    let administrator = app.database.administrator().await;
    let tables =
        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('record', 'published')";
    for table in administrator.query(tables, &[]).await.expect("the tables") {
        let table: String = table.get(0);
        for secret in &secrets {
            let base64 = secret.trim_start_matches("whsec_");
            // A column of bytes may hold the secret as base64 or as raw bytes.
            let sql = format!(
                "select count(*) from {table} t where t::text like '%{base64}%'
                 or t::text like '%' || encode('{base64}'::bytea, 'hex') || '%'
                 or t::text like '%' || encode(decode('{base64}', 'base64'), 'hex') || '%'"
            );
            let found: i64 = administrator.query_one(&sql, &[]).await.expect("a count").get(0);
            assert_eq!(found, 0, "{table}");
        }
    }
}

/// Sends every request for a webhook and one of its deliveries, and returns the statuses.
async fn statuses(person: &Person, webhook: &str, delivery: &str) -> Vec<u16> {
    let null = Value::Null;
    let patch = json!({ "state": "disabled" });
    let requests = [
        (Method::GET, webhook.to_owned(), &null),
        (Method::PATCH, webhook.to_owned(), &patch),
        (Method::DELETE, webhook.to_owned(), &null),
        (Method::GET, format!("{webhook}/deliveries"), &null),
        (Method::POST, format!("{webhook}/ping"), &null),
        (Method::POST, format!("{webhook}/rotate-secret"), &null),
        (Method::POST, format!("{webhook}/deliveries/{delivery}/redeliver"), &null),
    ];
    let mut statuses = Vec::new();
    for (method, path, body) in requests {
        statuses.push(person.send_json(method, &path, Some("*"), body).await.status.as_u16());
    }
    statuses
}

async fn check_that_only_its_own_side_reaches_a_webhook(layers: Layers) {
    let (app, receiver) = (layers.start().await, Receiver::start().await);
    let created = create_webhook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.post(&format!("{}/ping", created.href()), Value::Null).await.expect(200);
    let delivery = deliveries(&approver, &created.href()).await[0]["id"].as_str().expect("an id").to_owned();
    for (role, area) in [(Role::ChiefOfficer, "cumbria"), (Role::OpccApprover, "kent"), (Role::ChiefOfficer, "kent")] {
        let other = app.person(role, area);
        assert_eq!(statuses(&other, &created.href(), &delivery).await, [404; 7], "{role} of {area}");
        let unknown = format!("/v1/webhooks/{}", Uuid::now_v7());
        assert_eq!(statuses(&other, &unknown, &delivery).await, [404; 7]);
        assert_eq!(other.get("/v1/webhooks").await.expect(200).body["items"], json!([]));
        // The path of a webhook of its own must not reach the delivery either.
        let own = create_webhook(&app, role, area, &receiver, json!({})).await.href();
        other.post(&format!("{own}/deliveries/{delivery}/redeliver"), Value::Null).await.expect(404);
    }
    for role in [Role::Opcc, Role::Constabulary, Role::Auditor, Role::Registrar] {
        assert_eq!(statuses(&app.person(role, "cumbria"), &created.href(), &delivery).await, [403; 7], "{role}");
    }
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(statuses(&approver, &created.href(), &delivery).await[..3], [200, 200, 204]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_its_own_side_reaches_a_webhook_with_both_layers() {
    check_that_only_its_own_side_reaches_a_webhook(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_its_own_side_reaches_a_webhook_with_the_query_scope_only() {
    check_that_only_its_own_side_reaches_a_webhook(Layers::QueryScopeOnly).await;
}
