//! Query parameters: reads them, and checks them against those that the operation declares. All faults of a request's
//! parameters are reported at once.

use actix_web::{HttpRequest, web};
use serde_json::Value;

use super::filter_value::{DateOrInstant, NOT_A_DATE_OR_INSTANT};
use super::operation_doc::OperationDoc;
use super::problem::{Fault, Problem, ProblemKind};

const NOT_A_BOOLEAN: &str = "The value must be true or false.";

/// Returns the decoded names and values of the query string, each name once. Values of a repeated parameter are joined by
/// commas, so that `state=a&state=b` is `state=a,b`; a parameter that is no list was refused before if it was repeated.
pub(super) fn parameters(request: &HttpRequest) -> Result<Vec<(String, String)>, Problem> {
    let mut joined: Vec<(String, String)> = Vec::new();
    for (name, value) in sent_parameters(request)? {
        match joined.iter_mut().find(|(other, _)| *other == name) {
            None => joined.push((name, value)),
            Some((_, values)) => {
                values.push(',');
                values.push_str(&value);
            }
        }
    }
    Ok(joined)
}

/// Returns the decoded names and values of the query string (WHATWG URL §5), or a 400 if they are not UTF-8.
fn sent_parameters(request: &HttpRequest) -> Result<Vec<(String, String)>, Problem> {
    if request.query_string().is_empty() {
        return Ok(Vec::new());
    }
    let parsed = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    parsed.map(web::Query::into_inner).map_err(|_| {
        let detail = "The query string is not valid UTF-8. Percent-encode each value as UTF-8.";
        let fault = Fault::query("", "malformed", detail);
        Problem::with_faults(ProblemKind::InvalidParameters, vec![fault])
    })
}

/// Returns the value of a query parameter, or `None` if the request does not have it.
///
/// # Errors
///
/// Returns a 400 if the query string cannot be decoded.
pub fn parameter(request: &HttpRequest, name: &str) -> Result<Option<String>, Problem> {
    Ok(parameters(request)?.into_iter().find_map(|(other, value)| (other == name).then_some(value)))
}

/// Returns the value of a Boolean query parameter, false by default.
///
/// # Errors
///
/// Returns a 400 if the value is neither `true` nor `false`, or if the query string cannot be decoded.
pub fn flag(request: &HttpRequest, name: &'static str) -> Result<bool, Problem> {
    match parameter(request, name)?.as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => {
            let fault = Fault::query(name, "wrong_type", NOT_A_BOOLEAN);
            Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]))
        }
    }
}

/// Returns the parts of a query string in alphabetical order, without empty parts.
pub(super) fn sorted_parts(query: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = query.split('&').filter(|part| !part.is_empty()).collect();
    parts.sort_unstable();
    parts
}

/// The query parameters that an operation declares.
pub(super) struct DeclaredParameters {
    names: Vec<String>,
    /// The parameters that accept a list, and so may be repeated.
    lists: Vec<String>,
    /// The parameters that accept one of a few values, with these values.
    enumerations: Vec<(String, Vec<String>)>,
    /// `fields` and `expand`, with the names that each accepts.
    member_lists: Vec<(String, Vec<String>)>,
    /// The parameters that accept a date or an instant.
    dates_or_instants: Vec<String>,
}

impl DeclaredParameters {
    /// Collects the query parameters from the documentation of an operation.
    pub fn new(doc: &OperationDoc) -> Self {
        let in_query = doc.parameters.iter().filter(|parameter| parameter["in"] == "query");
        let named = in_query.filter_map(|it| Some((it["name"].as_str()?.to_owned(), &it["schema"])));
        let texts = |values: &Value| {
            let values = values.as_array().into_iter().flatten();
            values.filter_map(|value| value.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        let mut declared = Self {
            names: doc.query_parameter_names(),
            lists: Vec::new(),
            enumerations: Vec::new(),
            member_lists: Vec::new(),
            dates_or_instants: Vec::new(),
        };
        for (name, schema) in named {
            if schema["type"] == "array" {
                declared.lists.push(name.clone());
            }
            if schema["type"] == "boolean" {
                declared.enumerations.push((name, vec!["true".to_owned(), "false".to_owned()]));
            } else if schema.get("enum").is_some() {
                declared.enumerations.push((name, texts(&schema["enum"])));
            } else if schema.get("anyOf").is_some() {
                declared.dates_or_instants.push(name);
            } else if ["fields", "expand"].contains(&name.as_str()) {
                declared.member_lists.push((name, texts(&schema["items"]["enum"])));
            }
        }
        declared
    }

    /// Returns a fault for every parameter that is not declared, is repeated though it is no list, or has a value that it does not accept.
    pub fn faults(&self, request: &HttpRequest) -> Result<Vec<Fault>, Problem> {
        let sent = sent_parameters(request)?;
        let mut faults = Vec::new();
        for (at, (name, value)) in sent.iter().enumerate() {
            if !self.names.contains(name) {
                let detail = match self.names.as_slice() {
                    [] => "This operation has no query parameters.".to_owned(),
                    names => format!("This parameter does not exist; the parameters are: {}.", names.join(", ")),
                };
                faults.push(Fault::query(name, "unknown_parameter", detail));
                continue;
            }
            if !self.lists.contains(name) && sent[..at].iter().any(|(earlier, _)| earlier == name) {
                faults.push(Fault::query(name, "duplicate_parameter", "This parameter must be sent only once."));
                continue;
            }
            let accepted = self.enumerations.iter().find(|(other, _)| other == name).map(|(_, values)| values);
            if let Some(accepted) = accepted.filter(|accepted| !accepted.contains(value)) {
                let (code, detail) = if accepted.iter().any(|value| value == "true") {
                    ("wrong_type", NOT_A_BOOLEAN.to_owned())
                } else {
                    ("unknown_value", format!("The value must be one of: {}.", accepted.join(", ")))
                };
                faults.push(Fault::query(name, code, detail));
            }
            if self.dates_or_instants.contains(name) && DateOrInstant::parse(value).is_none() {
                faults.push(Fault::query(name, "wrong_value", NOT_A_DATE_OR_INSTANT));
            }
            if let Some((_, members)) = self.member_lists.iter().find(|(other, _)| other == name) {
                let unknown = value.split(',').filter(|member| !members.iter().any(|other| other == member));
                faults.extend(unknown.map(|member| {
                    let detail = format!("{member:?} must be one of: {}.", members.join(", "));
                    Fault::query(name, "unknown_value", detail)
                }));
            }
        }
        Ok(faults)
    }
}
