//! Compares a proposal with the record: the inspections that it may be about, the questions that are open, how it
//! differs from a registered inspection, and what accepting it would do.

mod candidates;
mod consequences;
mod differences;
mod matching;
mod questions;

use uuid::Uuid;

use crate::api::Problem;
use crate::auth::Call;
use crate::db::Session;
use crate::imports::model::ImportRecord;
use crate::imports::proposal::{Proposal, Question, apply_answers};
use crate::imports::store::proposals;
use crate::imports::views::{Candidate, Computed, Consequences, Difference, ImportProposal};
use crate::imports::workflow::{ImportContext, State, WORKFLOW, unmet};
use crate::inspections::{self, Inspection};
use crate::recommendations::{self, Recommendation};

pub use candidates::NEW;
pub use consequences::subjects as subjects_of;
pub use differences::matched_recommendations;
pub use matching::{RecommendationIndex, is_included};

/// A registered inspection, with its recommendations.
#[derive(Clone, Debug)]
pub struct KnownInspection {
    /// The inspection.
    pub inspection: Inspection,
    /// Its recommendations.
    pub recommendations: Vec<Recommendation>,
}

/// The inspection that a proposal is about.
#[derive(Clone, Debug)]
pub enum InspectionChoice {
    /// No inspection is chosen. The questions are those of a new one.
    Open,
    /// The proposal registers an inspection.
    New,
    /// The proposal is about this inspection.
    Known(Box<KnownInspection>),
}

/// What the record says about a proposal.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The facts with the answers.
    pub proposal: Proposal,
    /// The inspection: the one that was answered, or else the one that the service proposes.
    pub choice: InspectionChoice,
    /// The candidates.
    pub candidates: Vec<Candidate>,
    /// The open questions.
    pub questions: Vec<Question>,
    /// The differences.
    pub differences: Vec<Difference>,
    /// The consequences; none once a person has decided.
    pub consequences: Option<Consequences>,
}

impl InspectionChoice {
    /// Returns the registered inspection.
    pub fn known(&self) -> Option<&KnownInspection> {
        match self {
            Self::Known(known) => Some(known),
            Self::Open | Self::New => None,
        }
    }
}

/// Compares a proposal with the record.
///
/// # Errors
///
/// Returns 503 if the database fails. Returns 500 if the stored answers do not fit the stored reading.
pub async fn assess(db: &Session<'_>, record: &ImportRecord, call: &Call) -> Result<Assessment, Problem> {
    let proposal = apply_answers(&record.reading, &record.answers)?;
    if record.state != State::Proposed {
        return assess_decided(db, record, proposal).await;
    }
    let candidates = candidates::find(db, &proposal).await?;
    let answered = proposal.inspection.inspection_id.get().cloned();
    let chosen = answered.or_else(|| candidates::proposed(&candidates));
    let choice = match chosen.as_deref() {
        None => InspectionChoice::Open,
        Some(NEW) => InspectionChoice::New,
        Some(id) => match find_known(db, id.parse().ok()).await? {
            Some(known) => InspectionChoice::Known(Box::new(known)),
            None => InspectionChoice::Open,
        },
    };
    let questions = questions::open(db, record, &proposal, &choice, &candidates).await?;
    let differences = choice.known().map(|known| differences::find(&proposal, known)).unwrap_or_default();
    let consequences = consequences::compute(db, record, &proposal, &choice, call).await?;
    Ok(Assessment { proposal, choice, candidates, questions, differences, consequences: Some(consequences) })
}

/// Returns what stays of interest after a person has decided: how the file differs from the inspection that it was
/// written into.
async fn assess_decided(db: &Session<'_>, record: &ImportRecord, proposal: Proposal) -> Result<Assessment, Problem> {
    let registered = record.accepted.as_ref().is_some_and(|accepted| accepted.registered);
    let known = if registered { None } else { find_known(db, record.inspection_id).await? };
    let differences = known.map(|known| differences::find(&proposal, &known)).unwrap_or_default();
    Ok(Assessment {
        proposal,
        choice: InspectionChoice::Open,
        candidates: Vec::new(),
        questions: Vec::new(),
        differences,
        consequences: None,
    })
}

/// Returns an inspection that the caller can see, unless it is withdrawn.
pub async fn find_known(db: &Session<'_>, id: Option<Uuid>) -> Result<Option<KnownInspection>, Problem> {
    let Some(id) = id else { return Ok(None) };
    let found = inspections::store::find(db, id).await?;
    let Some(inspection) = found.filter(|it| it.state != inspections::State::Withdrawn) else { return Ok(None) };
    let recommendations = recommendations::store::find_of_inspection(db, id).await?;
    Ok(Some(KnownInspection { inspection, recommendations }))
}

impl Assessment {
    /// Returns the import as the caller sees it.
    ///
    /// # Errors
    ///
    /// Returns 503 if the database fails.
    pub async fn into_view(
        self,
        db: &Session<'_>,
        record: &ImportRecord,
        call: &Call,
    ) -> Result<ImportProposal, Problem> {
        let change_after = match record.state {
            State::Accepted => find_change_after(db, record).await?,
            _ => None,
        };
        let context = ImportContext { questions: &self.questions, change_after };
        let allowed_actions =
            WORKFLOW.allowed(record.state, &call.actor, |need| unmet(need, record, context, &call.actor));
        let mut proposal = self.proposal;
        proposal.questions = self.questions;
        let computed = Computed {
            proposal,
            candidates: self.candidates,
            same_file: proposals::find_same_file(db, record).await?,
            differences: self.differences,
            consequences: self.consequences,
            allowed_actions,
        };
        Ok(ImportProposal::new(record, computed))
    }
}

/// Returns why an accepted import cannot be undone, or none if nothing came after it.
///
/// # Errors
///
/// Returns 503 if the database fails.
pub async fn find_change_after(db: &Session<'_>, record: &ImportRecord) -> Result<Option<&'static str>, Problem> {
    let (Some(accepted), Some(inspection)) = (&record.accepted, record.inspection_id) else {
        return Ok(Some("What the import wrote is not known, so it cannot be undone."));
    };
    let area = record.area.as_deref();
    if super::versions::find(db, inspection, area).await? != accepted.records {
        return Ok(Some(
            "The inspection, a recommendation, the response or an assignment has changed since the import was \
             accepted. Take back the later changes first, or correct the records by hand.",
        ));
    }
    if accepted.published && proposals::has_work_elsewhere(db, inspection, area).await? {
        return Ok(Some(
            "Another area has begun its work on the inspection that the import published. Correct the inspection \
             instead.",
        ));
    }
    Ok(None)
}
