//! The HTTP operation on tasks: `/v1/tasks`.

use actix_web::web::Data;

use super::model::{Task, TaskCount};
use super::store::{self, Tasks};
use crate::api::{Api, ApiResult, CountedPage, ListQuery};
use crate::auth::Caller;
use crate::auth::permissions::ReadTasks;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("tasks", "What waits for the caller.");
    api.get("/v1/tasks", "List your tasks", list).description(
        "Returns what waits for you, earliest day first; then what has no day or is not yet recorded. A task is a step \
         that your roles permit on a record whose needs are met. With `count=true`, `counts` has the number of each kind.",
    );
}

async fn list(
    caller: Caller<ReadTasks>,
    db: Data<Db>,
    query: ListQuery<Tasks>,
) -> ApiResult<CountedPage<Task, TaskCount>> {
    let (actor, today) = (&caller.actor, caller.today());
    let ((rows, total), counts) = db
        .read(actor, async |db| {
            let page = store::page(db, &query, actor, today).await?;
            let counts = if query.count { Some(store::count_by_kind(db, &query, actor, today).await?) } else { None };
            Ok((page, counts))
        })
        .await?;
    CountedPage::new(query.page(rows, total), counts.as_deref())
}
