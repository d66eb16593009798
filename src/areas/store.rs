//! Areas in the database. Their settings are in a table of their own, with row security by area.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::model::{Area, AreaRules, AreaSettings, AreaTitles, Country, Force, PolicingBody, PolicingBodyKind};
use super::requests::{AreaReplacement, AreaSettingsAmendment};
use crate::api::{Cursor, FilterType, ListDefinition, ListQuery, Problem};
use crate::db::{FromRow, Public, Session, Tx, list};
use crate::vocabulary::WireName;

macro_rules! columns {
    () => {
        "id, code, name, country, policing_body_name, policing_body_kind, office_holder_title, policing_body_since,
         force_name, chief_officer_title, valid_from, valid_to, successor, version, created_at, updated_at"
    };
}

const PUBLISHED: &str = concat!("select ", columns!(), " from published.areas");
/// The columns of the settings are null unless the area is in the scope $1.
const RECORD: &str = concat!(
    "select ",
    columns!(),
    ", s.afi_explanation_required, s.comments_days, s.reminder_days, s.retention_years,
            s.notification_addresses, s.reminders_on_working_days, s.escalate_late_days, s.escalate_unopened_days
     from areas
     left join area_settings s on s.area = code and in_scope(s.area, $1)"
);

impl FromRow for Area {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let code: String = row.try_get("code")?;
        // `published.areas` has no such columns: the public reads no settings.
        let settings = match row.try_get::<_, Option<bool>>("afi_explanation_required") {
            Ok(Some(afi_explanation_required)) => Some(AreaSettings {
                afi_explanation_required,
                comments_days: row.try_get("comments_days")?,
                reminder_days: row.try_get("reminder_days")?,
                retention_years: row.try_get("retention_years")?,
                notification_addresses: row.try_get::<_, Json<_>>("notification_addresses")?.0,
                reminders_on_working_days: row.try_get("reminders_on_working_days")?,
                escalate_late_days: row.try_get("escalate_late_days")?,
                escalate_unopened_days: row.try_get("escalate_unopened_days")?,
            }),
            _ => None,
        };
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            country: row.try_get("country")?,
            policing_body: PolicingBody {
                name: row.try_get("policing_body_name")?,
                kind: row.try_get("policing_body_kind")?,
                office_holder_title: row.try_get("office_holder_title")?,
                since: row.try_get("policing_body_since")?,
            },
            force: Force { name: row.try_get("force_name")?, chief_officer_title: row.try_get("chief_officer_title")? },
            valid_from: row.try_get("valid_from")?,
            valid_to: row.try_get("valid_to")?,
            successor: row.try_get("successor")?,
            settings,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            links: [
                ("self", format!("/v1/areas/{code}")),
                ("responses", format!("/v1/responses?area={code}")),
                ("inspections", format!("/v1/inspections?area={code}")),
                ("history", format!("/v1/areas/{code}/history")),
            ]
            .into(),
            code,
        })
    }
}

/// The filters and sorts of the list of areas.
#[derive(Debug)]
pub enum Areas {}

impl ListDefinition for Areas {
    #[rustfmt::skip]
    const FILTERS: &'static [crate::api::Filter] = &[
        ("country",             FilterType::OneOf(Country::NAMES),          "country = any ($)",            "Returns only areas in these countries."),
        ("policing_body_kind",  FilterType::OneOf(PolicingBodyKind::NAMES), "policing_body_kind = any ($)", "Returns only areas with a policing body of one of these kinds."),
        ("valid_on",            FilterType::Date, "coalesce(valid_from <= $, true) and coalesce(valid_to >= $, true)",     "Returns only areas that exist on this day."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [crate::api::Sort] = &[
        ("code", "code collate \"C\"", "text"),
        ("name", "name collate \"C\"", "text"),
    ];
    const DEFAULT_SORT: &'static str = "code";
}

/// Returns one page of published areas.
pub async fn page_public(
    db: &Public<'_>,
    query: &ListQuery<Areas>,
) -> Result<(Vec<(Area, Cursor)>, Option<i64>), Problem> {
    list(db, &[PUBLISHED], &[], query).await
}

/// Returns one page of areas. An area in the caller's scope has its settings.
pub async fn page(db: &Session<'_>, query: &ListQuery<Areas>) -> Result<(Vec<(Area, Cursor)>, Option<i64>), Problem> {
    list(db, &[RECORD], &[&db.areas()], query).await
}

/// Returns a published area.
pub async fn find_public(db: &Public<'_>, code: &str) -> Result<Option<Area>, Problem> {
    db.find(concat!("select ", columns!(), " from published.areas where code = $1"), &[&code]).await
}

/// Returns an area, with its settings if the area is in the caller's scope.
pub async fn find(db: &Session<'_>, code: &str) -> Result<Option<Area>, Problem> {
    let mut sql = crate::db::Sql::from(RECORD);
    sql.push(" where code = $2");
    db.find(sql, &[&db.areas(), &code]).await
}

/// Inserts an area with default settings and an empty import profile, or replaces the one that was read as `stored`. Returns none if the stored
/// version has changed since.
pub async fn upsert(
    tx: &Tx<'_>,
    code: &str,
    request: &AreaReplacement,
    stored: Option<&Area>,
    at: DateTime<Utc>,
) -> Result<Option<Area>, Problem> {
    let (id, version) = stored.map_or((Uuid::now_v7(), 1), |area| (area.id, area.version + 1));
    let rows = tx
        .execute(
            "insert into areas (id, code, name, country, policing_body_name, policing_body_kind, office_holder_title,
                            policing_body_since, force_name, chief_officer_title, valid_from, valid_to, successor,
                            version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
         on conflict (code) do update
         set name = $3, country = $4, policing_body_name = $5, policing_body_kind = $6, office_holder_title = $7,
             policing_body_since = $8, force_name = $9, chief_officer_title = $10, valid_from = $11, valid_to = $12,
             successor = $13, version = $14, updated_at = $15
         where areas.version = $14 - 1",
            &[
                &id,
                &code,
                &&*request.name,
                &request.country,
                &request.policing_body.name,
                &request.policing_body.kind,
                &request.policing_body.office_holder_title,
                &request.policing_body.since,
                &request.force.name,
                &request.force.chief_officer_title,
                &request.valid_from,
                &request.valid_to,
                &request.successor,
                &version,
                &at,
            ],
        )
        .await?;
    if rows == 0 {
        return Ok(None);
    }
    if stored.is_none() {
        tx.execute("insert into area_settings (area) values ($1)", &[&code]).await?;
        let sql = "insert into import_profiles (area, created_at, updated_at) values ($1, $2, $2)";
        tx.execute(sql, &[&code, &at]).await?;
    }
    find(tx, code).await
}

/// Updates the settings of an area at this version. Returns the number of rows: 0 if the version has changed since.
pub async fn update_settings(
    tx: &Tx<'_>,
    area: &Area,
    to: &AreaSettingsAmendment,
    at: DateTime<Utc>,
) -> Result<u64, Problem> {
    let reminders: Option<Vec<i32>> = to.reminder_days.as_ref().map(|days| days.iter().map(|day| day.0).collect());
    tx.execute(
        "with counted as (
             update areas set version = version + 1, updated_at = $6
             where code = $1 and in_scope(code, $7) and version = $2
             returning code
         )
         update area_settings s
         set afi_explanation_required = coalesce($3, s.afi_explanation_required),
             comments_days = coalesce($4, s.comments_days),
             reminder_days = coalesce($5, s.reminder_days), retention_years = coalesce($8, s.retention_years),
             notification_addresses = coalesce($9, s.notification_addresses),
             reminders_on_working_days = coalesce($10, s.reminders_on_working_days),
             escalate_late_days = case when $11 then $12 else s.escalate_late_days end,
             escalate_unopened_days = case when $13 then $14 else s.escalate_unopened_days end
         from counted
         where s.area = counted.code",
        &[
            &area.code,
            &area.version,
            &to.afi_explanation_required,
            &to.comments_days,
            &reminders,
            &at,
            &tx.areas(),
            &to.retention_years,
            &to.notification_addresses.as_ref().map(Json),
            &to.reminders_on_working_days,
            &to.escalate_late_days.is_some(),
            &to.escalate_late_days.flatten(),
            &to.escalate_unopened_days.is_some(),
            &to.escalate_unopened_days.flatten(),
        ],
    )
    .await
}

impl FromRow for AreaRules {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            afi_explanation_required: row.try_get("afi_explanation_required")?,
            comments_days: row.try_get("comments_days")?,
        })
    }
}

/// Returns the settings that decide about the responses of an area in scope.
pub async fn find_rules(db: &Session<'_>, code: &str) -> Result<AreaRules, Problem> {
    let sql = "select afi_explanation_required, comments_days from area_settings
               where area = $1 and in_scope(area, $2)";
    db.find(sql, &[&code, &db.areas()]).await?.ok_or_else(Problem::not_found)
}

impl FromRow for AreaTitles {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            policing_body: row.try_get("policing_body_name")?,
            office_holder: row.try_get("office_holder_title")?,
            force: row.try_get("force_name")?,
            chief_officer: row.try_get("chief_officer_title")?,
        })
    }
}

/// Returns the names and titles of an area's policing body and force. Every database role may read them.
pub async fn find_titles(db: &Session<'_>, code: &str) -> Result<AreaTitles, Problem> {
    let sql = "select policing_body_name, office_holder_title, force_name, chief_officer_title
               from published.areas where code = $1";
    db.find(sql, &[&code]).await?.ok_or_else(Problem::not_found)
}

/// Returns the codes of the areas that exist on a day. If `among` is present, the result holds only these codes.
pub async fn codes_valid_on(db: &Session<'_>, on: NaiveDate, among: Option<&[String]>) -> Result<Vec<String>, Problem> {
    let sql = "select code from published.areas
               where coalesce(valid_from <= $1, true) and coalesce(valid_to >= $1, true)
                 and (code = any ($2) or $2::text[] is null)
               order by code";
    let rows = db.query(sql, &[&on, &among]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Returns the codes of all areas, past and present.
pub async fn codes(db: &Session<'_>) -> Result<Vec<String>, Problem> {
    let rows = db.query("select code from published.areas order by code", &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
