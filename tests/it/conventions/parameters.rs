//! Query parameters: unknown, doubled and wrong ones are told, all at once, each with its pointer.

use reqwest::Method;
use serde_json::Value;

use crate::support::App;
use crate::support::places::Operation;

/// The query parameters of an operation: name and schema.
fn declared(operation: &Operation) -> Vec<(String, Value)> {
    let parameters = operation.described["parameters"].as_array().cloned().unwrap_or_default();
    let query = parameters.into_iter().filter(|parameter| parameter["in"] == "query");
    query.map(|it| (it["name"].as_str().expect("a name").to_owned(), it["schema"].clone())).collect()
}

/// A value that a parameter of this schema cannot have, where there is one.
fn wrong(name: &str, schema: &Value) -> Option<&'static str> {
    match (name, schema["type"].as_str(), schema["format"].as_str()) {
        ("cursor" | "after", ..) => Some("nonsense"),
        ("wait", ..) => Some("31"),
        (_, Some("boolean"), _) => Some("yes"),
        (_, Some("integer"), _) => Some("0"),
        (_, Some("array"), _) if schema["items"]["enum"].is_array() => Some("nonsense"),
        (_, Some("string"), Some(_)) => Some("nonsense"),
        (_, Some("string"), None) if schema["enum"].is_array() => Some("nonsense"),
        (_, Some("string" | "array"), None) => Some("%00"),
        _ => None,
    }
}

async fn ask(app: &App, operation: &Operation, query: &str) -> crate::support::Reply {
    let form = operation.takes_a_form();
    let media = if form { "multipart/form-data; boundary=edge" } else { "application/json" };
    let headers = [("content-type", media), ("if-match", "*")];
    let body = if form { b"--edge--\r\n".to_vec() } else { b"{}".to_vec() };
    let body = (operation.method != Method::GET && operation.method != Method::DELETE).then_some(body);
    let path = operation.path.split('?').next().expect("a path");
    app.everyone().send(operation.method.clone(), &format!("{path}?{query}"), &headers, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_parameter_is_400_on_every_operation() {
    let app = App::start().await;
    let places = app.places().await;
    let before = app.database.fingerprint().await;
    for operation in app.operations(&places) {
        let at = format!("{} {}", operation.method, operation.template);
        let reply = ask(&app, &operation, "unheard_of=1&a%2Fb~=2&unheard_of=3").await;
        assert_eq!(reply.status, 400, "{at}: {}", reply.text);
        assert_eq!(reply.body["code"], "invalid_parameters", "{at}");
        for pointer in ["/unheard_of", "/a~1b~0"] {
            assert!(reply.faults().contains(&(pointer.into(), "unknown_parameter".into())), "{at}: {}", reply.text);
        }
        assert_eq!(reply.body["errors"][0]["in"], "query");
        // What cannot be decoded is no parameter either.
        assert_eq!(ask(&app, &operation, "%ff=1&x=%fe").await.status, 400, "{at}");
    }
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wrong_parameter_is_told_at_once_with_unknown_and_doubled_ones() {
    let app = App::start().await;
    let places = app.places().await;
    let mut swept = 0;
    for operation in app.operations(&places) {
        let known = declared(&operation);
        if known.is_empty() || operation.template == "/v1/imports" {
            continue;
        }
        let wrong: Vec<(String, &str)> =
            known.iter().filter_map(|(name, schema)| Some((name.clone(), wrong(name, schema)?))).collect();
        let mut query: Vec<String> = wrong.iter().map(|(name, value)| format!("{name}={value}")).collect();
        query.push("unheard_of=1".to_owned());
        query.push(format!("{}=again", known[0].0));
        let reply = ask(&app, &operation, &query.join("&")).await;
        let at = format!("{} {}: {}", operation.method, operation.template, reply.text);
        assert_eq!(reply.status, 400, "{at}");
        let told = reply.faults();
        for (name, _) in &wrong {
            let wrong =
                |(pointer, code): &(String, String)| *pointer == format!("/{name}") && code != "duplicate_parameter";
            assert!(told.iter().any(wrong), "{name} of {at}");
        }
        assert!(told.contains(&("/unheard_of".into(), "unknown_parameter".into())), "{at}");
        assert!(told.contains(&(format!("/{}", known[0].0), "duplicate_parameter".into())), "{at}");
        swept += wrong.len();
    }
    assert!(swept > 50, "only {swept} parameters");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_orders_and_filters_have_their_bounds() {
    let app = App::start().await;
    let everyone = app.everyone();
    let faults = async |query: &str| {
        let path = format!("/v1/audit-events?{query}");
        everyone.get(&path).await.expect(400).faults()
    };
    for limit in ["0", "201", "abc", "-1", "", "1.5", "18446744073709551616"] {
        assert_eq!(
            faults(&format!("limit={limit}")).await,
            [("/limit".to_owned(), "out_of_range".to_owned())],
            "{limit}"
        );
    }
    assert_eq!(faults("sort=nonsense").await, [("/sort".to_owned(), "unknown_value".to_owned())]);
    assert_eq!(faults("sort=at,-at").await, [("/sort".to_owned(), "not_unique".to_owned())]);
    assert_eq!(faults("sort=").await, [("/sort".to_owned(), "unknown_value".to_owned())]);
    assert_eq!(faults("sort=--at").await, [("/sort".to_owned(), "unknown_value".to_owned())]);
    for limit in ["1", "200"] {
        everyone.get(&format!("/v1/audit-events?limit={limit}")).await.expect(200);
    }
    // Days and instants that a calendar has and the database has not.
    for at in [
        "-262143-01-01T00:00:00Z",
        "%2B262142-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
    ] {
        let reply = everyone.get(&format!("/v1/audit-events?since={at}&until={at}")).await;
        assert!([200, 400].contains(&reply.status.as_u16()), "{at}: {}", reply.text);
    }
    for on in ["%2B2022-1-01", "-2022-1-01", "2022-1-1", "2022-02-30", "%2B99999-1-1", "20220101"] {
        let reply = everyone.get(&format!("/v1/inspections?published_after={on}")).await.expect(400);
        assert_eq!(reply.faults(), [("/published_after".to_owned(), "wrong_format".to_owned())], "{on}");
    }
    for words in ["%27", "%22a", "a%20%26%20%7C%20!", "%F0%9F%98%80", "or", "-", "%25", "%5C", "a%3A*"] {
        for list in ["inspections", "recommendations", "responses", "assignments", "search"] {
            everyone.get(&format!("/v1/{list}?q={words}")).await.expect(200);
            app.public().get(&format!("/v1/{list}?q={words}")).await.expect(200);
        }
    }
    let long = "x".repeat(4097);
    assert_eq!(everyone.get(&format!("/v1/inspections?q={long}")).await.expect(400).faults()[0].1, "wrong_length");
}
