//! Server-sent events (WHATWG HTML §9.2): a response of events that ends only when its reader or the service ends it.

use std::time::Duration;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use futures_util::stream;
use serde_json::{Value, json};

use super::extract::{HeadRequest, prefers_to_json};
use super::operation_doc::OperationDoc;
use super::stream::ByteStream;

/// The media type of a stream of events.
pub const EVENT_STREAM: &str = "text/event-stream";

/// Tells nginx to pass each event on at once. Other proxies ignore the header.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// One block of a stream of events.
#[derive(Clone, Debug, Default)]
pub struct ServerSentEvent(String);

impl ServerSentEvent {
    /// Creates a block that sets how long the client waits before it connects again.
    pub fn retry(after: Duration) -> Self {
        Self(format!("retry: {}\n", after.as_millis()))
    }

    /// Creates a block that holds a comment only, which clients ignore.
    pub fn comment(text: &str) -> Self {
        Self(format!(": {text}\n"))
    }

    /// Creates a block with a name. Clients receive a block without a name as `message`.
    pub fn named(name: &str) -> Self {
        Self(format!("event: {name}\n"))
    }

    /// Adds the id from which a client resumes.
    #[must_use]
    pub fn id(self, id: &str) -> Self {
        Self(format!("{}id: {id}\n", self.0))
    }

    /// Adds the data. JSON as serde writes it has no line ends.
    #[must_use]
    pub fn data(self, data: &Value) -> Self {
        Self(format!("{}data: {data}\n", self.0))
    }

    /// Returns the text of the block, with the empty line that ends it.
    pub fn into_text(mut self) -> String {
        self.0.push('\n');
        self.0
    }
}

/// 200 with a stream of events.
pub struct EventStream(ByteStream);

impl EventStream {
    /// Creates a streaming response, which sends each event as it is produced.
    pub fn new(blocks: ByteStream) -> Self {
        Self(blocks)
    }

    /// Adds the stream to an operation that also responds with JSON.
    pub fn describe_beside(doc: &mut OperationDoc, description: &str) {
        let schema = json!({ "type": "string", "description": description });
        doc.response_content(200, EVENT_STREAM, schema);
    }

    /// Makes the HTTP response. HEAD gets the head alone: its body would never end.
    pub fn into_response(self, request: &HttpRequest) -> HttpResponse {
        let is_head = request.extensions().contains::<HeadRequest>();
        let body: ByteStream = if is_head { Box::pin(stream::empty()) } else { self.0 };
        HttpResponse::Ok()
            .content_type(EVENT_STREAM)
            .insert_header((X_ACCEL_BUFFERING, HeaderValue::from_static("no")))
            .streaming(body)
    }
}

/// Returns true if `Accept` prefers a stream of events to JSON.
pub fn accepts_event_stream(request: &HttpRequest) -> bool {
    prefers_to_json(request, EVENT_STREAM)
}

/// A chunk of a stream of events.
pub fn chunk(blocks: impl IntoIterator<Item = ServerSentEvent>) -> Bytes {
    blocks.into_iter().map(ServerSentEvent::into_text).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_stream_is_sent_only_to_a_client_that_prefers_it() {
        let request = |accept: &str| TestRequest::get().insert_header((header::ACCEPT, accept)).to_http_request();
        for accept in ["text/event-stream", "Text/Event-Stream", "application/json;q=0.5, text/event-stream;q=0.9"] {
            assert!(accepts_event_stream(&request(accept)), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "text/*",
            "application/json",
            "text/event-stream;q=0",
            "application/json, text/event-stream;q=0.9",
        ] {
            assert!(!accepts_event_stream(&request(accept)), "{accept}");
        }
        assert!(!accepts_event_stream(&TestRequest::get().to_http_request()));
    }

    #[test]
    fn a_block_ends_with_an_empty_line() {
        let event = ServerSentEvent::named("end").id("AB").data(&json!({ "text": "a\nb" }));
        assert_eq!(event.into_text(), "event: end\nid: AB\ndata: {\"text\":\"a\\nb\"}\n\n");
        let begin = ServerSentEvent::retry(Duration::from_secs(3)).id("AB");
        assert_eq!(chunk([begin, ServerSentEvent::comment("wait")]), "retry: 3000\nid: AB\n\n: wait\n\n");
    }
}
