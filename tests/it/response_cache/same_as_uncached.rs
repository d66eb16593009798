//! Cached and uncached responses are equal in status, headers and body, for every operation that anyone may read.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use reqwest::Method;
use section55::server::Limits;

use super::counts;
use crate::support::App;
use crate::support::app::Setup;

/// A response: its status, its headers without those that are unique to it, and its body.
type RawResponse = (u16, BTreeMap<String, String>, Vec<u8>);

async fn fetch(
    client: &reqwest::Client,
    app: &App,
    method: Method,
    path: &str,
    headers: &[(&str, String)],
) -> RawResponse {
    let mut request = client.request(method, format!("{}{path}", app.base));
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let response = request.send().await.expect("a response");
    let status = response.status().as_u16();
    let unique = ["x-request-id", "date"];
    let headers = response.headers().iter().filter(|(name, _)| !unique.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned())).collect();
    (status, headers, response.bytes().await.expect("a body").to_vec())
}

/// Returns the path with several query strings, which depend on the parameters of the operation.
fn with_query_strings(operation: &serde_json::Value, path: &str) -> Vec<String> {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let has = |name: &str| parameters.iter().any(|it| it["in"] == "query" && it["name"] == name);
    let mut paths = vec![path.to_owned()];
    if path.contains('?') {
        paths.extend(["&limit=1", "&type=inspection"].map(|query| format!("{path}{query}")));
        return paths;
    }
    if has("limit") {
        paths.push(format!("{path}?limit=1"));
    }
    if has("count") {
        paths.extend(["?limit=1&count=true", "?limit=2&&fields=id"].map(|query| format!("{path}{query}")));
    }
    if has("expand") {
        let expand = parameters.iter().find(|it| it["name"] == "expand").expect("the parameter");
        let name = expand["schema"]["items"]["enum"][0].as_str().expect("a name");
        paths.push(format!("{path}?expand={name}"));
    }
    if has("q") {
        paths.push(format!("{path}?q=words&limit=1"));
    }
    let formats = parameters.iter().filter(|it| it["name"] == "format");
    let formats = formats.flat_map(|it| it["schema"]["enum"].as_array().into_iter().flatten());
    paths.extend(formats.map(|format| format!("{path}?format={}", format.as_str().expect("a name"))));
    paths
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cached_response_equals_an_uncached_one() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let uncached = app.start_another_instance(Setup::with_cache(0)).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let list = app.public().get(&format!("{}/recommendations?limit=1", sample_records.inspection)).await.expect(200);
    let recommendation = list.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    let (mut compared, mut hits) = (0, 0);
    for operation in app.operations(&sample_records) {
        let open = operation.permission().is_none() && operation.method == Method::GET && !operation.is_streamed();
        if !open || ["/livez", "/readyz"].contains(&operation.template.as_str()) {
            continue;
        }
        let published = operation.path.replace(&sample_records.draft, &sample_records.inspection);
        let published = published.replace(&sample_records.recommendation, &recommendation);
        for path in with_query_strings(&operation.described, &published) {
            let tag = fetch(&client, &uncached, Method::GET, &path, &[]).await.1.remove("etag").unwrap_or_default();
            let brotli = tag.replacen("\"", "", 1).replace('"', "-br\"");
            for (method, headers) in [
                (Method::GET, vec![]),
                (Method::HEAD, vec![]),
                (Method::GET, vec![("accept-encoding", "gzip".to_owned())]),
                (Method::GET, vec![("accept-encoding", "br, gzip".to_owned()), ("accept", "text/html".to_owned())]),
                (Method::GET, vec![("origin", "https://anywhere.example".to_owned())]),
                (Method::GET, vec![("origin", "https://app.example".to_owned())]),
                (Method::GET, vec![("if-none-match", tag.clone()), ("accept-encoding", "gzip".to_owned())]),
                (Method::GET, vec![("if-none-match", format!("W/\"{brotli}"))]),
                (Method::GET, vec![("if-none-match", "*".to_owned())]),
                (Method::GET, vec![("if-none-match", "\"another\"".to_owned())]),
            ] {
                let expected = fetch(&client, &uncached, method.clone(), &path, &headers).await;
                for turn in ["first", "second"] {
                    let before = counts(&app).hits;
                    let response = fetch(&client, &app, method.clone(), &path, &headers).await;
                    assert_eq!(response, expected, "{method} {path} {headers:?}, {turn}");
                    hits += counts(&app).hits - before;
                    compared += 1;
                }
            }
        }
    }
    // Without hits, the comparison would prove nothing.
    assert!(compared > 600 && hits > compared * 3 / 4, "{hits} of {compared} responses came from the cache");
    // The order of the query parameters does not matter.
    let before = counts(&app);
    let [one, other] = ["/v1/areas?limit=3&count=true", "/v1/areas?count=true&limit=3"];
    let first = fetch(&client, &app, Method::GET, one, &[]).await;
    assert_eq!(first, fetch(&client, &app, Method::GET, other, &[]).await);
    assert_eq!(first, fetch(&client, &uncached, Method::GET, other, &[]).await);
    let after = counts(&app);
    assert_eq!((after.stored - before.stored, after.hits - before.hits), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_with_a_token_neither_reads_nor_fills_the_cache() {
    let app = App::start().await;
    let (assignment, response) = super::create_published_assignment(&app, "70001").await;
    app.wait_for_current_version().await;
    let auditor = app.person(section55::auth::Role::Auditor, "cumbria");
    for path in [&assignment, &response] {
        let public = app.public().get(path).await.expect(200);
        let before = counts(&app);
        let own = auditor.get(path).await.expect(200);
        assert_ne!(own.body, public.body, "{path}");
        app.person_with_token("not a token").get(path).await.expect(401);
        assert_eq!(counts(&app), before, "{path}");
        assert_eq!(app.public().get(path).await.expect(200).body, public.body, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cached_response_counts_towards_the_rate_limit() {
    let app = App::start_with_limits(Limits { public: NonZeroU32::new(3), ..Limits::default() }).await;
    let client = reqwest::Client::new();
    let mut remaining = Vec::new();
    for status in [200, 200, 200, 429] {
        let response = fetch(&client, &app, Method::GET, "/v1/areas", &[]).await;
        assert_eq!(response.0, status);
        remaining.push(response.1["ratelimit"].clone());
    }
    assert!(remaining[..3].windows(2).all(|pair| pair[0] != pair[1]), "{remaining:?}");
}
