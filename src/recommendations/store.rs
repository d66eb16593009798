//! Recommendations in the database: the record, and the copy that anyone may read.

use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::model::{Addressee, Recommendation, RecommendationKind, RecommendationTarget, TargetBasis};
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::db::{FromRow, Public, Session, Sql, Tx, list};
use crate::vocabulary::WireName;

macro_rules! columns {
    () => {
        "id, inspection_id, reference, number, ordinal, kind, cause_of_concern_id, text, addressees, target_kind,
         target_text, target_on, themes, supersedes, reiterates, errata, version, created_at, updated_at"
    };
}

pub(super) use columns;

const PUBLISHED: &str =
    concat!("select ", columns!(), ", null as target_basis, false as draft from published.recommendations where true");
/// Of the inspections that others were shown, and of drafts of the areas in scope ($1) or, for a registrar ($2), of all.
pub(super) const RECORD: &str = concat!(
    "select ",
    columns!(),
    ", target_basis,
            (select i.state <> 'published' from inspections i where i.id = inspection_id) as draft
     from recommendations
     where (select i.shown_at is not null or in_scope(i.registered_by, $1) or $2
            from inspections i where i.id = inspection_id)"
);

impl FromRow for Recommendation {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (id, inspection_id) = (row.try_get("id")?, row.try_get("inspection_id")?);
        Ok(Self {
            id,
            inspection_id,
            reference: row.try_get("reference")?,
            number: row.try_get("number")?,
            kind: row.try_get("kind")?,
            cause_of_concern_id: row.try_get("cause_of_concern_id")?,
            text: row.try_get("text")?,
            addressees: row.try_get("addressees")?,
            target: RecommendationTarget {
                kind: row.try_get("target_kind")?,
                text: row.try_get("target_text")?,
                on: row.try_get("target_on")?,
            },
            themes: row.try_get("themes")?,
            supersedes: row.try_get("supersedes")?,
            reiterates: row.try_get("reiterates")?,
            errata: row.try_get::<_, Json<_>>("errata")?.0,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            links: Self::links(id, inspection_id),
            ordinal: row.try_get("ordinal")?,
            target_basis: row.try_get::<_, Option<_>>("target_basis")?.unwrap_or(TargetBasis::NoDate),
        })
    }
}

/// The list of recommendations.
#[derive(Debug)]
pub enum Recommendations {}

impl Listing for Recommendations {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("inspection_id", Field::Id,                               "inspection_id = $",   "Those of one inspection."),
        ("reference",     Field::Texts,                            "reference = any ($)", "Those with these references."),
        ("kind",          Field::Words(RecommendationKind::NAMES), "kind = any ($)",      "Those of these kinds."),
        ("addressee",     Field::Words(Addressee::NAMES),          "addressees && $",     "Those addressed to one of these."),
        ("theme",         Field::Texts,                            "themes && $",         "Those on one of these themes."),
        ("q", Field::Text,
         "published.is_answerable(published.sought($)) and (
              id in (select id from published.texts where facets @> '{type:recommendation}' and words @@ published.sought($))
              or draft and published.words(reference, text) @@ published.sought($))",
         "Words in the reference or the text. Not ranked: see /v1/search."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("inspection_id", "inspection_id",              "uuid"),
        ("number",        "ordinal",                    "integer"),
        ("reference",     "reference collate \"C\"",    "text"),
        ("target_on",     "coalesce(target_on, 'infinity')", "date"),
        ("created_at",    "created_at",                 "timestamptz"),
        ("updated_at",    "updated_at",                 "timestamptz"),
    ];
    const DEFAULT: &'static str = "inspection_id,number";
}

type Rows = (Vec<(Recommendation, Cursor)>, Option<i64>);

/// One page of published recommendations.
pub async fn page_public(db: &Public<'_>, query: &Query<Recommendations>) -> Result<Rows, Problem> {
    list(db, &[PUBLISHED], &[], query).await
}

/// One page of what the caller can see.
pub async fn page(db: &Session<'_>, query: &Query<Recommendations>) -> Result<Rows, Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.is_registrar()], query).await
}

/// One published recommendation.
pub async fn find_public(db: &Public<'_>, id: Uuid) -> Result<Option<Recommendation>, Problem> {
    let mut sql = Sql::from(PUBLISHED);
    sql.push(" and id = $1");
    db.find(sql, &[&id]).await
}

/// One recommendation that the caller can see.
pub async fn find(db: &Session<'_>, id: Uuid) -> Result<Option<Recommendation>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and id = $3");
    db.find(sql, &[&db.areas(), &db.is_registrar(), &id]).await
}

/// Every recommendation of an inspection that the caller can see, in the report's order.
pub async fn of_inspection(db: &Session<'_>, inspection_id: Uuid) -> Result<Vec<Recommendation>, Problem> {
    let mut sql = Sql::from(RECORD);
    sql.push(" and inspection_id = $3 order by ordinal, id");
    db.all(sql, &[&db.areas(), &db.is_registrar(), &inspection_id]).await
}

/// Every published recommendation of an inspection, in the report's order.
pub async fn of_inspection_public(db: &Session<'_>, inspection_id: Uuid) -> Result<Vec<Recommendation>, Problem> {
    let mut sql = Sql::from(PUBLISHED);
    sql.push(" and inspection_id = $1 order by ordinal, id");
    db.all(sql, &[&inspection_id]).await
}

/// The place after the last recommendation of an inspection.
pub async fn next_ordinal(tx: &Tx<'_>, inspection_id: Uuid) -> Result<i32, Problem> {
    let sql = "select coalesce(max(ordinal), 0) + 1 from recommendations where inspection_id = $1";
    let row = tx.maybe(sql, &[&inspection_id]).await?;
    Ok(row.map_or(1, |row| row.get(0)))
}

/// Whether recommendations belong to it, as they do to a cause of concern.
pub async fn is_parent(tx: &Tx<'_>, it: &Recommendation) -> Result<bool, Problem> {
    let sql = "select from recommendations where inspection_id = $1 and cause_of_concern_id = $2 limit 1";
    Ok(tx.maybe(sql, &[&it.inspection_id, &it.id]).await?.is_some())
}

/// Enters a new recommendation.
pub async fn insert(tx: &Tx<'_>, it: &Recommendation) -> Result<u64, Problem> {
    tx.execute(
        concat!(
            "insert into recommendations (",
            columns!(),
            ", target_basis) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '[]', $16, $17, $17,
                                     $18)"
        ),
        &[
            &it.id,
            &it.inspection_id,
            &it.reference,
            &it.number,
            &it.ordinal,
            &it.kind,
            &it.cause_of_concern_id,
            &it.text,
            &it.addressees,
            &it.target.kind,
            &it.target.text,
            &it.target.on,
            &it.themes,
            &it.supersedes,
            &it.reiterates,
            &it.version,
            &it.created_at,
            &it.target_basis,
        ],
    )
    .await
}

/// Writes the members that can be amended, where it stands at its version.
pub async fn update(tx: &Tx<'_>, it: &Recommendation) -> Result<u64, Problem> {
    tx.execute(
        "update recommendations
         set reference = $2, number = $3, kind = $4, cause_of_concern_id = $5, text = $6, addressees = $7,
             target_kind = $8, target_text = $9, target_on = $10, themes = $11, supersedes = $12, reiterates = $13,
             errata = $14, version = version + 1, updated_at = $15, target_basis = $17
         where id = $1 and version = $16",
        &[
            &it.id,
            &it.reference,
            &it.number,
            &it.kind,
            &it.cause_of_concern_id,
            &it.text,
            &it.addressees,
            &it.target.kind,
            &it.target.text,
            &it.target.on,
            &it.themes,
            &it.supersedes,
            &it.reiterates,
            &Json(&it.errata),
            &tx.call().at,
            &it.version,
            &it.target_basis,
        ],
    )
    .await
}

/// Writes the day that its target means and why; where the day moved, that counts as a change.
pub(super) async fn date(tx: &Tx<'_>, it: &Recommendation, moved: bool) -> Result<u64, Problem> {
    tx.execute(
        "update recommendations
         set target_on = $2, target_basis = $3, version = case when $5 then version + 1 else version end,
             updated_at = case when $5 then $4 else updated_at end
         where id = $1",
        &[&it.id, &it.target.on, &it.target_basis, &tx.call().at, &moved],
    )
    .await
}

/// Takes a recommendation out of a draft.
pub async fn delete(tx: &Tx<'_>, id: Uuid) -> Result<u64, Problem> {
    tx.execute("delete from recommendations where id = $1", &[&id]).await
}

/// Copies the recommendations of an inspection to where anyone may read them, in place of what stood there.
pub async fn publish(tx: &Tx<'_>, inspection_id: Uuid) -> Result<u64, Problem> {
    tx.execute(
        concat!(
            "insert into published.recommendations (",
            columns!(),
            ") select ",
            columns!(),
            " from recommendations where inspection_id = $1
             on conflict (id) do update
             set text = excluded.text, errata = excluded.errata, target_on = excluded.target_on,
                 version = excluded.version, updated_at = excluded.updated_at"
        ),
        &[&inspection_id],
    )
    .await
}
