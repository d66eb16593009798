//! The request bodies of inspections: the registration, the amendment of a draft, and the transition.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Inspection, InspectionKind, InspectionScope, Subjects};
use super::workflow::Action;
use crate::api::text::{LongText, ShortText, SingleLineText};

/// The registration of an inspection.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionRegistration {
    /// The source's reference for the inspection.
    pub reference: ShortText,
    /// The body that published the report; `hmicfrs` if absent.
    #[serde(default)]
    #[schema(nullable = false)]
    pub source: Option<ShortText>,
    /// The report's title; required for publication.
    #[serde(default)]
    pub title: Option<SingleLineText>,
    /// The inspection's kind; `other` if absent.
    #[serde(default)]
    #[schema(nullable = false)]
    pub kind: Option<InspectionKind>,
    /// The enactment under which the inspection was made.
    #[serde(default)]
    pub legal_basis: Option<SingleLineText>,
    /// The forces that the inspection examined. If absent: `force` if `subjects` is a list, else `national`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub scope: Option<InspectionScope>,
    /// The inspectorate that led the inspection; `hmicfrs` if absent.
    #[serde(default)]
    #[schema(nullable = false)]
    pub lead_inspectorate: Option<SingleLineText>,
    /// The other inspectorates that took part.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub participating_inspectorates: Vec<SingleLineText>,
    /// The day on which the report was published; required for publication.
    #[serde(default)]
    pub published_on: Option<NaiveDate>,
    /// The report's address on the web, without a user name.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000, pattern = "^https?://")]
    pub report_url: Option<String>,
    /// The report's key findings.
    #[serde(default)]
    pub key_findings: Option<LongText>,
    /// The areas that the inspection binds. If absent: the registering area if `scope` is `force`, else all areas.
    #[serde(default)]
    #[schema(nullable = false)]
    pub subjects: Option<Subjects>,
    /// The area that registers the inspection; required if the token has several areas.
    #[serde(default)]
    pub registered_by: Option<SingleLineText>,
    /// The id of the inspection that this one follows up.
    #[serde(default)]
    pub follows_up: Option<Uuid>,
}

crate::amendment! {
    /// The members of a draft to change (RFC 7396). An absent member stays as it is; null removes it.
    pub struct InspectionAmendment for Inspection {
        /// The source's reference for the inspection.
        reference: ShortText = |it, value| it.reference = value.into_string(),
        /// The body that published the report.
        source: ShortText = |it, value| it.source = value.into_string(),
        /// The report's title.
        title: Option<SingleLineText> = |it, value| it.title = value.map(SingleLineText::into_string),
        /// The inspection's kind.
        kind: InspectionKind = |it, value| it.kind = value,
        /// The enactment under which the inspection was made.
        legal_basis: Option<SingleLineText> = |it, value| it.legal_basis = value.map(SingleLineText::into_string),
        /// The forces that the inspection examined.
        scope: InspectionScope = |it, value| it.scope = value,
        /// The inspectorate that led the inspection.
        lead_inspectorate: SingleLineText = |it, value| it.lead_inspectorate = value.into_string(),
        /// The other inspectorates that took part.
        #[schema(max_items = 20)]
        participating_inspectorates: Vec<SingleLineText> = |it, value| {
            it.participating_inspectorates = value.into_iter().map(SingleLineText::into_string).collect();
        },
        /// The day on which the report was published.
        published_on: Option<NaiveDate> = |it, value| it.set_published_on(value),
        /// The report's address on the web, without a user name.
        #[schema(format = "uri", max_length = 2000, pattern = "^https?://")]
        report_url: Option<String> = |it, value| it.report_url = value,
        /// The report's key findings.
        key_findings: Option<LongText> = |it, value| it.key_findings = value.map(LongText::into_string),
        /// The areas that the inspection binds.
        subjects: Subjects = |it, value| it.subjects = value,
        /// The id of the inspection that this one follows up.
        follows_up: Option<Uuid> = |it, value| it.follows_up = value,
    }
}

/// The members of a published inspection that [`InspectionTransition::Correct`] can change.
pub const CORRECTABLE: [&str; 4] = ["title", "published_on", "report_url", "key_findings"];

/// A transition of an inspection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum InspectionTransition {
    /// Publish the inspection, and open the response of every subject area.
    Publish {},
    /// Correct a published inspection. An absent member stays as it is.
    Correct {
        /// The reason for the correction. The reason and the replaced values stay readable.
        reason: LongText,
        /// The report's title.
        #[serde(default)]
        #[schema(nullable = false)]
        title: Option<SingleLineText>,
        /// The day on which the report was published. The due date of the responses is computed from it again.
        #[serde(default)]
        #[schema(nullable = false)]
        published_on: Option<NaiveDate>,
        /// The report's address on the web, without a user name.
        #[serde(default)]
        #[schema(nullable = false, format = "uri", max_length = 2000, pattern = "^https?://")]
        report_url: Option<String>,
        /// The report's key findings.
        #[serde(default)]
        #[schema(nullable = false)]
        key_findings: Option<LongText>,
    },
    /// Withdraw an inspection that was registered in error.
    Withdraw {
        /// The reason for the withdrawal.
        reason: LongText,
    },
}

impl InspectionTransition {
    /// Returns the action of the transition.
    pub fn action(&self) -> Action {
        match self {
            Self::Publish {} => Action::Publish,
            Self::Correct { .. } => Action::Correct,
            Self::Withdraw { .. } => Action::Withdraw,
        }
    }
}
