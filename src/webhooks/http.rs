//! The operations of `/v1/webhooks`.

use actix_web::web::Data;
use uuid::Uuid;

use super::address_policy::AddressError;
use super::context::WebhookContext;
use super::model::{Webhook, WebhookRecord, WebhookState};
use super::requests::{WebhookAmendment, WebhookCreation};
use super::secret::Secret;
use super::store::{self, Webhooks};
use super::views::view;
use super::{deliveries, secret, service};
use crate::api::text::SingleLineText;
use crate::api::{
    Amended, Api, ApiResponse, ApiResult, Created, Fault, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody,
    ListQuery, NoContent, Page, Path, Problem, WriteMode,
};
use crate::auth::permissions::KeepWebhooks;
use crate::auth::{Call, Caller, RequestId};
use crate::db::{Tx, Write};

/// Declares the operations of webhooks.
pub fn operations(api: &mut Api) {
    api.get("/v1/webhooks", "List webhooks", list).description(
        "Returns the webhooks of the caller's areas and sides. The secrets are never part of the response.",
    );
    api.post("/v1/webhooks", "Create a webhook", create).description(
        "Creates a webhook for one side of an area, and returns its secret, which is shown only this once. The \
         webhook receives all changes from now on. The status is 422 if the URL is not https or leads to a network \
         that is not allowed, or if the side already has 20 webhooks.",
    );
    api.get("/v1/webhooks/{id}", "Get a webhook", get)
        .description("Returns one webhook, without its secret. A webhook of another area or side is 404.");
    api.patch("/v1/webhooks/{id}", "Update a webhook", update).description(
        "Changes the members that the body names. With `state` `disabled`, the service sends no more messages. With \
         `active`, it continues with the message at which it stopped. A new address is checked as for a new webhook.",
    );
    api.delete("/v1/webhooks/{id}", "Delete a webhook", delete).description(
        "Deletes a webhook and its deliveries. The service then sends nothing to its URL. An outdated \
                      `If-Match` is 412; a webhook of another area or side is 404.",
    );
    api.post("/v1/webhooks/{id}/rotate-secret", "Rotate a webhook's secret", rotate_secret).description(
        "Replaces the secret of a webhook, and returns the new one. This is the only time that the new secret is \
         shown. For 24 hours, both secrets sign each message.",
    );
    deliveries::http::operations(api);
}

async fn list(
    caller: Caller<KeepWebhooks>,
    context: Data<WebhookContext>,
    query: ListQuery<Webhooks>,
) -> ApiResult<Page<Webhook>> {
    let (rows, total) = context.db.read(&caller.actor, async |db| store::list_webhooks(db, &query).await).await?;
    Ok(Page(query.page(rows, total).map(|record| view(&record, None, caller.at))))
}

async fn get(
    caller: Caller<KeepWebhooks>,
    context: Data<WebhookContext>,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Webhook>> {
    Ok(Json::record(view(&find(&context, &caller, id).await?, None, caller.at)))
}

async fn find(context: &WebhookContext, call: &Call, id: Uuid) -> Result<WebhookRecord, Problem> {
    let found = context.db.read(&call.actor, async |db| store::find(db, id).await).await?;
    found.ok_or_else(Problem::not_found)
}

fn url_refused(error: &AddressError, request_id: &RequestId) -> Problem {
    tracing::info!(request_id = %request_id.0, cause = %error, "refused the address of a webhook");
    Problem::invalid(vec![Fault::body("/url", error.code(), error.detail())])
}

async fn create(
    caller: Caller<KeepWebhooks>,
    context: Data<WebhookContext>,
    JsonBody(creation): JsonBody<WebhookCreation>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<Webhook>>> {
    let (area, side) = service::choose_owner(&caller, &creation)?;
    let policy = context.sender.address_policy();
    let url = policy.check(&creation.url).await.map_err(|error| url_refused(&error, &caller.request_id))?;
    let id = Uuid::now_v7();
    let new = WebhookRecord {
        id,
        area,
        side,
        url: url.into(),
        description: creation.description.map(SingleLineText::into_string),
        types: creation.types,
        state: WebhookState::Active,
        disabled_reason: None,
        disabled_at: None,
        secret: Secret::generate()?.encrypt(&context.key, id),
        previous_secret: None,
        previous_until: None,
        position: 0,
        position_event: None,
        position_epoch: 0,
        due_at: None,
        leased_until: None,
        version: 1,
        created_at: caller.at,
        updated_at: caller.at,
    };
    let response = context
        .db
        .write_idempotent(&caller, mode, &key, async |tx| {
            let (created, event) = service::create(tx, &new).await?;
            let view = view(&created, Some(secret::encode_encrypted(&created.secret)), caller.at);
            Ok(Write::new(Created::at(format!("/v1/webhooks/{id}"), view, mode).version(1), event))
        })
        .await?;
    with_secret(&context, response)
}

/// Replaces the encrypted secret in the response by the secret itself. The stored response keeps the encrypted
/// secret, so that nobody who reads the table can sign messages.
fn with_secret<R: ApiResponse>(
    context: &WebhookContext,
    response: IdempotentResponse<R>,
) -> ApiResult<IdempotentResponse<R>> {
    response.map_body(|body| {
        secret::decrypt_in_body(&context.key, body)
            .ok_or_else(|| Problem::internal("the secret in a stored response cannot be decrypted"))
    })
}

async fn update(
    caller: Caller<KeepWebhooks>,
    context: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<WebhookAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<Webhook>>> {
    // The status of a missing webhook must be 404 before the address is checked, because that check can take seconds.
    find(&context, &caller, id).await?;
    let url = match &amendment.url {
        Some(url) => {
            let checked = context.sender.address_policy().check(url).await;
            Some(checked.map_err(|error| url_refused(&error, &caller.request_id))?)
        }
        None => None,
    };
    let work = async |tx: &Tx<'_>| {
        let (updated, event) = service::update(tx, id, &if_match, &amendment, url.as_ref()).await?;
        Ok(Write::new(updated, event))
    };
    let amended = context.db.amend(&caller, mode, work, async || find(&context, &caller, id).await).await?;
    Ok(amended.map(|record| Json::record(view(&record, None, caller.at))))
}

async fn delete(
    caller: Caller<KeepWebhooks>,
    context: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    mode: WriteMode,
) -> ApiResult<NoContent> {
    context.db.write(&caller, mode, async |tx| Ok(Write::new((), service::delete(tx, id, &if_match).await?))).await?;
    Ok(NoContent)
}

async fn rotate_secret(
    caller: Caller<KeepWebhooks>,
    context: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<Webhook>>> {
    let new = Secret::generate()?.encrypt(&context.key, id);
    let response = context
        .db
        .write_idempotent(&caller, WriteMode::Write, &key, async |tx: &Tx<'_>| {
            let (updated, event) = service::rotate_secret(tx, id, &new).await?;
            let view = view(&updated, Some(secret::encode_encrypted(&updated.secret)), caller.at);
            Ok(Write::new(Json::record(view), event))
        })
        .await?;
    with_secret(&context, response)
}
