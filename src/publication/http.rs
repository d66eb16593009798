//! Publishing an inspection; a response's published versions, and its document.

use actix_web::web::Data;
use uuid::Uuid;

use super::document::Document;
use super::inspection;
use super::version::{ResponseVersion, ResponseVersions};
use crate::api::{
    Api, ApiResult, Body, IdempotencyKey, IdempotentResponse, IfMatch, Json, Mode, Path, Problem, Shape,
    StaticResponseAs, TextOrHtml,
};
use crate::areas;
use crate::auth::permissions::MoveInspections;
use crate::auth::{Anyone, Call, Caller, Side};
use crate::db::{Db, Session, Write};
use crate::inspections::{self, Inspection, InspectionMove, find_acted_on};
use crate::recommendations;
use crate::responses;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("publication", "What becomes public: inspections, and the editions of a response.");
    api.post("/v1/inspections/{id}/transitions", "Publish, correct or withdraw an inspection", transition);
    api.get_cached("/v1/responses/{id}/versions", "List a response's published versions", versions);
    api.get_cached("/v1/responses/{id}/versions/{n}", "Show a published version", version);
    api.get_cached("/v1/responses/{id}/document", "Show a response as the document an office publishes", document);
}

async fn transition(
    caller: Caller<MoveInspections>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(asked): Body<InspectionMove>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Inspection>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let mut events = inspection::advance(tx, id, &asked, |version| seen.check(version), &caller).await?;
        let it = find_acted_on(tx, id, &caller).await?.ok_or_else(Problem::not_found)?;
        let first = events.remove(0);
        Ok(Write::new(Json::record(it), first).and(events))
    })
    .await
}

async fn versions(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<ResponseVersions>> {
    let editions = read(&caller, &db, async |db, _| responses::store::editions(db, id).await).await?;
    if editions.is_empty() {
        return Err(Problem::not_found());
    }
    let items = editions.into_iter().map(|edition| ResponseVersion::of(id, edition)).collect();
    Ok(Json::plain(ResponseVersions { items }))
}

async fn version(caller: Anyone, db: Data<Db>, Path((id, n)): Path<(Uuid, i32)>) -> ApiResult<Json<ResponseVersion>> {
    let editions = read(&caller, &db, async |db, _| responses::store::editions(db, id).await).await?;
    let found = editions.into_iter().find(|edition| edition.edition == n).ok_or_else(Problem::not_found)?;
    Ok(Json::plain(ResponseVersion::of(id, found)))
}

async fn document(
    caller: Anyone,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    shape: Shape,
) -> ApiResult<StaticResponseAs<TextOrHtml>> {
    let document = read(&caller, &db, async |db, call| match call {
        Some(call) => match draft(db, id, call).await? {
            Some(draft) => Ok(draft),
            None => published(db, id).await,
        },
        None => published(db, id).await,
    })
    .await?;
    document.render(shape).map(Into::into)
}

/// Reads as the public, or as the caller where there is one.
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

/// The document as it now stands, for who may read the policing body's drafts.
async fn draft(db: &Session<'_>, id: Uuid, call: &Call) -> Result<Option<Document>, Problem> {
    let scope = call.actor.scope();
    if !scope.reads(Side::PolicingBody) {
        return Ok(None);
    }
    let Some(file) = responses::store::find(db, &scope, id).await? else { return Ok(None) };
    let inspection = inspections::store::find(db, file.record.inspection_id).await?.ok_or_else(Problem::not_found)?;
    let current = file.record.published.filter(|edition| edition.edition == file.record.edition);
    Ok(Some(Document {
        titles: areas::titles(db, &file.record.area).await?,
        recommendations: recommendations::store::of_inspection(db, inspection.id).await?,
        inspection,
        content: file.content,
        copies: if current.is_some() { file.record.copies } else { Vec::new() },
        edition: current,
    }))
}

/// The document of the current published edition.
async fn published(db: &Session<'_>, id: Uuid) -> Result<Document, Problem> {
    let found = responses::store::find_public(db, id).await?.ok_or_else(Problem::not_found)?;
    let inspection = inspections::store::find_public(db, found.inspection_id).await?.ok_or_else(Problem::not_found)?;
    Ok(Document {
        titles: areas::titles(db, &found.area).await?,
        recommendations: recommendations::store::of_inspection_public(db, inspection.id).await?,
        inspection,
        content: found.edition.content.clone(),
        copies: found.copies,
        edition: Some(found.edition),
    })
}
