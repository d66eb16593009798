//! A test service with an upload and a download on a TCP port, and a client that sends bytes as they are.

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

use super::super::download::FileMetadata;
use super::super::{Download, RangeRequest, Store, Upload, UploadedFile};
use crate::api::{Access, Api, ApiResult, Argument, HeadRequest, Json, OperationDoc, Problem};

struct Open;

impl FromRequest for Open {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

impl Argument for Open {
    fn describe(_: &mut OperationDoc) {}
}

impl Access for Open {
    fn admit(_: &HttpRequest) -> Result<(), Problem> {
        Ok(())
    }
}

#[derive(Serialize, ToSchema)]
struct UploadResult {
    filename: String,
    media_type: String,
    size: u64,
    sha256: String,
}

/// The state of the handlers.
#[derive(Clone)]
struct HandlerState {
    temporary_folder: PathBuf,
    read_timeout: Duration,
    store: Store,
    file: UploadedFile,
    /// If true, a download fails in the middle.
    interrupt: bool,
}

async fn upload(_: Open, state: Data<HandlerState>, mut upload: Upload) -> ApiResult<Json<UploadResult>> {
    upload.form.read_timeout = state.read_timeout;
    upload.total_timeout = state.read_timeout * 3;
    let UploadedFile { filename, media_type, size, sha256, .. } = upload.receive_in(&state.temporary_folder).await?;
    Ok(Json::plain(UploadResult { filename, media_type: media_type.to_string(), size, sha256 }))
}

async fn download(_: Open, state: Data<HandlerState>, range_request: RangeRequest) -> ApiResult<Download> {
    let UploadedFile { filename, media_type, size, sha256, .. } = state.file.clone();
    let selection = range_request.select(&sha256, size);
    let mut content = None;
    if let Some(range) = selection.bytes(size) {
        let range = if state.interrupt { 0..range.end / 2 } else { range };
        let read = state.store.read(&super::stored("kent", &state.file), Some(range)).await?;
        let failure = futures_util::stream::iter([Err(Problem::internal("the disk failed"))]);
        content = Some(if state.interrupt { Box::pin(read.chain(failure)) } else { read });
    }
    Ok(Download::new(
        FileMetadata { filename, content_type: media_type.content_type().to_owned(), size, sha256 },
        selection,
        content,
    ))
}

/// Handles HEAD as GET without a body, as the service's outermost layer does.
async fn handle_head(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(HeadRequest);
    }
    next.call(request).await
}

/// Declares both operations.
pub fn operations() -> Api {
    let mut api = Api::default();
    api.tag("files", "Files.");
    api.post("/file", "Upload a file", upload);
    api.get("/file", "Download the file", download);
    api
}

/// A running service, which stops when it is dropped.
pub struct Service {
    pub address: std::net::SocketAddr,
    /// The folder of the temporary files of uploads.
    pub temporary_folder: tempfile::TempDir,
    handle: ServerHandle,
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// A parsed HTTP response.
#[derive(Debug)]
pub struct RawResponse {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl RawResponse {
    /// Parses the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the pointer and code of the first fault.
    pub fn fault(&self) -> (String, String) {
        let fault = &self.json()["errors"][0];
        let text = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        (text("pointer"), text("code"))
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &&str| line.split_once(':').is_some_and(|(it, _)| it.eq_ignore_ascii_case(name));
        self.head.lines().find(named).and_then(|line| Some(line.split_once(':')?.1.trim()))
    }
}

impl Service {
    /// Starts the service with a file for download, and a read timeout for uploads.
    pub async fn start(file: &[u8], filename: &str, read_timeout: Duration, interrupt: bool) -> Self {
        let temporary_folder = tempfile::tempdir().expect("a folder");
        let file = UploadedFile::from_bytes(filename, file).await.expect("an accepted file");
        let store = super::marked_store("memory:").await;
        store.put("kent", &file).await.expect("the file is stored");
        let state = Data::new(HandlerState {
            temporary_folder: temporary_folder.path().to_owned(),
            read_timeout,
            store,
            file,
            interrupt,
        });
        let api = Data::new(operations());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = HttpServer::new(move || {
            let api = api.clone();
            App::new().app_data(state.clone()).configure(move |app| api.configure(app)).wrap(from_fn(handle_head))
        });
        let server = server.workers(1).disable_signals().listen(listener).expect("the server listens").run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, temporary_folder, handle }
    }

    /// Starts the service with a short text for download.
    pub async fn with_short_text() -> Self {
        Self::start(b"0123456789\n", "numbers.txt", Duration::from_secs(10), false).await
    }

    /// Sends bytes as they are, and at the same time reads until the service closes the connection.
    pub async fn raw(&self, bytes: Vec<u8>) -> RawResponse {
        let (mut from, mut to) = TcpStream::connect(self.address).await.expect("a connection").into_split();
        let sending = tokio::spawn(async move { to.write_all(&bytes).await.map(|()| to) });
        let mut response = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(60), from.read_to_end(&mut response)).await;
        sending.abort();
        read.expect("a response in time").ok();
        let at = memchr::memmem::find(&response, b"\r\n\r\n").unwrap_or_else(|| panic!("no response: {response:?}"));
        let head = String::from_utf8_lossy(&response[..at]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        RawResponse { status, head, body: response[at + 4..].to_vec() }
    }

    /// Requests the file.
    pub async fn request(&self, method: &str, headers: &str) -> RawResponse {
        self.raw(format!("{method} /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n").into_bytes()).await
    }

    /// Uploads a form.
    pub async fn send(&self, body: &[u8]) -> RawResponse {
        self.raw([post(body.len() as u64).as_bytes(), body].concat()).await
    }
}

/// Makes the headers of a request whose body is a form with this length.
pub fn post(length: u64) -> String {
    let media = "Content-Type: multipart/form-data; boundary=b";
    format!("POST /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{media}\r\nContent-Length: {length}\r\n\r\n")
}

/// Makes a form with parts, each with its disposition and bytes.
pub fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (disposition, bytes) in parts {
        body.extend_from_slice(format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}
