//! Performs a request at most once for its `Idempotency-Key`. The key is locked first, so that a second request with
//! the same key waits. The response is stored in the same transaction as the write.

use tokio_postgres::types::Json;
use uuid::Uuid;

use super::event::Event;
use super::statement::Parameters;
use super::transaction::Tx;
use super::write::{CompletedWork, ResponseToStore, Write};
use crate::api::{
    ApiResponse, IdempotencyKey, IdempotentResponse, Problem, ProblemKind, StoredResponse, WriteMode, still_running,
};

/// Locks the key until the transaction ends, and waits at most one second for another request that holds it. It also
/// disables sequential scans for the statements planned after it. A plan made while the table of keys is empty would
/// scan the whole table, and would be reused once the table is large.
const LOCK_KEY: &str = "
    select set_config('lock_timeout', '1000', true), set_config('enable_seqscan', 'off', true),
           pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text, 24))";
/// Finds the response stored under the key in the last 24 hours. It must run after the lock is held, to see what the
/// other request stored.
const FIND_RESPONSE: &str = "
    select fingerprint, status, headers, body, area, resource, resource_id, version
    from idempotency_keys
    where caller = $1 and key = $2 and at >= $3::timestamptz - interval '24 hours'";

/// Performs the work, or returns the response stored under the key and an event that records the replay.
pub(super) async fn perform_once<R: ApiResponse>(
    tx: &Tx<'_>,
    request: &IdempotencyKey,
    mode: WriteMode,
    work: &impl AsyncFn(&Tx<'_>) -> Result<Write<R>, Problem>,
) -> Result<CompletedWork<IdempotentResponse<R>>, Problem> {
    // A dry run stores no response.
    let Some(key) = request.key().filter(|_| mode == WriteMode::Write) else {
        let Write { value, events, statements, .. } = Box::pin(work(tx)).await?;
        let response = request.stored_response(value)?;
        return Ok(CompletedWork {
            statements,
            ..CompletedWork::new(IdempotentResponse::new(response, false), events)
        });
    };
    if let Some((response, event)) = find_stored(tx, request, key).await? {
        return Ok(CompletedWork::new(IdempotentResponse::new(response, true), vec![event]));
    }
    let Write { value, events, statements, shown } = Box::pin(work(tx)).await?;
    let response = request.stored_response(value)?;
    let first = events.first().or(shown.as_ref()).ok_or_else(|| Problem::internal("a write has no event"))?;
    let to_store = ResponseToStore {
        key: key.to_owned(),
        fingerprint: request.fingerprint(),
        at: tx.call().at,
        status: i32::from(response.status),
        headers: Json(response.headers.clone()),
        body: response.body.clone(),
        area: first.area.clone(),
        resource: first.resource.clone().into_owned(),
        resource_id: first.resource_id,
        version: first.version,
    };
    let completed = CompletedWork::new(IdempotentResponse::new(response, false), events);
    Ok(CompletedWork { statements, response_to_store: Some(to_store), ..completed })
}

/// Replaces the response that is stored under a key by the final one.
const REPLACE_RESPONSE: &str = "
    update idempotency_keys set status = $4, headers = $5, body = $6
    where caller = $1 and key = $2 and fingerprint = $3";
/// Makes the stored response as old as an expired one, so that the next request with the key is performed.
const EXPIRE_RESPONSE: &str = "
    update idempotency_keys set at = at - interval '25 hours'
    where caller = $1 and key = $2 and fingerprint = $3";

/// Replaces the response that is stored for a request by its final one. Without one, because the request was refused,
/// frees the key.
pub(super) async fn replace_stored(
    tx: &Tx<'_>,
    request: &IdempotencyKey,
    response: Option<&StoredResponse>,
) -> Result<(), Problem> {
    let Some(key) = request.key() else { return Ok(()) };
    let (caller, fingerprint) = (tx.caller(), request.fingerprint());
    match response {
        None => tx.execute(EXPIRE_RESPONSE, &[&caller, &key, &fingerprint]).await?,
        Some(StoredResponse { status, headers, body }) => {
            let (status, headers) = (i32::from(*status), Json(headers));
            tx.execute(REPLACE_RESPONSE, &[&caller, &key, &fingerprint, &status, &headers, body]).await?
        }
    };
    Ok(())
}

/// Locks the key and returns the response stored under it, if there is one, with an event that records the replay.
async fn find_stored(
    tx: &Tx<'_>,
    request: &IdempotencyKey,
    key: &str,
) -> Result<Option<(StoredResponse, Event)>, Problem> {
    let (caller, at) = (tx.caller(), tx.call().at);
    let (lock, find): (Parameters<'_>, Parameters<'_>) = (&[&caller, &key], &[&caller, &key, &at]);
    let (locked, found) = tokio::join!(biased; tx.query_opt(LOCK_KEY, lock), tx.query_opt(FIND_RESPONSE, find));
    match locked {
        Err(problem) if problem.is_locked() => return Err(still_running()),
        locked => locked?,
    };
    let Some(row) = found? else { return Ok(None) };
    if row.get::<_, String>("fingerprint") != request.fingerprint() {
        let detail = "This Idempotency-Key was used with another request in the last 24 hours. Send a new key.";
        return Err(Problem::new(ProblemKind::IdempotencyKeyReused, detail));
    }
    let status: Option<i32> = row.get("status");
    let status = status.and_then(|status| u16::try_from(status).ok()).ok_or_else(still_running)?;
    let Json(headers) = row.get("headers");
    let response = StoredResponse { status, headers, body: row.get("body") };
    // A replay shows the record to the caller again, and is audited as a read.
    let (resource, id): (String, Uuid) = (row.get("resource"), row.get("resource_id"));
    let mut event = Event::new(resource, id, row.get("version"), "replay");
    event.area = row.get("area");
    Ok(Some((response, event)))
}
