//! Sends requests and records each, with its response, as an example of its operation.

use std::cell::RefCell;
use std::collections::BTreeMap;

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::stable::{StableValues, shorten};
use crate::support::{App, Person, Reply};

/// The recorded examples, and the service that they are recorded from.
pub struct Recorder {
    pub app: App,
    operations: RefCell<BTreeMap<String, BTreeMap<String, Value>>>,
    problems: RefCell<BTreeMap<String, Value>>,
    stable: RefCell<StableValues>,
}

/// A client whose requests can be recorded.
pub struct RecordedClient<'a> {
    recorder: &'a Recorder,
    person: Person,
    sender: String,
}

/// A request that will be recorded as an example, or as the example of a problem when it has no name.
pub struct ExampleRequest<'a> {
    client: &'a RecordedClient<'a>,
    name: &'a str,
    summary: &'a str,
    headers: Vec<(&'a str, String)>,
    longest: Option<usize>,
    members: Option<&'a [&'a str]>,
}

impl Recorder {
    pub fn new(app: App) -> Self {
        Self { app, operations: RefCell::default(), problems: RefCell::default(), stable: RefCell::default() }
    }

    /// Returns all examples in the form of `openapi/examples.json`.
    pub fn finish(self) -> Value {
        json!({ "operations": self.operations.into_inner(), "problems": self.problems.into_inner() })
    }

    /// Returns a client without a token.
    pub fn anyone(&self) -> RecordedClient<'_> {
        RecordedClient { recorder: self, person: self.app.public(), sender: "Sent without a token.".to_owned() }
    }

    /// Returns a client with one role in Cumbria.
    pub fn cumbria(&self, role: Role) -> RecordedClient<'_> {
        self.person_of("cumbria", role)
    }

    /// Returns a client with one role in an area. A registrar has no area.
    pub fn person_of(&self, area: &str, role: Role) -> RecordedClient<'_> {
        let name = match role {
            Role::Opcc => "Olive Officer",
            Role::OpccApprover => "Anwen Approver",
            Role::Constabulary => "Liam Liaison",
            Role::ChiefOfficer => "Charlie Chief",
            Role::Auditor => "Audrey Auditor",
            Role::Registrar => "Reg Registrar",
        };
        let of_area = if role == Role::Registrar { String::new() } else { format!(" of {area}") };
        let sender = format!("Sent with the token of a person with the role `{role}`{of_area}.");
        RecordedClient { recorder: self, person: self.app.person_named(name, role, area), sender }
    }
}

impl<'a> RecordedClient<'a> {
    /// Returns the person, for requests that are not recorded.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Begins a request that is recorded as an example with this name and summary.
    pub fn example(&'a self, name: &'a str, summary: &'a str) -> ExampleRequest<'a> {
        ExampleRequest { client: self, name, summary, headers: Vec::new(), longest: None, members: None }
    }

    /// Begins a request that must be refused. The response is recorded as the example of its problem.
    pub fn refusal(&'a self) -> ExampleRequest<'a> {
        self.example("", "")
    }
}

impl<'a> ExampleRequest<'a> {
    /// Adds a header.
    pub fn header(mut self, name: &'a str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Shortens the texts of the example to this number of bytes.
    pub fn shorten_to(mut self, bytes: usize) -> Self {
        self.longest = Some(bytes);
        self
    }

    /// Keeps only these members of the response in the example.
    pub fn only_members(mut self, members: &'a [&'a str]) -> Self {
        self.members = Some(members);
        self
    }

    pub async fn get(self, path: &str) -> Reply {
        self.send(Method::GET, path, None, None).await
    }

    pub async fn post(self, path: &str, body: Value) -> Reply {
        let bytes = body.to_string().into_bytes();
        self.header("content-type", "application/json").send(Method::POST, path, Some(body), Some(bytes)).await
    }

    /// Posts a request without a body.
    pub async fn post_without_body(self, path: &str) -> Reply {
        self.send(Method::POST, path, None, None).await
    }

    pub async fn post_text(self, path: &str, text: &str) -> Reply {
        let bytes = text.as_bytes().to_vec();
        self.header("content-type", "text/plain").send(Method::POST, path, Some(json!(text)), Some(bytes)).await
    }

    /// Sends a body with `If-Match` and the ETag that the record has for this person.
    pub async fn write(self, method: Method, path: &str, body: Value) -> Reply {
        let bytes = body.to_string().into_bytes();
        let request = self.header("content-type", "application/json").with_etag_of(path).await;
        request.send(method, path, Some(body), Some(bytes)).await
    }

    /// Creates a record with `If-None-Match: *`.
    pub async fn put_new(self, path: &str, body: Value) -> Reply {
        let bytes = body.to_string().into_bytes();
        let request = self.header("content-type", "application/json").header("if-none-match", "*");
        request.send(Method::PUT, path, Some(body), Some(bytes)).await
    }

    pub async fn act(self, record: &str, action: Value) -> Reply {
        self.write(Method::POST, &format!("{record}/transitions"), action).await
    }

    pub async fn delete(self, path: &str) -> Reply {
        self.with_etag_of(path).await.send(Method::DELETE, path, None, None).await
    }

    /// Uploads a file as `multipart/form-data`.
    pub async fn upload(self, path: &str, filename: &str, text: &str) -> Reply {
        let body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{text}\r\n--edge--\r\n"
        );
        self.header("content-type", "multipart/form-data; boundary=edge")
            .send(Method::POST, path, Some(json!({ "file": text })), Some(body.into_bytes()))
            .await
    }

    /// Adds `If-Match` with the ETag of the record that a path belongs to: its first three parts.
    async fn with_etag_of(self, path: &str) -> Self {
        let record: String = path.split('/').take(4).collect::<Vec<_>>().join("/");
        let etag = self.client.person.get(&record).await.expect(200).etag();
        self.header("if-match", &etag)
    }

    pub async fn send(self, method: Method, path: &str, example_body: Option<Value>, body: Option<Vec<u8>>) -> Reply {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = self.client.person.send(method.clone(), path, &headers, body).await;
        if self.name.is_empty() {
            let code =
                reply.body["code"].as_str().unwrap_or_else(|| panic!("{method} {path} was not refused")).to_owned();
            let value = self.stable().value(&code, &reply.body);
            assert!(
                self.client.recorder.problems.borrow_mut().insert(code, value).is_none(),
                "two examples of one problem: {}",
                reply.text
            );
        } else {
            assert!(reply.status.is_success(), "{method} {path}: {}", reply.text);
            self.record(&method, path, example_body.as_ref(), &reply);
        }
        reply
    }

    fn stable(&self) -> std::cell::RefMut<'_, StableValues> {
        self.client.recorder.stable.borrow_mut()
    }

    fn record(&self, method: &Method, path: &str, sent: Option<&Value>, reply: &Reply) {
        let contract = &self.client.recorder.app.contract;
        let template = contract.template(path).expect("an operation");
        let operation = &contract.document["paths"][&template][method.as_str().to_lowercase()];
        let id = operation["operationId"].as_str().expect("an id");
        let position = format!("{id}/{}", self.name);
        let mut stable = self.stable();
        let mut example = json!({ "summary": self.summary, "status": reply.status.as_u16() });
        let parameters = parameters(&template, path, &self.headers, operation);
        for (within, name, value) in parameters {
            let position = format!("{position}/{within}/{name}");
            let etag = value.as_str().filter(|_| name == "If-Match").map(|etag| json!(stable.etag(&position, etag)));
            example["parameters"][within][name] = etag.unwrap_or_else(|| stable.value(&position, &value));
        }
        if let Some(sent) = sent {
            let media = self.headers.iter().find(|(name, _)| *name == "content-type").map(|(_, media)| media.as_str());
            example["sent"] = json!(media.and_then(|media| media.split(';').next()).unwrap_or("application/json"));
            example["request"] = stable.value(&format!("{position}/request"), sent);
        }
        let mut sender = self.client.sender.clone();
        if let Some(media) = reply.headers.get("content-type").and_then(|media| media.to_str().ok()) {
            let media = media.split(';').next().unwrap_or_default();
            let is_object = media == "application/json";
            let body = if is_object { reply.body.clone() } else { json!(reply.text) };
            let (mut body, mut is_shortened) = shorten(&stable.value(&position, &body), self.longest);
            if let (Some(members), Some(all)) = (self.members, body.as_object_mut()) {
                all.retain(|name, _| members.contains(&name.as_str()));
                is_shortened = true;
            }
            if is_shortened {
                sender.push_str(" The response is shortened.");
            }
            (example["media"], example["answer"]) = (json!(media), body);
        }
        example["sender"] = json!(sender);
        let mut operations = self.client.recorder.operations.borrow_mut();
        let before = operations.entry(id.to_owned()).or_default().insert(self.name.to_owned(), example);
        assert!(before.is_none(), "two examples are named {position}");
    }
}

/// Returns for each parameter its location, its name, and its value with the type of the schema.
fn parameters<'a>(
    template: &str,
    path: &str,
    headers: &[(&str, String)],
    operation: &'a Value,
) -> Vec<(&'a str, &'a str, Value)> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts = template.split('/').zip(path.split('/'));
    let mut sent: Vec<(String, &str)> = parts
        .filter(|(part, _)| part.starts_with('{'))
        .map(|(part, value)| (part.replace(['{', '}'], ""), value))
        .collect();
    sent.extend(query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value)));
    sent.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_str())));
    let declared = operation["parameters"].as_array().into_iter().flatten();
    let each = declared.filter_map(|parameter| {
        let name = parameter["name"].as_str()?;
        let (_, value) = sent.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name))?;
        let value = match parameter["schema"]["type"].as_str() {
            Some("integer" | "boolean") => serde_json::from_str(value).expect("a number or a boolean"),
            Some("array") => value.split(',').collect(),
            _ => json!(value),
        };
        Some((parameter["in"].as_str()?, name, value))
    });
    each.collect()
}
