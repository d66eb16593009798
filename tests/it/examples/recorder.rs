//! Writes down what is sent and what comes back, as the example of the operation that it is of.

use std::cell::RefCell;
use std::collections::BTreeMap;

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::stable::{Stable, cut};
use crate::support::{App, Person, Reply};

/// The story so far.
pub struct Story {
    pub app: App,
    operations: RefCell<BTreeMap<String, BTreeMap<String, Value>>>,
    problems: RefCell<BTreeMap<String, Value>>,
    stable: RefCell<Stable>,
}

/// Somebody of the story.
pub struct Teller<'a> {
    story: &'a Story,
    person: Person,
    sender: String,
}

/// One example, about to be told.
pub struct Telling<'a> {
    by: &'a Teller<'a>,
    name: &'a str,
    summary: &'a str,
    headers: Vec<(&'a str, String)>,
    longest: Option<usize>,
    members: Option<&'a [&'a str]>,
}

impl Story {
    pub fn begin(app: App) -> Self {
        Self { app, operations: RefCell::default(), problems: RefCell::default(), stable: RefCell::default() }
    }

    /// All that was told, as `openapi/examples.json` keeps it.
    pub fn end(self) -> Value {
        json!({ "operations": self.operations.into_inner(), "problems": self.problems.into_inner() })
    }

    /// Anyone, without a token.
    pub fn anyone(&self) -> Teller<'_> {
        Teller { story: self, person: self.app.public(), sender: "Sent without a token.".to_owned() }
    }

    /// Somebody of Cumbria with one role.
    pub fn cumbria(&self, role: Role) -> Teller<'_> {
        self.of("cumbria", role)
    }

    /// Somebody of an area with one role; a registrar is of none.
    pub fn of(&self, area: &str, role: Role) -> Teller<'_> {
        let name = match role {
            Role::Opcc => "Olive Officer",
            Role::OpccApprover => "Anwen Approver",
            Role::Constabulary => "Liam Liaison",
            Role::ChiefOfficer => "Charlie Chief",
            Role::Auditor => "Audrey Auditor",
            Role::Registrar => "Reg Registrar",
        };
        let whose = if role == Role::Registrar { String::new() } else { format!(" of {area}") };
        let sender = format!("Sent with the token of a person with the role `{role}`{whose}.");
        Teller { story: self, person: self.app.named(name, role, area), sender }
    }
}

impl<'a> Teller<'a> {
    /// The person, for what is done without being told.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Begins an example of this name, which stands in the document.
    pub fn tells(&'a self, name: &'a str, summary: &'a str) -> Telling<'a> {
        Telling { by: self, name, summary, headers: Vec::new(), longest: None, members: None }
    }

    /// Begins a request that will be refused; its answer is the example of its kind of problem.
    pub fn is_refused(&'a self) -> Telling<'a> {
        self.tells("", "")
    }
}

impl<'a> Telling<'a> {
    /// Sends a header.
    pub fn header(mut self, name: &'a str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Shows texts up to so many bytes.
    pub fn shown_to(mut self, bytes: usize) -> Self {
        self.longest = Some(bytes);
        self
    }

    /// Shows these members of the answer alone.
    pub fn showing(mut self, members: &'a [&'a str]) -> Self {
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

    /// Asks for something that needs no more to be said.
    pub async fn post_nothing(self, path: &str) -> Reply {
        self.send(Method::POST, path, None, None).await
    }

    pub async fn post_text(self, path: &str, text: &str) -> Reply {
        let bytes = text.as_bytes().to_vec();
        self.header("content-type", "text/plain").send(Method::POST, path, Some(json!(text)), Some(bytes)).await
    }

    /// Amends, writes or moves a record on, with the entity tag that it has for this person.
    pub async fn write(self, method: Method, path: &str, body: Value) -> Reply {
        let bytes = body.to_string().into_bytes();
        let telling = self.header("content-type", "application/json").matching(path).await;
        telling.send(method, path, Some(body), Some(bytes)).await
    }

    /// Writes what is not there yet.
    pub async fn put_new(self, path: &str, body: Value) -> Reply {
        let bytes = body.to_string().into_bytes();
        let telling = self.header("content-type", "application/json").header("if-none-match", "*");
        telling.send(Method::PUT, path, Some(body), Some(bytes)).await
    }

    pub async fn act(self, record: &str, action: Value) -> Reply {
        self.write(Method::POST, &format!("{record}/transitions"), action).await
    }

    pub async fn delete(self, path: &str) -> Reply {
        self.matching(path).await.send(Method::DELETE, path, None, None).await
    }

    /// Sends a file as a form does.
    pub async fn upload(self, path: &str, filename: &str, text: &str) -> Reply {
        let body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{text}\r\n--edge--\r\n"
        );
        self.header("content-type", "multipart/form-data; boundary=edge")
            .send(Method::POST, path, Some(json!({ "file": text })), Some(body.into_bytes()))
            .await
    }

    /// With the entity tag of the record that a path is of: its first three parts.
    async fn matching(self, path: &str) -> Self {
        let record: String = path.split('/').take(4).collect::<Vec<_>>().join("/");
        let tag = self.by.person.get(&record).await.expect(200).tag();
        self.header("if-match", &tag)
    }

    pub async fn send(self, method: Method, path: &str, shown: Option<Value>, body: Option<Vec<u8>>) -> Reply {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = self.by.person.send(method.clone(), path, &headers, body).await;
        if self.name.is_empty() {
            let code =
                reply.body["code"].as_str().unwrap_or_else(|| panic!("{method} {path} is not refused")).to_owned();
            let value = self.stable().value(&code, &reply.body);
            assert!(self.by.story.problems.borrow_mut().insert(code, value).is_none(), "told twice: {}", reply.text);
        } else {
            assert!(reply.status.is_success(), "{method} {path}: {}", reply.text);
            self.record(&method, path, shown.as_ref(), &reply);
        }
        reply
    }

    fn stable(&self) -> std::cell::RefMut<'_, Stable> {
        self.by.story.stable.borrow_mut()
    }

    fn record(&self, method: &Method, path: &str, sent: Option<&Value>, reply: &Reply) {
        let contract = &self.by.story.app.contract;
        let template = contract.template(path).expect("an operation");
        let operation = &contract.document["paths"][&template][method.as_str().to_lowercase()];
        let id = operation["operationId"].as_str().expect("an id");
        let at = format!("{id}/{}", self.name);
        let mut stable = self.stable();
        let mut example = json!({ "summary": self.summary, "status": reply.status.as_u16() });
        let parameters = parameters(&template, path, &self.headers, operation);
        for (within, name, value) in parameters {
            let at = format!("{at}/{within}/{name}");
            let tag = value.as_str().filter(|_| name == "If-Match").map(|tag| json!(stable.tag(&at, tag)));
            example["parameters"][within][name] = tag.unwrap_or_else(|| stable.value(&at, &value));
        }
        if let Some(sent) = sent {
            let media = self.headers.iter().find(|(name, _)| *name == "content-type").map(|(_, media)| media.as_str());
            example["sent"] = json!(media.and_then(|media| media.split(';').next()).unwrap_or("application/json"));
            example["request"] = stable.value(&format!("{at}/request"), sent);
        }
        let mut sender = self.by.sender.clone();
        if let Some(media) = reply.headers.get("content-type").and_then(|media| media.to_str().ok()) {
            let media = media.split(';').next().unwrap_or_default();
            let is_object = media == "application/json";
            let answer = if is_object { reply.body.clone() } else { json!(reply.text) };
            let (mut answer, mut was_cut) = cut(&stable.value(&at, &answer), self.longest);
            if let (Some(members), Some(all)) = (self.members, answer.as_object_mut()) {
                all.retain(|name, _| members.contains(&name.as_str()));
                was_cut = true;
            }
            if was_cut {
                sender.push_str(" The answer is shown in part.");
            }
            (example["media"], example["answer"]) = (json!(media), answer);
        }
        example["sender"] = json!(sender);
        let mut operations = self.by.story.operations.borrow_mut();
        let before = operations.entry(id.to_owned()).or_default().insert(self.name.to_owned(), example);
        assert!(before.is_none(), "{at} is told twice");
    }
}

/// Where each parameter stood, its name, and its value as the schema types it.
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
            Some("integer" | "boolean") => serde_json::from_str(value).expect("a number or a flag"),
            Some("array") => value.split(',').collect(),
            _ => json!(value),
        };
        Some((parameter["in"].as_str()?, name, value))
    });
    each.collect()
}
