//! The statement for the list of imports: proposals and strict imports of rows in one order.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::proposals::sees_proposals;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::db::{FromRow, Session, list};
use crate::imports::row_import::StartedBy;
use crate::imports::summary::{ImportSummary, ImportType};

/// The states of both kinds of import.
const STATES: &[&str] = &["proposed", "accepted", "discarded", "undone", "running", "done", "failed"];

/// The filters and sorts of the list of imports.
#[derive(Debug)]
pub enum Imports {}

impl ListDefinition for Imports {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",          FilterType::Labels,        "area = any ($)",     "Returns only imports for these police areas."),
        ("state",         FilterType::OneOf(STATES), "state = any ($)",    "Returns only imports in these states."),
        ("inspection_id", FilterType::Id,            "inspection_id = $",  "Returns only imports that wrote into this inspection."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("created_at", "created_at", "timestamptz"),
        ("updated_at", "updated_at", "timestamptz"),
    ];
    const DEFAULT_SORT: &'static str = "-created_at";
}

/// The imports in scope: of the areas $1, for a registrar ($2) those of registrars, and proposals only if $3 is true.
const ROWS: [&str; 2] = [
    "select id, area, 'document' as type, state, format, filename, reading #>> '{inspection,title,value}' as title,
            inspection_id, issuer, subject, name, version, created_at, updated_at, finished_at, expires_at
     from import_proposals where (in_scope(area, $1) and $3 or by_registrar and $2)",
    "select id, area, 'rows' as type, state, kind as format, null::text as filename, null::text as title,
            inspection_id, issuer, subject, name, version, created_at, updated_at, finished_at,
            null::timestamptz as expires_at
     from imports where (in_scope(area, $1) or area is null and $2)",
];

impl FromRow for ImportSummary {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let id: Uuid = row.try_get("id")?;
        let kind: ImportType = row.try_get("type")?;
        let by =
            StartedBy { issuer: row.try_get("issuer")?, subject: row.try_get("subject")?, name: row.try_get("name")? };
        Ok(Self {
            id,
            area: row.try_get("area")?,
            kind,
            state: row.try_get("state")?,
            format: row.try_get("format")?,
            filename: row.try_get("filename")?,
            title: row.try_get("title")?,
            inspection_id: row.try_get("inspection_id")?,
            by,
            version: row.try_get("version")?,
            created_at: row.try_get::<_, DateTime<Utc>>("created_at")?,
            updated_at: row.try_get("updated_at")?,
            finished_at: row.try_get("finished_at")?,
            expires_at: row.try_get("expires_at")?,
            links: [("self", format!("/v1/imports/{id}"))].into(),
        })
    }
}

/// Returns one page of the imports that the caller can see.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<Imports>,
) -> Result<(Vec<(ImportSummary, Cursor)>, Option<i64>), Problem> {
    list(db, &ROWS, &[&db.areas(), &db.is_registrar(), &sees_proposals(db)], query).await
}
