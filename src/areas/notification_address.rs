//! Where an area is notified by e-mail: an address for a role, in a language.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::auth::Role;

crate::vocabulary! {
    /// A language of notifications.
    pub enum NotificationLanguage {
        /// English.
        English = "en",
        /// Welsh.
        Welsh = "cy",
    }
}

/// An address to which notifications for a role are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationAddress {
    /// The role whose notifications it receives: a role of the policing body or of the force.
    pub role: Role,
    /// The e-mail address, such as that of a team's mailbox.
    pub address: EmailAddress,
    /// The language of the e-mails.
    pub language: NotificationLanguage,
}

/// An e-mail address in ASCII (RFC 5321).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(pub String);

impl EmailAddress {
    const PATTERN: &'static str = "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$";

    /// Returns true if mail can be sent to this address.
    pub fn is_valid(&self) -> bool {
        self.0.is_ascii() && self.0.len() <= 254 && self.0.parse::<lettre::Address>().is_ok()
    }
}

impl PartialSchema for EmailAddress {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
            .max_length(Some(254))
            .pattern(Some(Self::PATTERN))
            .into()
    }
}

impl ToSchema for EmailAddress {
    fn name() -> Cow<'static, str> {
        "EmailAddress".into()
    }
}
