//! One question finds what belongs to all records of a page; each then takes its own.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::api::{Expansion, Fault, FilterValue, Kind, Problem, Query};
use crate::assignments::Assignments;
use crate::auth::Call;
use crate::db::Db;
use crate::exports::{Export, Reading};
use crate::inspections::store::Inspections;
use crate::recommendations::store::Recommendations;
use crate::responses::Responses;

/// The most records that are found for one page.
const MOST: usize = 5_000;

type Filters = Vec<(&'static str, FilterValue)>;

/// What belongs to each of the records, in their order, as the caller may see it at this instant.
pub async fn find(
    db: &Db,
    call: Option<&Call>,
    at: DateTime<Utc>,
    expansion: &'static Expansion,
    records: &[Value],
) -> Result<Vec<Value>, Problem> {
    let Some(filters) = filters(call, expansion, records) else { return Ok(each(expansion, records, Vec::new())) };
    let found = match call {
        None => db.read_published(async |db| read(&Reading::Public(db, at), expansion, &filters).await).await?,
        Some(call) => db.read(&call.actor, async |db| read(&Reading::Own(db, call), expansion, &filters).await).await?,
    };
    Ok(each(expansion, records, found))
}

/// The conditions that what is found must meet; none where nothing can.
fn filters(call: Option<&Call>, expansion: &Expansion, records: &[Value]) -> Option<Filters> {
    let (from, to) = expansion.by.first()?;
    let mut ids: Vec<Uuid> = records.iter().filter_map(|record| record[from].as_str()?.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    let by = match *to {
        "inspection_id" => "inspection_id = any($)",
        "recommendation_id" => "recommendation_id = any($)",
        _ => "id = any($)",
    };
    let mut filters = vec![(by, FilterValue::Ids(ids))];
    let areas = if expansion.own {
        // Of several own areas there would be several.
        let own = call.map(|call| call.actor.scope().areas().to_vec()).filter(|own| own.len() == 1)?;
        Some(own)
    } else {
        let here = expansion.by.iter().any(|(_, to)| *to == "area");
        here.then(|| records.iter().filter_map(|record| record["area"].as_str().map(str::to_owned)).collect())
    };
    if let Some(mut areas) = areas {
        areas.sort_unstable();
        areas.dedup();
        filters.push(("area = any($)", FilterValue::Texts(areas)));
    }
    Some(filters)
}

async fn read(reading: &Reading<'_>, expansion: &Expansion, filters: &Filters) -> Result<Vec<Value>, Problem> {
    match expansion.gives {
        "Inspection" => all::<Inspections>(reading, filters).await,
        "Recommendation" => all::<Recommendations>(reading, filters).await,
        "Response" => all::<Responses>(reading, filters).await,
        "Assignment" => all::<Assignments>(reading, filters).await,
        other => Err(Problem::internal(format!("nothing finds a {other}"))),
    }
}

async fn all<L: Export>(reading: &Reading<'_>, filters: &Filters) -> Result<Vec<Value>, Problem> {
    let found = L::batch(reading, &Query::asking(filters.clone(), MOST)).await?;
    if found.len() > MOST {
        let detail = format!("More than {MOST} records belong to this page; ask for a shorter one, by limit.");
        return Err(Problem::with_faults(Kind::InvalidParameters, vec![Fault::query("expand", "too_many", detail)]));
    }
    found.iter().map(|record| serde_json::to_value(record).map_err(Problem::internal)).collect()
}

/// What was found, handed out.
fn each(expansion: &Expansion, records: &[Value], found: Vec<Value>) -> Vec<Value> {
    let mut by_key: HashMap<String, Vec<Value>> = HashMap::new();
    let key = |record: &Value, member: fn(&(&'static str, &'static str)) -> &'static str| {
        let parts = expansion.by.iter().map(|pair| record[member(pair)].as_str().unwrap_or_default());
        parts.collect::<Vec<_>>().join("\0")
    };
    for record in found {
        by_key.entry(key(&record, |(_, to)| to)).or_default().push(record);
    }
    let take = |record| {
        let found = by_key.get(&key(record, |(from, _)| from));
        if expansion.many {
            Value::Array(found.cloned().unwrap_or_default())
        } else {
            found.and_then(|found| found.first().cloned()).unwrap_or(Value::Null)
        }
    };
    records.iter().map(take).collect()
}
