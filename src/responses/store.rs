//! Responses in the database: the record, the texts that stand apart behind their sides, and the published editions.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::content::{Content, Edition, Explanation};
use super::model::{ChiefOfficerComments, CommentsStatus, Copy, InspectionSummary, NotRequiredReason};
use super::workflow::State;
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::auth::{Scope, Side};
use crate::db::{FromRow, Public, Session, Tx, list};
use crate::vocabulary::Word;
use crate::workflow::Step;

/// A response as it is stored, with what its inspection says of time.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    /// The inspection it answers.
    pub inspection_id: Uuid,
    /// The police area.
    pub area: String,
    /// Where it stands.
    pub state: State,
    /// 1, and one more for each correction.
    pub edition: i32,
    /// When the chief officer was invited.
    pub invited_on: Option<NaiveDate>,
    /// By when comments are asked for.
    pub comments_due_on: Option<NaiveDate>,
    /// Whether the chief officer commented.
    pub comments_status: CommentsStatus,
    /// Whether the comments came late.
    pub comments_late: bool,
    /// Who signed them.
    pub signed_by: Option<String>,
    /// When.
    pub signed_at: Option<DateTime<Utc>>,
    /// Who submitted the response: the token's issuer.
    pub submitted_issuer: Option<String>,
    /// Who submitted the response: the token's subject.
    pub submitted_subject: Option<String>,
    /// Who approved it: the token's issuer.
    pub approved_issuer: Option<String>,
    /// Who approved it: the token's subject.
    pub approved_subject: Option<String>,
    /// What the approver is called.
    pub approved_by: Option<String>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// The digest of what was approved.
    pub approved_sha256: Option<String>,
    /// Why no response is required.
    pub not_required_reason: Option<NotRequiredReason>,
    /// The inspection whose response answers it.
    pub duplicate_of: Option<Uuid>,
    /// More about it.
    pub not_required_note: Option<String>,
    /// Counts its changes.
    pub version: i64,
    /// When it was received.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The inspection in short.
    pub inspection: InspectionSummary,
    /// The day the report was published.
    pub inspection_published_on: Option<NaiveDate>,
    /// The last day for publication.
    pub due_on: Option<NaiveDate>,
    /// Whether the area wants areas for improvement explained too.
    pub afi_explanation_required: bool,
    /// The current published edition.
    pub published: Option<Edition>,
    /// The copies sent of it.
    pub copies: Vec<Copy>,
    /// The force's unsubmitted draft, where the caller may read it.
    pub draft: Option<String>,
}

impl Record {
    /// Voids the approval: what it pinned may change now.
    pub fn void_approval(&mut self) {
        self.submitted_issuer = None;
        self.submitted_subject = None;
        self.approved_issuer = None;
        self.approved_subject = None;
        self.approved_by = None;
        self.approved_at = None;
        self.approved_sha256 = None;
    }
}

/// A response with what stands beside it, as far as the caller may read.
#[derive(Clone, Debug)]
pub struct File {
    /// The record.
    pub record: Record,
    /// What the response says.
    pub content: Content,
    /// The recommendations that need an explanation, in the report's order.
    pub required: Vec<(Uuid, String)>,
}

macro_rules! edition_columns {
    () => {
        "e.edition as published_edition, e.content, e.content_sha256, e.published_at,
         e.published_on as edition_published_on, e.first_published_at, e.first_published_on, e.url,
         e.recorded_afterwards, e.superseded_at"
    };
}

macro_rules! record {
    () => {
        concat!(
            "select r.id, r.inspection_id, r.area, r.state, r.edition, r.invited_on, r.comments_due_on, r.comments_status,
                    r.comments_late, r.signed_by, r.signed_at, r.submitted_issuer, r.submitted_subject,
                    r.approved_issuer, r.approved_subject, r.approved_by, r.approved_at, r.approved_sha256,
                    r.not_required_reason, r.duplicate_of, r.not_required_note, r.version, r.created_at, r.updated_at,
                    i.reference, i.title, i.published_on, i.due_on, i.state as inspection_state,
                    a.afi_explanation_required, p.copies, ",
            edition_columns!(),
            " from responses r
              join inspections i on i.id = r.inspection_id
              join areas a on a.code = r.area
              left join published.responses p on p.id = r.id
              left join published.editions e on e.response_id = p.id and e.edition = p.edition
              where in_scope(r.area, $1)"
        )
    };
}

impl FromRow for Edition {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            edition: row.try_get("published_edition")?,
            content: row.try_get::<_, Json<_>>("content")?.0,
            content_sha256: row.try_get("content_sha256")?,
            published_at: row.try_get("published_at")?,
            published_on: row.try_get("edition_published_on")?,
            first_published_at: row.try_get("first_published_at")?,
            first_published_on: row.try_get("first_published_on")?,
            url: row.try_get("url")?,
            recorded_afterwards: row.try_get("recorded_afterwards")?,
            superseded_at: row.try_get("superseded_at")?,
        })
    }
}

impl FromRow for InspectionSummary {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            reference: row.try_get("reference")?,
            title: row.try_get("title")?,
            published_on: row.try_get("published_on")?,
            state: row.try_get("inspection_state")?,
        })
    }
}

impl FromRow for Record {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let published = row.try_get::<_, Option<i32>>("published_edition")?;
        Ok(Self {
            id: row.try_get("id")?,
            inspection_id: row.try_get("inspection_id")?,
            area: row.try_get("area")?,
            state: row.try_get("state")?,
            edition: row.try_get("edition")?,
            invited_on: row.try_get("invited_on")?,
            comments_due_on: row.try_get("comments_due_on")?,
            comments_status: row.try_get("comments_status")?,
            comments_late: row.try_get("comments_late")?,
            signed_by: row.try_get("signed_by")?,
            signed_at: row.try_get("signed_at")?,
            submitted_issuer: row.try_get("submitted_issuer")?,
            submitted_subject: row.try_get("submitted_subject")?,
            approved_issuer: row.try_get("approved_issuer")?,
            approved_subject: row.try_get("approved_subject")?,
            approved_by: row.try_get("approved_by")?,
            approved_at: row.try_get("approved_at")?,
            approved_sha256: row.try_get("approved_sha256")?,
            not_required_reason: row.try_get("not_required_reason")?,
            duplicate_of: row.try_get("duplicate_of")?,
            not_required_note: row.try_get("not_required_note")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            inspection: InspectionSummary::from_row(row)?,
            inspection_published_on: row.try_get("published_on")?,
            due_on: row.try_get("due_on")?,
            afi_explanation_required: row.try_get("afi_explanation_required")?,
            published: published.map(|_| Edition::from_row(row)).transpose()?,
            copies: row.try_get::<_, Option<Json<_>>>("copies")?.map(|copies| copies.0).unwrap_or_default(),
            draft: None,
        })
    }
}

/// A published response as the public sees it.
#[derive(Clone, Debug)]
pub struct PublishedRecord {
    /// Its id.
    pub id: Uuid,
    /// The inspection it answers.
    pub inspection_id: Uuid,
    /// The police area.
    pub area: String,
    /// `published` or `complete`.
    pub state: State,
    /// The inspection in short.
    pub inspection: InspectionSummary,
    /// The last day for publication.
    pub due_on: Option<NaiveDate>,
    /// The current edition.
    pub edition: Edition,
    /// The copies sent of it.
    pub copies: Vec<Copy>,
    /// Counts its changes.
    pub version: i64,
    /// When it was received.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

macro_rules! published {
    () => {
        concat!(
            "select p.id, p.inspection_id, p.area, p.state, p.copies, p.version, p.created_at, p.updated_at, i.reference,
                    i.title, i.published_on, i.due_on, i.state as inspection_state, ",
            edition_columns!(),
            " from published.responses p
              join published.editions e on e.response_id = p.id and e.edition = p.edition
              join published.inspections i on i.id = p.inspection_id"
        )
    };
}

impl FromRow for PublishedRecord {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            inspection_id: row.try_get("inspection_id")?,
            area: row.try_get("area")?,
            state: row.try_get("state")?,
            inspection: InspectionSummary::from_row(row)?,
            due_on: row.try_get("due_on")?,
            edition: Edition::from_row(row)?,
            copies: row.try_get::<_, Json<_>>("copies")?.0,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

/// The list of responses.
#[derive(Debug)]
pub enum Responses {}

impl Listing for Responses {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",          Field::Texts,               "area = any ($)",    "Responses of these areas."),
        ("inspection_id", Field::Id,                  "inspection_id = $", "Responses to one inspection."),
        ("state",         Field::Words(State::NAMES), "state = any ($)",   "Responses in these states."),
        ("due_before",    Field::Date,                "due_on < $",        "Responses whose last day is before this day."),
        ("due_after",     Field::Date,                "due_on > $",        "Responses whose last day is after this day."),
        ("overdue",       Field::Flag,                "overdue = $",       "Whether the last day passed with nothing published."),
        ("on_time",       Field::Flag,                "on_time = $",       "Whether the first edition was published in time."),
        ("q", Field::Text,
         "to_tsvector('english', concat_ws(' ', reference, title)) @@ websearch_to_tsquery('english', $)",
         "Words in the inspection's reference or title."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("due_on",       "coalesce(due_on, 'infinity')",       "date"),
        ("published_on", "coalesce(published_on, 'infinity')", "date"),
        ("area",         "area collate \"C\"",                 "text"),
        ("state",        "state collate \"C\"",                "text"),
        ("created_at",   "created_at",                         "timestamptz"),
        ("updated_at",   "updated_at",                         "timestamptz"),
    ];
    const DEFAULT: &'static str = "-due_on,area";
}

macro_rules! listed_published {
    () => {
        "select p.id, p.inspection_id, p.area, false as own, p.state, i.reference, i.title, i.published_on, i.due_on,
                false as overdue, e.first_published_on <= i.due_on as on_time, p.created_at, p.updated_at
         from published.responses p
         join published.editions e on e.response_id = p.id and e.edition = p.edition
         join published.inspections i on i.id = p.inspection_id"
    };
}

/// Those of the areas in scope ($1), on this day ($2), and what other areas have published.
const LISTED: &str = concat!(
    "select r.id, r.inspection_id, r.area, true as own, r.state, i.reference, i.title, i.published_on, i.due_on,
            coalesce(i.due_on < $2, false) and e.first_published_on is null and r.state <> 'not_required'
                and i.state = 'published' as overdue,
            e.first_published_on <= i.due_on as on_time, r.created_at, r.updated_at
     from responses r
     join inspections i on i.id = r.inspection_id
     left join published.responses p on p.id = r.id
     left join published.editions e on e.response_id = p.id and e.edition = p.edition
     where in_scope(r.area, $1)
     union all ",
    listed_published!(),
    " where not in_scope(p.area, $1)"
);
const LISTED_PUBLISHED: &str = listed_published!();

/// One line of the list: which response, and whether it is the caller's own to see whole.
struct Line {
    id: Uuid,
    own: bool,
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { id: row.try_get("id")?, own: row.try_get("own")? })
    }
}

/// One of a page: the caller's own file, or what another area has published.
#[derive(Clone, Debug)]
pub enum Listed {
    /// The caller's own.
    Own(Box<File>),
    /// Published.
    Published(Box<PublishedRecord>),
}

type Rows = (Vec<(Listed, Cursor)>, Option<i64>);

/// One page of what is published.
pub async fn page_public(db: &Public<'_>, query: &Query<Responses>) -> Result<Rows, Problem> {
    let (lines, total) = list::<Line, _>(db, LISTED_PUBLISHED, &[], query).await?;
    fill(db, None, lines, total).await
}

/// One page of the caller's own and of what other areas have published.
pub async fn page(
    db: &Session<'_>,
    scope: &Scope,
    query: &Query<Responses>,
    today: NaiveDate,
) -> Result<Rows, Problem> {
    let (lines, total) = list::<Line, _>(db, LISTED, &[&db.areas(), &today], query).await?;
    fill(db, Some(scope), lines, total).await
}

/// The lines made whole, three queries for all of them.
async fn fill(
    db: &Session<'_>,
    scope: Option<&Scope>,
    lines: Vec<(Line, Cursor)>,
    total: Option<i64>,
) -> Result<Rows, Problem> {
    let ids = |own: bool| lines.iter().filter(|(line, _)| line.own == own).map(|(line, _)| line.id).collect::<Vec<_>>();
    let mut found = HashMap::new();
    if let Some(scope) = scope {
        for file in files(db, scope, &ids(true)).await? {
            found.insert(file.record.id, Listed::Own(Box::new(file)));
        }
    }
    let others = ids(false);
    if !others.is_empty() {
        let published: Vec<PublishedRecord> =
            db.all(concat!(published!(), " where p.id = any ($1)"), &[&others]).await?;
        found.extend(published.into_iter().map(|record| (record.id, Listed::Published(Box::new(record)))));
    }
    let rows = lines.into_iter().filter_map(|(line, cursor)| Some((found.remove(&line.id)?, cursor)));
    Ok((rows.collect(), total))
}

/// One published response.
pub async fn find_public(db: &Session<'_>, id: Uuid) -> Result<Option<PublishedRecord>, Problem> {
    db.find(concat!(published!(), " where p.id = $1"), &[&id]).await
}

/// The caller's own file of this id.
pub async fn find(db: &Session<'_>, scope: &Scope, id: Uuid) -> Result<Option<File>, Problem> {
    Ok(files(db, scope, &[id]).await?.pop())
}

/// The area's response to an inspection.
pub async fn find_for(db: &Session<'_>, scope: &Scope, inspection: Uuid, area: &str) -> Result<Option<File>, Problem> {
    let sql = "select id from responses where inspection_id = $2 and area = $3 and in_scope(area, $1)";
    match db.maybe(sql, &[&db.areas(), &inspection, &area]).await? {
        Some(row) => find(db, scope, row.get(0)).await,
        None => Ok(None),
    }
}

/// Files of the areas in scope, with the texts that the scope's sides may read.
async fn files(db: &Session<'_>, scope: &Scope, ids: &[Uuid]) -> Result<Vec<File>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let records: Vec<Record> = db.all(concat!(record!(), " and r.id = any ($2)"), &[&db.areas(), &ids]).await?;
    let inspections: Vec<Uuid> = records.iter().map(|record| record.inspection_id).collect();
    let texts = db
        .rows(
            "select response_id, part, text from response_texts
             where response_id = any ($2) and in_scope(area, $1) and part = any ($3)",
            &[&db.areas(), &ids, &readable_parts(scope)],
        )
        .await?;
    let explanations = db
        .rows(
            "select x.response_id, x.recommendation_id, r.reference, x.branch, x.text
             from explanations x join recommendations r on r.id = x.recommendation_id
             where x.response_id = any ($2) and in_scope(x.area, $1) and $3
             order by r.ordinal, r.id",
            &[&db.areas(), &ids, &scope.reads(Side::PolicingBody)],
        )
        .await?;
    let required = db
        .rows(
            "select inspection_id, id, reference, kind from recommendations
             where inspection_id = any ($1) and kind <> 'cause_of_concern' order by ordinal, id",
            &[&inspections],
        )
        .await?;
    let files = records.into_iter().map(|record| {
        let mut file = File { content: content_of(&record), required: Vec::new(), record };
        for row in texts.iter().filter(|row| row.get::<_, Uuid>("response_id") == file.record.id) {
            let text = Some(row.get("text"));
            match row.get("part") {
                Part::PolicingBodyComments => file.content.policing_body_comments = text,
                Part::ReplyToChiefOfficer => file.content.reply_to_chief_officer = text,
                Part::ChiefOfficerComments => file.content.chief_officer_comments.text = text,
                Part::ChiefOfficerDraft => file.record.draft = text,
            }
        }
        let own = explanations.iter().filter(|row| row.get::<_, Uuid>("response_id") == file.record.id);
        file.content.explanations = own
            .map(|row| Explanation {
                recommendation_id: row.get("recommendation_id"),
                reference: row.get("reference"),
                branch: row.get("branch"),
                text: row.get("text"),
            })
            .collect();
        let asked = required.iter().filter(|row| row.get::<_, Uuid>("inspection_id") == file.record.inspection_id);
        let asked =
            asked.filter(|row| row.get::<_, &str>("kind") == "recommendation" || file.record.afi_explanation_required);
        file.required = asked.map(|row| (row.get("id"), row.get("reference"))).collect();
        file
    });
    Ok(files.collect())
}

/// The record's own part of the content; the texts come from beside it.
fn content_of(record: &Record) -> Content {
    Content {
        chief_officer_comments: ChiefOfficerComments {
            status: record.comments_status,
            text: None,
            late: record.comments_late,
            signed_by: record.signed_by.clone(),
            signed_at: record.signed_at,
            draft: None,
        },
        ..Content::default()
    }
}

crate::vocabulary! {
    /// A text of a response.
    pub enum Part {
        /// The policing body's comments.
        PolicingBodyComments = "policing_body_comments",
        /// The reply to the chief officer.
        ReplyToChiefOfficer = "reply_to_chief_officer",
        /// The chief officer's comments, submitted.
        ChiefOfficerComments = "chief_officer_comments",
        /// The force's draft of them.
        ChiefOfficerDraft = "chief_officer_draft",
    }
}

/// The texts a scope's sides may read; row security says the same, apart from this.
fn readable_parts(scope: &Scope) -> Vec<Part> {
    let mut parts = Vec::new();
    if scope.reads(Side::PolicingBody) {
        parts.extend([Part::PolicingBodyComments, Part::ReplyToChiefOfficer, Part::ChiefOfficerComments]);
    }
    if scope.reads(Side::Force) {
        parts.extend([Part::ChiefOfficerComments, Part::ChiefOfficerDraft]);
    }
    parts
}

/// Opens the responses of these areas to an inspection; gives the id and area of each.
pub async fn open(tx: &Tx<'_>, inspection_id: Uuid, areas: &[String]) -> Result<Vec<(Uuid, String)>, Problem> {
    let opened: Vec<(Uuid, String)> = areas.iter().map(|area| (Uuid::now_v7(), area.clone())).collect();
    let ids: Vec<Uuid> = opened.iter().map(|(id, _)| *id).collect();
    let count = tx
        .execute(
            "insert into responses (id, inspection_id, area, state, created_at, updated_at)
             select id, $2, area, 'received', $4, $4 from unnest($1::uuid[], $3::text[]) as o(id, area)",
            &[&ids, &inspection_id, &areas, &tx.call().at],
        )
        .await?;
    if count == opened.len() as u64 { Ok(opened) } else { Err(Problem::internal("not every response was opened")) }
}

/// Writes the record's own columns and counts its version up, where it stands at its version; gives the rows.
///
/// With a step, the state moves too: only the table gives one.
pub async fn update(tx: &Tx<'_>, it: &Record, step: Option<(&Step<State>, bool)>) -> Result<u64, Problem> {
    let (from, to) = step.map_or((it.state, it.state), |(step, whole)| (step.from(), step.to(whole)));
    tx.execute(
        "update responses
         set state = $4, edition = $5, invited_on = $6, comments_due_on = $7, comments_status = $8, comments_late = $9,
             signed_by = $10, signed_at = $11, submitted_issuer = $12, submitted_subject = $13, approved_issuer = $14,
             approved_subject = $15, approved_by = $16, approved_at = $17, approved_sha256 = $18,
             not_required_reason = $19, duplicate_of = $20, not_required_note = $21, version = version + 1,
             updated_at = $22
         where id = $1 and version = $2 and state = $3 and in_scope(area, $23)",
        &[
            &it.id,
            &it.version,
            &from,
            &to,
            &it.edition,
            &it.invited_on,
            &it.comments_due_on,
            &it.comments_status,
            &it.comments_late,
            &it.signed_by,
            &it.signed_at,
            &it.submitted_issuer,
            &it.submitted_subject,
            &it.approved_issuer,
            &it.approved_subject,
            &it.approved_by,
            &it.approved_at,
            &it.approved_sha256,
            &it.not_required_reason,
            &it.duplicate_of,
            &it.not_required_note,
            &tx.call().at,
            &tx.areas(),
        ],
    )
    .await
}

/// Writes a text, or takes it away.
pub async fn write_text(tx: &Tx<'_>, it: &Record, part: Part, text: Option<&str>) -> Result<u64, Problem> {
    let Some(text) = text else {
        let sql = "delete from response_texts where response_id = $1 and part = $2 and in_scope(area, $3)";
        return tx.execute(sql, &[&it.id, &part, &tx.areas()]).await;
    };
    tx.execute(
        "insert into response_texts (response_id, area, part, text, updated_at) values ($1, $2, $3, $4, $5)
         on conflict (response_id, part) do update set text = excluded.text, updated_at = excluded.updated_at",
        &[&it.id, &it.area, &part, &text, &tx.call().at],
    )
    .await
}

/// Writes the explanation of one recommendation.
pub async fn explain(tx: &Tx<'_>, it: &Record, explanation: &Explanation) -> Result<u64, Problem> {
    tx.execute(
        "insert into explanations (response_id, recommendation_id, area, branch, text, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (response_id, recommendation_id)
         do update set branch = excluded.branch, text = excluded.text, updated_at = excluded.updated_at",
        &[&it.id, &explanation.recommendation_id, &it.area, &explanation.branch, &explanation.text, &tx.call().at],
    )
    .await
}

/// Takes the explanation of one recommendation away.
pub async fn unexplain(tx: &Tx<'_>, it: &Record, recommendation_id: Uuid) -> Result<u64, Problem> {
    let sql = "delete from explanations where response_id = $1 and recommendation_id = $2 and in_scope(area, $3)";
    tx.execute(sql, &[&it.id, &recommendation_id, &tx.areas()]).await
}

/// Copies an edition to where anyone may read it, and makes it the current one.
pub async fn publish(tx: &Tx<'_>, it: &Record, edition: &Edition) -> Result<(), Problem> {
    let at = tx.call().at;
    tx.execute(
        "insert into published.responses (id, inspection_id, area, state, edition, version, created_at, updated_at)
         values ($1, $2, $3, 'published', $4, $5, $6, $7)
         on conflict (id) do update
         set state = 'published', edition = excluded.edition, copies = '[]', version = excluded.version,
             updated_at = excluded.updated_at",
        &[&it.id, &it.inspection_id, &it.area, &edition.edition, &(it.version + 1), &it.created_at, &at],
    )
    .await?;
    tx.execute(
        "update published.editions set superseded_at = $2 where response_id = $1 and superseded_at is null",
        &[&it.id, &at],
    )
    .await?;
    tx.execute(
        "insert into published.editions (response_id, edition, area, content, content_sha256, due_on, published_at,
                                         published_on, first_published_at, first_published_on, url, recorded_afterwards)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            &it.id,
            &edition.edition,
            &it.area,
            &Json(&edition.content),
            &edition.content_sha256,
            &it.due_on,
            &edition.published_at,
            &edition.published_on,
            &edition.first_published_at,
            &edition.first_published_on,
            &edition.url,
            &edition.recorded_afterwards,
        ],
    )
    .await?;
    Ok(())
}

/// Records the copies sent of the current edition.
pub async fn record_copies(tx: &Tx<'_>, it: &Record, copies: &[Copy], state: State) -> Result<u64, Problem> {
    tx.execute(
        "update published.responses set copies = $2, state = $3, version = $4, updated_at = $5 where id = $1",
        &[&it.id, &Json(copies), &state, &(it.version + 1), &tx.call().at],
    )
    .await
}

/// Every published edition of a response, newest first.
pub async fn editions(db: &Session<'_>, id: Uuid) -> Result<Vec<Edition>, Problem> {
    let sql = concat!(
        "select ",
        edition_columns!(),
        " from published.editions e where e.response_id = $1 order by e.edition desc"
    );
    db.all(sql, &[&id]).await
}
