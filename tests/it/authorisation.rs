//! Who may knock at all: every operation of the document, by nobody, by a bad token, by every role in its own area and
//! in another, and by roles that do not exist; held against `openapi/permissions.md`.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use section55::auth::Role;
use section55::auth::permissions::GRID;
use section55::vocabulary::WireName;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::places::Operation;
use super::support::{App, Person, Reply};

/// What a caller who is let in may be answered to a broken body without preconditions.
const LET_IN: [u16; 8] = [200, 400, 404, 409, 412, 415, 422, 428];

/// `openapi/permissions.md` as it is kept: the roles of each permission.
fn grid() -> BTreeMap<String, Vec<String>> {
    let page = include_str!("../../openapi/permissions.md");
    let cells = |line: &str| line.trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = page.lines().filter(|line| line.starts_with('|'));
    let head = cells(lines.next().expect("a head"));
    let rows = lines.skip(1).map(|line| {
        let row = cells(line);
        let holds = |(_, cell): &(&String, &String)| *cell == "yes";
        let roles = head.iter().zip(&row).filter(holds).map(|(role, _)| role.clone()).collect();
        (row[0].trim_matches('`').to_owned(), roles)
    });
    rows.collect()
}

/// Sends the operation with a body that cannot be read and no precondition: who may not call is told so before either.
async fn knock(person: &Person, operation: &Operation) -> Reply {
    let body = operation.takes_a_body().then(|| b"{\"broken".to_vec());
    let headers: &[(&str, &str)] = if body.is_some() { &[("content-type", "application/json")] } else { &[] };
    person.send(operation.method.clone(), &operation.path, headers, body).await
}

#[test]
fn the_grid_in_the_repository_is_the_one_in_force() {
    let kept = grid();
    assert_eq!(kept.len(), GRID.len());
    for row in GRID {
        let covering: Vec<String> = Role::all_covering(row.roles).map(|role| role.to_string()).collect();
        assert_eq!(kept.get(row.name), Some(&covering), "{}", row.name);
    }
    for (permission, roles) in &kept {
        for (less, more) in [("opcc", "opcc_approver"), ("constabulary", "chief_officer")] {
            let has = |role: &str| roles.iter().any(|known| known == role);
            assert!(!has(less) || has(more), "{more} may not {permission}, though {less} may");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_says_in_the_document_whom_the_grid_lets_in() {
    let (app, grid) = (App::start().await, grid());
    let places = app.places().await;
    let mut used = Vec::new();
    for operation in app.operations(&places) {
        let (at, described) = (operation.name(), &operation.described);
        match operation.permission() {
            Some(permission) => {
                assert_eq!(described["security"], json!([{ "bearer": [] }]), "{at}");
                assert_eq!(described["x-roles"], json!(grid[permission]), "{at}");
                used.push(permission.to_owned());
            }
            None => {
                assert_eq!(described["security"], json!([{}, { "bearer": [] }]), "{at}");
                assert_eq!((described.get("x-roles"), &operation.method), (None, &Method::GET), "{at} is for anyone");
            }
        }
    }
    assert!(grid.keys().all(|permission| used.contains(permission)), "no operation asks for one of {:?}", grid.keys());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_token_only_what_is_for_anyone_answers() {
    let app = App::start().await;
    let places = app.places().await;
    for operation in app.operations(&places) {
        let at = operation.name();
        let reply = knock(&app.public(), &operation).await;
        if operation.permission().is_none() {
            assert!(LET_IN.contains(&reply.status.as_u16()), "{at}: {}", reply.text);
            continue;
        }
        assert_eq!(reply.status, 401, "{at}: {}", reply.text);
        assert_eq!(reply.headers["www-authenticate"], "Bearer", "{at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_token_is_refused_everywhere_and_never_taken_for_the_public() {
    let app = App::start().await;
    let places = app.places().await;
    let good = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let (signed, signature) = good.rsplit_once('.').expect("a signature");
    let turned: String = signature.chars().rev().collect();
    let stranger = App::start().await.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let bearers = ["", "nonsense", signed, &format!("{signed}."), &format!("{signed}.{turned}"), &stranger];
    for operation in app.operations(&places) {
        let at = operation.name();
        for bad in bearers {
            let reply = knock(&app.bearer(bad), &operation).await;
            assert_eq!(reply.status, 401, "{at} with {bad:?}: {}", reply.text);
            let challenge = reply.headers["www-authenticate"].to_str().expect("text");
            assert_eq!(challenge, "Bearer error=\"invalid_token\"", "{at}");
        }
        for other in ["Basic b3BjYzpvcGNj", "Bearer", &good] {
            let headers = [("authorization", other)];
            let reply = app.public().send(operation.method.clone(), &operation.path, &headers, None).await;
            assert_eq!(reply.status, 401, "{at} with {other:?}: {}", reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_is_let_in_exactly_where_the_grid_says_whatever_its_area() {
    let (app, grid) = (App::start().await, grid());
    let places = app.places().await;
    for operation in app.operations(&places) {
        for role in Role::ALL {
            for area in ["cumbria", "kent"] {
                let at = format!("{role} of {area}: {}", operation.name());
                let reply = knock(&app.person(*role, area), &operation).await;
                let status = reply.status.as_u16();
                let holds = |permission: &str| grid[permission].contains(&role.to_string());
                if operation.permission().is_none_or(holds) {
                    assert!(LET_IN.contains(&status), "{at}: {}", reply.text);
                } else {
                    assert_eq!(status, 403, "{at}: {}", reply.text);
                    assert_eq!(reply.body["code"], "forbidden", "{at}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_does_not_exist_grants_what_no_role_grants() {
    let app = App::start().await;
    let places = app.places().await;
    let unknown = ["administrator", "OPCC", "opcc ", "public", "*"];
    let (stranger, nobody) = (app.somebody("x", &unknown, &["cumbria"]), app.somebody("x", &[], &["cumbria"]));
    for operation in app.operations(&places) {
        let at = operation.name();
        let (of_unknown, of_none) = (knock(&stranger, &operation).await, knock(&nobody, &operation).await);
        assert_eq!(of_unknown.status, of_none.status, "{at}");
        if operation.permission().is_some() {
            assert_eq!(of_none.status, 403, "{at}: {}", of_none.text);
        } else {
            // The document shows in its examples what others can do.
            let offers = of_unknown.text.contains("\"allowed_actions\":[{") && operation.template != "/openapi.json";
            assert!(!offers, "{at}: {}", of_unknown.text);
            assert!(LET_IN.contains(&of_none.status.as_u16()), "{at}: {}", of_none.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_does_not_wait_for_the_body() {
    let app = App::start().await;
    let places = app.places().await;
    let nobody = format!("Authorization: Bearer {}\r\n", app.token("nobody", &[], &["cumbria"]));
    for operation in app.operations(&places).into_iter().filter(Operation::takes_a_body) {
        for (authorization, status) in [(nobody.as_str(), "403"), ("", "401")] {
            let request = format!(
                "{} {} HTTP/1.1\r\nHost: localhost\r\n{authorization}Content-Type: application/json\r\n\
                 Content-Length: 1000000\r\n\r\n",
                operation.method, operation.path,
            );
            let mut stream = app.dial().await;
            stream.write_all(request.as_bytes()).await.expect("a request");
            let mut line = [0; 12];
            let answer = tokio::time::timeout(Duration::from_secs(3), stream.read_exact(&mut line)).await;
            answer.expect("an answer before any of the body was sent").expect("an answer");
            assert_eq!(String::from_utf8_lossy(&line), format!("HTTP/1.1 {status}"), "{}", operation.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_roles_grant_what_each_of_them_grants_and_no_more() {
    let (app, grid) = (App::start().await, grid());
    for (at, one) in Role::ALL.iter().enumerate() {
        for other in &Role::ALL[at..] {
            let (one, other) = (one.to_string(), other.to_string());
            let me = app.somebody("both", &[&one, &other], &["cumbria"]).get("/v1/me").await.expect(200);
            let mut told: Vec<&str> =
                me.body["permissions"].as_array().expect("a list").iter().filter_map(|p| p.as_str()).collect();
            told.sort_unstable();
            let either = grid.iter().filter(|(_, roles)| roles.contains(&one) || roles.contains(&other));
            assert_eq!(told, either.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), "{one} and {other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_several_areas_reaches_each_of_them_and_no_other() {
    let app = App::start().await;
    let inspection = app.published_inspection("71002").await;
    let both = app.somebody("both", &["opcc"], &["cumbria", "kent"]);
    for (area, status) in [("cumbria", 200), ("kent", 200), ("surrey", 404)] {
        let response = app.response(&inspection, area).await;
        both.get(&response).await.expect(status);
        both.act(&response, json!({ "action": "invite" })).await.expect(status);
    }
    let areas = both.get("/v1/responses?sort=area").await.expect(200);
    let own: Vec<&str> =
        areas.body["items"].as_array().expect("a list").iter().filter_map(|it| it["area"].as_str()).collect();
    assert_eq!(own, ["cumbria", "kent"]);
    // A name that would read as two areas where names are joined is none.
    for odd in ["cumbria,kent", "kent,cumbria", " cumbria", "", "*", "%"] {
        let person = app.somebody("odd", &["opcc"], &[odd]);
        assert_eq!(person.get("/v1/responses").await.expect(200).body["items"], json!([]), "{odd:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_a_registrar_nor_an_unknown_role_reaches_a_private_record_whatever_areas_the_token_names() {
    let app = App::start().await;
    let inspection = app.published_inspection("71004").await;
    let response = app.response(&inspection, "cumbria").await;
    app.bring_to(&response, "cumbria", "approved").await;
    for (role, areas) in [("registrar", &[][..]), ("registrar", &["cumbria"]), ("administrator", &["cumbria"])] {
        let stranger = app.somebody("stranger", &[role], areas);
        assert_eq!(stranger.get("/v1/responses").await.expect(200).body["items"], json!([]));
        for path in ["", "/document", "/versions"] {
            stranger.get(&format!("{response}{path}")).await.expect(404);
        }
        let history = if role == "registrar" { 404 } else { 403 };
        stranger.get(&format!("{response}/transitions")).await.expect(history);
        assert_eq!(stranger.get("/v1/areas/cumbria").await.expect(200).body["settings"], json!(null));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approver_does_the_policy_officers_work_and_a_chief_officer_the_liaisons() {
    let app = App::start().await;
    let inspection = app.published_inspection("71003").await;
    let response = app.response(&inspection, "cumbria").await;
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
