//! SQL that reads and locks items of evidence, with their files and reviews. Code that reads an OFFICIAL-SENSITIVE item
//! also receives the audit event of this reading.

use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::Problem;
use crate::assignments::Marking;
use crate::db::{Event, FromRow, Parameters, Session, Tx};
use crate::evidence::files::store as files;
use crate::evidence::model::{EvidenceRecord, EvidenceReview, EvidenceRow};
use crate::people::assignees;

/// A record whose content only [`read`](Self::read) returns. If the record is OFFICIAL-SENSITIVE, `read` also adds an
/// audit event, so that no such record is read without one.
#[derive(Debug)]
pub struct MarkedRecord<T> {
    value: T,
    event: Option<Event>,
}

impl<T> MarkedRecord<T> {
    /// Wraps a record of this marking; `event` makes the audit event of its reading.
    pub fn new(marking: Marking, value: T, event: impl FnOnce() -> Event) -> Self {
        Self { value, event: (marking == Marking::OfficialSensitive).then(event) }
    }

    /// Returns the record, and adds the audit event of its reading to `events` if it needs one.
    pub fn read(self, events: &mut Vec<Event>) -> T {
        events.extend(self.event);
        self.value
    }
}

/// Selects items with the state of their inspection, limited to the areas in `$1`.
const EVIDENCE_ROWS: &str = constcat::concat!(
    "select ",
    EvidenceRow::COLUMNS,
    ", i.state as inspection_state
     from evidence e
     join assignments a on a.id = e.assignment_id
     join inspections i on i.id = a.inspection_id
     where in_scope(e.area, $1)"
);

impl FromRow for EvidenceReview {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            decision: row.try_get("decision")?,
            note: row.try_get("note")?,
            by: row.try_get("by")?,
            at: row.try_get("at")?,
            file_version: row.try_get("file_version")?,
        })
    }
}

/// Returns the item with this id, if it belongs to one of the caller's areas.
pub async fn find(tx: &Tx<'_>, id: Uuid) -> Result<Option<MarkedRecord<EvidenceRecord>>, Problem> {
    Ok(find_many(tx, &[id]).await?.pop().map(marked))
}

/// Returns an item's row without a lock, to check whether the item accepts a file. The row must not be shown, because
/// its reading is not recorded.
pub async fn find_row(tx: &Tx<'_>, id: Uuid) -> Result<Option<EvidenceRow>, Problem> {
    tx.find(constcat::concat!(EVIDENCE_ROWS, " and e.id = $2"), &[&tx.areas(), &id]).await
}

/// Returns an item for a write, and locks its row and its assignment until the transaction ends. The event of the write
/// records the reading too.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<EvidenceRecord>, Problem> {
    // The assignment is locked first, because its counts are computed from what other transactions have committed.
    let assignment = "select from assignments
                where id = (select assignment_id from evidence where id = $2 and in_scope(area, $1)) for update";
    let evidence = "select from evidence where id = $2 and in_scope(area, $1) for update";
    let areas = tx.areas();
    let parameters: Parameters<'_> = &[&areas, &id];
    let ids = [id];
    let (.., mut found) = tokio::try_join!(
        biased;
        tx.query_opt(assignment, parameters),
        tx.query_opt(evidence, parameters),
        find_many(tx, &ids),
    )?;
    Ok(found.pop())
}

pub(super) fn marked(record: EvidenceRecord) -> MarkedRecord<EvidenceRecord> {
    let (id, version, area) = (record.row.id, record.row.version, record.row.area.clone());
    MarkedRecord::new(record.row.marking, record, || {
        Event::new("evidence", id, version, "read").area(area).marking("OFFICIAL-SENSITIVE")
    })
}

/// Returns the items with these ids that belong to the caller's areas, in no particular order.
pub(super) async fn find_many(db: &Session<'_>, ids: &[Uuid]) -> Result<Vec<EvidenceRecord>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "select evidence_id, decision, note, coalesce(name, subject) as by, at, file_version
                    from evidence_reviews
                    where evidence_id = any ($2) and in_scope(area, $1)
                    order by at, id";
    let areas = db.areas();
    let parameters: Parameters<'_> = &[&areas, &ids];
    let (rows, files, reviews, mut assignees) = tokio::try_join!(
        biased;
        db.find_all::<EvidenceRow>(constcat::concat!(EVIDENCE_ROWS, " and e.id = any ($2)"), parameters),
        files::find_of_items(db, ids),
        db.query(sql, parameters),
        assignees::find_of_records(db, ids),
    )?;
    let records = rows.into_iter().map(|row| {
        let own = reviews.iter().filter(|review| review.get::<_, Uuid>("evidence_id") == row.id);
        let reviews = own.map(EvidenceReview::from_row).collect::<Result<_, _>>()?;
        let files = files.iter().filter(|file| file.evidence_id == row.id).cloned().collect();
        let assigned_to = assignees.remove(&row.id);
        Ok(EvidenceRecord { row, files, reviews, assigned_to })
    });
    records.collect::<Result<_, tokio_postgres::Error>>().map_err(Problem::internal)
}
