//! Writes the explanations of recommendations (Police Act 1996 s.55(5B)): one at a time, or a batch of which either all
//! are written or none.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::{amendment_event, find_at_version, finish_amendment, require_editable, why_not_editable};
use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::Call;
use crate::db::{Event, Tx, Write};
use crate::recommendations;
use crate::responses::content::Explanation;
use crate::responses::model::ExplanationBatchResult;
use crate::responses::requests::{BatchExplanation, ExplanationBatch, ExplanationRequest};
use crate::responses::store::{self, ResponseRecord};
use crate::responses::views;

/// Inserts or replaces the explanation of one recommendation.
///
/// # Errors
///
/// 404 if the recommendation is not in the response's inspection; 409 if the response is submitted or later.
pub async fn put_explanation(
    tx: &Tx<'_>,
    (id, recommendation_id): (Uuid, Uuid),
    request: &ExplanationRequest,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<ResponseRecord>, Problem> {
    let record = find_at_version(tx, id, check_version, call).await?;
    let recommendation = recommendations::store::find(tx, recommendation_id)
        .await?
        .filter(|recommendation| recommendation.inspection_id == record.row.inspection_id)
        .ok_or_else(Problem::not_found)?;
    require_editable(&record, call)?;
    let explanation = Explanation {
        recommendation_id,
        reference: recommendation.reference,
        branch: request.branch,
        text: request.text.to_string(),
    };
    store::upsert_explanation(tx, &record.row, &explanation).await?;
    finish_amendment(tx, &record, vec!["explanations"], call).await
}

/// Deletes the explanation of one recommendation.
///
/// # Errors
///
/// 404 if there is no such explanation; 409 if the response is submitted or later.
pub async fn delete_explanation(
    tx: &Tx<'_>,
    (id, recommendation_id): (Uuid, Uuid),
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<ResponseRecord>, Problem> {
    let record = find_at_version(tx, id, check_version, call).await?;
    require_editable(&record, call)?;
    if store::delete_explanation(tx, &record.row, recommendation_id).await? == 0 {
        return Err(Problem::not_found());
    }
    finish_amendment(tx, &record, vec!["explanations"], call).await
}

/// Writes a batch of explanations. Each response that the batch changes gets one new version and one audit event.
///
/// # Errors
///
/// One fault for each thing that is wrong with the batch; then nothing is written.
pub async fn put_explanations(
    tx: &Tx<'_>,
    batch: &ExplanationBatch,
    call: &Call,
) -> Result<Write<ExplanationBatchResult>, Problem> {
    let scope = call.actor.scope();
    let mut ids: Vec<Uuid> = Vec::new();
    for item in &batch.explanations {
        if !ids.contains(&item.response_id) {
            ids.push(item.response_id);
        }
    }
    let records = by_id(store::lock_many(tx, &scope, &ids).await?);
    let mut references = HashMap::new();
    for inspection in records.values().map(|record| record.row.inspection_id).collect::<HashSet<_>>() {
        for recommendation in recommendations::store::find_of_inspection(tx, inspection).await? {
            references.insert((inspection, recommendation.id), recommendation.reference);
        }
    }
    let by_response = check_batch(&batch.explanations, &records, &references)?;
    let mut changed = Vec::new();
    for id in &ids {
        let (Some(record), Some(explanations)) = (records.get(id), by_response.get(id)) else { continue };
        if explanations.iter().all(|explanation| record.content.explanations.contains(explanation)) {
            continue;
        }
        store::upsert_explanations(tx, &record.row, explanations).await?;
        tx.write(store::update(tx, &record.row, None)).await?;
        changed.push(record);
    }
    let mut after = by_id(store::find_many(tx, &scope, &ids).await?);
    let mut events = Vec::new();
    for before in changed {
        let after = after.get(&before.row.id).ok_or_else(Problem::not_found)?;
        events.push(amendment_event(before, after, vec!["explanations"], call)?);
    }
    let shown = ids.first().and_then(|id| after.get(id)).map(|record| &record.row);
    let shown = shown.map(|row| Event::new("response", row.id, row.version, "read").area(&row.area));
    let responses =
        ids.iter().filter_map(|id| after.remove(id)).map(|record| views::view_for_area(record, call)).collect();
    let result = ExplanationBatchResult { responses };
    match (events.pop(), shown) {
        (Some(event), _) => Ok(Write::new(result, event).with_events(events)),
        (None, Some(shown)) => Ok(Write::unchanged_record(result, shown)),
        (None, None) => Err(Problem::internal("the batch of explanations is empty")),
    }
}

fn by_id(records: Vec<ResponseRecord>) -> HashMap<Uuid, ResponseRecord> {
    records.into_iter().map(|record| (record.row.id, record)).collect()
}

/// Returns the explanations to write, by response, or every fault of the batch.
fn check_batch(
    batch: &[BatchExplanation],
    records: &HashMap<Uuid, ResponseRecord>,
    references: &HashMap<(Uuid, Uuid), String>,
) -> Result<BTreeMap<Uuid, Vec<Explanation>>, Problem> {
    let mut faults = Vec::new();
    let mut pairs = HashSet::new();
    let mut by_response: BTreeMap<Uuid, Vec<Explanation>> = BTreeMap::new();
    for (index, item) in batch.iter().enumerate() {
        let mut fault = |member: &str, code, detail: String| {
            faults.push(Fault::body(format!("/explanations/{index}/{member}"), code, detail));
        };
        let BatchExplanation { response_id, recommendation_id, branch, text, version } = item;
        if !pairs.insert((response_id, recommendation_id)) {
            let detail = "The batch explains this recommendation twice for the same response. Send one explanation.";
            fault("recommendation_id", "not_unique", detail.to_owned());
        }
        let Some(ResponseRecord { row, .. }) = records.get(response_id) else {
            // Responses of other areas must read like responses that do not exist.
            let detail = "There is no response with this id in your areas.".to_owned();
            fault("response_id", "unknown_reference", detail);
            continue;
        };
        if let Some(detail) = why_not_editable(row) {
            fault("response_id", ProblemKind::NotPossibleFromThisState.definition().code, detail);
        }
        if let Some(version) = version.filter(|version| *version != row.version) {
            let detail = format!("The response is at version {}, not {version}. Read it again.", row.version);
            fault("version", ProblemKind::Stale.definition().code, detail);
        }
        match references.get(&(row.inspection_id, *recommendation_id)) {
            None => {
                let detail = format!("The response's inspection has no recommendation {recommendation_id}.");
                fault("recommendation_id", "unknown_reference", detail);
            }
            Some(reference) => by_response.entry(*response_id).or_default().push(Explanation {
                recommendation_id: *recommendation_id,
                reference: reference.clone(),
                branch: *branch,
                text: text.to_string(),
            }),
        }
    }
    if faults.is_empty() {
        return Ok(by_response);
    }
    // If every fault has the same cause, the status is the one that a single explanation would get: 412 or 409.
    let all_are = |kind: &ProblemKind| faults.iter().all(|fault| fault.code == kind.definition().code);
    let kind = [ProblemKind::Stale, ProblemKind::NotPossibleFromThisState].into_iter().find(all_are);
    Err(Problem::with_faults(kind.unwrap_or(ProblemKind::Invalid), faults))
}
