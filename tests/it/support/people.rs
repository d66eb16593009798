//! HTTP clients for people: `opcc.post(...)`. Every response is checked against the OpenAPI document first.

use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::app::App;
use super::contract::Contract;

/// A person who calls the service, with or without a token.
#[derive(Clone)]
pub struct Person {
    base: String,
    client: reqwest::Client,
    token: Option<String>,
    contract: Arc<Contract>,
}

/// An HTTP response (`Response` would read as the statutory response).
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The body as JSON. It is null when the body is not JSON.
    pub body: Value,
}

impl Person {
    pub(super) fn new(app: &App, client: reqwest::Client, token: Option<String>) -> Self {
        Self { base: app.base.clone(), client, token, contract: app.contract.clone() }
    }

    /// Sends a request and checks the response against the OpenAPI document.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Reply {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let mut given = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header name");
            given.append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header value"));
        }
        request = request.headers(given);
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.expect("a response");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = String::from_utf8_lossy(&response.bytes().await.expect("a body")).into_owned();
        let json = headers.get("content-type").is_some_and(|t| t.to_str().is_ok_and(|t| t.contains("json")));
        let value = if json { serde_json::from_str(&text).unwrap_or(Value::Null) } else { Value::Null };
        let reply = Reply { status, headers, text, body: value };
        self.contract.check(&method, path, &reply);
        reply
    }

    /// Sends a JSON body, with `If-Match` when an ETag is given.
    pub async fn send_json(&self, method: Method, path: &str, etag: Option<&str>, body: &Value) -> Reply {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(etag.map(|etag| ("if-match", etag)));
        self.send(method, path, &headers, Some(body.to_string().into_bytes())).await
    }

    /// Gets a text without checking it. Returns none when the request fails, is refused or is cut off.
    pub async fn try_get_text(&self, path: &str) -> Option<String> {
        let request = self.client.get(format!("{}{path}", self.base));
        let request = if let Some(token) = &self.token { request.bearer_auth(token) } else { request };
        request.send().await.ok()?.error_for_status().ok()?.text().await.ok()
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send_json(Method::POST, path, None, &body).await
    }

    pub async fn patch(&self, path: &str, etag: &str, body: Value) -> Reply {
        self.send_json(Method::PATCH, path, Some(etag), &body).await
    }

    pub async fn put(&self, path: &str, etag: &str, body: Value) -> Reply {
        self.send_json(Method::PUT, path, Some(etag), &body).await
    }

    pub async fn delete(&self, path: &str, etag: &str) -> Reply {
        self.send(Method::DELETE, path, &[("if-match", etag)], None).await
    }

    pub async fn post_text(&self, path: &str, text: &str) -> Reply {
        self.send(Method::POST, path, &[("content-type", "text/plain")], Some(text.as_bytes().to_vec())).await
    }

    /// Uploads a file as `multipart/form-data`.
    pub async fn upload(&self, path: &str, filename: &str, bytes: &[u8]) -> Reply {
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
        self.send(Method::POST, path, &[("content-type", "multipart/form-data; boundary=edge")], Some(body)).await
    }

    /// Posts a transition of a record with `If-Match: *`.
    pub async fn act(&self, record: &str, action: Value) -> Reply {
        self.send_json(Method::POST, &format!("{record}/transitions"), Some("*"), &action).await
    }
}

impl Reply {
    /// Returns the response. Fails the test, and prints the body, when the status differs.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Returns the ETag.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.headers["etag"].to_str().expect("an ETag").to_owned()
    }

    /// Returns the path of the record (`links.self`).
    #[track_caller]
    pub fn href(&self) -> String {
        self.body["links"]["self"].as_str().expect("links.self").to_owned()
    }

    /// Returns the `(pointer, code)` of every fault.
    pub fn faults(&self) -> Vec<(String, String)> {
        let text = |fault: &Value, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        let faults = self.body["errors"].as_array().cloned().unwrap_or_default();
        faults.iter().map(|fault| (text(fault, "pointer"), text(fault, "code"))).collect()
    }
}
