//! A recommendation as callers see it: its kind, addressees, target and errata.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;
use crate::api::amendment::given;
use crate::api::text::SingleLineText;

crate::vocabulary! {
    /// The kind of a recommendation.
    pub enum RecommendationKind {
        /// A recommendation, which every response must explain (Police Act 1996 s.55(5B)).
        Recommendation = "recommendation",
        /// An area for improvement, which s.55(5B) does not cover. The service tracks it.
        AreaForImprovement = "area_for_improvement",
        /// A cause of concern, which has at least one recommendation.
        CauseOfConcern = "cause_of_concern",
    }
}

crate::vocabulary! {
    /// A body to which a recommendation is addressed.
    pub enum Addressee {
        /// Chief constables.
        ChiefConstables = "chief_constables",
        /// Local policing bodies.
        PolicingBodies = "policing_bodies",
        /// The Home Office.
        HomeOffice = "home_office",
        /// The College of Policing.
        CollegeOfPolicing = "college_of_policing",
        /// The National Police Chiefs' Council.
        Npcc = "npcc",
        /// The Independent Office for Police Conduct.
        Iopc = "iopc",
        /// The Crown Prosecution Service.
        Cps = "cps",
        /// The inspectorate, HMICFRS.
        Hmicfrs = "hmicfrs",
        /// Any other body.
        Other = "other",
    }
}

crate::vocabulary! {
    /// The kind of a target in a report.
    pub enum TargetKind {
        /// Immediately.
        Immediate = "immediate",
        /// By a stated date.
        ByDate = "by_date",
        /// Within a period, such as three months.
        Within = "within",
        /// Continuously, without an end.
        Ongoing = "ongoing",
        /// The report states no target.
        None = "none",
    }
}

crate::vocabulary! {
    /// The basis of a target's date.
    pub enum TargetBasis {
        /// The report, or the person who entered the recommendation, states the date.
        Stated = "stated",
        /// The target is “immediately”, so the date is the day of publication.
        Publication = "publication",
        /// The target is a period, counted from the day of publication.
        Counted = "counted_from_publication",
        /// The printed text states a period that a calendar alone cannot count, such as working days.
        NotCountable = "not_countable",
        /// The report sets no date, or the inspection is still a draft.
        NoDate = "no_date",
    }
}

/// The date by which a recommendation should be met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationTarget {
    /// The kind of the target.
    pub kind: TargetKind,
    /// The target's text, as printed in the report.
    #[serde(default)]
    #[schema(value_type = Option<SingleLineText>)]
    pub text: Option<String>,
    /// The target's date. If it is absent, the service computes it when the inspection is published.
    #[serde(default)]
    pub on: Option<NaiveDate>,
}

impl RecommendationTarget {
    /// Returns the basis of the date as entered.
    pub fn basis(&self) -> TargetBasis {
        self.on.map_or(TargetBasis::NoDate, |_| TargetBasis::Stated)
    }
}

impl Default for RecommendationTarget {
    fn default() -> Self {
        Self { kind: TargetKind::None, text: None, on: None }
    }
}

/// A correction after publication, with the values that it replaced.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Erratum {
    /// When the recommendation was corrected.
    pub at: DateTime<Utc>,
    /// The reason for the correction.
    pub reason: String,
    /// The text before the correction, also if the correction left the text as it is.
    pub text: String,
    /// The kind before the correction. Absent if the correction left the kind as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub kind: Option<RecommendationKind>,
    /// The target before the correction. Absent if the correction left the target as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub target: Option<RecommendationTarget>,
    /// The addressees before the correction. Absent if the correction left the addressees as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub addressees: Option<Vec<Addressee>>,
    /// The id of the cause of concern before the correction; null if there was none. Absent if the correction left it
    /// as it is.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, required = false)]
    pub cause_of_concern_id: Option<Option<Uuid>>,
}

crate::stored_record! {
    /// A recommendation, area for improvement or cause of concern.
    #[derive(Clone, Debug, Serialize, ToSchema)]
    pub struct Recommendation in "recommendations" as "", updated where "id = $1 and version = $2" from 4 {
        /// The recommendation's id.
        key id: Uuid,
        /// The id of the inspection that the recommendation belongs to.
        inserted inspection_id: Uuid,
        /// The source's reference for the recommendation.
        #[schema(example = "21912")]
        updated reference: String,
        /// The number in the report.
        #[schema(example = "3.2")]
        updated number: String,
        /// The kind.
        updated kind: RecommendationKind,
        /// The id of the cause of concern that this recommendation belongs to.
        updated cause_of_concern_id: Option<Uuid>,
        /// The text, exactly as in the report.
        updated text: String,
        /// The bodies to which the recommendation is addressed.
        updated addressees: Vec<Addressee>,
        /// The date by which the recommendation should be met.
        group target: RecommendationTarget = "target_kind, target_text, target_on",
        /// The themes of the recommendation.
        updated themes: Vec<String>,
        /// The id of the older recommendation that this one replaces.
        updated supersedes: Option<Uuid>,
        /// The id of the older recommendation that this one repeats.
        updated reiterates: Option<Uuid>,
        /// The corrections after publication, the oldest first.
        json errata: Vec<Erratum>,
        /// The version of the record: 1 at first, one more with each change.
        maintained version: i64,
        /// When the record was created.
        inserted created_at: DateTime<Utc>,
        /// When the record was last changed.
        inserted updated_at: DateTime<Utc>,
        /// Links to this record and to related resources, by relation.
        computed links: BTreeMap<&'static str, String> =
            |id, row| Ok(Self::links(id, row.try_get("inspection_id")?)),
        /// The position in the report, from 1.
        #[serde(skip)]
        inserted ordinal: i32,
        /// The basis of the target's date.
        #[serde(skip)]
        updated target_basis: TargetBasis,
    }
}

impl Versioned for Recommendation {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Recommendation {
    /// Returns the links of a recommendation.
    pub fn links(id: Uuid, inspection_id: Uuid) -> BTreeMap<&'static str, String> {
        [
            ("self", format!("/v1/recommendations/{id}")),
            ("inspection", format!("/v1/inspections/{inspection_id}")),
            ("assignments", format!("/v1/assignments?recommendation_id={id}")),
            ("history", format!("/v1/recommendations/{id}/history")),
        ]
        .into()
    }
}
