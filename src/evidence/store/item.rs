//! An item as it is stored, with its files and reviews. What is OFFICIAL-SENSITIVE is given unread: to open it is to
//! record it.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::super::files::store::{self as files, FileRecord};
use super::super::model::{EvidenceKind, EvidenceReview};
use super::super::workflow::State;
use crate::api::Problem;
use crate::assignments::Marking;
use crate::db::{Event, FromRow, Parameters, Session, Tx};
use crate::inspections;

/// An item as it is stored, with where its inspection stands.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    /// The line it belongs to.
    pub assignment_id: Uuid,
    /// The police area.
    pub area: String,
    /// Where it stands.
    pub state: State,
    /// Its marking.
    pub marking: Marking,
    /// What it is called.
    pub title: String,
    /// What kind it is.
    pub kind: EvidenceKind,
    /// More about it.
    pub description: Option<String>,
    /// From when on it held.
    pub effective_from: Option<NaiveDate>,
    /// Until when it held.
    pub effective_to: Option<NaiveDate>,
    /// From when on it should no longer be relied on.
    pub expires_on: Option<NaiveDate>,
    /// Who added it: the token's issuer.
    pub author_issuer: String,
    /// Who added it: the token's subject.
    pub author_subject: String,
    /// What they are called.
    pub author_name: Option<String>,
    /// Who asked to lower its marking: the token's issuer.
    pub lowering_issuer: Option<String>,
    /// Who asked to lower its marking: the token's subject.
    pub lowering_subject: Option<String>,
    /// What they are called.
    pub lowering_name: Option<String>,
    /// Why they asked.
    pub lowering_reason: Option<String>,
    /// When.
    pub lowering_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    pub withdrawn_reason: Option<String>,
    /// When it was disposed of.
    pub disposed_at: Option<DateTime<Utc>>,
    /// Counts its changes.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where the inspection stands.
    pub inspection_state: inspections::State,
}

/// An item with its files and reviews, each oldest first.
#[derive(Clone, Debug)]
pub struct Item {
    /// The record.
    pub record: Record,
    /// Every version of its file.
    pub files: Vec<FileRecord>,
    /// Every review.
    pub reviews: Vec<EvidenceReview>,
}

/// What was found for a reader, who is recorded as it is opened where that must be.
#[derive(Debug)]
pub struct Unread<T> {
    value: T,
    event: Option<Event>,
}

impl<T> Unread<T> {
    /// Something with this marking; `event` tells of its reading.
    pub fn marked(marking: Marking, value: T, event: impl FnOnce() -> Event) -> Self {
        Self { value, event: (marking == Marking::OfficialSensitive).then(event) }
    }

    /// The value; what has to be recorded of its reading goes to `events`.
    pub fn open(self, events: &mut Vec<Event>) -> T {
        events.extend(self.event);
        self.value
    }
}

macro_rules! columns {
    () => {
        "e.id, e.assignment_id, e.area, e.state, e.marking, e.title, e.kind, e.description, e.effective_from,
         e.effective_to, e.expires_on, e.author_issuer, e.author_subject, e.author_name, e.lowering_issuer,
         e.lowering_subject, e.lowering_name, e.lowering_reason, e.lowering_at, e.withdrawn_reason, e.disposed_at,
         e.version, e.created_at, e.updated_at"
    };
}

macro_rules! record {
    () => {
        concat!(
            "select ",
            columns!(),
            ", i.state as inspection_state
             from evidence e
             join assignments a on a.id = e.assignment_id
             join inspections i on i.id = a.inspection_id
             where in_scope(e.area, $1)"
        )
    };
}

pub(super) use columns;

impl FromRow for Record {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            assignment_id: row.try_get("assignment_id")?,
            area: row.try_get("area")?,
            state: row.try_get("state")?,
            marking: row.try_get("marking")?,
            title: row.try_get("title")?,
            kind: row.try_get("kind")?,
            description: row.try_get("description")?,
            effective_from: row.try_get("effective_from")?,
            effective_to: row.try_get("effective_to")?,
            expires_on: row.try_get("expires_on")?,
            author_issuer: row.try_get("author_issuer")?,
            author_subject: row.try_get("author_subject")?,
            author_name: row.try_get("author_name")?,
            lowering_issuer: row.try_get("lowering_issuer")?,
            lowering_subject: row.try_get("lowering_subject")?,
            lowering_name: row.try_get("lowering_name")?,
            lowering_reason: row.try_get("lowering_reason")?,
            lowering_at: row.try_get("lowering_at")?,
            withdrawn_reason: row.try_get("withdrawn_reason")?,
            disposed_at: row.try_get("disposed_at")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            inspection_state: row.try_get("inspection_state")?,
        })
    }
}

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

/// One item of the caller's own area.
pub async fn find(tx: &Tx<'_>, id: Uuid) -> Result<Option<Unread<Item>>, Problem> {
    Ok(items(tx, &[id]).await?.pop().map(unread))
}

/// The same for a check of whether it takes a file: not held, and not for showing.
pub async fn peek(tx: &Tx<'_>, id: Uuid) -> Result<Option<Record>, Problem> {
    tx.find(concat!(record!(), " and e.id = $2"), &[&tx.areas(), &id]).await
}

/// The same for a change, which is recorded anyway: held, with its line, until the transaction ends.
pub async fn lock(tx: &Tx<'_>, id: Uuid) -> Result<Option<Item>, Problem> {
    // The line first: its counts are made anew from what others have committed.
    let line = "select from assignments
                where id = (select assignment_id from evidence where id = $2 and in_scope(area, $1)) for update";
    let own = "select from evidence where id = $2 and in_scope(area, $1) for update";
    let areas = tx.areas();
    let held: Parameters<'_> = &[&areas, &id];
    let ids = [id];
    let (.., mut found) = tokio::try_join!(biased; tx.maybe(line, held), tx.maybe(own, held), items(tx, &ids))?;
    Ok(found.pop())
}

pub(super) fn unread(item: Item) -> Unread<Item> {
    let (id, version, area) = (item.record.id, item.record.version, item.record.area.clone());
    Unread::marked(item.record.marking, item, || {
        Event::new("evidence", id, version, "read").area(area).marking("OFFICIAL-SENSITIVE")
    })
}

/// Items of the areas in scope, with their files and reviews, in no order.
pub(super) async fn items(db: &Session<'_>, ids: &[Uuid]) -> Result<Vec<Item>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let reviewed = "select evidence_id, decision, note, coalesce(name, subject) as by, at, file_version
                    from evidence_reviews
                    where evidence_id = any ($2) and in_scope(area, $1)
                    order by at, id";
    let areas = db.areas();
    let asked: Parameters<'_> = &[&areas, &ids];
    let (records, files, reviews) = tokio::try_join!(
        biased;
        db.all::<Record>(concat!(record!(), " and e.id = any ($2)"), asked),
        files::of_items(db, ids),
        db.rows(reviewed, asked),
    )?;
    let made = records.into_iter().map(|record| {
        let own = reviews.iter().filter(|row| row.get::<_, Uuid>("evidence_id") == record.id);
        let reviews = own.map(EvidenceReview::from_row).collect::<Result<_, _>>()?;
        let files = files.iter().filter(|file| file.evidence_id == record.id).cloned().collect();
        Ok(Item { record, files, reviews })
    });
    made.collect::<Result<_, tokio_postgres::Error>>().map_err(Problem::internal)
}
