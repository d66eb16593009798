//! Query parameters: unknown, repeated and invalid ones are reported all at once, each with a pointer.

use reqwest::Method;
use serde_json::Value;

use crate::support::App;
use crate::support::sample_records::Operation;

/// Returns the query parameters of an operation: name and schema.
fn query_parameters(operation: &Operation) -> Vec<(String, Value)> {
    let parameters = operation.described["parameters"].as_array().cloned().unwrap_or_default();
    let in_query = parameters.into_iter().filter(|parameter| parameter["in"] == "query");
    in_query.map(|it| (it["name"].as_str().expect("a name").to_owned(), it["schema"].clone())).collect()
}

/// Returns a value that a parameter with this schema does not accept, if there is one.
fn invalid_value(name: &str, schema: &Value) -> Option<&'static str> {
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

async fn send(app: &App, operation: &Operation, query: &str) -> crate::support::Reply {
    let form = operation.takes_a_form();
    let media = if form { "multipart/form-data; boundary=edge" } else { "application/json" };
    let headers = [("content-type", media), ("if-match", "*")];
    let body = if form { b"--edge--\r\n".to_vec() } else { b"{}".to_vec() };
    let body = (operation.method != Method::GET && operation.method != Method::DELETE).then_some(body);
    let path = operation.path.split('?').next().expect("a path");
    app.person_with_every_role().send(operation.method.clone(), &format!("{path}?{query}"), &headers, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_parameter_gets_400_on_every_operation() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let before = app.database.fingerprint().await;
    for operation in app.operations(&sample_records) {
        let at = format!("{} {}", operation.method, operation.template);
        let reply = send(&app, &operation, "unheard_of=1&a%2Fb~=2&unheard_of=3").await;
        assert_eq!(reply.status, 400, "{at}: {}", reply.text);
        assert_eq!(reply.body["code"], "invalid_parameters", "{at}");
        for pointer in ["/unheard_of", "/a~1b~0"] {
            assert!(reply.faults().contains(&(pointer.into(), "unknown_parameter".into())), "{at}: {}", reply.text);
        }
        assert_eq!(reply.body["errors"][0]["in"], "query");
        // Names and values that are not UTF-8.
        assert_eq!(send(&app, &operation, "%ff=1&x=%fe").await.status, 400, "{at}");
    }
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_repeated_and_invalid_parameters_are_reported_together() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let mut tested = 0;
    for operation in app.operations(&sample_records) {
        let declared = query_parameters(&operation);
        if declared.is_empty() || operation.template == "/v1/imports" {
            continue;
        }
        let invalid: Vec<(String, &str)> =
            declared.iter().filter_map(|(name, schema)| Some((name.clone(), invalid_value(name, schema)?))).collect();
        let mut query: Vec<String> = invalid.iter().map(|(name, value)| format!("{name}={value}")).collect();
        query.push("unheard_of=1".to_owned());
        query.push(format!("{}=again", declared[0].0));
        let reply = send(&app, &operation, &query.join("&")).await;
        let at = format!("{} {}: {}", operation.method, operation.template, reply.text);
        assert_eq!(reply.status, 400, "{at}");
        let faults = reply.faults();
        for (name, _) in &invalid {
            let is_reported =
                |(pointer, code): &(String, String)| *pointer == format!("/{name}") && code != "duplicate_parameter";
            assert!(faults.iter().any(is_reported), "{name} of {at}");
        }
        assert!(faults.contains(&("/unheard_of".into(), "unknown_parameter".into())), "{at}");
        assert!(faults.contains(&(format!("/{}", declared[0].0), "duplicate_parameter".into())), "{at}");
        tested += invalid.len();
    }
    assert!(tested > 50, "only {tested} parameters were tested");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_orders_and_filters_accept_only_valid_values() {
    let app = App::start().await;
    let everyone = app.person_with_every_role();
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
    // Instants that chrono can parse and PostgreSQL cannot store.
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
