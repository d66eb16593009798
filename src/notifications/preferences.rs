//! What a person chooses to be notified of: as the person sees it, and the body that changes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::NotificationKind;
use super::model::NotificationFrequency;
use crate::api::Versioned;
use crate::areas::NotificationLanguage;

/// What the caller chose to be notified of by e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotificationPreferences {
    /// The address of the caller's token, to which e-mails go; null if no token had one.
    pub email: Option<String>,
    /// The language of the e-mails.
    pub language: NotificationLanguage,
    /// When each kind is sent: `day_ahead`, `day_passed`, `escalated`, `waits_for_approval`, `returned`, `approved`,
    /// `published`, `invited`, `evidence_rejected`, `import_questions`, `webhook_stopped`.
    #[schema(value_type = BTreeMap<String, NotificationFrequency>)]
    pub kinds: BTreeMap<NotificationKind, NotificationFrequency>,
    /// The version: 0 until the first choice, one more with each change.
    pub version: i64,
}

impl Versioned for NotificationPreferences {
    fn version(&self) -> i64 {
        self.version
    }
}

/// The choices to change (RFC 7396).
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationPreferencesAmendment {
    /// The language of the e-mails.
    #[schema(nullable = false)]
    pub language: Option<NotificationLanguage>,
    /// When the named kinds are sent, such as `{"day_ahead": "daily"}`. Other kinds stay as they are.
    #[serde(default)]
    #[schema(required = false, value_type = BTreeMap<String, NotificationFrequency>)]
    pub kinds: BTreeMap<NotificationKind, NotificationFrequency>,
}
