//! Audit events and record histories, as callers see them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::{Role, SERVICE_ISSUER, Side, unnamed_subject};
use crate::vocabulary::WireName;

/// The person or service that acted. Callers of other areas, and callers without an area, learn the side and the area
/// only.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventActor {
    /// The issuer of the token; `section55` if the person is not named.
    pub issuer: String,
    /// The actor's identifier within the issuer; area and side, such as `cumbria/policing_body`, if the person is not
    /// named.
    pub subject: String,
    /// The actor's name, if the token states one and the person is named.
    pub name: Option<String>,
    /// The roles in the token; empty if the person is not named.
    pub roles: Vec<String>,
    /// The side for which the actor acted; null for a registrar and for the service.
    pub side: Option<String>,
    /// The code of the area for which the actor acted; null for a registrar and for the service. Also null where an
    /// earlier release of the service did not store the area.
    pub area: Option<String>,
}

impl EventActor {
    /// Returns the actor of an event on a record of `area`, named unless `is_named` is false.
    pub fn new(person: Self, area: Option<String>, is_named: bool) -> Self {
        let is_service = person.issuer == SERVICE_ISSUER;
        let stated = person.subject.split_once('/').filter(|_| is_service);
        let (area, side) = match stated.and_then(|(area, side)| Some((area.to_owned(), Side::find(side)?))) {
            Some((area, side)) => (Some(area), Some(side)),
            None => {
                let side = person.roles.iter().find_map(|role| Role::find(role)?.side());
                (area.filter(|_| side.is_some()), side)
            }
        };
        let person = Self { side: side.map(|side| side.to_string()), area, ..person };
        // The service's own actors are no persons.
        if is_named || is_service {
            return person;
        }
        let subject = unnamed_subject(person.area.as_deref(), side);
        Self { issuer: SERVICE_ISSUER.to_owned(), subject, name: None, roles: Vec::new(), ..person }
    }
}

/// One event of the audit log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditEvent {
    /// The event's id.
    pub id: Uuid,
    /// The instant of the event.
    pub at: DateTime<Utc>,
    /// The area of the record; null if the record belongs to no single area.
    pub area: Option<String>,
    /// The person or service that acted.
    pub actor: EventActor,
    /// The action.
    #[schema(example = "submit")]
    pub action: String,
    /// The kind of record.
    #[schema(example = "response")]
    pub resource: String,
    /// The record's id.
    pub resource_id: Uuid,
    /// The record's version after the event.
    pub resource_version: i64,
    /// The record's state before the event; null if the event was not a transition.
    pub from: Option<String>,
    /// The record's state after the event; null if the event was not a transition.
    pub to: Option<String>,
    /// The names of the members that changed, never their content.
    pub fields: Vec<String>,
    /// The actor's note, such as a reason; null if there is none or the caller may not read it.
    pub note: Option<String>,
    /// The id of the HTTP request.
    pub request_id: String,
    /// Related resources.
    pub links: BTreeMap<&'static str, String>,
}

/// One transition of a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TransitionEvent {
    /// The action.
    #[schema(example = "submit")]
    pub action: String,
    /// The state before the transition; null for the first.
    pub from: Option<String>,
    /// The state after the transition.
    pub to: Option<String>,
    /// The person or service that acted.
    pub by: EventActor,
    /// The instant of the transition.
    pub at: DateTime<Utc>,
    /// The actor's note, such as a reason; null if there is none or the caller may not read it.
    pub note: Option<String>,
}

/// A record's transitions, newest first, or oldest first with `order=asc`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TransitionList)]
pub struct TransitionHistory {
    /// The transitions.
    pub items: Vec<TransitionEvent>,
}

/// A change of one member of a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldChange {
    /// The member, as a JSON Pointer (RFC 6901) into the record.
    #[schema(example = "/policing_body_comments")]
    pub field: String,
    /// The earlier value; null if there was none.
    #[schema(value_type = Value)]
    pub from: serde_json::Value,
    /// The new value; null if there is none.
    #[schema(value_type = Value)]
    pub to: serde_json::Value,
}

/// One event of a record, with its changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordEvent {
    /// The event's id.
    pub id: Uuid,
    /// The instant of the event.
    pub at: DateTime<Utc>,
    /// The person or service that acted.
    pub by: EventActor,
    /// The action.
    #[schema(example = "amend")]
    pub action: String,
    /// The record's version after the event.
    pub version: i64,
    /// The record's state before the event; null if the event was not a transition.
    pub from: Option<String>,
    /// The record's state after the event; null if the event was not a transition.
    pub to: Option<String>,
    /// The actor's note, such as a reason; null if there is none or the caller may not read it.
    pub note: Option<String>,
    /// True if text of this event that the caller could read was erased. The event and its proof remain.
    pub erased: bool,
    /// The changes that the caller may read and that were not erased.
    pub changes: Vec<FieldChange>,
}

/// A record's events, newest first, or oldest first with `order=asc`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordEventList)]
pub struct RecordHistory {
    /// The events.
    pub items: Vec<RecordEvent>,
    /// The value of `before` for the next page of older events; null if there are none, and with `order=asc`.
    pub next_before: Option<i64>,
    /// With `order=asc`, the value of `after` for the next page of newer events; null if there are none, and in the other
    /// order.
    pub next_after: Option<i64>,
}
