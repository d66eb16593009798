//! After a run that writes: whether every change of a version has its event, and none is missing; and how long the events
//! waited for their places in the log.

use tokio_postgres::Client;

use crate::Fault;
use crate::house::DataFolder;
use crate::measure::until;
use crate::rows::Row;

/// How the records and the log stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The versions of all records, and what was appended, added up.
    pub versions: i64,
    /// The events that tell of them, and those of the peers and of pgbench, which write the same lines: what they had under
    /// way when their load ended may end in the next run.
    pub events: i64,
    /// The last event's place in the order of appending.
    pub seq: i64,
}

impl Standing {
    /// As it is now.
    async fn of(client: &Client) -> Result<Self, Fault> {
        let sql = "select ((select coalesce(sum(version), 0) from record.assignments)
                           + (select coalesce(sum(version), 0) from record.inspections)
                           + (select coalesce(sum(version), 0) from record.recommendations)
                           + (select coalesce(sum(version), 0) from record.evidence)
                           + (select count(*) from record.assignment_updates))::bigint,
                          count(*) filter (where resource in ('assignment', 'inspection', 'recommendation', 'evidence',
                                                              'assignment_update')
                                             and action not in ('read', 'replay'))
                              + (select count(*) from bench.events),
                          coalesce(max(seq), 0)
                   from record.events";
        let row = client.query_one(sql, &[]).await?;
        Ok(Self { versions: row.get(0), events: row.get(1), seq: row.get(2) })
    }

    /// What does not fit: events and changes of versions that are not as many, or fewer of them than were answered.
    pub fn held_against(&self, after: &Self, row: &Row, answers: u64) -> Option<String> {
        let (versions, events) = (after.versions - self.versions, after.events - self.events);
        if versions != events {
            return Some(format!("{}: {versions} versions changed, but {events} events tell of them", row.name));
        }
        let least = if row.what.each_writes() { answers } else { 1 };
        (versions < least.try_into().unwrap_or(i64::MAX))
            .then(|| format!("{}: {answers} writes were answered, but {versions} happened", row.name))
    }
}

/// As it is once nothing is written any more and no event waits for its place: what was under way when a load ended comes
/// to its end.
pub async fn settled(house: &DataFolder, database: &str) -> Result<Standing, Fault> {
    let client = house.client(database).await?;
    let mut last = None;
    let quiet = until(async || {
        let waits: bool = client.query_one("select exists (select from record.audit_queue)", &[]).await?.get(0);
        let now = Some(Standing::of(&client).await?);
        let same = last == now && !waits;
        last = now;
        Ok(same)
    });
    match (quiet.await?, last) {
        (true, Some(standing)) => Ok(standing),
        _ => Err("records still change, or events wait for their places, 30 s after the load ended".into()),
    }
}

/// In how many seconds 99 of 100 events after a place had theirs in the log: from the call that made each to the head that
/// holds it.
pub async fn lag(house: &DataFolder, database: &str, after: i64) -> Result<Option<f64>, Fault> {
    let sql = "select percentile_cont(0.99) within group (order by extract(epoch from h.at - e.at)::float8)
               from record.events e
               join record.audit_leaves l on l.event_id = e.id
               cross join lateral (select at from record.audit_heads h
                                   where h.log = l.log and h.size > l.leaf_index order by h.size limit 1) h
               where e.seq > $1";
    Ok(house.client(database).await?.query_one(sql, &[&after]).await?.get(0))
}
