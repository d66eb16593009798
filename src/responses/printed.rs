//! What the document of a response prints of other records: the area, the inspection and its recommendations. An edition
//! keeps it as it was at the publication.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::api::Problem;
use crate::areas::{self, AreaTitles};
use crate::db::Session;
use crate::inspections::{self, Inspection, InspectionScope};
use crate::recommendations::{self, Recommendation, RecommendationKind};

/// What the document of a response prints of the area, the inspection and its recommendations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedReport {
    /// The policing body's name.
    pub policing_body: String,
    /// The title of the person who holds the office.
    pub office_holder: String,
    /// The force's name.
    pub force: String,
    /// The title of the chief officer.
    pub chief_officer: String,
    /// The inspection's reference.
    pub reference: String,
    /// The inspection's title.
    pub title: Option<String>,
    /// The day on which the inspection report was published.
    pub published_on: Option<NaiveDate>,
    /// The last day for publication of the response. `None` if there is no statutory deadline.
    pub due_on: Option<NaiveDate>,
    /// The forces that the inspection examined.
    pub scope: InspectionScope,
    /// The report's key findings.
    pub key_findings: Option<String>,
    /// The number of corrections that the inspection had.
    pub corrections: usize,
    /// The recommendations, in the order of the report.
    pub recommendations: Vec<PrintedRecommendation>,
}

/// What the document of a response prints of a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedRecommendation {
    /// The recommendation's id.
    pub id: Uuid,
    /// The recommendation's reference.
    pub reference: String,
    /// The recommendation's number in the report.
    pub number: String,
    /// The recommendation's kind.
    pub kind: RecommendationKind,
    /// The text as printed in the report.
    pub text: String,
    /// The number of errata that the recommendation had.
    pub errata: usize,
}

impl PrintedReport {
    /// Returns what a document prints of these records.
    pub fn new(titles: &AreaTitles, inspection: &Inspection, recommendations: &[Recommendation]) -> Self {
        let AreaTitles { policing_body, office_holder, force, chief_officer } = titles.clone();
        let recommendations = recommendations.iter().map(|it| PrintedRecommendation {
            id: it.id,
            reference: it.reference.clone(),
            number: it.number.clone(),
            kind: it.kind,
            text: it.text.clone(),
            errata: it.errata.len(),
        });
        Self {
            policing_body,
            office_holder,
            force,
            chief_officer,
            reference: inspection.reference.clone(),
            title: inspection.title.clone(),
            published_on: inspection.published_on,
            due_on: inspection.due_on,
            scope: inspection.scope,
            key_findings: inspection.key_findings.clone(),
            corrections: inspection.corrections.len(),
            recommendations: recommendations.collect(),
        }
    }

    /// Reads what a document prints now of an inspection and an area.
    ///
    /// # Errors
    ///
    /// 404 if the caller cannot see the inspection or there is no such area.
    pub async fn find(db: &Session<'_>, inspection: Uuid, area: &str) -> Result<Self, Problem> {
        let (titles, found, recommendations) = tokio::try_join!(
            biased;
            areas::find_titles(db, area),
            inspections::store::find(db, inspection),
            recommendations::store::find_of_inspection(db, inspection),
        )?;
        Ok(Self::new(&titles, &found.ok_or_else(Problem::not_found)?, &recommendations))
    }
}
