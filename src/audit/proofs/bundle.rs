//! A bundle as it is sent: first what everything is checked against, then the events, page by page. The log only grows,
//! so that what was fixed at the start holds to the end.

use actix_web::web::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::stream;
use uuid::Uuid;

use super::store::{self, Place};
use crate::api::{Pieces, Problem};
use crate::audit::tree::store as tree;
use crate::auth::Actor;
use crate::db::{Db, Session};
use crate::ledger::{Line, Note, Payload, heads_log, inclusion, leaf_text, nodes};

/// How many places are read at once.
const PAGE: u64 = 500;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The bundle's own id, which the event of its export bears.
    pub id: Uuid,
    /// The log.
    pub log: String,
    /// Events from this instant on.
    pub since: Option<DateTime<Utc>>,
    /// Events before this instant.
    pub until: Option<DateTime<Utc>>,
    /// When it was asked for.
    pub at: DateTime<Utc>,
}

fn text(line: &Line) -> Result<String, Problem> {
    leaf_text(line).map(|text| text + "\n").map_err(Problem::internal)
}

/// The lines before the events, and the run of places that follows.
pub async fn head(db: &Session<'_>, asked: &Asked) -> Result<(String, u64, u64), Problem> {
    let (index, head) = store::head(db, &asked.log).await?.ok_or_else(Problem::not_found)?;
    let opening = store::opening(db, head.epoch).await?;
    let checkpoint = store::checkpoint(db, head.epoch).await?;
    let signed = u64::try_from(checkpoint.size).map_err(Problem::internal)?;
    let heads = heads_log(head.epoch);
    let proof = async |index| {
        let ranges = inclusion(index, signed).ok_or_else(|| Problem::internal("a head that is not signed"))?;
        tree::over(db, &heads, &ranges).await
    };
    let (first, end) = store::run(db, &asked.log, head.size, asked.since, asked.until).await?;
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let (size, key) = (head.size, opening.key.clone());
    let lines = [
        Line::Bundle {
            v: 1,
            id: asked.id,
            log: asked.log.clone(),
            epoch: head.epoch,
            key,
            since: asked.since.map(instant),
            until: asked.until.map(instant),
            at: instant(asked.at),
        },
        Line::Checkpoint { note: checkpoint.note },
        Line::Opening { opening, proof: proof(0).await? },
        Line::Head { index, head, proof: proof(index).await? },
        Line::Range {
            first,
            end,
            left: tree::subtrees(db, &asked.log, &nodes(0, first)).await?,
            right: tree::subtrees(db, &asked.log, &nodes(end, size)).await?,
        },
    ];
    let lines: String = lines.iter().map(text).collect::<Result<_, _>>()?;
    Ok((lines, first, end))
}

fn line(place: Place) -> Result<String, Problem> {
    let Place { index, leaf, entry, note, payloads } = place;
    let Some(entry) = entry else { return text(&Line::Withheld { index, leaf }) };
    let payload = |(part, salt, payload): (String, Vec<u8>, String)| {
        let payload = serde_json::from_str(&payload).map_err(Problem::internal)?;
        Ok(Payload { part, salt: hex::encode(salt), payload })
    };
    let payloads = payloads.into_iter().map(payload).collect::<Result<_, Problem>>()?;
    let note = note.map(|(salt, text)| Note { salt: hex::encode(salt), text });
    text(&Line::Event { index, leaf, entry: Box::new(entry), payloads, note })
}

/// The whole, sent while it is read.
pub fn pieces(db: Db, actor: Actor, asked: Asked, beginning: String, first: u64, end: u64) -> Pieces {
    let state = (db, actor, asked.log, Some(beginning), first);
    Box::pin(stream::try_unfold(state, move |(db, actor, log, beginning, at)| async move {
        if let Some(beginning) = beginning {
            return Ok(Some((Bytes::from(beginning), (db, actor, log, None, at))));
        }
        if at >= end {
            return Ok(None);
        }
        let next = end.min(at + PAGE);
        // That it is exported was committed before its first line.
        let places = db.read_recorded(&actor, async |db| store::places(db, &log, at, next).await).await?;
        let lines: String = places.into_iter().map(line).collect::<Result<_, _>>()?;
        Ok(Some((Bytes::from(lines), (db, actor, log, None, next))))
    }))
}
