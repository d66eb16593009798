//! Finds the records that `expand` adds to the records of a page. One query reads the related records of the whole
//! page; each record then receives the related records that match it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::api::{Expansion, Fault, FilterValue, ListQuery, Problem, ProblemKind};
use crate::assignments::Assignments;
use crate::auth::Call;
use crate::db::Db;
use crate::exports::{Export, ReadAccess};
use crate::inspections::store::Inspections;
use crate::recommendations::store::Recommendations;
use crate::responses::Responses;

/// The maximum number of related records of one page.
const MAX_RELATED: usize = 5_000;

/// SQL conditions of a list's query, with their values.
type Filters = Vec<(&'static str, FilterValue)>;

/// Returns the value of the expanded member for each record, in the order of `records`. The value holds only related
/// records that the caller may see.
///
/// # Errors
///
/// 400 if more than [`MAX_RELATED`] records are related to the page.
pub async fn find(
    db: &Db,
    call: Option<&Call>,
    at: DateTime<Utc>,
    expansion: &'static Expansion,
    records: &[Value],
) -> Result<Vec<Value>, Problem> {
    let Some(filters) = filters(call, expansion, records) else {
        return Ok(distribute(expansion, records, Vec::new()));
    };
    let related = match call {
        None => db.read_published(async |db| read(&ReadAccess::Published(db, at), expansion, &filters).await).await?,
        Some(call) => {
            db.read(&call.actor, async |db| read(&ReadAccess::Caller(db, call), expansion, &filters).await).await?
        }
    };
    Ok(distribute(expansion, records, related))
}

/// Returns the conditions on the related records, or `None` if there can be no related records.
fn filters(call: Option<&Call>, expansion: &Expansion, records: &[Value]) -> Option<Filters> {
    let (from, to) = expansion.matching.first()?;
    let mut ids: Vec<Uuid> = records.iter().filter_map(|record| record[from].as_str()?.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    let condition = match *to {
        "inspection_id" => "inspection_id = any($)",
        "recommendation_id" => "recommendation_id = any($)",
        _ => "id = any($)",
    };
    let mut filters = vec![(condition, FilterValue::Ids(ids))];
    let areas = if expansion.own_areas_only {
        // A caller of several areas may have one related record in each, and the member holds only one.
        Some(call.map(|call| call.actor.scope().areas().to_vec()).filter(|areas| areas.len() == 1)?)
    } else {
        let matches_area = expansion.matching.iter().any(|(_, to)| *to == "area");
        matches_area.then(|| records.iter().filter_map(|record| record["area"].as_str().map(str::to_owned)).collect())
    };
    if let Some(mut areas) = areas {
        areas.sort_unstable();
        areas.dedup();
        filters.push(("area = any($)", FilterValue::Texts(areas)));
    }
    Some(filters)
}

async fn read(access: &ReadAccess<'_>, expansion: &Expansion, filters: &Filters) -> Result<Vec<Value>, Problem> {
    match expansion.target {
        "Inspection" => read_list::<Inspections>(access, filters).await,
        "Recommendation" => read_list::<Recommendations>(access, filters).await,
        "StatutoryResponse" => read_list::<Responses>(access, filters).await,
        "Assignment" => read_list::<Assignments>(access, filters).await,
        other => Err(Problem::internal(format!("expand: there is no list of {other}"))),
    }
}

async fn read_list<L: Export>(access: &ReadAccess<'_>, filters: &Filters) -> Result<Vec<Value>, Problem> {
    let related = L::read_batch(access, &ListQuery::from_filters(filters.clone(), MAX_RELATED)).await?;
    if related.len() > MAX_RELATED {
        let detail =
            format!("More than {MAX_RELATED} records are related to this page. Ask for fewer items with `limit`.");
        let fault = Fault::query("expand", "too_many", detail);
        return Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
    }
    related.iter().map(|record| serde_json::to_value(record).map_err(Problem::internal)).collect()
}

/// Returns the expanded member's value for each record: a list of the matching related records, or one such record.
fn distribute(expansion: &Expansion, records: &[Value], related: Vec<Value>) -> Vec<Value> {
    let mut by_key: HashMap<String, Vec<Value>> = HashMap::new();
    let key = |record: &Value, member: fn(&(&'static str, &'static str)) -> &'static str| {
        let parts = expansion.matching.iter().map(|pair| record[member(pair)].as_str().unwrap_or_default());
        parts.collect::<Vec<_>>().join("\0")
    };
    for record in related {
        by_key.entry(key(&record, |(_, to)| to)).or_default().push(record);
    }
    let value = |record| {
        let matching = by_key.get(&key(record, |(from, _)| from));
        if expansion.is_list {
            Value::Array(matching.cloned().unwrap_or_default())
        } else {
            matching.and_then(|matching| matching.first().cloned()).unwrap_or(Value::Null)
        }
    };
    records.iter().map(value).collect()
}
