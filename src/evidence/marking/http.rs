//! The HTTP operation on the marking of evidence: `/v1/evidence/{id}/marking/transitions`.

use actix_web::web::Data;
use uuid::Uuid;

use super::requests::MarkingTransition;
use super::service;
use crate::api::{
    Api, ApiResult, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, Path, ProblemKind, WriteMode,
};
use crate::auth::Caller;
use crate::auth::permissions::MarkEvidence;
use crate::db::Db;
use crate::evidence::http::record_validation;
use crate::evidence::model::Evidence;
use crate::evidence::views;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.post("/v1/evidence/{id}/marking/transitions", "Raise or lower an item's marking", transition)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Performs one action of the `marking` workflow: `raise` takes effect at once; `request_lowering` takes \
             effect when another person sends `confirm_lowering`. An action that the present state does not allow is \
             409. If the person who requested the lowering also confirms it, the status is 422.",
        );
}

async fn transition(
    caller: Caller<MarkEvidence>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<MarkingTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Evidence>>> {
    let response = db
        .write_idempotent(&caller, mode, &key, async |tx| {
            let check = |version| if_match.check(version);
            let written = service::transition(tx, id, &request, check, &caller).await?;
            Ok(written.map(|record| Json::record(views::view_for_area(record, &caller))))
        })
        .await?;
    record_validation(&db, &caller, id, mode).await?;
    Ok(response)
}
