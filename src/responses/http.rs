//! `/v1/responses`: reading, writing each side's texts, explaining, moving on.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use uuid::Uuid;

use super::batch::{self, ExplanationBatch, ExplanationsWritten};
use super::content::Explanation;
use super::model::{ExplanationWritten, Response, ResponseAmended};
use super::moves::ResponseMove;
use super::snapshot::snapshot;
use super::store::{self, File, Part, Responses};
use super::{transition, view};
use crate::api::{
    Api, ApiResponse, ApiResult, Body, Doc, IdempotencyKey, IdempotentResponse, IfMatch, Json, Kind, Mode, NoContent,
    Page, Path, Problem, Query,
};
use crate::audit::{self, AsOf, History, HistoryPage, RecordHistory};
use crate::auth::permissions::{ExplainResponses, MoveResponses, ReadHistory, WriteResponses};
use crate::auth::{Anyone, Call, Caller, Side};
use crate::db::{Db, Event, Session, Tx, Write};
use crate::inspections;
use crate::recommendations;
use crate::vocabulary::WireName;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("responses", "The statutory file: one response per inspection and area (Police Act 1996 s.55).");
    api.get_cached("/v1/responses", "List the responses", list);
    api.get_cached("/v1/responses/{id}", "Show a response", show);
    api.patch("/v1/responses/{id}", "Write one's own side's texts", amend);
    api.put("/v1/responses/{id}/explanations/{recommendation_id}", "Explain a recommendation", explain);
    api.delete("/v1/responses/{id}/explanations/{recommendation_id}", "Take an explanation away", unexplain);
    api.post("/v1/batch/explanations", "Explain many recommendations at once", explain_many);
    api.post("/v1/responses/{id}/transitions", "Move a response on", advance);
    api.get("/v1/responses/{id}/transitions", "List a response's transitions", history);
    api.get("/v1/responses/{id}/history", "Show who changed what of a response, from what to what", changes);
}

async fn list(caller: Anyone, db: Data<Db>, mut query: Query<Responses>, as_of: AsOf) -> ApiResult<Page<Response>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        let scope = then.actor.scope();
        // What others have published is in their logs.
        query.within("own = $", true);
        let page = async |db: &Session<'_>| store::page(db, &scope, &query, then.today()).await;
        let (rows, total) = db.read_as_of(&then, page).await?;
        let rows = rows.into_iter().map(|(listed, cursor)| (view::then(listed, &then), cursor));
        return Ok(Page(query.page(rows.collect(), total)));
    }
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page_public(db, &query).await).await?,
        Some(call) => {
            let scope = call.actor.scope();
            db.read(&call.actor, async |db| store::page(db, &scope, &query, call.today()).await).await?
        }
    };
    let rows = rows.into_iter().map(|(listed, cursor)| (view::listed(listed, caller.call.as_ref()), cursor));
    Ok(Page(query.page(rows.collect(), total)))
}

async fn show(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>, as_of: AsOf) -> ApiResult<Json<Response>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        let found = db.read_as_of(&then, async |db| store::find(db, &then.actor.scope(), id).await).await?;
        let file = found.ok_or_else(Problem::not_found)?;
        return Ok(Json::record(view::then(store::Listed::Own(Box::new(file)), &then)));
    }
    let published =
        async |db: &Session<'_>| store::find_public(db, id).await?.map(view::public).ok_or_else(Problem::not_found);
    let response = match &caller.call {
        None => db.read_published_row(async |db| published(db).await).await?,
        Some(call) => {
            db.read(&call.actor, async |db| match store::find(db, &call.actor.scope(), id).await? {
                Some(file) => Ok(view::own(file, call)),
                None => published(db).await,
            })
            .await?
        }
    };
    Ok(Json::record(response))
}

/// The caller's own file, at the version the caller has seen.
async fn seen_file(tx: &Tx<'_>, id: Uuid, seen: &IfMatch, call: &Call) -> Result<File, Problem> {
    let file = store::find(tx, &call.actor.scope(), id).await?.ok_or_else(Problem::not_found)?;
    seen.check(file.record.version)?;
    Ok(file)
}

/// Texts are written before approval only.
fn require_editable(file: &File, call: &Call) -> Result<(), Problem> {
    if file.record.state.is_editable() && file.record.inspection.state == inspections::State::Published {
        return Ok(());
    }
    let detail = format!("A response that is {} is not edited.", file.record.state);
    Err(Problem::new(Kind::NotFromHere, detail)
        .member("state", file.record.state.as_str())
        .member("allowed_actions", json!(view::allowed(file, call))))
}

async fn written(tx: &Tx<'_>, file: &File, call: &Call, fields: Vec<&'static str>) -> Result<Write<Response>, Problem> {
    let scope = call.actor.scope();
    let (_, now) = tokio::try_join!(
        biased;
        tx.write(store::update(tx, &file.record, None)),
        store::find(tx, &scope, file.record.id),
    )?;
    let now = now.ok_or_else(Problem::not_found)?;
    let event = Event::new("response", now.record.id, now.record.version, "amend")
        .area(&now.record.area)
        .under(now.record.inspection_id)
        .fields(fields)
        .before(snapshot(file, &scope)?)
        .after(snapshot(&now, &scope)?);
    Ok(Write::new(view::own(now, call), event))
}

async fn amend(
    caller: Caller<WriteResponses>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(amended): Body<ResponseAmended>,
    mode: Mode,
) -> ApiResult<Json<Response>> {
    let response = db
        .write(&caller, mode, async |tx| {
            let file = seen_file(tx, id, &seen, &caller).await?;
            let draft = amended.chief_officer_comments.as_ref().map(|text| text.as_ref().and_then(|text| text.text()));
            let parts = [
                (
                    "policing_body_comments",
                    Side::PolicingBody,
                    Part::PolicingBodyComments,
                    amended.policing_body_comments.as_ref().map(|text| text.as_deref()),
                ),
                (
                    "reply_to_chief_officer",
                    Side::PolicingBody,
                    Part::ReplyToChiefOfficer,
                    amended.reply_to_chief_officer.as_ref().map(|text| text.as_deref()),
                ),
                ("chief_officer_comments", Side::Force, Part::ChiefOfficerDraft, draft),
            ];
            let sent = || parts.iter().filter_map(|(name, side, part, text)| Some((*name, *side, *part, (*text)?)));
            if let Some((name, side, ..)) = sent().find(|(_, side, ..)| !caller.actor.scope().sides().contains(side)) {
                return Err(Problem::forbidden(format!("{name} is written by the {side} side alone.")));
            }
            require_editable(&file, &caller)?;
            for (_, _, part, text) in sent() {
                tx.write(store::write_text(tx, &file.record, part, text)).await?;
            }
            written(tx, &file, &caller, sent().map(|(name, ..)| name).collect()).await
        })
        .await?;
    Ok(Json::record(response))
}

async fn explain(
    caller: Caller<ExplainResponses>,
    db: Data<Db>,
    Path((id, recommendation_id)): Path<(Uuid, Uuid)>,
    seen: IfMatch,
    Body(sent): Body<ExplanationWritten>,
    mode: Mode,
) -> ApiResult<Json<Response>> {
    let response = db
        .write(&caller, mode, async |tx| {
            let file = seen_file(tx, id, &seen, &caller).await?;
            let recommendation = recommendations::store::find(tx, recommendation_id).await?;
            let recommendation = recommendation
                .filter(|recommendation| recommendation.inspection_id == file.record.inspection_id)
                .ok_or_else(Problem::not_found)?;
            require_editable(&file, &caller)?;
            let explanation = Explanation {
                recommendation_id,
                reference: recommendation.reference,
                branch: sent.branch,
                text: sent.text.to_string(),
            };
            store::explain(tx, &file.record, &explanation).await?;
            written(tx, &file, &caller, vec!["explanations"]).await
        })
        .await?;
    Ok(Json::record(response))
}

impl ApiResponse for ExplanationsWritten {
    fn describe(doc: &mut Doc) {
        let content = json!({ "application/json": { "schema": doc.schema::<Self>() } });
        doc.response(200, "As they are now.", &[], content);
        doc.problem(Kind::Stale);
        doc.problem(Kind::NotFromHere);
    }

    fn reply(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self)
    }
}

async fn explain_many(
    caller: Caller<ExplainResponses>,
    db: Data<Db>,
    Body(sent): Body<ExplanationBatch>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<ExplanationsWritten>> {
    db.write_idempotent(&caller, mode, &once, async |tx| batch::explain(tx, &sent, &caller).await).await
}

async fn unexplain(
    caller: Caller<ExplainResponses>,
    db: Data<Db>,
    Path((id, recommendation_id)): Path<(Uuid, Uuid)>,
    seen: IfMatch,
    mode: Mode,
) -> ApiResult<NoContent> {
    db.write(&caller, mode, async |tx| {
        let file = seen_file(tx, id, &seen, &caller).await?;
        require_editable(&file, &caller)?;
        if store::unexplain(tx, &file.record, recommendation_id).await? == 0 {
            return Err(Problem::not_found());
        }
        written(tx, &file, &caller, vec!["explanations"]).await
    })
    .await?;
    Ok(NoContent)
}

async fn advance(
    caller: Caller<MoveResponses>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(asked): Body<ResponseMove>,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Response>>> {
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let check = |version| seen.check(version);
        let moved = transition::advance(tx, id, asked.clone(), check, &caller).await?;
        Ok(moved.map(|now| Json::record(view::own(now, &caller))))
    })
    .await
}

async fn history(caller: Caller<ReadHistory>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<History>> {
    audit::transitions(&db, &caller, id, async |db| store::find(db, &caller.actor.scope(), id).await).await
}

async fn changes(
    caller: Caller<ReadHistory>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::changes_of(&db, &caller, "response", before, async |db| {
        Ok(store::find(db, &caller.actor.scope(), id).await?.map(|_| id))
    })
    .await
}
