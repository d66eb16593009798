//! The two first arguments of a handler: [`Caller`], whose roles have a permission, and [`Anyone`].

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::{FromRequest, HttpRequest, dev};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::authentication::{Call, authenticate, await_new_key, received_at, unauthenticated};
use super::permissions::Permission;
use super::role::Role;
use crate::api::{Access, Argument, OperationDoc, Problem, ProblemKind};
use crate::calendar::london_date;
use crate::vocabulary::WireName;

/// A caller whose roles have the permission `P`. A request without a valid token gets 401; one without the role gets
/// 403.
///
/// Only a request creates a caller:
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

/// Any caller. Without a token it is the public. An invalid token gets 401, and is never treated as the public.
#[derive(Debug)]
pub struct Anyone {
    /// The call, when the request has a token.
    pub call: Option<Call>,
    /// When the call was received.
    pub at: DateTime<Utc>,
}

impl Anyone {
    /// Returns the date of the call in London.
    pub fn today(&self) -> NaiveDate {
        london_date(self.at)
    }
}

const TOKEN_REQUIRED: &str = "This operation needs a token. Send it as `Authorization: Bearer TOKEN`.";

/// Returns the names of all roles that have the permission.
fn role_names<P: Permission>() -> Vec<&'static str> {
    Role::all_covering(P::ROLES).map(WireName::as_str).collect()
}

impl<P: Permission> Caller<P> {
    fn from_headers(request: &HttpRequest) -> Result<Self, Problem> {
        let call = authenticate(request)?;
        let call = call.ok_or_else(|| unauthenticated(TOKEN_REQUIRED, "Bearer"))?;
        if !P::ANY_TOKEN && !call.actor.has_any_role(P::ROLES) {
            let roles = role_names::<P>().join(", ");
            let detail = format!("This operation is for these roles: {roles}. The token has none of them.");
            return Err(Problem::forbidden(detail));
        }
        Ok(Self(call, PhantomData))
    }
}

impl<P: Permission> FromRequest for Caller<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::from_headers(request))
    }
}

impl<P: Permission> Argument for Caller<P> {
    fn describe(doc: &mut OperationDoc) {
        let roles = role_names::<P>();
        doc.member("x-permission", json!(P::NAME));
        doc.member("x-roles", json!(roles));
        doc.problem(ProblemKind::Unauthenticated);
        doc.problem(ProblemKind::Forbidden);
    }
}

impl<P: Permission> Access for Caller<P> {
    fn admit(request: &HttpRequest) -> Result<(), Problem> {
        Self::from_headers(request).map(drop)
    }
    fn reconsider(request: &HttpRequest) -> impl Future<Output = bool> {
        await_new_key(request)
    }
}

impl FromRequest for Anyone {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(authenticate(request).and_then(|call| Ok(Self { call, at: received_at(request)? })))
    }
}

impl Argument for Anyone {
    fn describe(doc: &mut OperationDoc) {
        doc.member("security", json!([{}, { "bearer": [] }]));
        doc.problem(ProblemKind::Unauthenticated);
    }
}

impl Access for Anyone {
    fn admit(request: &HttpRequest) -> Result<(), Problem> {
        authenticate(request).map(drop)
    }
    fn reconsider(request: &HttpRequest) -> impl Future<Output = bool> {
        await_new_key(request)
    }
}
