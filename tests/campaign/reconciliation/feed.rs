//! The change feed as its readers see it: every change once and in order, for the reader who followed it meanwhile and for
//! one who begins now.

use std::collections::BTreeSet;

use super::Evidence;
use crate::common::BoxedError;
use crate::figures::FaultKind::{Doubled, Lost, Other};
use crate::figures::Figures;
use crate::load::follower::Seen;
use crate::load::{AREAS, SHARED_AREA};

/// The changes that an auditor of the areas must see, in their order. Reads, such as a repeated response, and the entries of
/// people in the directories are not in the feed.
const EXPECTED: &str = "
    select c.event_id::text from changes c join pg_temp.written e on e.id = c.event_id
    where c.stream = any ($1) and c.marking = 'OFFICIAL' and c.resource <> 'person' order by c.position";

fn compare(who: &str, expected: &[String], seen: &[String], figures: &mut Figures) {
    if expected == seen {
        return;
    }
    let distinct: BTreeSet<&String> = seen.iter().collect();
    let before = figures.faults.len();
    for id in expected.iter().filter(|id| !distinct.contains(id)) {
        figures.fault(Lost, format!("{who} did not see the change {id}"));
    }
    if distinct.len() < seen.len() {
        figures.fault(Doubled, format!("{who} saw {} changes more than once", seen.len() - distinct.len()));
    }
    if figures.faults.len() == before {
        let at = expected.iter().zip(seen).take_while(|(one, other)| one == other).count();
        figures.fault(Other, format!("{who} saw other changes, or another order, from position {at} on"));
    }
}

/// Compares the feed with the table of changes.
pub async fn check(evidence: &mut Evidence<'_>, figures: &mut Figures) -> Result<(), BoxedError> {
    let streams: Vec<&str> = AREAS.into_iter().chain([SHARED_AREA, "_shared"]).collect();
    let rows = evidence.database.query(EXPECTED, &[&streams]).await?;
    let expected: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let auditor = evidence.target.auditor();
    let mut now = Seen::default();
    now.read_to_end(&auditor).await?;
    compare("a reader who began at the end", &expected, &now.changes, figures);
    evidence.seen.read_to_end(&auditor).await?;
    compare("the reader who followed", &expected, &evidence.seen.changes, figures);
    Ok(())
}
