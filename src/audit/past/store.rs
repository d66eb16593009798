//! States of records at an instant, read from the payloads of the log as far as the caller may read them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::Problem;
use crate::db::{RECORD, Session};

/// The parts of a record at an instant, by name. None where it was not there yet, or no more, or not the caller's.
pub struct Parts(HashMap<String, Value>);

impl Parts {
    /// A part as a value; none where there was none, or the caller may not read it.
    pub fn part<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Problem> {
        let value = self.0.get(name).filter(|value| !value.is_null()).cloned();
        value.map(serde_json::from_value).transpose().map_err(Problem::internal)
    }

    /// The part that all its readers share.
    pub fn record<T: DeserializeOwned>(&self) -> Result<Option<T>, Problem> {
        self.part(RECORD)
    }
}

/// The state in a payload; null where that was erased.
fn after(row: &Row) -> Result<Value, Problem> {
    let Some(text) = row.get::<_, Option<&str>>("payload") else { return Ok(Value::Null) };
    let mut payload: Value = serde_json::from_str(text).map_err(Problem::internal)?;
    Ok(payload.get_mut("after").map(Value::take).unwrap_or_default())
}

/// What a record was.
pub async fn record(db: &Session<'_>, resource: &'static str, id: Uuid, at: DateTime<Utc>) -> Result<Parts, Problem> {
    let sql = "select distinct on (p.part) p.part, p.payload
               from event_payloads p
               where p.resource_id = $4 and p.resource = $5 and p.at <= $6
                 and (p.shared or in_scope(p.area, $1) or (p.area is null and $2))
                 and (p.side is null or p.side = any ($3) or 'audit' = any ($3))
               order by p.part, p.version desc, p.seq desc";
    let rows = db.rows(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &id, &resource, &at]).await?;
    rows.iter().map(|row| Ok((row.get("part"), after(row)?))).collect::<Result<_, _>>().map(Parts)
}

/// What the records of a kind that belong to another were, those that were no more left out.
pub async fn below(
    db: &Session<'_>,
    resource: &'static str,
    parent: Uuid,
    at: DateTime<Utc>,
) -> Result<Vec<Value>, Problem> {
    let sql = "select distinct on (p.resource_id) p.payload
               from event_payloads p
               where p.parent_id = $4 and p.resource = $5 and p.part = $6 and p.at <= $7
                 and (p.shared or in_scope(p.area, $1) or (p.area is null and $2))
                 and (p.side is null or p.side = any ($3) or 'audit' = any ($3))
               order by p.resource_id, p.version desc, p.seq desc";
    let rows = db.rows(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &parent, &resource, &RECORD, &at]).await?;
    let states: Vec<Value> = rows.iter().map(after).collect::<Result<_, _>>()?;
    Ok(states.into_iter().filter(|state| !state.is_null()).collect())
}

/// What the settings of an area in scope were; none while they were as they began.
pub async fn settings<T: DeserializeOwned>(
    db: &Session<'_>,
    area: &str,
    at: DateTime<Utc>,
) -> Result<Option<T>, Problem> {
    let sql = "select p.payload
               from events e
               join event_payloads p on p.event_id = e.id and p.part = 'settings'
               where e.area = $2 and in_scope(e.area, $1) and e.resource = 'area' and e.at <= $3
               order by e.version desc, e.seq desc
               limit 1";
    let row = db.maybe(sql, &[&db.areas(), &area, &at]).await?;
    let state = row.as_ref().map(after).transpose()?.filter(|state| !state.is_null());
    state.map(serde_json::from_value).transpose().map_err(Problem::internal)
}
