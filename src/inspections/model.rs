//! What an inspection is, and what may be sent of one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::workflow::State;
use crate::api::Versioned;
use crate::calendar;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// The kind of an inspection.
    pub enum InspectionKind {
        /// Police effectiveness, efficiency and legitimacy.
        Peel = "peel",
        /// One subject, all forces.
        NationalThematic = "national_thematic",
        /// One subject, with another inspectorate.
        JointThematic = "joint_thematic",
        /// One force, outside the programmes below.
        ForceSpecific = "force_specific",
        /// The child protection programme.
        ChildProtection = "child_protection",
        /// Police custody.
        Custody = "custody",
        /// Crime data integrity.
        CrimeDataIntegrity = "crime_data_integrity",
        /// Serious and organised crime.
        SeriousOrganisedCrime = "serious_organised_crime",
        /// Vetting, misconduct and corruption.
        Integrity = "integrity",
        /// A super-complaint.
        SuperComplaint = "super_complaint",
        /// Commissioned by a minister or a policing body.
        Commissioned = "commissioned",
        /// A rapid review.
        RapidReview = "rapid_review",
        /// A return to an earlier inspection.
        Revisit = "revisit",
        /// The annual assessment of policing.
        StateOfPolicing = "state_of_policing",
        /// None of these.
        Other = "other",
    }
}

crate::vocabulary! {
    /// Whom an inspection was of.
    pub enum InspectionScope {
        /// Every force.
        National = "national",
        /// The forces of one region.
        Regional = "regional",
        /// One force.
        Force = "force",
    }
}

/// The areas an inspection binds: all that there were on the day of its publication, or these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subjects {
    /// `"all"`
    All,
    /// A list of codes.
    Named(Vec<String>),
}

impl Subjects {
    /// The codes, where some are named.
    pub fn named(&self) -> Option<&[String]> {
        match self {
            Self::All => None,
            Self::Named(codes) => Some(codes),
        }
    }
}

impl From<Option<Vec<String>>> for Subjects {
    fn from(named: Option<Vec<String>>) -> Self {
        named.map_or(Self::All, Self::Named)
    }
}

impl Serialize for Subjects {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => to.serialize_str("all"),
            Self::Named(codes) => codes.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Subjects {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Sent {
            WireName(String),
            Codes(Vec<String>),
        }
        match Sent::deserialize(from)? {
            Sent::WireName(word) if word == "all" => Ok(Self::All),
            Sent::WireName(word) => {
                Err(serde::de::Error::custom(format_args!("{word:?} is neither \"all\" nor a list")))
            }
            Sent::Codes(codes) => Ok(Self::Named(codes)),
        }
    }
}

impl PartialSchema for Subjects {
    fn schema() -> RefOr<Schema> {
        let schema = json!({ "description": "The areas it binds: \"all\", or a list of their codes.", "oneOf": [
            { "type": "string", "enum": ["all"] },
            { "type": "array", "items": { "type": "string", "pattern": "^[a-z][a-z0-9-]{1,62}$" }, "minItems": 1, "maxItems": 100, "uniqueItems": true },
        ] });
        serde_json::from_value(schema).expect("a schema")
    }
}

impl ToSchema for Subjects {
    fn name() -> Cow<'static, str> {
        "Subjects".into()
    }
}

/// An inspection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Inspection {
    /// Its id.
    pub id: Uuid,
    /// The source's own reference: opaque, unique within the source.
    #[schema(example = "21866")]
    pub reference: String,
    /// Who published the report.
    #[schema(example = "hmicfrs")]
    pub source: String,
    /// The report's title.
    pub title: Option<String>,
    /// Its kind.
    pub kind: InspectionKind,
    /// Under which enactment it was made.
    pub legal_basis: Option<String>,
    /// Whom it was of.
    pub scope: InspectionScope,
    /// The inspectorate that led it.
    pub lead_inspectorate: String,
    /// The inspectorates that took part beside it.
    pub participating_inspectorates: Vec<String>,
    /// The day the report was published, in London.
    pub published_on: Option<NaiveDate>,
    /// The last day for a response: Police Act 1996 s.55(5A); null before 2 May 2017.
    pub due_on: Option<NaiveDate>,
    /// Where the report is.
    pub report_url: Option<String>,
    /// What it found, in short.
    pub key_findings: Option<String>,
    /// The areas it binds.
    pub subjects: Subjects,
    /// The area that registered it; null for a registrar's.
    pub registered_by: Option<String>,
    /// The inspection it returns to.
    pub follows_up: Option<Uuid>,
    /// Where it stands.
    pub state: State,
    /// How many recommendations, areas for improvement and causes of concern it has.
    pub recommendations_count: i64,
    /// What was corrected after publication, oldest first.
    pub corrections: Vec<Correction>,
    /// What the caller may do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<AllowedAction>>,
    /// Counts its changes.
    pub version: i64,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
    /// When others could first see it.
    #[serde(skip)]
    pub shown_at: Option<DateTime<Utc>>,
}

impl Versioned for Inspection {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Inspection {
    /// Where to go from an inspection.
    pub fn links(id: Uuid) -> BTreeMap<&'static str, String> {
        [
            ("self", format!("/v1/inspections/{id}")),
            ("recommendations", format!("/v1/inspections/{id}/recommendations")),
            ("responses", format!("/v1/responses?inspection_id={id}")),
            ("transitions", format!("/v1/inspections/{id}/transitions")),
            ("history", format!("/v1/inspections/{id}/history")),
        ]
        .into()
    }

    /// Sets the day of publication, and the last day that follows from it.
    pub fn publish_on(&mut self, published_on: Option<NaiveDate>) {
        self.published_on = published_on;
        self.due_on = published_on.and_then(calendar::due_on);
    }
}

/// One correction of a published inspection, with what it said before.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Correction {
    /// When it was corrected.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// The day of publication as it was before.
    pub published_on: Option<NaiveDate>,
    /// The last day as it was before.
    pub due_on: Option<NaiveDate>,
    /// The title as it was before.
    pub title: Option<String>,
}
