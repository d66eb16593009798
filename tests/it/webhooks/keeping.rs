//! Webhooks as they are kept: whose they are, what is shown of them, and that a secret is shown once and readable nowhere.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::receiver::Receiver;
use super::{deliveries, hook};
use crate::isolation::Layers;
use crate::support::{App, Person};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_made_shown_amended_and_taken_away() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let approver = app.person(Role::OpccApprover, "cumbria");
    let sent = json!({ "description": "The case system.", "types": ["response.published", "inspection.published"] });
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, sent).await;
    let secret = made.body["secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let shown = approver.get(&made.href()).await.expect(200);
    assert_eq!(shown.body.get("secret"), None, "never again");
    assert_eq!(
        [&shown.body["area"], &shown.body["side"], &shown.body["state"], &shown.body["url"]],
        [&json!("cumbria"), &json!("policing_body"), &json!("active"), &json!(receiver.url())]
    );
    let list = approver.get("/v1/webhooks?state=active").await.expect(200);
    assert_eq!(list.body["items"], json!([shown.body]));
    approver.patch(&made.href(), "\"v9-0\"", json!({ "types": null })).await.expect(412);
    let now =
        approver.patch(&made.href(), &shown.tag(), json!({ "types": null, "description": null })).await.expect(200);
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
        let told = approver.patch(&made.href(), "*", wrong.clone()).await.expect(422).faults();
        assert_eq!(told.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), [pointer], "{wrong} {code}");
    }
    approver.delete(&made.href(), &shown.tag()).await.expect(412);
    approver.delete(&made.href(), &now.tag()).await.expect(204);
    approver.get(&made.href()).await.expect(404);
    let events =
        app.person(Role::Auditor, "cumbria").get("/v1/audit-events?resource=webhook&sort=at").await.expect(200);
    let actions: Vec<&Value> =
        events.body["items"].as_array().expect("events").iter().map(|it| &it["action"]).collect();
    assert_eq!(actions.len(), 3);
    assert!(["register", "amend", "remove"].iter().all(|action| actions.contains(&&json!(action))), "{actions:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_of_several_areas_or_of_both_sides_says_which_is_meant() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let several = app.somebody("several", &["opcc_approver", "chief_officer"], &["cumbria", "kent"]);
    let url = receiver.url();
    let told = several.post("/v1/webhooks", json!({ "url": url })).await.expect(422).faults();
    assert_eq!(told.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["/area", "/side"]);
    let made = several.post("/v1/webhooks", json!({ "url": url, "area": "kent", "side": "force" })).await.expect(201);
    assert_eq!((&made.body["area"], &made.body["side"]), (&json!("kent"), &json!("force")));
    several.post("/v1/webhooks", json!({ "url": url, "area": "surrey", "side": "force" })).await.expect(403);
    let chief = app.person(Role::ChiefOfficer, "kent");
    chief.post("/v1/webhooks", json!({ "url": url, "side": "policing_body" })).await.expect(403);
    chief.get(&made.href()).await.expect(200);
    for _ in 0..19 {
        chief.post("/v1/webhooks", json!({ "url": url })).await.expect(201);
    }
    chief.post("/v1/webhooks", json!({ "url": url })).await.expect(422);
    app.person(Role::OpccApprover, "kent").post("/v1/webhooks", json!({ "url": url })).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_shown_when_it_is_made_and_stands_readable_nowhere_in_the_database() {
    let (app, receiver) = (App::start().await, Receiver::start().await);
    let approver = app.person(Role::OpccApprover, "cumbria");
    let post = async |path: &str, key: &str, body: Value| {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        approver.send(Method::POST, path, &headers, Some(body.to_string().into_bytes())).await
    };
    let made = post("/v1/webhooks", "make", json!({ "url": receiver.url() })).await.expect(201);
    let again = post("/v1/webhooks", "make", json!({ "url": receiver.url() })).await.expect(201);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.body, made.body, "who lost the answer gets it by asking again");
    let rotated = post(&format!("{}/rotate-secret", made.href()), "rotate", Value::Null).await.expect(200);
    let secrets = [&made, &rotated].map(|it| it.body["secret"].as_str().expect("a secret").to_owned());
    assert_ne!(secrets[0], secrets[1]);
    assert_eq!(rotated.body["previous_secret_until"], "2022-03-23T12:00:00Z");
    let administrator = app.database.administrator().await;
    let tables =
        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('record', 'published')";
    for table in administrator.query(tables, &[]).await.expect("the tables") {
        let table: String = table.get(0);
        for secret in &secrets {
            let bare = secret.trim_start_matches("whsec_");
            // Of bytes, too, as they are written in base64 or as they are.
            let sql = format!(
                "select count(*) from {table} t where t::text like '%{bare}%'
                 or t::text like '%' || encode('{bare}'::bytea, 'hex') || '%'
                 or t::text like '%' || encode(decode('{bare}', 'base64'), 'hex') || '%'"
            );
            let found: i64 = administrator.query_one(&sql, &[]).await.expect("a count").get(0);
            assert_eq!(found, 0, "{table}");
        }
    }
}

/// Everything that can be asked of a webhook and a message to it.
async fn ask_of(person: &Person, hook: &str, delivery: &str) -> Vec<u16> {
    let null = Value::Null;
    let patch = json!({ "state": "disabled" });
    let asked = [
        (Method::GET, hook.to_owned(), &null),
        (Method::PATCH, hook.to_owned(), &patch),
        (Method::DELETE, hook.to_owned(), &null),
        (Method::GET, format!("{hook}/deliveries"), &null),
        (Method::POST, format!("{hook}/ping"), &null),
        (Method::POST, format!("{hook}/rotate-secret"), &null),
        (Method::POST, format!("{hook}/deliveries/{delivery}/redeliver"), &null),
    ];
    let mut answers = Vec::new();
    for (method, path, body) in asked {
        answers.push(person.send_json(method, &path, Some("*"), body).await.status.as_u16());
    }
    answers
}

async fn a_webhook_is_its_own_sides_alone(layers: Layers) {
    let (app, receiver) = (layers.start().await, Receiver::start().await);
    let made = hook(&app, Role::OpccApprover, "cumbria", &receiver, json!({})).await;
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.post(&format!("{}/ping", made.href()), Value::Null).await.expect(200);
    let delivery = deliveries(&approver, &made.href()).await[0]["id"].as_str().expect("an id").to_owned();
    for (role, area) in [(Role::ChiefOfficer, "cumbria"), (Role::OpccApprover, "kent"), (Role::ChiefOfficer, "kent")] {
        let other = app.person(role, area);
        assert_eq!(ask_of(&other, &made.href(), &delivery).await, [404; 7], "{role} of {area}");
        let unknown = format!("/v1/webhooks/{}", Uuid::now_v7());
        assert_eq!(ask_of(&other, &unknown, &delivery).await, [404; 7]);
        assert_eq!(other.get("/v1/webhooks").await.expect(200).body["items"], json!([]));
        // Nor by one's own webhook.
        let own = hook(&app, role, area, &receiver, json!({})).await.href();
        other.post(&format!("{own}/deliveries/{delivery}/redeliver"), Value::Null).await.expect(404);
    }
    for role in [Role::Opcc, Role::Constabulary, Role::Auditor, Role::Registrar] {
        assert_eq!(ask_of(&app.person(role, "cumbria"), &made.href(), &delivery).await, [403; 7], "{role}");
    }
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(ask_of(&approver, &made.href(), &delivery).await[..3], [200, 200, 204]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_its_own_sides_alone_with_both_layers() {
    a_webhook_is_its_own_sides_alone(Layers::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_its_own_sides_alone_with_the_query_scope_alone() {
    a_webhook_is_its_own_sides_alone(Layers::QueryScopeAlone).await;
}
