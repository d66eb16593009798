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
        let single = declared.iter().find(|(_, schema)| schema["type"] != "array").map(|(name, _)| name.clone());
        query.extend(single.iter().flat_map(|name| [format!("{name}=again"), format!("{name}=again")]));
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
        let repeated: Vec<_> = faults.iter().filter(|(_, code)| code == "duplicate_parameter").collect();
        assert_eq!(repeated.is_empty(), single.is_none(), "{at}");
        assert!(repeated.iter().all(|(pointer, _)| Some(&pointer[1..]) == single.as_deref()), "{at}");
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instant_may_have_a_plus_that_is_not_encoded() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let mut tested = Vec::new();
    for operation in app.operations(&sample_records).into_iter().filter(|it| it.method == Method::GET) {
        for (name, schema) in query_parameters(&operation) {
            let is_instant = |schema: &Value| schema["format"] == "date-time";
            if !is_instant(&schema) && !schema["anyOf"].as_array().is_some_and(|any| any.iter().any(is_instant)) {
                continue;
            }
            for at in ["2022-03-22T13:00:00+01:00", "2022-03-22T13:00:00%2B01:00", "2022-03-22T13:00:00%2001:00"] {
                let reply = send(&app, &operation, &format!("{name}={at}")).await;
                let about_it = reply.faults().iter().any(|(pointer, _)| *pointer == format!("/{name}"));
                assert!(!about_it, "{} {name}={at}: {}", operation.template, reply.text);
            }
            let refused = send(&app, &operation, &format!("{name}=2022-03-22+01:00")).await;
            assert_eq!(refused.status, 400, "{} {name}", operation.template);
            tested.push(format!("{} {name}", operation.template));
        }
    }
    assert!(tested.len() >= 10, "{tested:?}");
    let opcc = app.person_with_every_role();
    let total = async |query: &str| {
        let page = opcc.get(&format!("/v1/audit-events?count=true&{query}")).await.expect(200);
        page.body["total"].as_u64().expect("a total")
    };
    // The clock of the tests shows 12:00 UTC, which is 13:00 an hour further east.
    let all = total("limit=1").await;
    assert_eq!(total("since=2022-03-22T13:00:00+01:00").await, all);
    assert_eq!(total("since=2022-03-22T13:00:01+01:00").await, 0);
    assert_eq!(total("until=2022-03-22T13:00:00+01:00").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_may_be_repeated_as_well_as_separated_by_commas() {
    let app = App::start().await;
    let everyone = app.person_with_every_role();
    let codes = async |query: &str| {
        let page = everyone.get(&format!("/v1/areas?{query}&limit=200")).await.expect(200);
        let codes: Vec<String> =
            page.body["items"].as_array().expect("a list").iter().map(|area| area["code"].to_string()).collect();
        codes
    };
    let mayors = codes("policing_body_kind=mayor").await;
    let both = codes("policing_body_kind=mayor,common_council").await;
    assert!(both.len() > mayors.len() && !mayors.is_empty(), "{both:?}");
    assert_eq!(codes("policing_body_kind=mayor&policing_body_kind=common_council").await, both);
    assert_eq!(codes("policing_body_kind=mayor&country=england&policing_body_kind=common_council").await, both);
    // The orders add up, and a cursor goes with either form.
    let first = everyone.get("/v1/areas?sort=name&sort=-code&limit=1").await.expect(200);
    let joined = everyone.get("/v1/areas?sort=name,-code&limit=1").await.expect(200);
    assert_eq!(first.body["items"], joined.body["items"]);
    let cursor = joined.body["next_cursor"].as_str().expect("a cursor");
    let next = everyone.get(&format!("/v1/areas?sort=name&sort=-code&limit=1&cursor={cursor}")).await.expect(200);
    assert_ne!(next.body["items"], first.body["items"]);
    let faults =
        everyone.get("/v1/areas?policing_body_kind=mayor&policing_body_kind=unheard").await.expect(400).faults();
    assert_eq!(faults, [("/policing_body_kind".to_owned(), "unknown_value".to_owned())]);
    // Members of `fields` add up too.
    let page = everyone.get("/v1/areas?fields=code&fields=name&limit=1").await.expect(200);
    let members: Vec<&String> = page.body["items"][0].as_object().expect("an object").keys().collect();
    assert_eq!(members, ["code", "name"]);
    everyone.get("/v1/areas?limit=1&limit=1").await.expect(400);
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    everyone.get(&format!("/v1/areas?id={}", vec![id; 100].join(","))).await.expect(200);
    let faults = everyone.get(&format!("/v1/areas?id={}", vec![id; 101].join(","))).await.expect(400).faults();
    assert_eq!(faults, [("/id".to_owned(), "too_many".to_owned())]);
    let faults = everyone.get(&format!("/v1/areas?id={id},x")).await.expect(400).faults();
    assert_eq!(faults, [("/id".to_owned(), "wrong_format".to_owned())]);
}
