//! A small service that takes a file and gives one out, on a real port, and bytes sent to it as they are.

use std::future::{Ready, ready};
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::Data;
use actix_web::{App, Error, FromRequest, HttpMessage, HttpRequest, HttpServer};
use futures_util::StreamExt;
use serde::Serialize;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use utoipa::ToSchema;

use super::super::download::Meta;
use super::super::{Download, RangeRequest, Received, Store, Upload};
use crate::api::{Access, Api, ApiResult, Argument, BodyLeftOut, Doc, Json, Problem};

struct Open;

impl FromRequest for Open {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

impl Argument for Open {
    fn describe(_: &mut Doc) {}
}

impl Access for Open {
    fn admit(_: &HttpRequest) -> Result<(), Problem> {
        Ok(())
    }
}

#[derive(Serialize, ToSchema)]
struct Said {
    filename: String,
    media_type: String,
    size: u64,
    sha256: String,
}

/// What the handlers work with.
#[derive(Clone)]
struct Works {
    spools: PathBuf,
    stall: Duration,
    store: Store,
    file: Received,
    /// Whether a download breaks off in the middle.
    breaks: bool,
}

async fn take(_: Open, works: Data<Works>, mut upload: Upload) -> ApiResult<Json<Said>> {
    upload.form.stall = works.stall;
    upload.whole = works.stall * 3;
    let Received { filename, media_type, size, sha256, .. } = upload.receive_in(&works.spools).await?;
    Ok(Json::plain(Said { filename, media_type: media_type.to_string(), size, sha256 }))
}

async fn give(_: Open, works: Data<Works>, wanted: RangeRequest) -> ApiResult<Download> {
    let Received { filename, media_type, size, sha256, .. } = works.file.clone();
    let selection = wanted.of(&sha256, size);
    let mut content = None;
    if let Some(range) = selection.bytes(size) {
        let range = if works.breaks { 0..range.end / 2 } else { range };
        let read = works.store.read("kent", &sha256, Some(range)).await?;
        let broken = futures_util::stream::iter([Err(Problem::internal("the disk is gone"))]);
        content = Some(if works.breaks { Box::pin(read.chain(broken)) } else { read });
    }
    Ok(Download::new(Meta { filename, media_type, size, sha256 }, selection, content))
}

/// As the service's outermost layer does it.
async fn heads(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(BodyLeftOut);
    }
    next.call(request).await
}

/// The table of both operations.
pub fn operations() -> Api {
    let mut api = Api::default();
    api.tag("files", "Files.");
    api.post("/file", "Take a file", take);
    api.get("/file", "Give the file", give);
    api
}

/// A running service; it ends with the test.
pub struct Service {
    pub address: std::net::SocketAddr,
    /// Where uploads wait.
    pub spools: tempfile::TempDir,
    handle: ServerHandle,
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// What came back.
#[derive(Debug)]
pub struct ApiResponse {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl ApiResponse {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The pointer and code of the first fault.
    pub fn fault(&self) -> (String, String) {
        let fault = &self.json()["errors"][0];
        let text = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        (text("pointer"), text("code"))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &&str| line.split_once(':').is_some_and(|(it, _)| it.eq_ignore_ascii_case(name));
        self.head.lines().find(named).and_then(|line| Some(line.split_once(':')?.1.trim()))
    }
}

impl Service {
    /// Starts it with this file to give out; an upload may stall so long.
    pub async fn start(file: &[u8], filename: &str, stall: Duration, breaks: bool) -> Self {
        let spools = tempfile::tempdir().expect("a folder");
        let file = Received::of(filename, file).await.expect("it is taken");
        let store = Store::open("memory:").expect("a store");
        store.keep("kent", &file).await.expect("it is kept");
        let works = Data::new(Works { spools: spools.path().to_owned(), stall, store, file, breaks });
        let api = Data::new(operations());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = HttpServer::new(move || {
            let api = api.clone();
            App::new().app_data(works.clone()).configure(move |app| api.configure(app)).wrap(from_fn(heads))
        });
        let server = server.workers(1).disable_signals().listen(listener).expect("it listens").run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, spools, handle }
    }

    /// One that gives out a short text.
    pub async fn plain() -> Self {
        Self::start(b"0123456789\n", "numbers.txt", Duration::from_secs(10), false).await
    }

    /// Sends bytes as they are and reads until the service closes, both at once.
    pub async fn raw(&self, bytes: Vec<u8>) -> ApiResponse {
        let (mut from, mut to) = TcpStream::connect(self.address).await.expect("a connection").into_split();
        let sending = tokio::spawn(async move { to.write_all(&bytes).await.map(|()| to) });
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(60), from.read_to_end(&mut answer)).await;
        sending.abort();
        read.expect("an answer in time").ok();
        let at = memchr::memmem::find(&answer, b"\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
        let head = String::from_utf8_lossy(&answer[..at]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        ApiResponse { status, head, body: answer[at + 4..].to_vec() }
    }

    /// Asks for the file.
    pub async fn ask(&self, method: &str, headers: &str) -> ApiResponse {
        self.raw(format!("{method} /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n").into_bytes()).await
    }

    /// Sends a body as a form.
    pub async fn send(&self, body: &[u8]) -> ApiResponse {
        self.raw([post(body.len() as u64).as_bytes(), body].concat()).await
    }
}

/// The head of a request whose body is a form of a length.
pub fn post(length: u64) -> String {
    let media = "Content-Type: multipart/form-data; boundary=b";
    format!("POST /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{media}\r\nContent-Length: {length}\r\n\r\n")
}

/// A form with parts of a disposition and bytes.
pub fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (said, bytes) in parts {
        body.extend_from_slice(format!("--b\r\nContent-Disposition: form-data; {said}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}
