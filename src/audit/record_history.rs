//! The history of one record, for callers who may read the record: its transitions, and its events with their changes.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;
use uuid::Uuid;

use super::model::{RecordHistory, TransitionHistory};
use super::store;
use crate::api::{ApiResult, Argument, Fault, Json, ListOrder, OperationDoc, Problem, ProblemKind, parameter};
use crate::auth::Call;
use crate::db::{Db, Session};

/// The order of a record's transitions and of its history, if the request states none: that of the audit log.
const DEFAULT_ORDER: ListOrder = ListOrder::NewestFirst;

/// The query parameters of a history: its order, and between which versions its events are.
#[derive(Clone, Copy, Debug)]
pub struct HistoryPage {
    /// The order of the events.
    pub order: ListOrder,
    /// Only events of older versions than this one are returned.
    pub before: Option<i64>,
    /// Only events of newer versions than this one are returned.
    pub after: Option<i64>,
}

impl HistoryPage {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let mut version = |name: &'static str, min: i64| match parameter(request, name)? {
            None => Ok::<_, Problem>(None),
            Some(given) => Ok(given.parse().ok().filter(|version| *version >= min).or_else(|| {
                let detail = format!("`{name}` must be a version of the record: a whole number of {min} or more.");
                faults.push(Fault::query(name, "out_of_range", detail));
                None
            })),
        };
        let (before, after) = (version("before", 1)?, version("after", 0)?);
        if !faults.is_empty() {
            return Err(Problem::with_faults(ProblemKind::InvalidParameters, faults));
        }
        Ok(Self { order: ListOrder::read(request, DEFAULT_ORDER)?, before, after })
    }
}

impl FromRequest for HistoryPage {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for HistoryPage {
    fn describe(doc: &mut OperationDoc) {
        let description = "The order of the events: `desc` for newest first, `asc` for oldest first.";
        DEFAULT_ORDER.describe_as_default(doc, description);
        let mut version = |name: &str, minimum: i64, description: &str| {
            let schema = json!({ "type": "integer", "format": "int64", "minimum": minimum, "maximum": i64::MAX });
            doc.parameter("query", name, false, description, schema);
        };
        version(
            "before",
            1,
            "Returns only events of versions below this one. Send `next_before` of the previous page.",
        );
        version(
            "after",
            0,
            "Returns only events of versions above this one. With `order=asc`, send `next_after` of the previous page.",
        );
        doc.problem(ProblemKind::InvalidParameters);
    }
}

/// The query parameter `order` of a record's transitions.
#[derive(Clone, Copy, Debug)]
pub struct TransitionOrder(pub ListOrder);

impl FromRequest for TransitionOrder {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(ListOrder::read(request, DEFAULT_ORDER).map(Self))
    }
}

impl Argument for TransitionOrder {
    fn describe(doc: &mut OperationDoc) {
        let description = "The order of the transitions: `desc` for newest first, `asc` for oldest first.";
        DEFAULT_ORDER.describe_as_default(doc, description);
    }
}

/// Returns a record's transitions in an order. `find` must return the record if the caller may read it.
///
/// # Errors
/// 404 if `find` returns `None`.
pub async fn transition_history<T>(
    db: &Db,
    call: &Call,
    id: Uuid,
    order: ListOrder,
    find: impl AsyncFn(&Session<'_>) -> Result<Option<T>, Problem>,
) -> ApiResult<Json<TransitionHistory>> {
    let items = db
        .read(&call.actor, async |db| {
            find(db).await?.ok_or_else(Problem::not_found)?;
            store::list_transitions(db, id, order).await
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
            store::list_changes(db, resource, id, page).await
        })
        .await?;
    Ok(Json::plain(history))
}
