//! The page of e-mails of `section55 dev`: lists the folder into which they are written, and shows one. It listens on
//! loopback only.

use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use askama::filters::{Html, escape};
use mail_parser::{Message, MessageParser};

/// The server of the page.
pub struct MailPage {
    /// The address that it listens on.
    pub address: SocketAddr,
    handle: ServerHandle,
}

impl MailPage {
    /// Starts the page of a folder, on a free port of loopback.
    ///
    /// # Errors
    /// The error of the operating system if no port can be listened on.
    pub fn start(folder: PathBuf) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let folder = Arc::new(folder);
        let server = HttpServer::new(move || {
            let folder = folder.clone();
            let answer = move |request: HttpRequest| {
                let response = respond(&folder, request.path());
                async move { response }
            };
            App::new().default_service(web::to(answer))
        });
        let server = server.workers(1).disable_signals().listen(listener)?.run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { address, handle })
    }

    /// Stops the page.
    pub async fn stop(self) {
        self.handle.stop(true).await;
    }
}

fn respond(folder: &PathBuf, path: &str) -> HttpResponse {
    let name = path.trim_start_matches('/');
    if name.is_empty() {
        return HttpResponse::Ok().content_type("text/html; charset=utf-8").body(list(folder));
    }
    let is_name = name.ends_with(".eml") && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'.');
    match is_name.then(|| fs::read(folder.join(name))) {
        Some(Ok(text)) => HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(readable(&text)),
        _ => HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("There is no such e-mail.\n"),
    }
}

/// Returns the names of the files, the newest first.
fn files(folder: &PathBuf) -> Vec<String> {
    let mut found: Vec<(SystemTime, String)> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(changed) = entry.metadata().and_then(|data| data.modified()).ok().filter(|_| name.ends_with(".eml"))
        {
            found.push((changed, name));
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, name)| name).collect()
}

fn recipient<'a>(message: &'a Message<'_>) -> &'a str {
    message.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default()
}

/// Returns the list as a page.
fn list(folder: &PathBuf) -> String {
    let mut page = String::from("<!doctype html><meta charset=utf-8><title>E-mails</title><h1>E-mails</h1><ul>");
    let names = files(folder);
    if names.is_empty() {
        page.push_str("<li>There are none yet.");
    }
    for name in names {
        let text = fs::read(folder.join(&name)).unwrap_or_default();
        let Some(message) = MessageParser::default().parse(&text) else { continue };
        let subject = escape(message.subject().unwrap_or_default(), Html);
        let to = escape(recipient(&message), Html);
        let (Ok(subject), Ok(to)) = (subject, to);
        let _ = write!(page, "<li><a href=\"/{name}\">{subject}</a> to {to}");
    }
    page.push_str("</ul>");
    page
}

/// Returns an e-mail as text: its main headers and its plain text.
fn readable(text: &[u8]) -> String {
    let Some(message) = MessageParser::default().parse(text) else { return String::new() };
    let body = message.body_text(0).unwrap_or_default();
    let (subject, id) = (message.subject().unwrap_or_default(), message.message_id().unwrap_or_default());
    format!("Subject: {subject}\nTo: {}\nMessage-ID: {id}\n\n{body}", recipient(&message))
}
