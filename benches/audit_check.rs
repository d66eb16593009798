//! Checks the audit log after a run that writes: that every new version has its event, and how long events waited for
//! their position in the log.

use tokio_postgres::Client;

use crate::common::{BoxedError, wait_until};
use crate::data_folder::DataFolder;
use crate::runs::Run;

/// The number of writes, counted in the records and in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteCounts {
    /// The sum of the versions of all records, plus the number of updates of assignments.
    pub versions: i64,
    /// The number of their events, plus the events of the peers and of pgbench, which write the same assignments:
    /// requests that they had not finished when their load ended may end during the next run.
    pub events: i64,
    /// The sequence number of the last event.
    pub seq: i64,
}

impl WriteCounts {
    /// Reads the present counts.
    async fn read(client: &Client) -> Result<Self, BoxedError> {
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

    /// Compares the counts with those after a run. Returns what is wrong: versions and events differ, or there are
    /// fewer writes than successful responses.
    pub fn compare(&self, after: &Self, run: &Run, responses: u64) -> Option<String> {
        let (versions, events) = (after.versions - self.versions, after.events - self.events);
        if versions != events {
            return Some(format!("{}: {versions} versions changed, but there are {events} events", run.name));
        }
        let least = if run.workload.writes_with_each_request() { responses } else { 1 };
        (versions < least.try_into().unwrap_or(i64::MAX))
            .then(|| format!("{}: {responses} writes were reported as done, but {versions} were done", run.name))
    }
}

/// Waits up to 30 s until nothing is written and no event waits for its position, then returns the counts. Requests
/// that were running when a load ended finish during this time.
pub async fn wait_until_settled(folder: &DataFolder, database: &str) -> Result<WriteCounts, BoxedError> {
    let client = folder.client(database).await?;
    let mut last = None;
    let settled = wait_until(async || {
        let is_waiting: bool = client.query_one("select exists (select from record.audit_queue)", &[]).await?.get(0);
        let now = Some(WriteCounts::read(&client).await?);
        let is_settled = last == now && !is_waiting;
        last = now;
        Ok(is_settled)
    });
    match (settled.await?, last) {
        (true, Some(counts)) => Ok(counts),
        _ => Err("30 s after the load ended, records still change or events still wait for their position".into()),
    }
}

/// Returns the 99th percentile of the sequencer's lag, in seconds, for events after a sequence number: from the request
/// to the tree head that contains the event.
pub async fn lag(folder: &DataFolder, database: &str, after: i64) -> Result<Option<f64>, BoxedError> {
    let sql = "select percentile_cont(0.99) within group (order by extract(epoch from h.at - e.at)::float8)
               from record.events e
               join record.audit_leaves l on l.event_id = e.id
               cross join lateral (select at from record.audit_heads h
                                   where h.log = l.log and h.size > l.leaf_index order by h.size limit 1) h
               where e.seq > $1";
    Ok(folder.client(database).await?.query_one(sql, &[&after]).await?.get(0))
}
