//! The request bodies for people: a new entry and its amendment.

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::Person;
use crate::api::text::SingleLineText;
use crate::auth::Side;

/// A new entry of a person whose token the service has not seen yet.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonCreation {
    /// The code of the area. Required if the token names several areas.
    #[serde(default)]
    #[schema(nullable = false)]
    pub area: Option<SingleLineText>,
    /// The side for which the person works: one of the caller's own. Required if the token has roles of both sides.
    #[serde(default)]
    #[schema(nullable = false)]
    pub side: Option<Side>,
    /// The issuer of the person's tokens. If absent, the issuer of the caller's own token.
    #[serde(default)]
    #[schema(nullable = false)]
    pub issuer: Option<SingleLineText>,
    /// The subject that the person's tokens will have.
    pub subject: SingleLineText,
    /// The person's name.
    pub name: SingleLineText,
}

crate::amendment! {
    /// The members of an entry that its own side may change (RFC 7396).
    pub struct PersonAmendment for Person {
        /// The person's name. The next token of the person that has a name replaces it.
        name: SingleLineText = |it, value| it.name = value.into_string(),
        /// Whether the person works on the area's records. Send false when the person has left.
        active: bool = |it, value| it.active = value,
    }
}
