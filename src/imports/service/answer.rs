//! Answers the questions of a proposal, and corrects its facts.

use serde_json::{Value, json};
use uuid::Uuid;

use super::act_for::act_for_area_of_import;
use super::assessment::{NEW, assess, find_known};
use super::read_file::{FileReader, reading_context};
use super::text_rules::check_texts;
use crate::api::amendment::merge_patch;
use crate::api::{Amended, Fault, IfMatch, Problem, ProblemKind, WriteMode, escape};
use crate::auth::Call;
use crate::db::{Db, Session, Tx, Write};
use crate::imports::document::Document;
use crate::imports::model::ImportRecord;
use crate::imports::proposal::{Answers, Proposal, apply_answers};
use crate::imports::reading::tracker::changes_reading;
use crate::imports::requests::ImportAmendment;
use crate::imports::store::proposals;
use crate::imports::views::{self, ImportProposal};
use crate::imports::workflow::State;
use crate::vocabulary::WireName;

/// The most answers of one proposal.
const MAX_ANSWERS: usize = 20_000;

/// Answers questions of a proposal that the caller can see, and returns the import. If nothing changes, the version
/// stays and no event is written.
///
/// # Errors
///
/// Returns 404 if the caller cannot see the import, 403 if the caller may not write it, 409 if a person has decided on
/// it, 412 if it has changed, and 422 with a fault for each answer that does not fit.
pub async fn answer(
    db: &Db,
    reader: &FileReader,
    call: &Call,
    id: Uuid,
    if_match: &IfMatch,
    amendment: &ImportAmendment,
    mode: WriteMode,
) -> Result<Amended<ImportProposal>, Problem> {
    let (found, document) = db
        .read(&call.actor, async |db| {
            let found = proposals::find(db, id).await?.ok_or_else(Problem::not_found)?;
            let merged = merge(&found.answers, amendment);
            // Taking an answer back changes the reading too.
            let document = match changes_reading(&merged) || changes_reading(&found.answers) {
                true => proposals::find_document(db, id).await?,
                false => None,
            };
            Ok((found, document))
        })
        .await?;
    let call = act_for_area_of_import(call, found.area.as_deref())?;
    if_match.check(found.version)?;
    let answers = merge(&found.answers, amendment);
    if answers == found.answers || found.state != State::Proposed {
        let view = db
            .read(&call.actor, async |db| assess(db, &found, &call).await?.into_view(db, &found, &call).await)
            .await?;
        return if found.state == State::Proposed { Ok(Amended::unchanged(view)) } else { Err(decided(&view)) };
    }
    let reading = read_with(db, reader, &call, &found, document, &answers).await?;
    let work = async |tx: &Tx<'_>| {
        let mut record = proposals::find(tx, id).await?.ok_or_else(Problem::not_found)?;
        if record.version != found.version {
            return Err(Problem::stale());
        }
        let before = views::snapshot(&record)?;
        if let Some(reading) = &reading {
            record.reading = reading.clone();
        }
        check(tx, &record.reading, &answers, &found.answers).await?;
        record.answers.clone_from(&answers);
        proposals::update(tx, &record).await?;
        record.version += 1;
        record.updated_at = call.at;
        let view = assess(tx, &record, &call).await?.into_view(tx, &record, &call).await?;
        let event = views::event("answer", &record)?.fields(vec!["answers"]).before(before);
        Ok(Write::new(view, event))
    };
    let present = async |db: &Session<'_>| {
        let record = proposals::find(db, id).await?.ok_or_else(Problem::not_found)?;
        assess(db, &record, &call).await?.into_view(db, &record, &call).await
    };
    db.amend(&call, mode, work, async || db.read(&call.actor, present).await).await
}

/// Returns the 409 for an import on which a person has decided.
fn decided(import: &ImportProposal) -> Problem {
    let detail = format!("The import is `{}`. Only a proposal can be answered.", import.state);
    Problem::new(ProblemKind::NotPossibleFromThisState, detail)
        .member("state", import.state.as_str())
        .member("allowed_actions", json!(import.allowed_actions))
}

/// Returns the answers after an amendment (RFC 7396): null takes an answer back, and members of an answer that is an
/// object are merged with those of the earlier answer.
fn merge(answers: &Answers, amendment: &ImportAmendment) -> Answers {
    let mut merged = answers.clone();
    match &amendment.answers {
        None => {}
        Some(None) => merged.clear(),
        Some(Some(changes)) => {
            for (pointer, value) in changes {
                match value {
                    Value::Null => drop(merged.remove(pointer)),
                    value => merge_patch(merged.entry(pointer.clone()).or_default(), value),
                }
            }
        }
    }
    merged
}

/// Reads the tables of a file again if an answer changes how they are read. Returns none if the reading stays.
async fn read_with(
    db: &Db,
    reader: &FileReader,
    call: &Call,
    found: &ImportRecord,
    document: Option<Document>,
    answers: &Answers,
) -> Result<Option<Proposal>, Problem> {
    let Some(document) = document else { return Ok(None) };
    let context = reading_context(db, call, found.area.as_deref(), answers.clone()).await?;
    let reading = reader.find_facts(&document, &context).await?;
    Ok((reading != found.reading).then_some(reading))
}

/// Checks the answers: that each names a fact and fits it, that the texts follow the rules of the record, and that the
/// inspection exists.
///
/// # Errors
///
/// Returns 422 with a fault for each answer that does not fit.
pub async fn check(
    db: &Session<'_>,
    reading: &Proposal,
    answers: &Answers,
    earlier: &Answers,
) -> Result<Proposal, Problem> {
    let proposal = apply_answers(reading, answers)?;
    // An answer can be about the fact itself, or about the item that it belongs to.
    let is_new = |pointer: &str| {
        let above = pointer.match_indices('/').map(|(end, _)| &pointer[..end]);
        above.chain([pointer]).any(|given| answers.get(given).is_some_and(|answer| earlier.get(given) != Some(answer)))
    };
    let mut faults = check_texts(&proposal, is_new, |pointer| format!("/answers/{}", escape(pointer)))?;
    if answers.len() > MAX_ANSWERS {
        let detail = format!("A proposal can have at most {MAX_ANSWERS} answers.");
        faults.push(Fault::body("/answers", "too_many", detail));
    }
    if let Some(chosen) = proposal.inspection.inspection_id.get()
        && chosen != NEW
        && find_known(db, chosen.parse().ok()).await?.is_none()
    {
        let detail = format!(
            "There is no inspection {chosen:?} that the caller can see. Answer with the id of an inspection that is not \
             withdrawn, or with {NEW:?}."
        );
        let pointer = format!("/answers/{}", escape("/inspection/inspection_id"));
        faults.push(Fault::body(pointer, "unknown_reference", detail));
    }
    if faults.is_empty() { Ok(proposal) } else { Err(Problem::invalid(faults)) }
}
