//! The feed as server-sent events: no change is lost or repeated, also after a cut, and none is shown to a reader who may not
//! know it any more.

use std::time::{Duration, Instant};

use reqwest::{Response, StatusCode};
use section55::auth::Role;
use section55::changes::StreamLimits;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{member_of_each, next_cursor, read_all};
use crate::isolation::private_data::PrivateData;
use crate::support::App;
use crate::support::app::Setup;
use crate::support::world::registration;

/// A client of the stream, as a browser is one.
struct Stream {
    response: Response,
    unread: String,
    last_event_id: String,
}

/// One event: its name, or an empty text, and its data.
type Event = (String, Value);

/// Requests a stream with a token, or without one.
async fn request(app: &App, token: Option<&str>, query: &str, last: Option<&str>) -> Response {
    let request = reqwest::Client::new().get(format!("{}/v1/changes{query}", app.base));
    let request = request.header("accept", "text/event-stream");
    let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token));
    let request = last.into_iter().fold(request, |request, last| request.header("last-event-id", last));
    request.send().await.expect("a response")
}

async fn start_with_limits(streams: StreamLimits) -> App {
    App::start_with_setup(Setup { streams, ..Setup::default() }).await
}

impl Stream {
    async fn open(app: &App, token: Option<&str>, query: &str, last: Option<&str>) -> Self {
        let response = request(app, token, query, last).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut stream = Self { response, unread: String::new(), last_event_id: String::new() };
        let begin = stream.next_block().await.expect("a first block");
        assert!(begin.starts_with("retry: 3000\nid: "), "{begin}");
        stream
    }

    /// Returns the next block of lines, or `None` at the end of the body.
    async fn next_block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.unread.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.unread = rest;
                if let Some(id) = block.lines().find_map(|line| line.strip_prefix("id: ")) {
                    id.clone_into(&mut self.last_event_id);
                }
                return Some(block);
            }
            let more =
                tokio::time::timeout(Duration::from_secs(40), self.response.chunk()).await.expect("bytes in time");
            match more.expect("a body without an error") {
                Some(bytes) => self.unread.push_str(std::str::from_utf8(&bytes).expect("UTF-8")),
                None => return None,
            }
        }
    }

    /// Returns the next event, without comments.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let block = self.next_block().await?;
            let value = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            if !block.starts_with(':') {
                let data = serde_json::from_str(value("data: ")).expect("JSON");
                return Some((value("event: ").to_owned(), data));
            }
        }
    }

    async fn take(&mut self, count: usize) -> Vec<Value> {
        let mut changes = Vec::new();
        while changes.len() < count {
            let (name, change) = self.next().await.expect("an event");
            assert_eq!(name, "", "{change}");
            changes.push(change);
        }
        changes
    }
}

async fn register(app: &App, reference: &str) {
    app.person(Role::Opcc, "cumbria").post("/v1/inspections", registration(reference)).await.expect(201);
    app.sequence().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_clients_receive_every_change_once_also_after_a_cut() {
    let app = App::start().await;
    let token = app.token("auditor@cumbria", &["auditor"], &["cumbria"]);
    register(&app, "89101").await;
    // Both begin now. Neither has received an event yet when the first connection is cut.
    let mut whole = Stream::open(&app, Some(&token), "?after=latest", None).await;
    let mut cut = Stream::open(&app, Some(&token), "?after=latest", None).await;
    let mut of_cut = Vec::new();
    for n in 2..8 {
        let last = cut.last_event_id.clone();
        drop(cut);
        register(&app, &format!("8910{n}")).await;
        // As a browser connects again: with the address of before, and the last id.
        cut = Stream::open(&app, Some(&token), "?after=latest", Some(&last)).await;
        of_cut.extend(cut.take(1).await);
    }
    app.create_published_inspection("89110").await;
    app.sequence().await;
    let all = read_all(&app.person(Role::Auditor, "cumbria")).await;
    let of_whole = whole.take(all.len() - 1).await;
    of_cut.extend(cut.take(all.len() - 1 - of_cut.len()).await);
    assert_eq!(of_whole, all[1..]);
    assert_eq!(of_cut, all[1..]);
    // An id is a cursor of the feed.
    let rest = app.person(Role::Auditor, "cumbria").get(&format!("/v1/changes?after={}", whole.last_event_id)).await;
    assert_eq!((rest.body["items"].clone(), next_cursor(&rest)), (json!([]), whole.last_event_id.clone()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_shows_each_reader_the_same_as_the_pages() {
    let app = App::start().await;
    PrivateData::build(&app).await;
    for (role, area) in
        [(Role::Opcc, "cumbria"), (Role::Constabulary, "cumbria"), (Role::Auditor, "kent"), (Role::Registrar, "")]
    {
        let areas: &[&str] = if role == Role::Registrar { &[] } else { &[area] };
        let token = app.token(&format!("{role}@{area}"), &[&role.to_string()], areas);
        let all = read_all(&app.person(role, area)).await;
        assert!(all.len() > 10);
        assert_eq!(Stream::open(&app, Some(&token), "", None).await.take(all.len()).await, all, "{role} {area}");
    }
    let all = read_all(&app.public()).await;
    assert_eq!(Stream::open(&app, None, "", None).await.take(all.len()).await, all, "the public");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_its_token_and_shows_nothing_of_later() {
    let app = App::start().await;
    let token = app.token("auditor@cumbria", &["auditor"], &["cumbria"]);
    let mut stream = Stream::open(&app, Some(&token), "", None).await;
    let mut public = Stream::open(&app, None, "", None).await;
    app.clock.set(app.clock.now() + chrono::TimeDelta::days(3651));
    app.create_published_inspection("89201").await;
    app.sequence().await;
    assert_eq!(stream.next().await, Some(("end".to_owned(), json!({ "code": "token_expired" }))));
    assert_eq!(stream.next().await, None, "the body ends");
    let again = request(&app, Some(&token), "", Some(&stream.last_event_id)).await;
    assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
    // Nobody's right to what is published expires. Another token resumes where the first ended.
    assert_eq!(member_of_each(&public.take(1).await, "type"), ["inspection.published"]);
    let renewed = app.token("auditor@cumbria", &["auditor"], &["cumbria"]);
    let mut resumed = Stream::open(&app, Some(&renewed), "", Some(&stream.last_event_id)).await;
    assert_eq!(member_of_each(&resumed.take(1).await, "type"), ["inspection.registered"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_does_not_show_what_its_reader_may_not_know_any_more() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("89202").await;
    let assignment = app.assignment_path(&inspection, "cumbria").await;
    app.sequence().await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let mut stream = Stream::open(&app, Some(&token), "?after=latest", None).await;
    let mut public = Stream::open(&app, None, "?after=latest", None).await;
    // The item becomes OFFICIAL-SENSITIVE, and the inspection is withdrawn, before the feed has the changes.
    let evidence = app.add_evidence(&assignment, "cumbria", json!({ "title": "Names of informants" })).await;
    let raise = json!({ "action": "raise" });
    app.person(Role::Constabulary, "cumbria").act(&format!("{}/marking", evidence.href()), raise).await.expect(200);
    let correct = json!({ "action": "correct", "reason": "A slip.", "title": "Another title" });
    app.person(Role::OpccApprover, "cumbria").act(&inspection.href(), correct).await.expect(200);
    let withdraw = json!({ "action": "withdraw", "reason": "It was another force's." });
    app.person(Role::OpccApprover, "cumbria").act(&inspection.href(), withdraw).await.expect(200);
    app.sequence().await;
    let own = stream.take(2).await;
    assert_eq!(member_of_each(&own, "type"), ["inspection.corrected", "inspection.withdrawn"]);
    for change in public.take(2).await {
        assert_eq!((&change["resource"], &change["title"]), (&json!("inspection"), &Value::Null));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_stream_sends_comments_and_ends_when_the_service_drains() {
    let app =
        start_with_limits(StreamLimits { comment_interval: Duration::from_secs(1), ..StreamLimits::default() }).await;
    let mut stream = Stream::open(&app, None, "", None).await;
    assert_eq!(stream.next_block().await.as_deref(), Some(": no change"), "at the beginning");
    let begin = Instant::now();
    assert_eq!(stream.next_block().await.as_deref(), Some(": no change"), "after the interval");
    // Less than the interval of the other tests, which is 15 seconds.
    assert!((1..12).contains(&begin.elapsed().as_secs()), "{:?}", begin.elapsed());
    let stopping = tokio::spawn(app.running.stop(Duration::ZERO));
    assert_eq!(stream.next().await, Some(("end".to_owned(), json!({ "code": "draining" }))));
    assert_eq!(stream.next().await, None);
    stopping.await.expect("no panic").expect("a good end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_has_a_limited_number_of_streams() {
    let limits = StreamLimits { of_instance: 5, of_caller: 3, comment_interval: Duration::from_secs(1) };
    let app = start_with_limits(limits).await;
    let token = app.token("auditor@cumbria", &["auditor"], &["cumbria"]);
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(Stream::open(&app, Some(&token), "", None).await);
    }
    let refused = request(&app, Some(&token), "", None).await;
    assert_eq!(
        (refused.status(), refused.headers()["retry-after"].to_str().ok()),
        (StatusCode::TOO_MANY_REQUESTS, Some("30"))
    );
    // Others have places of their own, and so has a request for a page.
    let others = [
        Stream::open(&app, Some(&app.token("opcc@cumbria", &["opcc"], &["cumbria"])), "", None).await,
        Stream::open(&app, None, "", None).await,
    ];
    let force = app.token("constabulary@cumbria", &["constabulary"], &["cumbria"]);
    assert_eq!(request(&app, Some(&force), "", None).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(others);
    app.person(Role::Auditor, "cumbria").get("/v1/changes").await.expect(200);
    // The service notices a closed connection at the latest when it sends the next comments.
    streams.pop();
    for _ in 0..60 {
        if request(&app, Some(&token), "", None).await.status() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("the place is not free again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_cannot_be_is_refused_and_others_receive_pages() {
    let app = App::start().await;
    let public = app.public();
    let accept = |accept: &'static str| [("accept", accept)];
    let stream = [("accept", "text/event-stream"), ("last-event-id", "forged")];
    let forged = public.send(reqwest::Method::GET, "/v1/changes", &stream, None).await.expect(400);
    assert_eq!(forged.faults(), [("/Last-Event-ID".to_owned(), "bad_cursor".to_owned())]);
    let backwards = public.send(reqwest::Method::GET, "/v1/changes?order=desc", &stream[..1], None).await.expect(400);
    assert_eq!(backwards.faults(), [("/order".to_owned(), "not_with_stream".to_owned())]);
    for other in ["*/*", "application/json", "application/json, text/event-stream;q=0.5"] {
        let page = public.send(reqwest::Method::GET, "/v1/changes", &accept(other), None).await.expect(200);
        assert_eq!(page.headers["content-type"], "application/json", "{other}");
    }
    let head = public.send(reqwest::Method::HEAD, "/v1/changes", &stream[..1], None).await.expect(200);
    assert_eq!((head.headers["content-type"].to_str().ok(), head.text.as_str()), (Some("text/event-stream"), ""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_http_1_0_receives_a_stream_without_chunks() {
    let app = App::start().await;
    app.create_published_inspection("89301").await;
    app.sequence().await;
    let mut connection = app.open_connection().await;
    let request = b"GET /v1/changes HTTP/1.0\r\nAccept: text/event-stream\r\n\r\n";
    connection.write_all(request).await.expect("sent");
    let (mut text, mut bytes) = (String::new(), [0; 4096]);
    while !text.contains("inspection.published") {
        let count = tokio::time::timeout(Duration::from_secs(20), connection.read(&mut bytes)).await;
        let count = count.expect("bytes in time").expect("bytes");
        assert_ne!(count, 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let head = head.to_ascii_lowercase();
    assert!(!head.contains("transfer-encoding") && !head.contains("content-length"), "{head}");
    // Without keep-alive, the end of the connection is the end of the body.
    assert!(!head.contains("keep-alive") && body.starts_with("retry: 3000\nid: "), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_from_before_a_restore_learns_of_it_and_continues() {
    let app = App::start().await;
    register(&app, "89401").await;
    let restored = app.start_on_copy().await;
    register(&app, "89402").await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let mut lost = Stream::open(&app, Some(&token), "", None).await;
    lost.take(2).await;
    let again = restored.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let mut stream = Stream::open(&restored, Some(&again), "", Some(&lost.last_event_id)).await;
    let (name, restart) = stream.next().await.expect("an event");
    assert_eq!((name.as_str(), &restart["cursor"]), ("feed_restarted", &json!(stream.last_event_id)));
    register(&restored, "89403").await;
    let mut references = Vec::new();
    while references.last() != Some(&json!("89403")) {
        references.push(stream.take(1).await[0]["reference"].clone());
    }
}
