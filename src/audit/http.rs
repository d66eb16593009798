//! The operation of `/v1/audit-events`.

use actix_web::web::Data;

use super::model::AuditEvent;
use super::store::{self, AuditEvents};
use crate::api::{Api, ApiResult, ListQuery, Page};
use crate::auth::Caller;
use crate::auth::permissions::ReadAudit;
use crate::db::Db;

/// Declares the operations of the audit log.
pub fn operations(api: &mut Api) {
    api.tag("audit", "Audit events, and proofs that the audit log is complete and unaltered.");
    api.get("/v1/audit-events", "List audit events", list).description(
        "Returns the audit events of the caller's areas and of shared records, newest first. Each event states who \
         acted, when, on which record and which members changed, without their content. Text of the other side's \
         notes is left out.",
    );
    super::proofs::http::operations(api);
}

async fn list(caller: Caller<ReadAudit>, db: Data<Db>, query: ListQuery<AuditEvents>) -> ApiResult<Page<AuditEvent>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::list_events(db, &query).await).await?;
    Ok(Page(query.page(rows, total)))
}
