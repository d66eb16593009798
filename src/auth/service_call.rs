//! The service itself as a caller: its background jobs, its webhooks and its monitor.

use chrono::{DateTime, Utc};

use super::actor::{Actor, SERVICE_ISSUER};
use super::authentication::{Call, RequestId};
use super::role::Role;

impl Actor {
    /// Creates the service's own actor, with these roles in these areas. `subject` names its work.
    pub fn service(subject: &str, roles: &[Role], areas: &[&str]) -> Self {
        Self::new(SERVICE_ISSUER, subject, Some("Section 55"), roles, areas)
    }
}

impl Call {
    /// Creates a call of the service by itself. The audit log states `request_id` in place of a request's.
    pub fn by_service(actor: Actor, request_id: &str, at: DateTime<Utc>) -> Self {
        Self { actor, at, request_id: RequestId(request_id.into()) }
    }

    /// Creates a call of the background jobs, which can read no area's records.
    pub fn by_jobs(at: DateTime<Utc>) -> Self {
        Self::by_service(Actor::service("keeper", &[], &[]), "jobs", at)
    }
}
