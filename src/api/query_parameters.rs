//! What an operation knows of its query, so that all that is wrong with a request's parameters can be told at once.

use actix_web::HttpRequest;

use super::describe::Doc;
use super::extract::parameters;
use super::filter_value::{DateOrInstant, NOT_A_DATE_OR_INSTANT};
use super::problem::{Fault, Problem};

/// The query parameters that an operation declares.
pub(super) struct QueryParameters {
    names: Vec<String>,
    /// Those that take one of a few words.
    words: Vec<(String, Vec<String>)>,
    /// What `fields` and `expand` can name, where they can be given.
    members: Vec<(String, Vec<String>)>,
    /// Those that take a day or an instant.
    moments: Vec<String>,
}

impl QueryParameters {
    /// What was declared.
    pub fn of(doc: &Doc) -> Self {
        let in_query = doc.parameters.iter().filter(|parameter| parameter["in"] == "query");
        let named = in_query.filter_map(|it| Some((it["name"].as_str()?.to_owned(), &it["schema"])));
        let texts = |words: &serde_json::Value| {
            let words = words.as_array().into_iter().flatten();
            words.filter_map(|word| word.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        let mut known = Self { names: doc.query_names(), words: Vec::new(), members: Vec::new(), moments: Vec::new() };
        for (name, schema) in named {
            if schema["type"] == "boolean" {
                known.words.push((name, vec!["true".to_owned(), "false".to_owned()]));
            } else if schema.get("enum").is_some() {
                known.words.push((name, texts(&schema["enum"])));
            } else if schema.get("anyOf").is_some() {
                known.moments.push(name);
            } else if ["fields", "expand"].contains(&name.as_str()) {
                known.members.push((name, texts(&schema["items"]["enum"])));
            }
        }
        known
    }

    /// Parameters that are not declared, are given twice, or are none of the words they can be.
    pub fn faults(&self, request: &HttpRequest) -> Result<Vec<Fault>, Problem> {
        let given = parameters(request)?;
        let mut faults = Vec::new();
        for (at, (name, value)) in given.iter().enumerate() {
            if !self.names.contains(name) {
                let detail = match self.names.as_slice() {
                    [] => "This operation takes no query parameters.".to_owned(),
                    known => format!("There is no such parameter; there are: {}.", known.join(", ")),
                };
                faults.push(Fault::query(name, "unknown_parameter", detail));
                continue;
            }
            if given[..at].iter().any(|(earlier, _)| earlier == name) {
                faults.push(Fault::query(name, "duplicate_parameter", "This parameter is given twice."));
            }
            let words = self.words.iter().find(|(known, _)| known == name).map(|(_, words)| words);
            if let Some(words) = words.filter(|words| !words.contains(value)) {
                let flag = words.iter().any(|word| word == "true");
                let (code, detail) = if flag {
                    ("wrong_type", "This is true or false.".to_owned())
                } else {
                    ("unknown_value", format!("This is none of: {}.", words.join(", ")))
                };
                faults.push(Fault::query(name, code, detail));
            }
            if self.moments.contains(name) && DateOrInstant::read(value).is_none() {
                faults.push(Fault::query(name, "wrong_value", NOT_A_DATE_OR_INSTANT));
            }
            if let Some((_, members)) = self.members.iter().find(|(known, _)| known == name) {
                let unknown = value.split(',').filter(|member| !members.iter().any(|known| known == member));
                faults.extend(unknown.map(|member| {
                    let detail = format!("There is no {member:?} here; there are: {}.", members.join(", "));
                    Fault::query(name, "unknown_value", detail)
                }));
            }
        }
        Ok(faults)
    }
}
