//! The table of operations: method, path, summary and handler of each. The handler's signature states who may call the
//! operation, what it reads from the request and what it returns. Routes and the OpenAPI document are made from it.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_web::http::{Method, header};
use actix_web::{Handler, HttpMessage, HttpRequest, HttpResponse, Resource, Route, web};
use futures_util::FutureExt;
use serde_json::Value;
use tokio::time::Instant;

use super::amendment::Amended;
use super::deprecation::DeprecatedOperation;
use super::dispatch::{MatchedRoute, OperationSettings, run};
use super::examples;
use super::expand::{self, Expansion};
use super::not_found_delay::delay_not_found;
use super::openapi::{self, OperationEntry};
use super::operation_doc::OperationDoc;
use super::problem::{ApiResult, Problem, ProblemKind};
use super::query_parameters::DeclaredParameters;
use super::response::ApiResponse;
use super::signature::Signature;

/// A declared operation.
#[derive(Debug)]
pub struct Operation {
    /// The HTTP method.
    pub method: Method,
    /// The summary, one line.
    pub summary: &'static str,
    /// The stable id, such as `responses_transition`.
    pub id: String,
    tag: &'static str,
    doc: OperationDoc,
}

/// The operation that was just declared, to which problems and a description can be added.
pub struct DeclaredOperation<'a>(Option<&'a mut Operation>);

impl DeclaredOperation<'_> {
    /// Adds a problem with which the operation can fail, and which none of its arguments and responses declares.
    pub fn problem(mut self, kind: ProblemKind) -> Self {
        if let Some(operation) = &mut self.0 {
            operation.doc.problem(kind);
        }
        self
    }

    /// Documents the operation among those of another module, with the id that it would have there. A client then finds
    /// it where the record is, although this module performs it.
    pub fn documented_as(mut self, tag: &'static str, id: &str) -> Self {
        if let Some(operation) = &mut self.0 {
            operation.tag = tag;
            id.clone_into(&mut operation.id);
        }
        self
    }

    /// Describes the operation in one to three sentences: what it does, what changes afterwards and which errors to
    /// expect. The document adds who may call it.
    pub fn description(self, text: &'static str) {
        if let Some(operation) = self.0 {
            operation.doc.description(text);
        }
    }
}

type MakeRoute = dyn Fn() -> Route + Send + Sync;

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $method:ident returns $response:ty;)+) => { $(
        $(#[$doc])*
        pub fn $name<F, A, R>(
            &mut self,
            path: &'static str,
            summary: &'static str,
            handler: F,
        ) -> DeclaredOperation<'_>
        where
            F: Handler<A, Output = ApiResult<$response>> + Send + Sync,
            A: Signature + 'static,
            R: ApiResponse + 'static,
        {
            self.declare(Method::$method, path, summary, handler, false)
        }
    )+ };
}

/// The table of operations.
#[derive(Default)]
pub struct Api {
    operations: Vec<Operation>,
    routes: Vec<(&'static str, Method, Box<MakeRoute>)>,
    tags: Vec<(&'static str, &'static str)>,
    redirects: Vec<(&'static str, &'static str)>,
    expansions: &'static [Expansion],
    deprecated: &'static [DeprecatedOperation],
    undocumented: bool,
}

impl Api {
    /// Creates a table for routing only. It drops the documentation, which takes several megabytes.
    pub fn undocumented() -> Self {
        Self { undocumented: true, ..Self::default() }
    }

    /// Sets the relations for `expand`, for the operations declared afterwards.
    pub fn expansions(&mut self, table: &'static [Expansion]) {
        self.expansions = table;
    }

    /// Sets the table of deprecated operations, for the document.
    pub fn deprecated(&mut self, table: &'static [DeprecatedOperation]) {
        self.deprecated = table;
    }

    /// Begins a group of operations.
    pub fn tag(&mut self, name: &'static str, description: &'static str) {
        self.tags.push((name, description));
    }

    methods! {
        /// Declares an operation that reads.
        get = GET returns R;
        /// Declares an operation that creates a record, or performs a transition.
        post = POST returns R;
        /// Declares an operation that replaces a record.
        put = PUT returns Amended<R>;
        /// Declares an operation that changes some members of a record (RFC 7396).
        patch = PATCH returns Amended<R>;
        /// Declares an operation that deletes a record.
        delete = DELETE returns R;
    }

    /// Declares an operation that reads, and whose responses to requests without a token are cached. They may depend
    /// only on the address, the published records and the day in London (see [`ResponseCache`](super::ResponseCache)).
    pub fn get_cached<F, A, R>(
        &mut self,
        path: &'static str,
        summary: &'static str,
        handler: F,
    ) -> DeclaredOperation<'_>
    where
        F: Handler<A, Output = ApiResult<R>> + Send + Sync,
        A: Signature + 'static,
        R: ApiResponse + 'static,
    {
        self.declare(Method::GET, path, summary, handler, true)
    }

    /// Redirects every method from one path to another, permanently. The OpenAPI document omits redirects.
    pub fn redirect(&mut self, from: &'static str, to: &'static str) {
        self.redirects.push((from, to));
    }

    fn declare<F, A, R>(
        &mut self,
        method: Method,
        path: &'static str,
        summary: &'static str,
        handler: F,
        is_cached: bool,
    ) -> DeclaredOperation<'_>
    where
        F: Handler<A, Output = ApiResult<R>> + Send + Sync,
        A: Signature + 'static,
        R: ApiResponse + 'static,
    {
        let mut doc = OperationDoc { path, is_patch: method == Method::PATCH, ..OperationDoc::default() };
        // Every operation refuses undeclared query parameters.
        doc.problem(ProblemKind::InvalidParameters);
        A::describe(&mut doc);
        R::describe(&mut doc);
        let is_write = method != Method::GET;
        let expansions = self.expansions;
        if let Some(schema) = R::record_schema().filter(|_| !is_write) {
            expand::describe(&mut doc, &schema, expansions);
        }
        let declared = Arc::new(DeclaredParameters::new(&doc));
        let tag = self.tags.last().map_or("service", |(name, _)| name);
        let id = operation_id(std::any::type_name::<F>());
        let varies_by_accept = doc.varies_by_accept;
        let settings = OperationSettings { path, is_write, is_cached, varies_by_accept, expansions };
        let documented = !self.undocumented;
        if documented {
            self.operations.push(Operation { method: method.clone(), summary, id, tag, doc });
        }
        let make_route = {
            let method = method.clone();
            move || {
                let (handler, declared) = (handler.clone(), declared.clone());
                Route::new().method(method.clone()).to(move |request: HttpRequest, payload: web::Payload| {
                    let (handler, declared, arrived) = (handler.clone(), declared.clone(), Instant::now());
                    async move {
                        let work = run(&handler, &declared, settings, &request, payload.into_inner());
                        let result = AssertUnwindSafe(work).catch_unwind().await;
                        let result = result.unwrap_or_else(|panic| Err(panic_problem(panic.as_ref()).into()));
                        delay_not_found(&request, arrived, result).await
                    }
                })
            }
        };
        self.routes.push((path, method, Box::new(make_route)));
        DeclaredOperation(if documented { self.operations.last_mut() } else { None })
    }

    /// Registers the operations with actix. Each path becomes one resource, so that a wrong method gets a 405 that
    /// names the right ones. Each collection becomes a scope: actix tests routes one by one, but of a scope only its
    /// prefix.
    #[expect(clippy::disallowed_methods, reason = "the only function that registers routes")]
    pub fn configure(&self, app: &mut web::ServiceConfig) {
        let mut paths: Vec<&'static str> = self.routes.iter().map(|(path, ..)| *path).collect();
        // Literal segments go before parameters: /v1/imports before /v1/{anything}.
        paths.sort_unstable_by_key(|path| (path.matches('{').count(), *path));
        paths.dedup();
        let unknown_path = || async { Err::<HttpResponse, _>(Problem::unknown_path()) };
        let mut collections: Vec<&'static str> = paths.iter().filter_map(|path| collection(path)).collect();
        collections.sort_unstable();
        collections.dedup();
        for prefix in collections {
            let members = paths.iter().filter(|path| collection(path) == Some(prefix));
            let scope = members
                .fold(web::scope(prefix), |scope, path| scope.service(self.resource(path, &path[prefix.len()..])));
            app.service(scope.default_service(web::to(unknown_path)));
        }
        for path in paths.iter().filter(|path| collection(path).is_none()) {
            app.service(self.resource(path, path));
        }
        for (from, to) in &self.redirects {
            app.service(web::redirect(*from, *to).permanent());
        }
        app.default_service(web::to(unknown_path));
    }

    /// Returns the resource of a path with all its methods. `suffix` is the path without the prefix of its scope.
    fn resource(&self, path: &'static str, suffix: &'static str) -> Resource {
        let routes = || self.routes.iter().filter(move |(other, ..)| *other == path);
        let methods: Vec<&str> = routes().map(|(_, method, _)| method.as_str()).collect();
        let head = if methods.contains(&"GET") { ", HEAD" } else { "" };
        let allow = format!("{}{head}", methods.join(", "));
        let resource = routes().fold(web::resource(suffix), |resource, (_, _, make)| resource.route(make()));
        resource.default_service(web::to(move |request| refuse_method(request, path, allow.clone())))
    }

    /// Returns the OpenAPI document of all operations with this `info` object, without examples.
    pub fn document(&self, info: Value) -> Value {
        let operations: Vec<OperationEntry<'_>> = self
            .operations
            .iter()
            .map(|it| OperationEntry {
                method: it.method.as_str(),
                summary: it.summary,
                id: &it.id,
                tag: it.tag,
                doc: &it.doc,
            })
            .collect();
        openapi::document(&operations, &self.tags, self.expansions, self.deprecated, info)
    }
}

/// Adds recorded examples, and one of each kind of problem, to an OpenAPI document.
pub fn add_examples(document: &mut Value, recorded: &Value) {
    examples::add_to_document(document, recorded);
}

/// Returns the first two segments of a path, such as `/v1/responses`, unless one of them is a parameter.
fn collection(path: &str) -> Option<&str> {
    let (first, second) = path.strip_prefix('/')?.split_once('/')?;
    let second = second.split('/').next()?;
    let prefix = &path[..first.len() + second.len() + 2];
    (!prefix.contains('{')).then_some(prefix)
}

/// Converts the panic of a handler into a 500. Only the log receives the message of the panic.
fn panic_problem(panic: &(dyn Any + Send)) -> Problem {
    let message = panic.downcast_ref::<&str>().copied();
    let message = message.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Problem::internal(format!("panic: {}", message.unwrap_or("without a message")))
}

async fn refuse_method(request: HttpRequest, path: &'static str, allow: String) -> Result<HttpResponse, Problem> {
    request.extensions_mut().insert(MatchedRoute(path));
    let value = header::HeaderValue::from_str(&allow).map_err(Problem::internal)?;
    let detail = format!("This path does not support {}. It supports {allow}.", request.method());
    Err(Problem::new(ProblemKind::MethodNotAllowed, detail).header(header::ALLOW, value))
}

/// Makes the id of an operation: `section55::responses::http::transition` becomes `responses_transition`.
fn operation_id(type_name: &str) -> String {
    let mut parts: Vec<&str> = type_name.split("::").skip(1).collect();
    parts.retain(|part| *part != "http");
    parts.join("_")
}
