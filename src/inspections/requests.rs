//! The request bodies of inspections: the registration, the amendment of a draft, and the transition.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Inspection, InspectionKind, InspectionScope, Subjects};
use super::workflow::Action;
use crate::api::text::{LongText, ShortText, SingleLineText, amendment};

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
    /// The report's address on the web.
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

/// The members of a draft to change (RFC 7396). An absent member stays as it is; null removes it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionAmendment {
    /// The source's reference for the inspection.
    #[schema(nullable = false)]
    pub reference: Option<ShortText>,
    /// The body that published the report.
    #[schema(nullable = false)]
    pub source: Option<ShortText>,
    /// The report's title.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<SingleLineText>)]
    pub title: Option<Option<SingleLineText>>,
    /// The inspection's kind.
    #[schema(nullable = false)]
    pub kind: Option<InspectionKind>,
    /// The enactment under which the inspection was made.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<SingleLineText>)]
    pub legal_basis: Option<Option<SingleLineText>>,
    /// The forces that the inspection examined.
    #[schema(nullable = false)]
    pub scope: Option<InspectionScope>,
    /// The inspectorate that led the inspection.
    #[schema(nullable = false)]
    pub lead_inspectorate: Option<SingleLineText>,
    /// The other inspectorates that took part.
    #[schema(nullable = false, max_items = 20)]
    pub participating_inspectorates: Option<Vec<SingleLineText>>,
    /// The day on which the report was published.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<NaiveDate>)]
    pub published_on: Option<Option<NaiveDate>>,
    /// The report's address on the web.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000, pattern = "^https?://")]
    pub report_url: Option<Option<String>>,
    /// The report's key findings.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<LongText>)]
    pub key_findings: Option<Option<LongText>>,
    /// The areas that the inspection binds.
    #[schema(nullable = false)]
    pub subjects: Option<Subjects>,
    /// The id of the inspection that this one follows up.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Uuid>)]
    pub follows_up: Option<Option<Uuid>>,
}

impl InspectionAmendment {
    /// Applies the amendment, and returns the names of the members that it sets.
    pub fn apply(self, to: &mut Inspection) -> Vec<&'static str> {
        let mut fields = Vec::new();
        macro_rules! set {
            ($($member:ident = $value:expr;)+) => { $(
                if let Some(value) = self.$member {
                    fields.push(stringify!($member));
                    let set: fn(&mut Inspection, _) = $value;
                    set(to, value);
                }
            )+ };
        }
        set! {
            reference = |it, reference: ShortText| it.reference = reference.into_string();
            source = |it, source: ShortText| it.source = source.into_string();
            title = |it, title: Option<SingleLineText>| it.title = title.map(SingleLineText::into_string);
            kind = |it, kind| it.kind = kind;
            legal_basis = |it, basis: Option<SingleLineText>| it.legal_basis = basis.map(SingleLineText::into_string);
            scope = |it, scope| it.scope = scope;
            lead_inspectorate = |it, lead: SingleLineText| it.lead_inspectorate = lead.into_string();
            participating_inspectorates = |it, names: Vec<SingleLineText>| {
                it.participating_inspectorates = names.into_iter().map(SingleLineText::into_string).collect();
            };
            published_on = |it, on| it.set_published_on(on);
            report_url = |it, url| it.report_url = url;
            key_findings = |it, findings: Option<LongText>| it.key_findings = findings.map(LongText::into_string);
            subjects = |it, subjects| it.subjects = subjects;
            follows_up = |it, id| it.follows_up = id;
        }
        fields
    }
}

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
        /// The report's address on the web.
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
