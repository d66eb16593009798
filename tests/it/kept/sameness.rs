//! What is kept and what is made afresh are one: status, headers and bytes, for every operation that anyone may read.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use reqwest::Method;
use section55::server::Limits;

use crate::support::App;
use crate::support::app::Setup;

/// An answer as it came: its status, its headers but those that tell one answer from another, its bytes.
type Told = (u16, BTreeMap<String, String>, Vec<u8>);

async fn told(client: &reqwest::Client, app: &App, method: Method, path: &str, headers: &[(&str, String)]) -> Told {
    let mut request = client.request(method, format!("{}{path}", app.base));
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let own = ["x-request-id", "date"];
    let headers = answer.headers().iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned())).collect();
    (status, headers, answer.bytes().await.expect("a body").to_vec())
}

/// The questions asked of a path, by the parameters that its operation has.
fn questions(operation: &serde_json::Value, path: &str) -> Vec<String> {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let has = |name: &str| parameters.iter().any(|it| it["in"] == "query" && it["name"] == name);
    let mut all = vec![path.to_owned()];
    if path.contains('?') {
        all.extend(["&limit=1", "&type=inspection"].map(|query| format!("{path}{query}")));
        return all;
    }
    if has("limit") {
        all.push(format!("{path}?limit=1"));
    }
    if has("count") {
        all.extend(["?limit=1&count=true", "?limit=2&&fields=id"].map(|query| format!("{path}{query}")));
    }
    if has("expand") {
        let expand = parameters.iter().find(|it| it["name"] == "expand").expect("there");
        let word = expand["schema"]["items"]["enum"][0].as_str().expect("a word");
        all.push(format!("{path}?expand={word}"));
    }
    if has("q") {
        all.push(format!("{path}?q=words&limit=1"));
    }
    let formats = parameters.iter().filter(|it| it["name"] == "format");
    let formats = formats.flat_map(|it| it["schema"]["enum"].as_array().into_iter().flatten());
    all.extend(formats.map(|word| format!("{path}?format={}", word.as_str().expect("a word"))));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_answer_is_the_one_that_would_be_made() {
    let app = App::start().await;
    let places = app.places().await;
    let afresh = app.beside(Setup::keeping(0)).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let asked = app.public().get(&format!("{}/recommendations?limit=1", places.inspection)).await.expect(200);
    let recommendation = asked.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();
    let (mut compared, mut given) = (0, 0);
    for operation in app.operations(&places) {
        let open = operation.permission().is_none() && operation.method == Method::GET && !operation.is_streamed();
        if !open || ["/livez", "/readyz"].contains(&operation.template.as_str()) {
            continue;
        }
        let published = operation.path.replace(&places.draft, &places.inspection);
        let published = published.replace(&places.recommendation, &recommendation);
        for path in questions(&operation.described, &published) {
            let tag = told(&client, &afresh, Method::GET, &path, &[]).await.1.remove("etag").unwrap_or_default();
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
                let wanted = told(&client, &afresh, method.clone(), &path, &headers).await;
                for turn in ["first", "second"] {
                    let before = app.running.shelf.as_ref().expect("a shelf").counts().found;
                    let got = told(&client, &app, method.clone(), &path, &headers).await;
                    assert_eq!(got, wanted, "{method} {path} {headers:?}, {turn}");
                    given += app.running.shelf.as_ref().expect("a shelf").counts().found - before;
                    compared += 1;
                }
            }
        }
    }
    // What is never given from the shelf is no proof of anything.
    assert!(compared > 600 && given > compared * 3 / 4, "{given} of {compared} were kept answers");
    // The order of its parameters makes no other question.
    let before = app.running.shelf.as_ref().expect("a shelf").counts();
    let [one, other] = ["/v1/areas?limit=3&count=true", "/v1/areas?count=true&limit=3"];
    let first = told(&client, &app, Method::GET, one, &[]).await;
    assert_eq!(first, told(&client, &app, Method::GET, other, &[]).await);
    assert_eq!(first, told(&client, &afresh, Method::GET, other, &[]).await);
    let after = app.running.shelf.as_ref().expect("a shelf").counts();
    assert_eq!((after.made - before.made, after.found - before.found), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_with_a_token_is_never_given_a_kept_answer_and_leaves_none() {
    let app = App::start().await;
    let (line, response) = super::published_line(&app, "70001").await;
    let auditor = app.person(section55::auth::Role::Auditor, "cumbria");
    let counts = || app.running.shelf.as_ref().expect("a shelf").counts();
    for path in [&line, &response] {
        let public = app.public().get(path).await.expect(200);
        let before = counts();
        let own = auditor.get(path).await.expect(200);
        assert_ne!(own.body, public.body, "{path}");
        app.bearer("not a token").get(path).await.expect(401);
        assert_eq!(counts(), before, "{path}");
        assert_eq!(app.public().get(path).await.expect(200).body, public.body, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_answer_counts_like_any_other() {
    let app = App::start_with(Limits { public: NonZeroU32::new(3), ..Limits::default() }).await;
    let client = reqwest::Client::new();
    let mut left = Vec::new();
    for status in [200, 200, 200, 429] {
        let got = told(&client, &app, Method::GET, "/v1/areas", &[]).await;
        assert_eq!(got.0, status);
        left.push(got.1["ratelimit"].clone());
    }
    assert!(left[..3].windows(2).all(|pair| pair[0] != pair[1]), "{left:?}");
}
