//! A person of an area, as callers of the area see them and as they are stored.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;
use crate::auth::{Role, Side};

crate::stored_record! {
    /// A person of one side of a police area. Who has roles of both sides has an entry of each side.
    #[derive(Clone, Debug, Serialize, ToSchema)]
    pub struct Person in "people" as "p.",
        updated where "id = $1 and version = $2 and in_scope(area, $4)" from 5 {
        /// The entry's id.
        key id: Uuid,
        /// The code of the police area.
        #[schema(example = "cumbria")]
        inserted area: String,
        /// The side of the area for which the person works.
        inserted side: Side,
        /// The issuer of the person's tokens.
        inserted issuer: String,
        /// The person's identity within the issuer, as tokens state it.
        inserted subject: String,
        /// The person's name: that of the last token that had one, or else the one that the area entered.
        updated name: String,
        /// The person's roles of this side, as the last token had them. Empty if the service has seen no token of the
        /// person.
        updated roles: Vec<Role>,
        /// False if the area states that the person has left. Nothing can be assigned to the person then. It does not end
        /// the person's access: the issuer of the tokens does.
        updated active: bool,
        /// The day in London on which the service first saw a token of the person; null if it has seen none.
        updated first_seen_on: Option<NaiveDate>,
        /// The last day in London on which the service saw a token of the person; null if it has seen none.
        updated last_seen_on: Option<NaiveDate>,
        /// The version of the record: 1 at first, one more with each change. A new `last_seen_on` alone is no change.
        maintained version: i64,
        /// When the entry was made.
        inserted created_at: DateTime<Utc>,
        /// When the entry was last changed.
        inserted updated_at: DateTime<Utc>,
        /// Links to this entry and to related resources, by relation.
        computed links: BTreeMap<&'static str, String> = |id, row| Ok(links(id, &row.try_get::<_, String>("area")?)),
    }
}

impl Versioned for Person {
    fn version(&self) -> i64 {
        self.version
    }
}

/// Returns the links of an entry.
pub fn links(id: Uuid, area: &str) -> BTreeMap<&'static str, String> {
    [
        ("self", format!("/v1/people/{id}")),
        ("area", format!("/v1/areas/{area}")),
        ("history", format!("/v1/people/{id}/history")),
        ("assignments", format!("/v1/assignments?assigned_to={id}")),
        ("responses", format!("/v1/responses?assigned_to={id}")),
    ]
    .into()
}
