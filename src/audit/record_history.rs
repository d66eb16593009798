//! The history of one record, for callers who may read the record: its transitions, and its events with their changes.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;
use uuid::Uuid;

use super::model::{RecordHistory, TransitionHistory};
use super::store;
use crate::api::{ApiResult, Argument, Fault, Json, OperationDoc, Problem, ProblemKind, parameter};
use crate::auth::Call;
use crate::db::{Db, Session};

/// The query parameter `before`: only events of older versions than this one are returned.
#[derive(Clone, Copy, Debug)]
pub struct HistoryPage(pub Option<i64>);

impl FromRequest for HistoryPage {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let read = |given: String| {
            given.parse().ok().filter(|version| *version > 0).ok_or_else(|| {
                let fault = Fault::query(
                    "before",
                    "out_of_range",
                    "`before` must be a version of the record: a whole number of 1 or more.",
                );
                Problem::with_faults(ProblemKind::InvalidParameters, vec![fault])
            })
        };
        ready(parameter(request, "before").and_then(|given| given.map(read).transpose()).map(Self))
    }
}

impl Argument for HistoryPage {
    fn describe(doc: &mut OperationDoc) {
        let schema = json!({ "type": "integer", "format": "int64", "minimum": 1, "maximum": i64::MAX });
        doc.parameter(
            "query",
            "before",
            false,
            "Returns only events of versions below this one. Send `next_before` of the previous page.",
            schema,
        );
        doc.problem(ProblemKind::InvalidParameters);
    }
}

/// Returns a record's transitions. `find` must return the record if the caller may read it.
///
/// # Errors
/// 404 if `find` returns `None`.
pub async fn transition_history<T>(
    db: &Db,
    call: &Call,
    id: Uuid,
    find: impl AsyncFn(&Session<'_>) -> Result<Option<T>, Problem>,
) -> ApiResult<Json<TransitionHistory>> {
    let items = db
        .read(&call.actor, async |db| {
            find(db).await?.ok_or_else(Problem::not_found)?;
            store::list_transitions(db, id).await
        })
        .await?;
    Ok(Json::plain(TransitionHistory { items }))
}

/// Returns a record's events with the members that each changed. `find` must return the record's id if the caller may
/// read the record.
///
/// # Errors
/// 404 if `find` returns `None`.
pub async fn change_history(
    db: &Db,
    call: &Call,
    resource: &'static str,
    page: HistoryPage,
    find: impl AsyncFn(&Session<'_>) -> Result<Option<Uuid>, Problem>,
) -> ApiResult<Json<RecordHistory>> {
    let history = db
        .read(&call.actor, async |db| {
            let id = find(db).await?.ok_or_else(Problem::not_found)?;
            store::list_changes(db, resource, id, page.0).await
        })
        .await?;
    Ok(Json::plain(history))
}
