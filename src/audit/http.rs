//! `/v1/audit-events`

use actix_web::web::Data;

use super::model::AuditEvent;
use super::store::{self, AuditEvents};
use crate::api::{Api, ApiResult, Page, Query};
use crate::auth::Caller;
use crate::auth::permissions::ReadAudit;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("audit", "Who did what, and when.");
    api.get("/v1/audit-events", "List the audit events", list);
    super::proofs::http::operations(api);
}

async fn list(caller: Caller<ReadAudit>, db: Data<Db>, query: Query<AuditEvents>) -> ApiResult<Page<AuditEvent>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total)))
}
