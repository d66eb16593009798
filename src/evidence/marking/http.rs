//! `/v1/evidence/{id}/marking/transitions`

use actix_web::web::Data;
use uuid::Uuid;

use super::super::http::record_trial;
use super::super::model::Evidence;
use super::super::snapshot::{event, snapshot};
use super::super::store;
use super::super::transition::written;
use super::super::view::{marking_actions, require_standing, shown};
use super::moves::{MarkingMove, apply, unmet};
use super::workflow::{WORKFLOW, state};
use crate::api::{
    Api, ApiResult, Body, Fault, IdempotencyKey, IdempotentResponse, IfMatch, Json, Kind, Mode, Path, Problem,
};
use crate::auth::Caller;
use crate::auth::permissions::MarkEvidence;
use crate::db::{Db, EventNote, Write};
use crate::vocabulary::WireName;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.post("/v1/evidence/{id}/marking/transitions", "Raise a marking, or lower it by two people", mark);
}

async fn mark(
    caller: Caller<MarkEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(asked): Body<MarkingMove>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Evidence>>> {
    let answer = db
        .write_idempotent(&caller, mode, &once, async |tx| {
            let mut item = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            seen.check(item.record.version)?;
            let allowed = || marking_actions(&item.record, &caller);
            let from = state(&item.record);
            let (step, needs) = WORKFLOW.step(from, asked.action(), &caller.actor, allowed)?;
            require_standing(&item.record)?;
            let faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &item.record, &caller.actor)).collect();
            if !faults.is_empty() {
                return Err(Problem::with_faults(Kind::NeedsUnmet, faults));
            }
            let before = snapshot(&item)?;
            apply(&step, asked.note(), &mut item.record, &caller);
            let writes = written(tx, &mut item.record, None);
            let event = event(asked.action().as_str(), Some(before), &item)?
                .fields(vec!["marking"])
                .moved(from.as_str(), step.to(false).as_str())
                .note(asked.note().map(|text| EventNote { text: text.to_owned(), side: None }));
            Ok(Write::new(Json::record(shown(item, &caller)), event).writing(writes))
        })
        .await?;
    record_trial(&db, &caller, id, mode).await?;
    Ok(answer)
}
