//! An imported position as callers see it, and the input from which an import proposes positions.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::workflow::State;
use crate::api::Versioned;
use crate::assignments::ForceStatus;
use crate::assignments::model::RecommendationSummary;
use crate::assignments::positions::{BodyView, InspectorateStatus};
use crate::auth::Side;
use crate::recommendations::Addressee;
use crate::workflow::AllowedAction;

crate::vocabulary! {
    /// The side whose position an imported position is.
    pub enum PositionSide {
        /// The policing body.
        PolicingBody = "policing_body",
        /// The force.
        Force = "force",
        /// The inspectorate. Either side may confirm its decision.
        Inspectorate = "inspectorate",
    }
}

impl PositionSide {
    /// Returns the sides of which a person may confirm the position.
    pub fn confirmed_by(self) -> &'static [Side] {
        match self {
            Self::PolicingBody => &[Side::PolicingBody],
            Self::Force => &[Side::Force],
            Self::Inspectorate => &[Side::PolicingBody, Side::Force],
        }
    }
}

/// The import that proposes positions.
#[derive(Clone, Debug)]
pub struct ImportReference {
    /// The import's id.
    pub id: Uuid,
    /// The name of the file.
    pub filename: String,
    /// The SHA-256 digest of the file's bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// The day for which the file states its positions, if it states one.
    pub as_at: Option<NaiveDate>,
}

/// What a tracker states about one recommendation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedPosition {
    /// The person in the force who owns the work.
    pub owner: Option<String>,
    /// The force's own target day.
    pub local_target_on: Option<NaiveDate>,
    /// The status that the force states.
    pub force_status: Option<ForceStatus>,
    /// The text of the force's last update.
    pub update: Option<String>,
    /// The day of the last update.
    pub update_on: Option<NaiveDate>,
    /// The policing body's view. `none` is no view.
    pub body_view: Option<BodyView>,
    /// The inspectorate's decision. `open` is no decision.
    pub inspectorate_status: Option<InspectorateStatus>,
    /// The cells of columns that no other member contains. They are the policing body's, whose office keeps the tracker.
    pub note: Option<String>,
}

crate::stored_record! {
    /// A position that an imported tracker states. It changes nothing until a person of its side confirms it.
    #[derive(Clone, Debug, Serialize, ToSchema)]
    #[schema(as = ImportedPosition)]
    pub struct ImportedPositionRecord in "imported_positions" as "p.",
        updated where "id = $1 and version = $2 and state = $4 and in_scope(area, $5)" from 6 {
        /// The imported position's id.
        key id: Uuid,
        /// The id of the import.
        inserted import_id: Uuid,
        /// The code of the police area.
        #[schema(example = "cumbria")]
        inserted area: String,
        /// The id of the inspection.
        inserted inspection_id: Uuid,
        /// The id of the recommendation.
        inserted recommendation_id: Uuid,
        /// A summary of the recommendation; null if it was deleted from its draft.
        joined_group recommendation: Option<RecommendationSummary>,
        /// The id of the recommendation's assignment in the area; null until the inspection is published.
        joined assignment_id: Option<Uuid>,
        /// The side whose position it is. Each side sees its own positions and the inspectorate's.
        inserted side: PositionSide,
        /// The name of the file that states the position.
        inserted filename: String,
        /// The SHA-256 digest of the file, in hexadecimal.
        inserted sha256: String,
        /// The day for which the file states the position, or else the day of the import.
        inserted as_at: NaiveDate,
        /// The person in the force who owns the work.
        inserted owner: Option<String>,
        /// The force's own target day.
        inserted local_target_on: Option<NaiveDate>,
        /// The status that the force states.
        inserted force_status: Option<ForceStatus>,
        /// The text of the force's last update.
        inserted update: Option<String>,
        /// The day of the last update.
        inserted update_on: Option<NaiveDate>,
        /// The policing body's view.
        inserted body_view: Option<BodyView>,
        /// The inspectorate's decision.
        inserted inspectorate_status: Option<InspectorateStatus>,
        /// The cells of columns that no other member contains, for the policing body.
        inserted note: Option<String>,
        /// The state.
        updated state: State,
        /// The name of the person who accepted the import.
        computed proposed_by: String = |_, row| Ok(
            row.try_get::<_, Option<_>>("proposed_name")?.unwrap_or(row.try_get("proposed_subject")?)
        ),
        /// The name of the person who confirmed or rejected the position, or undid the import.
        computed decided_by: Option<String> = |_, row| Ok(
            row.try_get::<_, Option<_>>("decided_name")?.or(row.try_get("decided_subject")?)
        ),
        /// When the position was confirmed, rejected or withdrawn.
        updated decided_at: Option<DateTime<Utc>>,
        /// The reason for the rejection.
        updated decision_reason: Option<String>,
        /// The actions that the caller may perform now.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        computed allowed_actions: Option<Vec<AllowedAction>> = |_, _| Ok(None),
        /// The version of the record: 1 at first, one more with each change.
        maintained version: i64,
        /// When the record was created.
        inserted created_at: DateTime<Utc>,
        /// When the record was last changed.
        inserted updated_at: DateTime<Utc>,
        /// Links to this record and to related resources, by relation.
        computed links: BTreeMap<&'static str, String> = |id, row| Ok(
            Self::links(id, row.try_get("import_id")?, row.try_get("assignment_id")?)
        ),
        /// The bodies to which the recommendation is addressed.
        #[serde(skip)]
        joined addressees: Option<Vec<Addressee>>,
        /// The token issuer of the person who accepted the import.
        #[serde(skip)]
        inserted proposed_issuer: String,
        /// The token subject of the person who accepted the import.
        #[serde(skip)]
        inserted proposed_subject: String,
        /// The name of the person who accepted the import.
        #[serde(skip)]
        inserted proposed_name: Option<String>,
        /// The sides of the person who accepted the import.
        #[serde(skip)]
        inserted proposed_sides: Vec<Side>,
        /// The token issuer of the person who decided.
        #[serde(skip)]
        updated decided_issuer: Option<String>,
        /// The token subject of the person who decided.
        #[serde(skip)]
        updated decided_subject: Option<String>,
        /// The name of the person who decided.
        #[serde(skip)]
        updated decided_name: Option<String>,
    }
}

impl Versioned for ImportedPositionRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl ImportedPositionRecord {
    /// Returns the links of an imported position.
    pub fn links(id: Uuid, import_id: Uuid, assignment_id: Option<Uuid>) -> BTreeMap<&'static str, String> {
        let mut links = BTreeMap::from([
            ("self", format!("/v1/imported-positions/{id}")),
            ("transitions", format!("/v1/imported-positions/{id}/transitions")),
            ("import", format!("/v1/imports/{import_id}")),
        ]);
        if let Some(assignment) = assignment_id {
            links.insert("assignment", format!("/v1/assignments/{assignment}"));
        }
        links
    }

    /// Returns a sentence that names the file and the day, which marks what the position writes as imported.
    pub fn source(&self) -> String {
        format!("Imported from {}, as at {}.", self.filename, self.as_at)
    }
}

/// The positions that one request confirmed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfirmedPositions {
    /// The positions, in the order in which they were imported.
    pub items: Vec<ImportedPositionRecord>,
}
