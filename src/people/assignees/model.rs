//! The person to whom a record is assigned, as the record shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A person to whom a record is assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assignee {
    /// The id of the person's entry, at `/v1/people/{id}`.
    pub id: Uuid,
    /// The person's name.
    pub name: String,
    /// False if the person has left.
    pub active: bool,
}
