//! Checks every HTTP response of every test against the OpenAPI document: operation, status, media type and schema.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use reqwest::Method;
use section55::operations;
use serde_json::{Map, Value, json};

use super::people::Reply;

/// The OpenAPI document, with validators of its schemas compiled on first use.
pub struct Contract {
    /// The document in the form that [`inlined`] returns.
    pub document: Value,
    compiled: Mutex<HashMap<String, Arc<jsonschema::Validator>>>,
}

static SHARED: LazyLock<Arc<Contract>> = LazyLock::new(|| {
    let document = inlined(operations::document(&operations::operations()));
    Arc::new(Contract { document, compiled: Mutex::default() })
});

/// Returns a document whose operations state their parameters, responses and headers themselves, with the enums of the
/// parameters, instead of referring to components. References to other schemas stay.
pub fn inlined(mut document: Value) -> Value {
    let components = document["components"].clone();
    let resolve = |value: &mut Value| {
        let target = value["$ref"].as_str().and_then(|to| components.pointer(to.trim_start_matches("#/components")));
        if let Some(target) = target.cloned() {
            let members = std::mem::replace(value, target);
            for (name, member) in members.as_object().into_iter().flatten().filter(|(name, _)| *name != "$ref") {
                value[name] = member.clone();
            }
        }
    };
    let methods = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    for operation in methods.filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
            resolve(parameter);
            resolve(&mut parameter["schema"]);
            if let Some(items) = parameter["schema"].get_mut("items") {
                resolve(items);
            }
        }
        for response in operation["responses"].as_object_mut().into_iter().flat_map(Map::values_mut) {
            resolve(response);
            let headers = response.get_mut("headers").and_then(Value::as_object_mut);
            headers.into_iter().flat_map(Map::values_mut).for_each(resolve);
        }
    }
    document
}

/// Returns the response that an operation declares for a status, alone or among all failures of the service.
fn declared_response(operation: &Value, status: u16) -> Option<&Value> {
    let responses = &operation["responses"];
    responses.get(status.to_string()).or_else(|| responses.get("default").filter(|_| status >= 500))
}

impl Contract {
    /// Returns the contract that all tests share.
    pub fn shared() -> Arc<Self> {
        SHARED.clone()
    }

    /// Returns the path template of the document that matches a path.
    pub fn template(&self, path: &str) -> Option<String> {
        let path = path.split('?').next().unwrap_or_default();
        let fits = |template: &str| {
            let (given, known): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
            given.len() == known.len()
                && given.iter().zip(&known).all(|(g, k)| g == k || (k.starts_with('{') && !g.is_empty()))
        };
        let templates = self.document["paths"].as_object().expect("paths").keys();
        templates.filter(|template| fits(template)).min_by_key(|template| template.matches('{').count()).cloned()
    }

    /// Fails the test when the document does not allow this response.
    #[track_caller]
    pub fn check(&self, method: &Method, path: &str, reply: &Reply) {
        let status = reply.status.as_u16();
        let media = reply.headers.get("content-type").and_then(|t| t.to_str().ok()).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default();
        assert!(reply.headers.contains_key("x-request-id"), "{method} {path}: no request id");
        // Only a stored file that the test itself damaged may be 500. The response to HEAD has no code.
        let is_faulty_file = reply.body["code"].as_str().map_or_else(
            || method == Method::HEAD && path.starts_with("/v1/files/"),
            |code| ["file_damaged", "file_missing"].contains(&code),
        );
        assert!(status != 500 || is_faulty_file, "{method} {path}: {}", reply.text);
        if status >= 400 && method != Method::HEAD {
            assert_eq!(media, "application/problem+json", "{method} {path}: {status} {}", reply.text);
            self.validate("Problem", &reply.body, || format!("{method} {path}"));
            assert_eq!(reply.body["status"], status);
        }
        if *method == Method::OPTIONS && status == 204 {
            // A CORS preflight request (WHATWG Fetch) is not an operation of the document.
            return;
        }
        let method_name = if method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
        let Some(template) = self.template(path) else {
            assert_eq!(status, 404, "{method} {path} is not in the document");
            return;
        };
        let Some(operation) = self.document["paths"][&template].get(&method_name) else {
            assert!([404, 405].contains(&status), "{method} {template} is not in the document: {status}");
            return;
        };
        let Some(declared) = declared_response(operation, status) else {
            panic!("{method} {template} does not declare {status}: {}", reply.text)
        };
        let Some(content) = declared.get("content").and_then(Value::as_object) else { return };
        // Where members were chosen, the schema asks for more than was.
        if status >= 400 || method == Method::HEAD || path.contains("fields=") {
            return;
        }
        if let Some(schema) = content.get("application/json").and_then(|media| media["schema"]["$ref"].as_str()) {
            if media != "application/json" && content.contains_key(media) {
                return;
            }
            assert_eq!(media, "application/json", "{method} {path}");
            let name = schema.rsplit('/').next().unwrap_or_default();
            self.validate(name, &reply.body, || format!("{method} {path}"));
        }
    }

    fn validate(&self, name: &str, value: &Value, request: impl Fn() -> String) {
        // Release the lock before compiling: compiling a schema is slow and other tests wait for the lock.
        let cached = self.compiled.lock().expect("no panic before").get(name).cloned();
        let validator = cached.unwrap_or_else(|| {
            let schema = json!({
                "$ref": format!("#/components/schemas/{name}"),
                "components": self.document["components"],
            });
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            let compiled = Arc::new(options.build(&schema).unwrap_or_else(|error| panic!("{name}: {error}")));
            self.compiled.lock().expect("no panic before").insert(name.to_owned(), compiled.clone());
            compiled
        });
        let faults: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(faults.is_empty(), "{}: not a valid {name}: {}\n{value:#}", request(), faults.join("; "));
    }
}
