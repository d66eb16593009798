//! The operations of `/v1/webhooks/{id}/deliveries` and `/v1/webhooks/{id}/ping`.

use actix_web::web::Data;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{
    Api, ApiResult, IdempotencyKey, IdempotentResponse, Json, ListQuery, Page, Path, Problem, ProblemKind, WriteMode,
};
use crate::auth::permissions::KeepWebhooks;
use crate::auth::{Call, Caller};
use crate::db::Write;
use crate::webhooks::context::WebhookContext;
use crate::webhooks::message;
use crate::webhooks::model::{DeliveryState, WebhookDelivery};
use crate::webhooks::store::{self, Deliveries, NewDelivery};
use crate::webhooks::views::event;

/// Declares the operations of deliveries.
pub fn operations(api: &mut Api) {
    api.get("/v1/webhooks/{id}/deliveries", "List a webhook's deliveries", list).description(
        "Returns the messages to a webhook with all attempts to send them, newest first. The service deletes a \
         delivery 30 days after its last change, unless it is still to be sent.",
    );
    api.post("/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver", "Send a message again", redeliver)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Sends the message of a delivery once more, under the same `webhook-id`, and returns the delivery with the \
             outcome. A delivery that is still pending gives 409, because the service will send it in its turn.",
        );
    api.post("/v1/webhooks/{id}/ping", "Send a test message", ping).description(
        "Sends the webhook one message of type `ping` at once, and returns its delivery with the outcome. A refused \
         message is not an error of this request: the delivery's `state` is then `failed`.",
    );
}

async fn list(
    caller: Caller<KeepWebhooks>,
    context: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    mut query: ListQuery<Deliveries>,
) -> ApiResult<Page<WebhookDelivery>> {
    query.restrict("webhook_id = $", id);
    let (rows, total) = context
        .db
        .read(&caller.actor, async |db| {
            store::find(db, id).await?.ok_or_else(Problem::not_found)?;
            store::list_deliveries(db, &query).await
        })
        .await?;
    Ok(Page(query.page(rows, total)))
}

async fn ping(
    caller: Caller<KeepWebhooks>,
    context: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<WebhookDelivery>>> {
    let message_id = Uuid::now_v7();
    let new = NewDelivery {
        id: Uuid::now_v7(),
        message_id,
        position: None,
        kind: message::PING.to_owned(),
        body: message::ping_message(id, message_id, caller.at),
        happened_at: caller.at,
    };
    let stored = context
        .db
        .write_idempotent(&caller, WriteMode::Write, &key, async |tx| {
            let webhook = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            store::insert_delivery(tx, &webhook, &new).await?;
            let found = store::find_delivery(tx, id, new.id).await?.ok_or_else(Problem::not_found)?;
            Ok(Write::new(Json::plain(found.delivery), event(&webhook, "ping")))
        })
        .await?;
    send_once(&context, &caller, id, new.id, stored, &key).await
}

async fn redeliver(
    caller: Caller<KeepWebhooks>,
    context: Data<WebhookContext>,
    Path((id, delivery_id)): Path<(Uuid, Uuid)>,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<WebhookDelivery>>> {
    let stored = context
        .db
        .write_idempotent(&caller, WriteMode::Write, &key, async |tx| {
            let webhook = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            let found = store::find_delivery(tx, id, delivery_id).await?.ok_or_else(Problem::not_found)?;
            if found.delivery.state == DeliveryState::Pending {
                let detail = "The delivery is `pending`: the service has yet to send it. Wait until its state \
                              changes.";
                return Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
                    .member("state", "pending")
                    .member("allowed_actions", json!([])));
            }
            Ok(Write::new(Json::plain(found.delivery), event(&webhook, "redeliver")))
        })
        .await?;
    send_once(&context, &caller, id, delivery_id, stored, &key).await
}

/// Sends the message of a delivery, unless the `Idempotency-Key` shows that this request was sent before. Returns the
/// delivery as it now is, because its stored response is from before the attempt.
async fn send_once(
    context: &WebhookContext,
    call: &Call,
    webhook: Uuid,
    mut delivery: Uuid,
    stored: IdempotentResponse<Json<WebhookDelivery>>,
    key: &IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<WebhookDelivery>>> {
    let replay = stored.into_replay();
    if let Some(replay) = &replay {
        let first: Value = serde_json::from_slice(&replay.body).map_err(Problem::internal)?;
        delivery = first["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(delivery);
    } else {
        context.send_requested(call, webhook, delivery).await?;
    }
    let (_, found) = context.find_delivery(call, webhook, delivery).await?;
    Ok(IdempotentResponse::new(key.stored_response(Json::plain(found.delivery))?, replay.is_some()))
}
