//! Who is calling: the bearer token's claims made into an `Actor`, and the two ways a handler can ask for one,
//! `Caller` and `Anyone`. Nothing else can be a handler's first argument.

pub mod permissions;
mod role;
mod scope;
pub mod token;

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev, web};
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::api::{Access, Argument, Doc, Kind, Problem};
use crate::calendar::london_date;
use crate::clock::Clock;
use crate::vocabulary::WireName;

use permissions::{GRID, Permission};
pub use role::{Role, Side};
pub use scope::Scope;
use token::Claims;

/// A person or system that a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who signed the token.
    pub issuer: String,
    /// Who it is, within the issuer.
    pub subject: String,
    /// What they are called.
    pub name: Option<String>,
    roles: Vec<Role>,
    areas: Vec<String>,
    /// The one area it is at work for, as its policing body would be.
    acting_for: Option<String>,
}

impl Actor {
    /// An actor with these roles in these areas.
    pub fn new(issuer: &str, subject: &str, name: Option<&str>, roles: &[Role], areas: &[&str]) -> Self {
        Self {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            name: name.map(str::to_owned),
            roles: roles.to_vec(),
            areas: areas.iter().map(|area| (*area).to_owned()).collect(),
            acting_for: None,
        }
    }

    /// What the token claims, as far as it is understood: unknown roles grant nothing, nor do names no area can have.
    fn of(claims: Claims) -> Self {
        let mut roles: Vec<Role> = claims.roles.iter().filter_map(|role| Role::find(role)).collect();
        roles.sort_unstable();
        roles.dedup();
        let Claims { issuer, subject, name, mut areas, .. } = claims;
        // Row security is told the areas joined by commas: one name must not read there as two.
        areas.retain(|area| !area.contains(','));
        Self { issuer, subject, name, roles, areas, acting_for: None }
    }

    /// The same person at work for one area alone, as its policing body would be: one of its own, or any area for a
    /// registrar, who keeps what is shared and enters an area's published document for it.
    pub fn acting_for(&self, area: &str) -> Option<Self> {
        let own = self.is_any(&[Role::Opcc]) && self.areas.iter().any(|known| known == area);
        let allowed = own || self.roles.contains(&Role::Registrar);
        allowed.then(|| Self { acting_for: Some(area.to_owned()), ..self.clone() })
    }

    /// The roles, each once.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The areas the token names.
    pub fn areas(&self) -> &[String] {
        &self.areas
    }

    /// Whether a role of the actor is, or covers, one of these.
    pub fn is_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|needed| self.roles.iter().any(|role| role.covers(*needed)))
    }

    /// The names of the permissions the actor holds.
    pub fn permissions(&self) -> Vec<&'static str> {
        GRID.iter().filter(|row| self.is_any(row.roles)).map(|row| row.name).collect()
    }

    /// The rows the actor can reach: a registrar as such reaches no area's private records.
    pub fn scope(&self) -> Scope {
        if let Some(area) = &self.acting_for {
            let registrar = self.roles.contains(&Role::Registrar);
            return Scope::new(vec![area.clone()], vec![Side::PolicingBody], registrar, self.digest());
        }
        let mut sides: Vec<Side> = self.roles.iter().filter_map(|role| role.side()).collect();
        sides.dedup();
        let areas = if sides.is_empty() { Vec::new() } else { self.areas.clone() };
        Scope::new(areas, sides, self.roles.contains(&Role::Registrar), self.digest())
    }

    /// What they are called: by name, else by subject.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.subject)
    }

    /// A digest that stands for this person where only equality counts.
    fn digest(&self) -> String {
        let person = format!("{}\0{}", self.issuer, self.subject);
        hex::encode(digest(&SHA256, person.as_bytes()))
    }

    /// Whether two tokens speak for one person.
    pub fn is_person(&self, issuer: &str, subject: &str) -> bool {
        self.issuer == issuer && self.subject == subject
    }
}

/// The id a request is known by, in the answer, the log and the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

/// A call by a known actor: who, when, under which request id.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who is calling.
    pub actor: Actor,
    /// When the call came in.
    pub at: DateTime<Utc>,
    /// The request's id.
    pub request_id: RequestId,
}

impl Call {
    /// The day of the call in London.
    pub fn today(&self) -> NaiveDate {
        london_date(self.at)
    }
}

/// A caller whose roles hold the permission: 401 without a valid token, 403 without the role.
///
/// Only a request makes one:
///
/// ```compile_fail
/// use section55::auth::{Call, Caller, permissions::ReadAudit};
///
/// fn forge(call: Call) -> Caller<ReadAudit> {
///     Caller(call, std::marker::PhantomData)
/// }
/// ```
#[derive(Debug)]
pub struct Caller<P>(Call, PhantomData<P>);

impl<P> Deref for Caller<P> {
    type Target = Call;
    fn deref(&self) -> &Call {
        &self.0
    }
}

/// Anybody: the public where there is no token. A bad token is 401, never the public.
#[derive(Debug)]
pub struct Anyone {
    /// The call, where a token came with it.
    pub call: Option<Call>,
    /// When the call came in.
    pub at: DateTime<Utc>,
}

impl Anyone {
    /// The day of the call in London.
    pub fn today(&self) -> NaiveDate {
        london_date(self.at)
    }
}

/// Whether the request came with a token that was accepted; the outermost layer sets cache headers by it.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn;

fn unauthenticated(hint: &str, challenge: &'static str) -> Problem {
    Problem::new(Kind::Unauthenticated, hint)
        .header(header::WWW_AUTHENTICATE, header::HeaderValue::from_static(challenge))
}

/// The call that a request makes, its token verified once.
fn call(request: &HttpRequest) -> Result<Option<Call>, Problem> {
    if let Some(known) = request.extensions().get::<Call>() {
        return Ok(Some(known.clone()));
    }
    let mut given = request.headers().get_all(header::AUTHORIZATION);
    let Some(authorization) = given.next() else { return Ok(None) };
    let refuse = |hint: &str| unauthenticated(hint, "Bearer error=\"invalid_token\"");
    if given.next().is_some() {
        return Err(refuse("There are two Authorization headers."));
    }
    let text = authorization.to_str().map_err(|_| refuse("The Authorization header is not ASCII."))?;
    let token = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim_start_matches(' '),
        _ => return Err(refuse("The Authorization header is not `Bearer` and a token.")),
    };
    let data = |name: &str| Problem::internal(format!("no {name} in the application's data"));
    let verifier = request.app_data::<web::Data<token::Verifier>>().ok_or_else(|| data("verifier"))?;
    let at = instant(request)?;
    let claims = verifier.verify(token, at).map_err(|refused| {
        tracing::info!(reason = %refused, "token refused");
        match refused {
            token::Refused::KeysNotLoaded => Problem::unavailable(refused, 5),
            refused => refuse(refused.hint()),
        }
    })?;
    let request_id = request.extensions().get::<RequestId>().cloned().ok_or_else(|| data("request id"))?;
    let call = Call { actor: Actor::of(claims), at, request_id };
    request.extensions_mut().insert(call.clone());
    request.extensions_mut().insert(SignedIn);
    Ok(Some(call))
}

/// The instant of the request: the same however often it is asked for.
fn instant(request: &HttpRequest) -> Result<DateTime<Utc>, Problem> {
    if let Some(at) = request.extensions().get::<DateTime<Utc>>() {
        return Ok(*at);
    }
    let clock = request.app_data::<web::Data<Clock>>().ok_or_else(|| Problem::internal("no clock"))?;
    let at = clock.now();
    request.extensions_mut().insert(at);
    Ok(at)
}

impl<P: Permission> Caller<P> {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let call = call(request)?.ok_or_else(|| unauthenticated("This needs a bearer token.", "Bearer"))?;
        if !call.actor.is_any(P::ROLES) {
            let needed: Vec<&str> = Role::all_covering(P::ROLES).map(WireName::as_str).collect();
            return Err(Problem::forbidden(format!("This is for: {}.", needed.join(", "))));
        }
        Ok(Self(call, PhantomData))
    }
}

impl<P: Permission> FromRequest for Caller<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl<P: Permission> Argument for Caller<P> {
    fn describe(doc: &mut Doc) {
        let roles: Vec<&str> = Role::all_covering(P::ROLES).map(WireName::as_str).collect();
        doc.member("description", json!(format!("Roles: {}.", roles.join(", "))));
        doc.member("security", json!([{ "bearer": [] }]));
        doc.member("x-permission", json!(P::NAME));
        doc.member("x-roles", json!(roles));
        doc.problem(Kind::Unauthenticated);
        doc.problem(Kind::Forbidden);
    }
}

impl<P: Permission> Access for Caller<P> {
    fn admit(request: &HttpRequest) -> Result<(), Problem> {
        Self::read(request).map(drop)
    }
}

impl FromRequest for Anyone {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(call(request).and_then(|call| Ok(Self { call, at: instant(request)? })))
    }
}

impl Argument for Anyone {
    fn describe(doc: &mut Doc) {
        doc.member("description", json!("Anyone may call this operation."));
        doc.member("security", json!([{}, { "bearer": [] }]));
        doc.problem(Kind::Unauthenticated);
    }
}

impl Access for Anyone {
    fn admit(request: &HttpRequest) -> Result<(), Problem> {
        call(request).map(drop)
    }
}
