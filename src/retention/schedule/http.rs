//! The HTTP operation on review dates: `/v1/retention`.

use actix_web::web::Data;

use super::model::RetentionEntry;
use super::store::{self, Schedule};
use crate::api::{Api, ApiResult, ListQuery, Page};
use crate::auth::Caller;
use crate::auth::permissions::ReadRetention;
use crate::db::{AuditedRead, Db, Tx};

/// Declares the operation.
pub fn operations(api: &mut Api) {
    api.get("/v1/retention", "List review dates", list).description(
        "Returns the finished records of your areas with their review dates: responses that were published or are not \
         required, and evidence that was accepted, rejected or withdrawn. Each entry states whether the record is \
         under a legal hold, and the id of an open disposal.",
    );
}

async fn list(
    caller: Caller<ReadRetention>,
    db: Data<Db>,
    query: ListQuery<Schedule>,
) -> ApiResult<Page<RetentionEntry>> {
    // Row security shows OFFICIAL-SENSITIVE evidence only to an audited read. The read has no events, because an entry
    // contains the dates of an item but not its content.
    let page = async |tx: &Tx<'_>| Ok(AuditedRead::new(store::page(tx, &query).await?, Vec::new()));
    let (rows, total) = db.read_audited(&caller, page).await?;
    Ok(Page(query.page(rows, total)))
}
