//! `/v1/webhooks/{id}/deliveries` and `/ping`

use actix_web::web::Data;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{Api, ApiResult, IdempotencyKey, IdempotentResponse, Json, Kind, Mode, Page, Path, Problem, Query};
use crate::auth::permissions::KeepWebhooks;
use crate::auth::{Call, Caller};
use crate::db::Write;
use crate::webhooks::context::WebhookContext;
use crate::webhooks::message;
use crate::webhooks::model::{DeliveryState, WebhookDelivery};
use crate::webhooks::record::Record;
use crate::webhooks::snapshot::event;
use crate::webhooks::store::{self, Deliveries, Made, Sent};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/webhooks/{id}/deliveries", "List the messages to a webhook, and what became of them", list);
    api.post("/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver", "Send a message to a webhook again", redeliver);
    api.post("/v1/webhooks/{id}/ping", "Send a webhook a message that says nothing", ping);
}

async fn list(
    caller: Caller<KeepWebhooks>,
    desk: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    mut query: Query<Deliveries>,
) -> ApiResult<Page<WebhookDelivery>> {
    query.within("webhook_id = $", id);
    let (rows, total) = desk
        .db
        .read(&caller.actor, async |db| {
            store::find(db, id).await?.ok_or_else(Problem::not_found)?;
            store::page_of_deliveries(db, &query).await
        })
        .await?;
    Ok(Page(query.page(rows, total)))
}

async fn ping(
    caller: Caller<KeepWebhooks>,
    desk: Data<WebhookContext>,
    Path(id): Path<Uuid>,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<WebhookDelivery>>> {
    let message_id = Uuid::now_v7();
    let made = Made {
        id: Uuid::now_v7(),
        message_id,
        position: None,
        kind: message::PING.to_owned(),
        body: message::ping(id, message_id, caller.at),
        happened_at: caller.at,
    };
    let begun = desk
        .db
        .write_idempotent(&caller, Mode::Write, &once, async |tx| {
            let webhook = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            store::insert_delivery(tx, &webhook, &made).await?;
            let sent = store::find_delivery(tx, id, made.id).await?.ok_or_else(Problem::not_found)?;
            Ok(Write::new(Json::plain(sent.delivery), event(&webhook, "ping")))
        })
        .await?;
    carried_out(&desk, &caller, id, made.id, begun, &once).await
}

async fn redeliver(
    caller: Caller<KeepWebhooks>,
    desk: Data<WebhookContext>,
    Path((id, delivery_id)): Path<(Uuid, Uuid)>,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<WebhookDelivery>>> {
    let begun = desk
        .db
        .write_idempotent(&caller, Mode::Write, &once, async |tx| {
            let webhook = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            let sent = store::find_delivery(tx, id, delivery_id).await?.ok_or_else(Problem::not_found)?;
            if sent.delivery.state == DeliveryState::Pending {
                let detail = "It has not been given up yet: it is sent in its turn.";
                return Err(Problem::new(Kind::NotFromHere, detail)
                    .member("state", "pending")
                    .member("allowed_actions", json!([])));
            }
            Ok(Write::new(Json::plain(sent.delivery), event(&webhook, "redeliver")))
        })
        .await?;
    carried_out(&desk, &caller, id, delivery_id, begun, &once).await
}

/// Sends what was begun, unless it was before, and answers what became of it. The key belongs to what was begun; the delivery
/// tells how it went.
async fn carried_out(
    desk: &WebhookContext,
    call: &Call,
    webhook: Uuid,
    mut delivery: Uuid,
    begun: IdempotentResponse<Json<WebhookDelivery>>,
    once: &IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<WebhookDelivery>>> {
    let find = async |delivery: Uuid| -> Result<(Record, Sent), Problem> {
        let found = desk.db.read(&call.actor, async |db| {
            Ok(store::find(db, webhook).await?.zip(store::find_delivery(db, webhook, delivery).await?))
        });
        found.await?.ok_or_else(Problem::not_found)
    };
    let replay = begun.into_replay();
    if let Some(kept) = &replay {
        let known: Value = serde_json::from_slice(&kept.body).map_err(Problem::internal)?;
        delivery = known["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(delivery);
    } else {
        let (webhook, sent) = find(delivery).await?;
        let outcome = desk.attempt(&webhook, sent.delivery.message_id, &sent.body).await;
        desk.settle_asked(&Call { at: desk.clock.now(), ..call.clone() }, &sent, &outcome).await?;
    }
    let (_, sent) = find(delivery).await?;
    Ok(IdempotentResponse::new(once.answer(Json::plain(sent.delivery))?, replay.is_some()))
}
