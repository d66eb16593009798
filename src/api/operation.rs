//! An operation is one row: method, path, summary, handler. Who may call it, what it takes and what it answers are
//! read off the handler's own signature; unknown query parameters are refused by what that signature declares.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_web::http::{Method, header};
use actix_web::{Handler, HttpMessage, HttpRequest, HttpResponse, Resource, Route, web};
use futures_util::FutureExt;
use serde_json::Value;

use super::describe::{self, Doc, Row};
use super::dispatch::{MatchedRoute, OperationSettings, run};
use super::expand::{self, Expansion};
use super::problem::{ApiResult, Kind, Problem};
use super::query_parameters::QueryParameters;
use super::response::ApiResponse;
use super::signature::Signature;

/// One operation as it was declared.
#[derive(Debug)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// Its one-line summary.
    pub summary: &'static str,
    /// Its stable id, such as `responses_transition`.
    pub id: String,
    tag: &'static str,
    doc: Doc,
}

/// An operation that was just declared, to be described further.
pub struct Declared<'a>(Option<&'a mut Operation>);

impl Declared<'_> {
    /// Describes the operation in one to three sentences: what it does, what changes afterwards, which errors to expect. The
    /// document adds who may call it.
    pub fn description(self, text: &'static str) {
        if let Some(operation) = self.0 {
            operation.doc.describe_operation(text);
        }
    }
}

type MakeRoute = dyn Fn() -> Route + Send + Sync;

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)+) => { $(
        $(#[$doc])*
        pub fn $name<F, A, R>(&mut self, path: &'static str, summary: &'static str, handler: F) -> Declared<'_>
        where
            F: Handler<A, Output = ApiResult<R>> + Send + Sync,
            A: Signature + 'static,
            R: ApiResponse + 'static,
        {
            self.declare(Method::$method, path, summary, handler, false)
        }
    )+ };
}

/// The table of operations, from which the routes and the OpenAPI document are both made.
#[derive(Default)]
pub struct Api {
    operations: Vec<Operation>,
    routes: Vec<(&'static str, Method, Box<MakeRoute>)>,
    tags: Vec<(&'static str, &'static str)>,
    redirects: Vec<(&'static str, &'static str)>,
    expansions: &'static [Expansion],
    undocumented: bool,
}

impl Api {
    /// A table of which routes are made alone: what operations say of themselves is megabytes, and not kept.
    pub fn undocumented() -> Self {
        Self { undocumented: true, ..Self::default() }
    }

    /// The table of what can be put into the records of the operations that follow.
    pub fn expansions(&mut self, table: &'static [Expansion]) {
        self.expansions = table;
    }

    /// Begins a group of operations.
    pub fn tag(&mut self, name: &'static str, description: &'static str) {
        self.tags.push((name, description));
    }

    methods! {
        /// Declares a reading operation.
        get = GET;
        /// Declares an operation that creates, or that moves a record on.
        post = POST;
        /// Declares an operation that writes the whole of something.
        put = PUT;
        /// Declares an operation that amends some members (RFC 7396).
        patch = PATCH;
        /// Declares an operation that removes something.
        delete = DELETE;
    }

    /// Declares a reading operation whose answers to whoever comes without a token depend on nothing but the address,
    /// what is published, and the day in London: they are kept (see [`ResponseCache`](super::ResponseCache)).
    pub fn get_cached<F, A, R>(&mut self, path: &'static str, summary: &'static str, handler: F) -> Declared<'_>
    where
        F: Handler<A, Output = ApiResult<R>> + Send + Sync,
        A: Signature + 'static,
        R: ApiResponse + 'static,
    {
        self.declare(Method::GET, path, summary, handler, true)
    }

    /// Answers every method on `from` with a permanent redirect to `to`. It is not an operation, so the OpenAPI leaves it out.
    pub fn redirect(&mut self, from: &'static str, to: &'static str) {
        self.redirects.push((from, to));
    }

    fn declare<F, A, R>(
        &mut self,
        method: Method,
        path: &'static str,
        summary: &'static str,
        handler: F,
        cached: bool,
    ) -> Declared<'_>
    where
        F: Handler<A, Output = ApiResult<R>> + Send + Sync,
        A: Signature + 'static,
        R: ApiResponse + 'static,
    {
        let mut doc = Doc { path, patches: method == Method::PATCH, ..Doc::default() };
        // Every operation refuses the parameters it does not know.
        doc.problem(Kind::InvalidParameters);
        A::describe(&mut doc);
        R::describe(&mut doc);
        let writes = method != Method::GET;
        let expansions = self.expansions;
        if let Some(shown) = R::shows().filter(|_| !writes) {
            expand::describe(&mut doc, &shown, expansions);
        }
        let known = Arc::new(QueryParameters::of(&doc));
        let tag = self.tags.last().map_or("service", |(name, _)| name);
        let id = id_of(std::any::type_name::<F>());
        let settings = OperationSettings { path, writes, cached, by_accept: doc.by_accept, expansions };
        let documented = !self.undocumented;
        if documented {
            self.operations.push(Operation { method: method.clone(), summary, id, tag, doc });
        }
        let make = {
            let method = method.clone();
            move || {
                let (handler, known) = (handler.clone(), known.clone());
                Route::new().method(method.clone()).to(move |request: HttpRequest, payload: web::Payload| {
                    let (handler, known) = (handler.clone(), known.clone());
                    async move {
                        let work = run(&handler, &known, settings, &request, payload.into_inner());
                        AssertUnwindSafe(work)
                            .catch_unwind()
                            .await
                            .unwrap_or_else(|panic| Err(told(panic.as_ref()).into()))
                    }
                })
            }
        };
        self.routes.push((path, method, Box::new(make)));
        Declared(if documented { self.operations.last_mut() } else { None })
    }

    /// Gives actix one resource a path, so that a wrong method is a 405 that names the right ones. What lies below one
    /// collection stands in a scope of its own: actix asks one route after the other, and of a scope only its prefix.
    #[expect(clippy::disallowed_methods, reason = "the one place where routes are registered")]
    pub fn configure(&self, app: &mut web::ServiceConfig) {
        let mut paths: Vec<&'static str> = self.routes.iter().map(|(path, ..)| *path).collect();
        // Literal segments before parameters: /v1/imports before /v1/{anything}.
        paths.sort_unstable_by_key(|path| (path.matches('{').count(), *path));
        paths.dedup();
        let nothing = || async { Err::<HttpResponse, _>(Problem::not_found()) };
        let mut collections: Vec<&'static str> = paths.iter().filter_map(|path| collection(path)).collect();
        collections.sort_unstable();
        collections.dedup();
        for at in collections {
            let within = paths.iter().filter(|path| collection(path) == Some(at));
            let scope =
                within.fold(web::scope(at), |scope, path| scope.service(self.resource(path, &path[at.len()..])));
            app.service(scope.default_service(web::to(nothing)));
        }
        for path in paths.iter().filter(|path| collection(path).is_none()) {
            app.service(self.resource(path, path));
        }
        for (from, to) in &self.redirects {
            app.service(web::redirect(*from, *to).permanent());
        }
        app.default_service(web::to(nothing));
    }

    /// All that is declared of one path, registered as the rest of it below its scope.
    fn resource(&self, path: &'static str, below: &'static str) -> Resource {
        let here = || self.routes.iter().filter(move |(at, ..)| *at == path);
        let methods: Vec<&str> = here().map(|(_, method, _)| method.as_str()).collect();
        let head = if methods.contains(&"GET") { ", HEAD" } else { "" };
        let allow = format!("{}{head}", methods.join(", "));
        let resource = here().fold(web::resource(below), |resource, (_, _, make)| resource.route(make()));
        resource.default_service(web::to(move |request| refuse_method(request, path, allow.clone())))
    }

    /// The OpenAPI document of all operations, with this title page.
    pub fn document(&self, about: Value) -> Value {
        self.document_with(about, &Value::Null)
    }

    /// The same with these recorded examples.
    pub fn document_with(&self, about: Value, examples: &Value) -> Value {
        let rows: Vec<Row<'_>> = self
            .operations
            .iter()
            .map(|o| Row { method: o.method.as_str(), summary: o.summary, id: &o.id, tag: o.tag, doc: &o.doc })
            .collect();
        describe::document(&rows, &self.tags, self.expansions, about, examples)
    }
}

/// The first two segments of a path, where neither is a parameter: `/v1/responses`.
fn collection(path: &str) -> Option<&str> {
    let (first, second) = path.strip_prefix('/')?.split_once('/')?;
    let second = second.split('/').next()?;
    let both = &path[..first.len() + second.len() + 2];
    (!both.contains('{')).then_some(both)
}

/// A panic as a fault of ours.
fn told(panic: &(dyn Any + Send)) -> Problem {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Problem::internal(format!("panic: {}", said.unwrap_or("without words")))
}

async fn refuse_method(request: HttpRequest, path: &'static str, allow: String) -> Result<HttpResponse, Problem> {
    request.extensions_mut().insert(MatchedRoute(path));
    let value = header::HeaderValue::from_str(&allow).map_err(Problem::internal)?;
    Err(Problem::new(Kind::MethodNotAllowed, format!("This path has: {allow}.")).header(header::ALLOW, value))
}

/// `section55::responses::http::transition` is `responses_transition`.
fn id_of(type_name: &str) -> String {
    let mut parts: Vec<&str> = type_name.split("::").skip(1).collect();
    parts.retain(|part| *part != "http");
    parts.join("_")
}
