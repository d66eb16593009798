//! Who may call each operation: without a token, with an invalid token, with each role in its own area and in
//! another, and with unknown roles. The expected results are those of `openapi/permissions.md`.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use section55::auth::Role;
use section55::auth::permissions::PERMISSIONS;
use section55::vocabulary::WireName;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::sample_records::Operation;
use super::support::{App, Person, Reply};

/// The statuses that a caller with the permission may get for a malformed body without preconditions.
const ADMITTED_STATUSES: [u16; 8] = [200, 400, 404, 409, 412, 415, 422, 428];

/// Returns the roles of each permission, as `openapi/permissions.md` states them.
fn permissions_page() -> BTreeMap<String, Vec<String>> {
    let page = include_str!("../../openapi/permissions.md");
    let cells = |line: &str| line.trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = page.lines().filter(|line| line.starts_with('|'));
    let columns = cells(lines.next().expect("a table head"));
    let rows = lines.skip(1).map(|line| {
        let row = cells(line);
        let is_yes = |(_, cell): &(&String, &String)| *cell == "yes";
        let roles = columns.iter().zip(&row).filter(is_yes).map(|(role, _)| role.clone()).collect();
        (row[0].trim_matches('`').to_owned(), roles)
    });
    rows.collect()
}

/// Calls the operation with a malformed body and without preconditions. A caller without the permission must be
/// refused before either is checked.
async fn call(person: &Person, operation: &Operation) -> Reply {
    let body = operation.takes_a_body().then(|| b"{\"broken".to_vec());
    let headers: &[(&str, &str)] = if body.is_some() { &[("content-type", "application/json")] } else { &[] };
    person.send(operation.method.clone(), &operation.path, headers, body).await
}

#[test]
fn the_permissions_page_matches_the_permissions_in_the_code() {
    let page = permissions_page();
    assert_eq!(page.len(), PERMISSIONS.len());
    for row in PERMISSIONS {
        let covering: Vec<String> = Role::all_covering(row.roles).map(|role| role.to_string()).collect();
        assert_eq!(page.get(row.name), Some(&covering), "{}", row.name);
    }
    for (permission, roles) in &page {
        for (role, covering_role) in [("opcc", "opcc_approver"), ("constabulary", "chief_officer")] {
            let has = |role: &str| roles.iter().any(|holder| holder == role);
            assert!(!has(role) || has(covering_role), "{covering_role} lacks {permission}, which {role} has");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_openapi_document_states_the_roles_of_every_operation() {
    let (app, roles_by_permission) = (App::start().await, permissions_page());
    let sample_records = app.create_sample_records().await;
    let mut used = Vec::new();
    assert_eq!(app.contract.document["security"], json!([{ "bearer": [] }]));
    for operation in app.operations(&sample_records) {
        let (at, described) = (operation.name(), &operation.described);
        match operation.permission() {
            Some(permission) => {
                assert_eq!(described.get("security"), None, "{at} needs what the document states for all");
                assert_eq!(described["x-roles"], json!(roles_by_permission[permission]), "{at}");
                used.push(permission.to_owned());
            }
            None => {
                assert_eq!(described["security"], json!([{}, { "bearer": [] }]), "{at}");
                assert_eq!((described.get("x-roles"), &operation.method), (None, &Method::GET), "{at} is for anyone");
            }
        }
    }
    assert!(
        roles_by_permission.keys().all(|permission| used.contains(permission)),
        "no operation uses one of {:?}",
        roles_by_permission.keys()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_token_only_public_operations_can_be_called() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    for operation in app.operations(&sample_records) {
        let at = operation.name();
        let reply = call(&app.public(), &operation).await;
        if operation.permission().is_none() {
            assert!(ADMITTED_STATUSES.contains(&reply.status.as_u16()), "{at}: {}", reply.text);
            continue;
        }
        assert_eq!(reply.status, 401, "{at}: {}", reply.text);
        assert_eq!(reply.headers["www-authenticate"], "Bearer", "{at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_token_gets_401_from_every_operation() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let valid = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let (signed, signature) = valid.rsplit_once('.').expect("a signature");
    let reversed: String = signature.chars().rev().collect();
    let of_another_issuer_key = App::start().await.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let bearers =
        ["", "nonsense", signed, &format!("{signed}."), &format!("{signed}.{reversed}"), &of_another_issuer_key];
    for operation in app.operations(&sample_records) {
        let at = operation.name();
        for invalid in bearers {
            let reply = call(&app.person_with_token(invalid), &operation).await;
            assert_eq!(reply.status, 401, "{at} with {invalid:?}: {}", reply.text);
            let challenge = reply.headers["www-authenticate"].to_str().expect("text");
            assert_eq!(challenge, "Bearer error=\"invalid_token\"", "{at}");
        }
        for other in ["Basic b3BjYzpvcGNj", "Bearer", &valid] {
            let headers = [("authorization", other)];
            let reply = app.public().send(operation.method.clone(), &operation.path, &headers, None).await;
            assert_eq!(reply.status, 401, "{at} with {other:?}: {}", reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_can_call_exactly_the_operations_of_its_permissions_in_any_area() {
    let (app, roles_by_permission) = (App::start().await, permissions_page());
    let sample_records = app.create_sample_records().await;
    for operation in app.operations(&sample_records) {
        for role in Role::ALL {
            for area in ["cumbria", "kent"] {
                let at = format!("{role} of {area}: {}", operation.name());
                let reply = call(&app.person(*role, area), &operation).await;
                let status = reply.status.as_u16();
                let has_permission = |permission: &str| roles_by_permission[permission].contains(&role.to_string());
                if operation.permission().is_none_or(has_permission) {
                    assert!(ADMITTED_STATUSES.contains(&status), "{at}: {}", reply.text);
                } else {
                    assert_eq!(status, 403, "{at}: {}", reply.text);
                    assert_eq!(reply.body["code"], "forbidden", "{at}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_role_grants_no_more_than_no_role() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let unknown = ["administrator", "OPCC", "opcc ", "public", "*"];
    let (with_unknown_roles, without_roles) =
        (app.person_with_roles("x", &unknown, &["cumbria"]), app.person_with_roles("x", &[], &["cumbria"]));
    for operation in app.operations(&sample_records) {
        let at = operation.name();
        let (unknown_reply, none_reply) =
            (call(&with_unknown_roles, &operation).await, call(&without_roles, &operation).await);
        assert_eq!(unknown_reply.status, none_reply.status, "{at}");
        if operation.permission() == Some("read_self") {
            assert_eq!(none_reply.status, 200, "{at}: {}", none_reply.text);
            assert_eq!(
                (&none_reply.body["roles"], &none_reply.body["permissions"]),
                (&json!([]), &json!(["read_self"]))
            );
        } else if operation.permission().is_some() {
            assert_eq!(none_reply.status, 403, "{at}: {}", none_reply.text);
        } else {
            // The OpenAPI document has examples with the actions of other callers.
            let offers_actions =
                unknown_reply.text.contains("\"allowed_actions\":[{") && operation.template != "/openapi.json";
            assert!(!offers_actions, "{at}: {}", unknown_reply.text);
            assert!(ADMITTED_STATUSES.contains(&none_reply.status.as_u16()), "{at}: {}", none_reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_without_permission_is_refused_before_the_body_is_sent() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let nobody = format!("Authorization: Bearer {}\r\n", app.token("nobody", &[], &["cumbria"]));
    for operation in app.operations(&sample_records).into_iter().filter(Operation::takes_a_body) {
        for (authorization, status) in [(nobody.as_str(), "403"), ("", "401")] {
            let request = format!(
                "{} {} HTTP/1.1\r\nHost: localhost\r\n{authorization}Content-Type: application/json\r\n\
                 Content-Length: 1000000\r\n\r\n",
                operation.method, operation.path,
            );
            let mut stream = app.open_connection().await;
            stream.write_all(request.as_bytes()).await.expect("a request");
            let mut line = [0; 12];
            let response = tokio::time::timeout(Duration::from_secs(3), stream.read_exact(&mut line)).await;
            response.expect("a response before any of the body was sent").expect("a status line");
            assert_eq!(String::from_utf8_lossy(&line), format!("HTTP/1.1 {status}"), "{}", operation.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_roles_grant_the_sum_of_their_permissions() {
    let (app, roles_by_permission) = (App::start().await, permissions_page());
    for (index, one) in Role::ALL.iter().enumerate() {
        for other in &Role::ALL[index..] {
            let (one, other) = (one.to_string(), other.to_string());
            let me = app.person_with_roles("both", &[&one, &other], &["cumbria"]).get("/v1/me").await.expect(200);
            let mut granted: Vec<&str> =
                me.body["permissions"].as_array().expect("a list").iter().filter_map(|p| p.as_str()).collect();
            granted.sort_unstable();
            let either = roles_by_permission.iter().filter(|(_, roles)| roles.contains(&one) || roles.contains(&other));
            assert_eq!(granted, either.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), "{one} and {other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_several_areas_gives_access_to_each_of_them_and_no_other() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71002").await;
    let both = app.person_with_roles("both", &["opcc"], &["cumbria", "kent"]);
    for (area, status) in [("cumbria", 200), ("kent", 200), ("surrey", 404)] {
        let response = app.response_path(&inspection, area).await;
        both.get(&response).await.expect(status);
        both.act(&response, json!({ "action": "invite" })).await.expect(status);
    }
    let areas = both.get("/v1/responses?sort=area").await.expect(200);
    let own: Vec<&str> =
        areas.body["items"].as_array().expect("a list").iter().filter_map(|it| it["area"].as_str()).collect();
    assert_eq!(own, ["cumbria", "kent"]);
    // Row security joins the names by commas. A name with a comma must not count as two areas.
    for odd in ["cumbria,kent", "kent,cumbria", " cumbria", "", "*", "%"] {
        let person = app.person_with_roles("odd", &["opcc"], &[odd]);
        assert_eq!(person.get("/v1/responses").await.expect(200).body["items"], json!([]), "{odd:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registrar_or_an_unknown_role_reads_no_private_record_of_the_areas_in_its_token() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71004").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "approved").await;
    for (role, areas) in [("registrar", &[][..]), ("registrar", &["cumbria"]), ("administrator", &["cumbria"])] {
        let caller = app.person_with_roles("stranger", &[role], areas);
        assert_eq!(caller.get("/v1/responses").await.expect(200).body["items"], json!([]));
        for path in ["", "/document", "/versions"] {
            caller.get(&format!("{response}{path}")).await.expect(404);
        }
        let history = if role == "registrar" { 404 } else { 403 };
        caller.get(&format!("{response}/transitions")).await.expect(history);
        assert_eq!(caller.get("/v1/areas/cumbria").await.expect(200).body["settings"], json!(null));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approver_may_do_a_policy_officers_work_and_a_chief_officer_a_liaison_officers() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("71003").await;
    let response = app.response_path(&inspection, "cumbria").await;
    let person = |role| app.person(role, "cumbria");
    let (approver, chief) = (person(Role::OpccApprover), person(Role::ChiefOfficer));
    approver.act(&response, json!({ "action": "invite" })).await.expect(200);
    chief.patch(&response, "*", json!({ "chief_officer_comments": "Drafted." })).await.expect(200);
    person(Role::Constabulary).act(&response, json!({ "action": "submit_comments" })).await.expect(403);
    chief.act(&response, json!({ "action": "submit_comments" })).await.expect(200);
    approver.patch(&response, "*", json!({ "policing_body_comments": "Written." })).await.expect(200);
    approver.patch(&response, "*", json!({ "chief_officer_comments": "Not mine." })).await.expect(403);
    chief.patch(&response, "*", json!({ "reply_to_chief_officer": "Not mine." })).await.expect(403);
    person(Role::Opcc).act(&response, json!({ "action": "return", "reason": "Not mine." })).await.expect(403);
}
