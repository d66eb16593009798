//! The audit log: every event in its tree once and in order, every checkpoint that was seen still there, and bundles that
//! `section55 verify` accepts.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

use reqwest::Method;

use super::{Check, Evidence};
use crate::common::BoxedError;
use crate::figures::FaultKind::{Doubled, Halved, Lost, Other};
use crate::figures::Figures;
use crate::load::caller::{Answer, Body};

/// How long the export of a bundle may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(300);

/// The events against the trees and the change feed.
pub const CHECKS: &[Check] = &[
    (
        Lost,
        "an event has no place in the audit log",
        "select e.id, e.resource, e.action from events e
         where not exists (select from audit_leaves l where l.event_id = e.id)",
    ),
    (
        Lost,
        "an event is not in the change feed",
        "select e.id, e.resource, e.action from events e where not exists (select from changes c where c.event_id = e.id)",
    ),
    (
        Halved,
        "a place in the audit log or in the change feed has no event",
        "select event_id from (select event_id from audit_leaves union select event_id from changes) p
         where not exists (select from events e where e.id = p.event_id)",
    ),
    (
        Halved,
        "the places of a log have gaps",
        "select log, count(*), max(leaf_index) + 1 as size from audit_leaves group by 1
         having count(*) <> max(leaf_index) + 1",
    ),
    (
        Halved,
        "the positions of the change feed have gaps",
        "select count(*), max(position) from changes having count(*) <> coalesce(max(position), 0)",
    ),
    (
        Halved,
        "the newest tree head of a log does not cover its events",
        "select l.log, l.size, h.size as signed from (select log, count(*) as size from audit_leaves group by 1) l
         left join (select log, max(size) as size from audit_heads group by 1) h using (log)
         where h.size is distinct from l.size",
    ),
    (
        Other,
        "the change feed shows the writes of a record in another order than they were made",
        "select resource_id, position from (
             select c.resource_id, c.position, e.version, e.seq,
                    lag(e.seq) over each as seq_before, lag(e.version) over each as version_before
             from changes c join pg_temp.written e on e.id = c.event_id
             window each as (partition by c.resource_id order by c.position)) o
         where seq_before > seq or version_before > version",
    ),
    (
        Doubled,
        "a place in the audit log is taken twice",
        "select event_id, count(*) from audit_leaves group by 1 having count(*) > 1",
    ),
];

/// Checks that the database still holds each checkpoint that a reader saw.
pub async fn check_checkpoints(evidence: &Evidence<'_>, figures: &mut Figures) -> Result<(), BoxedError> {
    let rows = evidence.database.query("select note from audit_checkpoints", &[]).await?;
    let stored: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    for seen in &evidence.seen.checkpoints {
        if !stored.contains(seen) {
            figures.fault(Lost, format!("a checkpoint that was published is gone: {}", seen.replace('\n', " ")));
        }
    }
    Ok(())
}

/// Exports the bundle of each area that has events, verifies it offline, and looks for its events.
pub async fn check_bundles(evidence: &Evidence<'_>, figures: &mut Figures) -> Result<(), BoxedError> {
    let logs = "select log, array_agg(event_id::text) from audit_leaves where log <> '_all' group by 1 order by 1";
    for row in evidence.database.query(logs, &[]).await? {
        let (area, events): (String, Vec<String>) = (row.get(0), row.get(1));
        let auditor = evidence.target.person("auditor", &[&area]).with_timeout(EXPORT_TIMEOUT)?;
        let path = format!("/v1/audit/bundle?area={area}");
        let text = match auditor.send(Method::GET, &path, &[], &Body::None).await {
            Answer::Reply(reply) if reply.status == 200 => reply.text,
            other => {
                figures.fault(Other, format!("the bundle of {area} cannot be exported: {other:?}"));
                continue;
            }
        };
        let lines: Vec<serde_json::Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let ids: BTreeSet<&str> = lines.iter().filter_map(|line| line["entry"]["id"].as_str()).collect();
        for event in events.iter().filter(|event| !ids.contains(event.as_str())) {
            figures.fault(Lost, format!("the bundle of {area} lacks the event {event}"));
        }
        let file = evidence.service.folder.join(format!("bundle-{area}.jsonl"));
        fs::write(&file, text)?;
        let installation = &evidence.target.installation;
        let verified = Command::new(&installation.program)
            .arg("verify")
            .arg(&file)
            .args(["--key", &installation.audit_key])
            .output()?;
        let report = String::from_utf8_lossy(&verified.stdout);
        if !verified.status.success() || report.contains("NOT SHOWN") || report.contains("CHANGED") {
            let reason = String::from_utf8_lossy(&verified.stderr);
            figures.fault(Other, format!("the bundle of {area} is not verified: {report} {reason}"));
        }
    }
    Ok(())
}
