//! What may be sent of an inspection: its registration, the amendment of a draft, a move.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Inspection, InspectionKind, InspectionScope, Subjects};
use super::workflow::Action;
use crate::api::text::{Label, Line, Prose, amendment};

/// An inspection as it is registered.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The source's own reference.
    pub reference: Label,
    /// Who published the report; `hmicfrs` where it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub source: Option<Label>,
    /// The report's title; needed to publish.
    #[serde(default)]
    pub title: Option<Line>,
    /// Its kind; `other` where it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub kind: Option<InspectionKind>,
    /// Under which enactment it was made.
    #[serde(default)]
    pub legal_basis: Option<Line>,
    /// Whom it was of; where it is left out, `force` if subjects are named, else `national`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub scope: Option<InspectionScope>,
    /// The inspectorate that led it; `hmicfrs` where it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub lead_inspectorate: Option<Line>,
    /// The inspectorates that took part beside it.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub participating_inspectorates: Vec<Line>,
    /// The day the report was published; needed to publish.
    #[serde(default)]
    pub published_on: Option<NaiveDate>,
    /// Where the report is.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000, pattern = "^https?://")]
    pub report_url: Option<String>,
    /// What it found, in short.
    #[serde(default)]
    pub key_findings: Option<Prose>,
    /// The areas it binds; where it is left out, the registering area if the scope is `force`, else all.
    #[serde(default)]
    #[schema(nullable = false)]
    pub subjects: Option<Subjects>,
    /// The area in whose name it is registered, where the token names several.
    #[serde(default)]
    pub registered_by: Option<Line>,
    /// The inspection it returns to.
    #[serde(default)]
    pub follows_up: Option<Uuid>,
}

/// What can be amended while it is a draft (RFC 7396): absent stays, null is taken away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionAmended {
    /// The source's own reference.
    #[schema(nullable = false)]
    pub reference: Option<Label>,
    /// Who published the report.
    #[schema(nullable = false)]
    pub source: Option<Label>,
    /// The report's title.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Line>)]
    pub title: Option<Option<Line>>,
    /// Its kind.
    #[schema(nullable = false)]
    pub kind: Option<InspectionKind>,
    /// Under which enactment it was made.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Line>)]
    pub legal_basis: Option<Option<Line>>,
    /// Whom it was of.
    #[schema(nullable = false)]
    pub scope: Option<InspectionScope>,
    /// The inspectorate that led it.
    #[schema(nullable = false)]
    pub lead_inspectorate: Option<Line>,
    /// The inspectorates that took part beside it.
    #[schema(nullable = false, max_items = 20)]
    pub participating_inspectorates: Option<Vec<Line>>,
    /// The day the report was published.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<NaiveDate>)]
    pub published_on: Option<Option<NaiveDate>>,
    /// Where the report is.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<String>, format = "uri", max_length = 2000, pattern = "^https?://")]
    pub report_url: Option<Option<String>>,
    /// What it found, in short.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Prose>)]
    pub key_findings: Option<Option<Prose>>,
    /// The areas it binds.
    #[schema(nullable = false)]
    pub subjects: Option<Subjects>,
    /// The inspection it returns to.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Uuid>)]
    pub follows_up: Option<Option<Uuid>>,
}

impl InspectionAmended {
    /// Applies the amendment; gives the members it changed.
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
            reference = |it, label: Label| it.reference = label.into_string();
            source = |it, label: Label| it.source = label.into_string();
            title = |it, line: Option<Line>| it.title = line.map(Line::into_string);
            kind = |it, kind| it.kind = kind;
            legal_basis = |it, line: Option<Line>| it.legal_basis = line.map(Line::into_string);
            scope = |it, scope| it.scope = scope;
            lead_inspectorate = |it, line: Line| it.lead_inspectorate = line.into_string();
            participating_inspectorates = |it, lines: Vec<Line>| {
                it.participating_inspectorates = lines.into_iter().map(Line::into_string).collect();
            };
            published_on = |it, on| it.publish_on(on);
            report_url = |it, url| it.report_url = url;
            key_findings = |it, prose: Option<Prose>| it.key_findings = prose.map(Prose::into_string);
            subjects = |it, subjects| it.subjects = subjects;
            follows_up = |it, id| it.follows_up = id;
        }
        fields
    }
}

/// One move of an inspection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum InspectionMove {
    /// Show it, and open the response of every subject area.
    Publish {},
    /// Put right what was published; what is left out stays.
    Correct {
        /// Why; the correction and what it replaced stay readable.
        reason: Prose,
        /// The report's title.
        #[serde(default)]
        #[schema(nullable = false)]
        title: Option<Line>,
        /// The day the report was published; the last day for responses follows it.
        #[serde(default)]
        #[schema(nullable = false)]
        published_on: Option<NaiveDate>,
        /// Where the report is.
        #[serde(default)]
        #[schema(nullable = false, format = "uri", max_length = 2000, pattern = "^https?://")]
        report_url: Option<String>,
        /// What it found, in short.
        #[serde(default)]
        #[schema(nullable = false)]
        key_findings: Option<Prose>,
    },
    /// Take it back.
    Withdraw {
        /// Why.
        reason: Prose,
    },
}

impl InspectionMove {
    /// Its action.
    pub fn action(&self) -> Action {
        match self {
            Self::Publish {} => Action::Publish,
            Self::Correct { .. } => Action::Correct,
            Self::Withdraw { .. } => Action::Withdraw,
        }
    }
}
