//! Requests carried out once: the key goes in first, where a second request with it waits; the answer is kept with the
//! write it answers.

use chrono::{DateTime, Utc};
use tokio_postgres::types::{Json, ToSql};
use uuid::Uuid;

use super::change::{CompletedWork, Event, Write};
use super::session::{Parameters, Tx};
use crate::api::{ApiResponse, IdempotencyKey, IdempotentResponse, Kind, Mode, Problem, StoredResponse, still_running};

/// Holds the key for this request until its transaction ends, waiting a second for another with it; and has what is planned
/// from here on go by index: planned while the table of keys stands swept and empty, it would be read whole from then on.
const HOLD: &str = "
    select set_config('lock_timeout', '1000', true), set_config('enable_seqscan', 'off', true),
           pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text, 24))";
/// What was kept under the key in the day before; asked after the wait, not while it lasts.
const GIVEN: &str = "
    select fingerprint, status, headers, body, area, resource, resource_id, version
    from idempotency_keys
    where caller = $1 and key = $2 and at >= $3::timestamptz - interval '24 hours'";
/// The key is this request's; what it was another's for is over.
pub(super) const KEEP: &str = "
    insert into idempotency_keys (caller, key, fingerprint, at, status, headers, body, area, resource, resource_id, version)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (caller, key) do update
    set fingerprint = excluded.fingerprint, at = excluded.at, status = excluded.status, headers = excluded.headers,
        body = excluded.body, area = excluded.area, resource = excluded.resource, resource_id = excluded.resource_id,
        version = excluded.version";

/// An answer to be kept, and what it is of.
pub(super) struct ResponseToStore {
    key: String,
    fingerprint: String,
    at: DateTime<Utc>,
    status: i32,
    headers: Json<Vec<(String, String)>>,
    body: Vec<u8>,
    area: Option<String>,
    resource: String,
    resource_id: Uuid,
    version: i64,
}

impl ResponseToStore {
    /// The values of [`KEEP`].
    pub(super) fn parameters<'a>(&'a self, caller: &'a &'a str) -> [&'a (dyn ToSql + Sync); 11] {
        let Self { key, fingerprint, at, status, headers, body, area, resource, resource_id, version } = self;
        [caller, key, fingerprint, at, status, headers, body, area, resource, resource_id, version]
    }
}

/// Carries work out once, within one transaction.
pub(super) async fn perform_once<R: ApiResponse>(
    tx: &Tx<'_>,
    asked: &IdempotencyKey,
    mode: Mode,
    work: &impl AsyncFn(&Tx<'_>) -> Result<Write<R>, Problem>,
) -> Result<CompletedWork<IdempotentResponse<R>>, Problem> {
    // What is only checked keeps nothing.
    let Some(key) = asked.key().filter(|_| mode == Mode::Write) else {
        let Write { value, events, writes } = Box::pin(work(tx)).await?;
        return Ok(CompletedWork {
            value: IdempotentResponse::new(asked.answer(value)?, false),
            events,
            writes,
            keep: None,
        });
    };
    if let Some((kept, event)) = given(tx, asked, key).await? {
        return Ok(CompletedWork {
            value: IdempotentResponse::new(kept, true),
            events: vec![event],
            writes: Vec::new(),
            keep: None,
        });
    }
    let Write { value, events, writes } = Box::pin(work(tx)).await?;
    let kept = asked.answer(value)?;
    let first = events.first().ok_or_else(|| Problem::internal("a change without an event"))?;
    let keep = ResponseToStore {
        key: key.to_owned(),
        fingerprint: asked.fingerprint(),
        at: tx.call().at,
        status: i32::from(kept.status),
        headers: Json(kept.headers.clone()),
        body: kept.body.clone(),
        area: first.area.clone(),
        resource: first.resource.clone().into_owned(),
        resource_id: first.resource_id,
        version: first.version,
    };
    Ok(CompletedWork { value: IdempotentResponse::new(kept, false), events, writes, keep: Some(keep) })
}

/// The answer that was kept under the key, if there is one; else the key is this request's.
async fn given(tx: &Tx<'_>, asked: &IdempotencyKey, key: &str) -> Result<Option<(StoredResponse, Event)>, Problem> {
    let (caller, at) = (tx.caller(), tx.call().at);
    let (held, given): (Parameters<'_>, Parameters<'_>) = (&[&caller, &key], &[&caller, &key, &at]);
    let (held, taken) = tokio::join!(biased; tx.maybe(HOLD, held), tx.maybe(GIVEN, given));
    match held {
        Err(problem) if problem.is_locked() => return Err(still_running()),
        held => held?,
    };
    let taken = taken?;
    let Some(row) = taken else { return Ok(None) };
    if row.get::<_, String>("fingerprint") != asked.fingerprint() {
        let detail = "This Idempotency-Key came with another request before.";
        return Err(Problem::new(Kind::KeyReused, detail));
    }
    let status: Option<i32> = row.get("status");
    let status = status.and_then(|status| u16::try_from(status).ok()).ok_or_else(still_running)?;
    let Json(headers) = row.get("headers");
    let kept = StoredResponse { status, headers, body: row.get("body") };
    // Who is given it again has read it again.
    let (resource, id): (String, Uuid) = (row.get("resource"), row.get("resource_id"));
    let mut event = Event::new(resource, id, row.get("version"), "replay");
    event.area = row.get("area");
    Ok(Some((kept, event)))
}
