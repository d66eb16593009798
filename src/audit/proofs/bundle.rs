//! The export of a bundle: first the signed checkpoint and proofs, then the events, page by page. The log only grows,
//! so the proofs from the start stay valid while the events are read.

use actix_web::web::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::stream::try_unfold;
use uuid::Uuid;

use super::store::{self, LogPosition};
use crate::api::{ByteStream, Problem};
use crate::audit::tree::store as tree;
use crate::auth::Actor;
use crate::db::{Db, Session};
use crate::ledger::{
    BundleLine, BundleNote, BundlePayload, heads_log, inclusion_proof_ranges, leaf_json, perfect_subtrees,
};

/// The number of positions that are read at once.
const PAGE_SIZE: u64 = 500;

/// The request for a bundle.
#[derive(Clone, Debug)]
pub struct BundleRequest {
    /// The bundle's id. The audit event of the export has the same id.
    pub id: Uuid,
    /// The name of the log.
    pub log: String,
    /// The start of the period.
    pub since: Option<DateTime<Utc>>,
    /// The end of the period. The instant itself is not in the period.
    pub until: Option<DateTime<Utc>>,
    /// The instant of the request.
    pub at: DateTime<Utc>,
}

fn text(line: &BundleLine) -> Result<String, Problem> {
    leaf_json(line).map(|text| text + "\n").map_err(Problem::internal)
}

/// Returns the lines before the events, and the range of positions that follows them.
///
/// # Errors
/// 404 if nothing of the log was signed yet.
pub async fn first_lines(db: &Session<'_>, request: &BundleRequest) -> Result<(String, u64, u64), Problem> {
    let (index, head) = store::find_head(db, &request.log).await?.ok_or_else(Problem::not_found)?;
    let opening = store::find_opening(db, head.epoch).await?;
    let checkpoint = store::find_checkpoint(db, head.epoch).await?;
    let signed = u64::try_from(checkpoint.size).map_err(Problem::internal)?;
    let heads = heads_log(head.epoch);
    let proof = async |index| {
        let ranges = inclusion_proof_ranges(index, signed)
            .ok_or_else(|| Problem::internal("the newest head is not in the newest checkpoint"))?;
        tree::range_hashes(db, &heads, &ranges).await
    };
    let (first, end) = store::find_range(db, &request.log, head.size, request.since, request.until).await?;
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let (size, key) = (head.size, opening.key.clone());
    let lines = [
        BundleLine::Bundle {
            v: 1,
            id: request.id,
            log: request.log.clone(),
            epoch: head.epoch,
            key,
            since: request.since.map(instant),
            until: request.until.map(instant),
            at: instant(request.at),
        },
        BundleLine::Checkpoint { note: checkpoint.note },
        BundleLine::Opening { opening, proof: proof(0).await? },
        BundleLine::Head { index, head, proof: proof(index).await? },
        BundleLine::Range {
            first,
            end,
            left: tree::subtree_hashes(db, &request.log, &perfect_subtrees(0, first)).await?,
            right: tree::subtree_hashes(db, &request.log, &perfect_subtrees(end, size)).await?,
        },
    ];
    let lines: String = lines.iter().map(text).collect::<Result<_, _>>()?;
    Ok((lines, first, end))
}

fn line(position: LogPosition) -> Result<String, Problem> {
    let LogPosition { index, leaf, entry, note, payloads } = position;
    let Some(entry) = entry else { return text(&BundleLine::Withheld { index, leaf }) };
    let payload = |(part, salt, payload): (String, Vec<u8>, String)| {
        let payload = serde_json::from_str(&payload).map_err(Problem::internal)?;
        Ok(BundlePayload { part, salt: hex::encode(salt), payload })
    };
    let payloads = payloads.into_iter().map(payload).collect::<Result<_, Problem>>()?;
    let note = note.map(|(salt, text)| BundleNote { salt: hex::encode(salt), text });
    text(&BundleLine::Event { index, leaf, entry: Box::new(entry), payloads, note })
}

/// Returns the bundle as a stream: `first_lines`, then the events of the range. Each page is read when the client is
/// ready.
pub fn stream(db: Db, actor: Actor, request: BundleRequest, first_lines: String, first: u64, end: u64) -> ByteStream {
    let state = (db, actor, request.log, Some(first_lines), first);
    Box::pin(try_unfold(state, move |(db, actor, log, first_lines, at)| async move {
        if let Some(first_lines) = first_lines {
            return Ok(Some((Bytes::from(first_lines), (db, actor, log, None, at))));
        }
        if at >= end {
            return Ok(None);
        }
        let next = end.min(at + PAGE_SIZE);
        // The audit event of the export was committed before the first line, so this read needs no event of its own.
        let positions = db.read_after_audit(&actor, async |db| store::list_positions(db, &log, at, next).await).await?;
        let lines: String = positions.into_iter().map(line).collect::<Result<_, _>>()?;
        Ok(Some((Bytes::from(lines), (db, actor, log, None, next))))
    }))
}
