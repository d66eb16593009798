//! Many explanations at once (Police Act 1996 s.55(5B)): all of them are written or none, and every fault is told.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::content::{Branch, Explanation};
use super::model::Response;
use super::store::{self, File};
use super::view;
use crate::api::text::Prose;
use crate::api::{Fault, Kind, Problem};
use crate::auth::Call;
use crate::db::{Event, Tx, Write};
use crate::inspections;
use crate::recommendations;

/// Explanations to be written together.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplanationBatch {
    /// The explanations, each recommendation of a response once.
    #[schema(min_items = 1, max_items = 500)]
    pub explanations: Vec<BatchedExplanation>,
}

/// One explanation among many.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchedExplanation {
    /// The response.
    pub response_id: Uuid,
    /// The recommendation.
    pub recommendation_id: Uuid,
    /// Which of the law's branches it takes.
    pub branch: Branch,
    /// The explanation.
    pub text: Prose,
    /// The version of the response that the caller has seen; whatever it is now where it is left out.
    #[serde(default)]
    #[schema(nullable = false, minimum = 1)]
    pub version: Option<i64>,
}

/// The responses that a batch wrote to, as they now are.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationsWritten {
    /// The responses, in the order of their first explanation.
    pub responses: Vec<Response>,
}

/// Writes the explanations: one new version and one event for each response.
pub async fn explain(
    tx: &Tx<'_>,
    batch: &ExplanationBatch,
    call: &Call,
) -> Result<Write<ExplanationsWritten>, Problem> {
    let scope = call.actor.scope();
    let sent = &batch.explanations;
    let mut order: Vec<Uuid> = Vec::new();
    for each in sent {
        if !order.contains(&each.response_id) {
            order.push(each.response_id);
        }
    }
    let files = store::lock_all(tx, &scope, &order).await?;
    let files: HashMap<Uuid, File> = files.into_iter().map(|file| (file.record.id, file)).collect();
    let mut references = HashMap::new();
    for inspection in files.values().map(|file| file.record.inspection_id).collect::<HashSet<_>>() {
        for found in recommendations::store::of_inspection(tx, inspection).await? {
            references.insert((inspection, found.id), found.reference);
        }
    }
    let explained = check(sent, &files, &references)?;
    let mut events = Vec::new();
    for id in &order {
        let (Some(file), Some(explanations)) = (files.get(id), explained.get(id)) else { continue };
        store::explain_all(tx, &file.record, explanations).await?;
        tx.write(store::update(tx, &file.record, None)).await?;
        let event = Event::new("response", *id, file.record.version + 1, "amend");
        events.push(event.area(&file.record.area).fields(vec!["explanations"]));
    }
    let mut now: HashMap<Uuid, File> =
        store::find_all(tx, &scope, &order).await?.into_iter().map(|file| (file.record.id, file)).collect();
    let responses = order.iter().filter_map(|id| now.remove(id)).map(|file| view::own(file, call)).collect();
    let first = events.pop().ok_or_else(|| Problem::internal("a batch wrote nothing"))?;
    Ok(Write::new(ExplanationsWritten { responses }, first).and(events))
}

/// What is to be written of each response, where nothing stands against any of it.
fn check(
    sent: &[BatchedExplanation],
    files: &HashMap<Uuid, File>,
    references: &HashMap<(Uuid, Uuid), String>,
) -> Result<BTreeMap<Uuid, Vec<Explanation>>, Problem> {
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    let mut explained: BTreeMap<Uuid, Vec<Explanation>> = BTreeMap::new();
    for (at, each) in sent.iter().enumerate() {
        let mut fault = |member: &str, code, detail: String| {
            faults.push(Fault::body(format!("/explanations/{at}/{member}"), code, detail));
        };
        if !seen.insert((each.response_id, each.recommendation_id)) {
            fault("recommendation_id", "not_unique", "This recommendation is explained twice here.".to_owned());
        }
        let Some(file) = files.get(&each.response_id) else {
            fault("response_id", "unknown_reference", "There is no such response that you may write.".to_owned());
            continue;
        };
        let record = &file.record;
        if !record.state.is_editable() || record.inspection.state != inspections::State::Published {
            let detail = format!("A response that is {} is not edited.", record.state);
            fault("response_id", Kind::NotFromHere.spec().code, detail);
        }
        if let Some(version) = each.version
            && version != record.version
        {
            fault("version", Kind::Stale.spec().code, format!("The response is at version {}.", record.version));
        }
        match references.get(&(record.inspection_id, each.recommendation_id)) {
            None => {
                let detail = "The response's inspection has no such recommendation.".to_owned();
                fault("recommendation_id", "unknown_reference", detail);
            }
            Some(reference) => explained.entry(each.response_id).or_default().push(Explanation {
                recommendation_id: each.recommendation_id,
                reference: reference.clone(),
                branch: each.branch,
                text: each.text.to_string(),
            }),
        }
    }
    match faults.as_slice() {
        [] => Ok(explained),
        // Where one thing alone stands against it, the status says which, as it does for a single explanation.
        found => {
            let only = |kind: Kind| found.iter().all(|fault| fault.code == kind.spec().code);
            let kind = [Kind::Stale, Kind::NotFromHere].into_iter().find(|kind| only(*kind));
            Err(Problem::with_faults(kind.unwrap_or(Kind::Invalid), faults))
        }
    }
}
