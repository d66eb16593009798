//! The same API as the documentation of axum and sqlx suggests to write it: published recommendations singly, in pages
//! and by search, and transitions of assignments with their event. `TUNED` removes the ping before each use of a
//! connection and forces generic plans.

use std::env;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{FromRow, PgPool};
use uuid::Uuid;

type JsonResult = Result<Json<Value>, StatusCode>;

#[derive(FromRow)]
struct Recommendation {
    id: Uuid,
    inspection_id: Uuid,
    reference: String,
    number: String,
    kind: String,
    cause_of_concern_id: Option<Uuid>,
    text: String,
    addressees: Vec<String>,
    target_kind: String,
    target_text: Option<String>,
    target_on: Option<NaiveDate>,
    themes: Vec<String>,
    supersedes: Option<Uuid>,
    reiterates: Option<Uuid>,
    errata: Value,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A recommendation as the response holds it.
#[derive(Serialize)]
struct RecommendationBody {
    id: Uuid,
    inspection_id: Uuid,
    reference: String,
    number: String,
    kind: String,
    cause_of_concern_id: Option<Uuid>,
    text: String,
    addressees: Vec<String>,
    target: Target,
    themes: Vec<String>,
    supersedes: Option<Uuid>,
    reiterates: Option<Uuid>,
    errata: Value,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    links: Links,
}

#[derive(Serialize)]
struct Target {
    kind: String,
    text: Option<String>,
    on: Option<NaiveDate>,
}

#[derive(Serialize)]
struct Links {
    assignments: String,
    history: String,
    inspection: String,
    #[serde(rename = "self")]
    own: String,
}

impl From<Recommendation> for RecommendationBody {
    fn from(it: Recommendation) -> Self {
        let (id, inspection_id) = (it.id, it.inspection_id);
        Self {
            id,
            inspection_id,
            reference: it.reference,
            number: it.number,
            kind: it.kind,
            cause_of_concern_id: it.cause_of_concern_id,
            text: it.text,
            addressees: it.addressees,
            target: Target { kind: it.target_kind, text: it.target_text, on: it.target_on },
            themes: it.themes,
            supersedes: it.supersedes,
            reiterates: it.reiterates,
            errata: it.errata,
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
            links: Links {
                assignments: format!("/v1/assignments?recommendation_id={id}"),
                history: format!("/v1/recommendations/{id}/history"),
                inspection: format!("/v1/inspections/{inspection_id}"),
                own: format!("/v1/recommendations/{id}"),
            },
        }
    }
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    limit: i64,
}

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum Transition {
    Depend { dependency: String },
    Resume,
}

fn internal_error(error: sqlx::Error) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn get_recommendation(
    State(db): State<PgPool>,
    Path(id): Path<Uuid>,
) -> Result<Json<RecommendationBody>, StatusCode> {
    let found: Option<Recommendation> = sqlx::query_as("select * from published.recommendations where id = $1")
        .bind(id)
        .fetch_optional(&db)
        .await
        .map_err(internal_error)?;
    found.map(|it| Json(it.into())).ok_or(StatusCode::NOT_FOUND)
}

async fn list_recommendations(State(db): State<PgPool>, Query(parameters): Query<Parameters>) -> JsonResult {
    let sql = "select * from published.recommendations where kind = $1 order by inspection_id, ordinal, id limit $2";
    let found: Vec<Recommendation> = sqlx::query_as(sql)
        .bind(&parameters.kind)
        .bind(parameters.limit + 1)
        .fetch_all(&db)
        .await
        .map_err(internal_error)?;
    let limit = usize::try_from(parameters.limit).unwrap_or(50);
    let next = (found.len() > limit).then(|| found[limit - 1].id);
    let items: Vec<RecommendationBody> = found.into_iter().take(limit).map(RecommendationBody::from).collect();
    Ok(Json(json!({ "items": items, "next_cursor": next })))
}

#[derive(FromRow, Serialize)]
struct Hit {
    id: Uuid,
    reference: String,
    rank: f32,
    highlight: String,
}

async fn search(State(db): State<PgPool>, Query(parameters): Query<Parameters>) -> JsonResult {
    let sql = "select id, reference, rank, ts_headline('english', text, query) as highlight
               from (select id, reference, text, query, ts_rank(to_tsvector('english', text), query) as rank
                     from published.recommendations, websearch_to_tsquery('english', $1) as query
                     where to_tsvector('english', text) @@ query
                     order by rank desc, id limit $2) found";
    let items: Vec<Hit> =
        sqlx::query_as(sql).bind(&parameters.q).bind(parameters.limit).fetch_all(&db).await.map_err(internal_error)?;
    Ok(Json(json!({ "items": items })))
}

async fn transition(
    State(db): State<PgPool>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Json(body): Json<Transition>,
) -> JsonResult {
    let etag = headers.get("if-match").and_then(|etag| etag.to_str().ok()).ok_or(StatusCode::PRECONDITION_REQUIRED)?;
    let mut tx = db.begin().await.map_err(internal_error)?;
    let assignment: Option<(String, String, i64)> =
        sqlx::query_as("select area, force_status, version from record.assignments where id = $1 for update")
            .bind(id)
            .fetch_optional(&mut *tx)
            .await
            .map_err(internal_error)?;
    let (area, from, version) = assignment.ok_or(StatusCode::NOT_FOUND)?;
    if etag != format!("\"v{version}\"") {
        return Err(StatusCode::PRECONDITION_FAILED);
    }
    let (action, to, dependency) = match (body, from.as_str()) {
        (Transition::Depend { dependency }, "in_progress") => ("depend", "dependent_on_other", Some(dependency)),
        (Transition::Resume, "dependent_on_other") => ("resume", "in_progress", None),
        _ => return Err(StatusCode::CONFLICT),
    };
    let at = Utc::now();
    sqlx::query(
        "update record.assignments set force_status = $2, dependency = $3, version = version + 1, updated_at = $4
         where id = $1",
    )
    .bind(id)
    .bind(to)
    .bind(&dependency)
    .bind(at)
    .execute(&mut *tx)
    .await
    .map_err(internal_error)?;
    sqlx::query(
        "insert into bench.events (id, at, area, actor_issuer, actor_subject, actor_roles, resource, resource_id, version,
                                   action, from_state, to_state, request_id)
         values ($1, $2, $3, 'peer', 'peer', '{constabulary}', 'assignment', $4, $5, $6, $7, $8, 'peer')",
    )
    .bind(Uuid::now_v7())
    .bind(at)
    .bind(&area)
    .bind(id)
    .bind(version + 1)
    .bind(action)
    .bind(&from)
    .bind(to)
    .execute(&mut *tx)
    .await
    .map_err(internal_error)?;
    tx.commit().await.map_err(internal_error)?;
    Ok(Json(json!({ "id": id, "area": area, "force_status": to, "dependency": dependency, "version": version + 1,
                    "updated_at": at })))
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tuned = env::var_os("TUNED").is_some();
    let mut options: PgConnectOptions = env::var("DATABASE_URL")?.parse()?;
    let mut pool = PgPoolOptions::new().max_connections(16);
    if tuned {
        options = options.options([("plan_cache_mode", "force_generic_plan")]);
        pool = pool.test_before_acquire(false);
    }
    let app = Router::new()
        .route("/readyz", get(|| async { "ready" }))
        .route("/v1/recommendations/{id}", get(get_recommendation))
        .route("/v1/recommendations", get(list_recommendations))
        .route("/v1/search", get(search))
        .route("/v1/assignments/{id}/transitions", post(transition))
        .with_state(pool.connect_with(options).await?);
    let listener = tokio::net::TcpListener::bind(env::var("LISTEN")?).await?;
    Ok(axum::serve(listener, app).await?)
}
