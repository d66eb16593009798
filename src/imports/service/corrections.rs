//! Corrects a registered inspection from a document, where whoever accepts the import says that the document is right.
//! Everything is written by the functions that correct by hand, so the same people may, and the old values stay readable.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::assessment::{Assessment, KnownInspection, matched_recommendations};
use crate::api::{Fault, Problem};
use crate::auth::Call;
use crate::db::{Event, Tx};
use crate::imports::model::ReplacedValues;
use crate::imports::views::{Difference, DifferenceKind};
use crate::inspections::{self, CORRECTABLE, State};
use crate::publication;

/// The values to write, by record: the inspection, or a recommendation by its id.
type Values = BTreeMap<Option<Uuid>, Map<String, Value>>;

/// Writes the document's values of the differences at `pointers` into the registered inspection and its
/// recommendations. Returns the audit events, and the values that were replaced.
///
/// # Errors
///
/// Returns 422 with a fault for each pointer that names no difference, or a value that cannot be corrected; and what the
/// functions return that correct by hand.
pub async fn correct(
    tx: &Tx<'_>,
    assessment: &Assessment,
    pointers: &[String],
    reason: &str,
    call: &Call,
) -> Result<(Vec<Event>, Vec<ReplacedValues>), Problem> {
    let Some(known) = assessment.choice.known() else {
        let detail = "`correct` must be absent: the import registers a new inspection, so there is no difference.";
        return Err(Problem::invalid(vec![Fault::body("/correct", "not_here", detail)]));
    };
    let (values, replaced) = values(assessment, known, pointers)?;
    let version_of = |record: Option<Uuid>| match record {
        None => Some(known.inspection.version),
        Some(id) => known.recommendations.iter().find(|it| it.id == id).map(|it| it.version),
    };
    let check = |record, version| match version_of(record) == Some(version) {
        true => Ok(()),
        false => Err(Problem::stale()),
    };
    let events = write(tx, known.inspection.id, values, reason, check, call).await?;
    let each = replaced.into_iter();
    Ok((events, each.map(|(recommendation_id, members)| ReplacedValues { recommendation_id, members }).collect()))
}

/// Writes the values back that an accepted import replaced. Returns the audit events.
///
/// # Errors
///
/// Returns what the functions return that correct by hand.
pub async fn put_back(
    tx: &Tx<'_>,
    inspection: Uuid,
    replaced: &[ReplacedValues],
    reason: &str,
    call: &Call,
) -> Result<Vec<Event>, Problem> {
    let values = replaced.iter().map(|it| (it.recommendation_id, it.members.clone())).collect();
    write(tx, inspection, values, reason, |_, _| Ok(()), call).await
}

/// Returns the values of the document, and those of the record that they replace.
fn values(assessment: &Assessment, known: &KnownInspection, pointers: &[String]) -> Result<(Values, Values), Problem> {
    let matched = matched_recommendations(&assessment.proposal, known);
    let (mut values, mut replaced, mut faults) = (Values::new(), Values::new(), Vec::new());
    for (at, pointer) in pointers.iter().enumerate() {
        let fault = |code, detail: String| Fault::body(format!("/correct/{at}"), code, detail);
        let differing = |it: &&Difference| it.pointer == *pointer && it.code == DifferenceKind::Differs;
        let Some(difference) = assessment.differences.iter().find(differing) else {
            let detail = format!(
                "{pointer:?} is not the pointer of a difference with the code `differs`. Take it from `differences`. \
                 Recommendations that the record has and the document lacks, or the reverse, are changed by hand."
            );
            faults.push(fault("unknown_reference", detail));
            continue;
        };
        let segments: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
        let (record, member) = match segments[..] {
            ["recommendations", index, member] => {
                let found = index.parse().ok().and_then(|index: usize| matched.get(index).copied().flatten());
                (found.and_then(|found| known.recommendations.get(found)).map(|it| it.id), member)
            }
            _ => (None, segments.last().copied().unwrap_or_default()),
        };
        let published = known.inspection.state == State::Published;
        if record.is_none() && published && !CORRECTABLE.contains(&member) {
            let detail = format!(
                "`{member}` of a published inspection cannot be corrected. These can: {}.",
                CORRECTABLE.map(|name| format!("`{name}`")).join(", ")
            );
            faults.push(fault("published", detail));
            continue;
        }
        values.entry(record).or_default().insert(member.to_owned(), difference.document.clone());
        replaced.entry(record).or_default().insert(member.to_owned(), difference.record.clone());
    }
    if faults.is_empty() { Ok((values, replaced)) } else { Err(Problem::invalid(faults)) }
}

/// Writes values of the inspection and of its recommendations: into a draft as an amendment, after publication as a
/// correction with the reason.
async fn write(
    tx: &Tx<'_>,
    inspection: Uuid,
    values: Values,
    reason: &str,
    check_version: impl Fn(Option<Uuid>, i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Vec<Event>, Problem> {
    let found = inspections::store::find(tx, inspection).await?.ok_or_else(Problem::not_found)?;
    let published = found.state == State::Published;
    let mut events = Vec::new();
    // The inspection comes last: a corrected day of publication moves the target dates of the recommendations.
    for (record, mut members) in values.into_iter().rev() {
        let check = |version| check_version(record, version);
        if published {
            members.insert("reason".to_owned(), json!(reason));
        }
        match record {
            None if published => {
                members.insert("action".to_owned(), json!("correct"));
                let request = parse("/inspection", members)?;
                events.extend(publication::transition(tx, inspection, &request, check, call).await?);
            }
            None => {
                let amendment = parse("/inspection", members)?;
                let written = inspections::amend(tx, inspection, &amendment, check, call).await?;
                events.extend(written.into_events());
            }
            Some(id) => {
                let amendment = parse("/recommendations", members)?;
                let written = publication::update_recommendation(tx, id, &amendment, check, call).await?;
                events.extend(written.into_events());
            }
        }
    }
    Ok(events)
}

/// Returns the request that a caller would send by hand.
fn parse<T: DeserializeOwned>(pointer: &str, members: Map<String, Value>) -> Result<T, Problem> {
    serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| {
        let detail = format!("The value of `{}` does not fit the record: {}.", error.path(), error.inner());
        Problem::invalid(vec![Fault::record(format!("{pointer}/{}", error.path()), "wrong_value", detail)])
    })
}
