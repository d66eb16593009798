//! The HTTP operations on publication: the transitions of an inspection, the update of a recommendation, and a
//! response's published versions and document.

use actix_web::web::Data;
use uuid::Uuid;

use super::document::Document;
use super::inspection_transition;
use super::recommendation_update;
use super::response_version::{ResponseVersion, ResponseVersions};
use crate::api::{
    Amended, Api, ApiResult, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, Path, Problem, ProblemKind,
    StaticResponseAs, TextFormat, TextOrHtml, WriteMode,
};
use crate::auth::permissions::{MoveInspections, RegisterInspections};
use crate::auth::{Anyone, Call, Caller};
use crate::db::{Db, Session, Tx, Write};
use crate::inspections::{Inspection, InspectionTransition, find_with_allowed_actions};
use crate::recommendations::{self, Recommendation, RecommendationAmendment};
use crate::responses;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag(
        "publication",
        "The publication of inspections, and the published editions of a response: as versions and as a document.",
    );
    api.post("/v1/inspections/{id}/transitions", "Perform an action on an inspection", transition)
        .problem(ProblemKind::AlreadyExists)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Publishes, corrects or withdraws an inspection. `publish` makes the inspection public and opens the \
             response and the assignments of every subject area. If another area has published an inspection with the \
             same source and reference, `publish` is 422 with the need `reference_free` and that inspection's id; \
             `blocked_by` of the draft states the same. An action that the present state does not allow is \
             409; a need that is not met is 422.",
        );
    api.patch("/v1/recommendations/{id}", "Update a recommendation", update_recommendation)
        .documented_as("recommendations", "recommendations_update")
        .problem(ProblemKind::AlreadyExists)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "In a draft inspection, changes the members that the body names. After publication `text`, `kind`, \
             `target`, `addressees` and `cause_of_concern_id` can be corrected, with a `reason` and by the roles \
             opcc_approver and registrar: the old values stay readable as an erratum. If other addressees make the \
             work another body's, or no longer, the assignments that nobody has moved follow. Values that are already \
             so change nothing.",
        );
    api.get_cached("/v1/responses/{id}/versions", "List a response's published versions", list_versions).description(
        "Returns every published edition of a response, newest first. An earlier edition stays readable and states \
         when it was superseded. A response without a published edition is an empty list for its own area, and 404 for \
         all others.",
    );
    api.get_cached("/v1/responses/{id}/versions/{n}", "Get a published version of a response", get_version).description(
        "Returns one published edition of a response by its number. Its content never changes; `superseded` becomes \
         true when a later edition is published. An edition that was not published is 404.",
    );
    api.get_cached("/v1/responses/{id}/document", "Get a response as a document", get_document).description(
        "Returns the response as a policing body publishes it, in plain text or HTML as `Accept` asks. Callers who may \
         read the policing body's drafts get the present draft; all others get the current published edition, or 404.",
    );
}

async fn transition(
    caller: Caller<MoveInspections>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<InspectionTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Inspection>>> {
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let check = |version| if_match.check(version);
        let mut events = inspection_transition::transition(tx, id, &request, check, &caller).await?;
        let inspection = find_with_allowed_actions(tx, id, &caller).await?.ok_or_else(Problem::not_found)?;
        let event = events.remove(0);
        Ok(Write::new(Json::record(inspection), event).with_events(events))
    })
    .await
}

async fn update_recommendation(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<RecommendationAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Recommendation>>> {
    let check = |version| if_match.check(version);
    let work = async |tx: &Tx<'_>| recommendation_update::update(tx, id, &amendment, check, &caller).await;
    let find = async |db: &Session<'_>| recommendations::store::find(db, id).await?.ok_or_else(Problem::not_found);
    let amended = db.amend(&caller, mode, work, async || db.read(&caller.actor, find).await).await?;
    Ok(amended.map(Json::record))
}

async fn list_versions(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<ResponseVersions>> {
    let editions = read(&caller, &db, async |db, call| {
        let editions = responses::store::list_editions(db, id).await?;
        // The area of a response may know that it has published nothing yet.
        let is_own = match call {
            Some(_) => responses::store::is_of_own_area(db, id).await?,
            None => false,
        };
        Ok((!editions.is_empty() || is_own).then_some(editions))
    });
    let editions = editions.await?.ok_or_else(Problem::not_found)?;
    let items = editions.into_iter().map(|edition| ResponseVersion::new(id, edition)).collect();
    Ok(Json::plain(ResponseVersions { items }))
}

async fn get_version(
    caller: Anyone,
    db: Data<Db>,
    Path((id, n)): Path<(Uuid, i32)>,
) -> ApiResult<Json<ResponseVersion>> {
    let editions = read(&caller, &db, async |db, _| responses::store::list_editions(db, id).await).await?;
    let edition = editions.into_iter().find(|edition| edition.edition == n).ok_or_else(Problem::not_found)?;
    Ok(Json::plain(ResponseVersion::new(id, edition)))
}

async fn get_document(
    caller: Anyone,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    format: TextFormat,
) -> ApiResult<StaticResponseAs<TextOrHtml>> {
    let document = read(&caller, &db, async |db, call| {
        if let Some(call) = call
            && let Some(draft) = Document::find_draft(db, id, call).await?
        {
            return Ok(draft);
        }
        Document::find_published(db, id).await
    })
    .await?;
    document.render(format).map(Into::into)
}

/// Reads under the caller's scope, or as the public if there is no token.
async fn read<T>(
    caller: &Anyone,
    db: &Db,
    work: impl AsyncFn(&Session<'_>, Option<&Call>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    match &caller.call {
        None => db.read_published_row(async |db| work(db, None).await).await,
        Some(call) => db.read(&call.actor, async |db| work(db, Some(call)).await).await,
    }
}
