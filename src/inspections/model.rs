//! An inspection as callers see it: its kind, its scope, the areas it binds and its corrections.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::api::Versioned;
use crate::api::amendment::given;
use crate::calendar;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// The state of an inspection.
    pub enum State as ("InspectionState") {
        /// Not published yet. Only the registering area and registrars see it.
        Draft = "draft",
        /// Published: anyone can read it.
        Published = "published",
        /// Withdrawn, because it was registered in error.
        Withdrawn = "withdrawn",
    }
}

crate::vocabulary! {
    /// The kind of an inspection.
    pub enum InspectionKind {
        /// An inspection of police effectiveness, efficiency and legitimacy (PEEL).
        Peel = "peel",
        /// An inspection of one subject in all forces.
        NationalThematic = "national_thematic",
        /// An inspection of one subject, together with another inspectorate.
        JointThematic = "joint_thematic",
        /// An inspection of one force, outside the programmes below.
        ForceSpecific = "force_specific",
        /// An inspection of child protection.
        ChildProtection = "child_protection",
        /// An inspection of police custody.
        Custody = "custody",
        /// An inspection of crime data integrity.
        CrimeDataIntegrity = "crime_data_integrity",
        /// An inspection of the response to serious and organised crime.
        SeriousOrganisedCrime = "serious_organised_crime",
        /// An inspection of vetting, misconduct and corruption.
        Integrity = "integrity",
        /// The investigation of a super-complaint.
        SuperComplaint = "super_complaint",
        /// An inspection that a minister or a policing body commissioned.
        Commissioned = "commissioned",
        /// A rapid review.
        RapidReview = "rapid_review",
        /// A revisit after an earlier inspection.
        Revisit = "revisit",
        /// The annual assessment of policing.
        StateOfPolicing = "state_of_policing",
        /// Any other inspection.
        Other = "other",
    }
}

crate::vocabulary! {
    /// The forces that an inspection examined.
    pub enum InspectionScope {
        /// All forces.
        National = "national",
        /// The forces of one region.
        Regional = "regional",
        /// One force.
        Force = "force",
    }
}

/// The areas that an inspection binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subjects {
    /// All areas that exist on the day of the report's publication, `"all"` in JSON.
    All,
    /// These areas, by code.
    Codes(Vec<String>),
}

impl Subjects {
    /// Returns the codes, or none for all areas.
    pub fn codes(&self) -> Option<&[String]> {
        match self {
            Self::All => None,
            Self::Codes(codes) => Some(codes),
        }
    }
}

impl From<Option<Vec<String>>> for Subjects {
    fn from(codes: Option<Vec<String>>) -> Self {
        codes.map_or(Self::All, Self::Codes)
    }
}

impl Serialize for Subjects {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => to.serialize_str("all"),
            Self::Codes(codes) => codes.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Subjects {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum TextOrList {
            Text(String),
            List(Vec<String>),
        }
        match TextOrList::deserialize(from)? {
            TextOrList::Text(text) if text == "all" => Ok(Self::All),
            TextOrList::Text(text) => {
                Err(serde::de::Error::custom(format_args!("{text:?} is neither \"all\" nor a list of area codes")))
            }
            TextOrList::List(codes) => Ok(Self::Codes(codes)),
        }
    }
}

impl PartialSchema for Subjects {
    fn schema() -> RefOr<Schema> {
        let schema = json!({ "description": "The areas that the inspection binds: \"all\", or a list of area \
                                             codes.", "oneOf": [
            { "description": "All areas.", "type": "string", "enum": ["all"] },
            { "title": "AreaCodes", "description": "The codes of areas, each of them once.", "type": "array", "items": { "type": "string", "pattern": "^[a-z][a-z0-9-]{1,62}$" }, "minItems": 1, "maxItems": 100, "uniqueItems": true },
        ] });
        serde_json::from_value(schema).expect("the schema of Subjects is valid")
    }
}

impl ToSchema for Subjects {
    fn name() -> Cow<'static, str> {
        "Subjects".into()
    }
}

crate::stored_record! {
    /// An inspection.
    #[derive(Clone, Debug, Serialize, ToSchema)]
    pub struct Inspection in "inspections" as "", updated where "id = $1 and version = $2" from 4 {
        /// The inspection's id.
        key id: Uuid,
        /// The source's reference for the inspection. The service does not interpret it; it is unique within the source.
        #[schema(example = "21866")]
        updated reference: String,
        /// The body that published the report.
        #[schema(example = "hmicfrs")]
        updated source: String,
        /// The report's title.
        updated title: Option<String>,
        /// The inspection's kind.
        updated kind: InspectionKind,
        /// The enactment under which the inspection was made, as text.
        updated legal_basis: Option<String>,
        /// The forces that the inspection examined.
        updated scope: InspectionScope,
        /// The inspectorate that led the inspection.
        updated lead_inspectorate: String,
        /// The other inspectorates that took part.
        updated participating_inspectorates: Vec<String>,
        /// The day on which the report was published, in London.
        updated published_on: Option<NaiveDate>,
        /// The last day for a response (Police Act 1996 s.55(5A)); null for a report published before 2 May 2017.
        updated due_on: Option<NaiveDate>,
        /// The report's address on the web.
        updated report_url: Option<String>,
        /// The report's key findings.
        updated key_findings: Option<String>,
        /// The areas that the inspection binds.
        updated subjects: Subjects,
        /// The area that registered the inspection; null if a registrar registered it.
        inserted registered_by: Option<String>,
        /// The id of the inspection that this one follows up.
        updated follows_up: Option<Uuid>,
        /// The inspection's state.
        inserted state: State,
        /// The number of recommendations, areas for improvement and causes of concern.
        joined recommendations_count: i64,
        /// The corrections after publication, the oldest first.
        json corrections: Vec<Correction>,
        /// The actions that the caller may perform on the inspection.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        computed allowed_actions: Option<Vec<AllowedAction>> = |_, _| Ok(None),
        /// The version of the record: 1 at first, one more with each change.
        maintained version: i64,
        /// When the inspection was registered.
        inserted created_at: DateTime<Utc>,
        /// When the record was last changed.
        inserted updated_at: DateTime<Utc>,
        /// Links to this record and to related resources, by relation.
        computed links: BTreeMap<&'static str, String> = |id, _| Ok(Self::links(id)),
        /// When the inspection was first published; null for a draft.
        #[serde(skip)]
        joined shown_at: Option<DateTime<Utc>>,
    }
}

impl Versioned for Inspection {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Inspection {
    /// Returns the links of an inspection.
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

    /// Sets the day of publication, and computes the due date from it.
    pub fn set_published_on(&mut self, published_on: Option<NaiveDate>) {
        self.published_on = published_on;
        self.due_on = published_on.and_then(calendar::due_on);
    }
}

/// One correction of a published inspection, with the values that it replaced.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = InspectionCorrection)]
pub struct Correction {
    /// When the inspection was corrected.
    pub at: DateTime<Utc>,
    /// The reason for the correction.
    pub reason: String,
    /// `published_on` before the correction.
    pub published_on: Option<NaiveDate>,
    /// `due_on` before the correction.
    pub due_on: Option<NaiveDate>,
    /// `title` before the correction.
    pub title: Option<String>,
    /// `key_findings` before the correction; null if there were none. Absent if the correction left them as they are.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub key_findings: Option<Option<String>>,
}
