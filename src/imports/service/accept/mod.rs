//! Accepts a proposal: writes it to the record, all or nothing, through the functions that write by hand.

mod inspection;
mod positions;
mod texts;

use uuid::Uuid;

use super::assessment::{Assessment, InspectionChoice, assess};
use super::text_rules::check_texts;
use super::{corrections, versions};
use crate::api::{Problem, ProblemKind};
use crate::auth::Call;
use crate::db::{Event, Tx};
use crate::imports::model::{AcceptedVersions, ImportRecord};
use crate::imports::proposal::Answers;
use crate::imports::workflow::{ImportContext, Need, unmet};
use crate::inspections::{self, State};
use crate::publication;
use crate::responses;

/// The options of accepting a proposal.
#[derive(Clone, Debug, Default)]
pub struct AcceptOptions {
    /// Whether to publish the inspection too.
    pub publish: bool,
    /// Whether to answer each question that has a proposed answer with it.
    pub confirm_proposed: bool,
    /// The pointers of the differences in which the document is right.
    pub correct: Vec<String>,
    /// The reason for the corrections.
    pub reason: Option<String>,
}

/// The most rounds in which proposed answers are confirmed: an answer can raise further questions.
const MAX_ROUNDS: usize = 4;

/// Writes a proposal to the record, and notes in it what was written. Returns the audit events of the other records.
///
/// # Errors
///
/// Returns 422 with a fault for each open question and each text that breaks a rule, and what the functions that write
/// by hand return.
pub async fn accept(
    tx: &Tx<'_>,
    record: &mut ImportRecord,
    options: AcceptOptions,
    call: &Call,
) -> Result<Vec<Event>, Problem> {
    let assessment = assess_answered(tx, record, &options, call).await?;
    let Assessment { proposal, choice, .. } = &assessment;
    let faults = check_texts(proposal, |_| true, str::to_owned)?;
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let (mut events, mut replaced) = (Vec::new(), Vec::new());
    if !options.correct.is_empty() {
        let reason = options.reason.unwrap_or_else(|| format!("As in the imported file {:?}.", record.filename));
        (events, replaced) = corrections::correct(tx, &assessment, &options.correct, &reason, call).await?;
    }
    let (inspection, recommendations, registered) = match choice {
        InspectionChoice::Known(known) => {
            let ids = known.recommendations.iter().map(|it| it.id).collect();
            (known.inspection.clone(), ids, false)
        }
        InspectionChoice::New | InspectionChoice::Open => {
            let (inspection, ids) = inspection::register(tx, record, proposal, call, &mut events).await?;
            (inspection, ids, true)
        }
    };
    let publishes = options.publish && inspection.state == State::Draft;
    if publishes {
        events.extend(publication::publish(tx, inspection.id, call).await?);
    }
    let (has_texts, has_positions) =
        write_for_area(tx, record, &assessment, (inspection.id, &recommendations), call, &mut events).await?;
    record.inspection_id = Some(inspection.id);
    if let Some(area) = record.area.as_deref() {
        record.response_id =
            responses::store::find_in_area(tx, &call.actor.scope(), inspection.id, area).await?.map(|it| it.row.id);
    }
    record.accepted_issuer = Some(call.actor.issuer.clone());
    record.accepted_subject = Some(call.actor.subject.clone());
    record.accepted = Some(AcceptedVersions {
        registered,
        published: registered && publishes,
        has_texts,
        has_positions,
        replaced,
        records: versions::find(tx, inspection.id, record.area.as_deref()).await?,
    });
    Ok(events)
}

/// Returns the assessment of a proposal without open questions. Answers those with a proposed answer first, if the
/// options say so.
async fn assess_answered(
    tx: &Tx<'_>,
    record: &mut ImportRecord,
    options: &AcceptOptions,
    call: &Call,
) -> Result<Assessment, Problem> {
    let mut assessment = assess(tx, record, call).await?;
    if options.confirm_proposed {
        for _ in 0..MAX_ROUNDS {
            let proposed: Answers = assessment
                .questions
                .iter()
                .filter_map(|question| Some((question.pointer.clone(), question.proposed.clone()?)))
                .collect();
            if proposed.is_empty() {
                break;
            }
            record.answers.extend(proposed);
            assessment = assess(tx, record, call).await?;
        }
    }
    let context = ImportContext { questions: &assessment.questions, change_after: None };
    let faults = unmet(Need::QuestionsAnswered, record, context, &call.actor);
    if faults.is_empty() { Ok(assessment) } else { Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults)) }
}

/// Writes the texts of the area's response, and proposes the positions of its assignments. Returns whether there were
/// texts and positions.
async fn write_for_area(
    tx: &Tx<'_>,
    record: &ImportRecord,
    assessment: &Assessment,
    (inspection, recommendations): (Uuid, &[Uuid]),
    call: &Call,
    events: &mut Vec<Event>,
) -> Result<(bool, bool), Problem> {
    let Some(area) = record.area.as_deref() else { return Ok((false, false)) };
    let texts = texts::of(assessment, recommendations)?;
    let has_texts = !texts.is_empty();
    if has_texts {
        let (_, event) = responses::store_imported_texts(tx, call, inspection, area, texts).await?;
        events.push(event);
    } else {
        require_subject(tx, inspection, area).await?;
    }
    let of_positions = positions::propose(tx, record, assessment, (area, recommendations), call).await?;
    let has_positions = !of_positions.is_empty();
    events.extend(of_positions);
    Ok((has_texts, has_positions))
}

/// Returns 422 if the inspection does not bind the area, for which nothing could be recorded then.
async fn require_subject(tx: &Tx<'_>, inspection: Uuid, area: &str) -> Result<(), Problem> {
    let found = inspections::store::find(tx, inspection).await?.ok_or_else(Problem::not_found)?;
    match found.subjects.codes() {
        Some(codes) if !codes.iter().any(|code| code == area) => {
            let detail = format!("The inspection does not apply to {area}. Choose another, or correct its subjects.");
            let fault = crate::api::Fault::record("/inspection/subjects", "not_a_subject", detail);
            Err(Problem::with_faults(ProblemKind::NeedsUnmet, vec![fault]))
        }
        _ => Ok(()),
    }
}
