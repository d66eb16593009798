//! The sequencer's statements: what waits, how the trees stand, and what is added to them. Nothing is ever changed.

use std::collections::HashMap;

use tokio_postgres::{Row, Transaction};

use super::SequencerError;
use super::batch::{Grown, TileRow};
use crate::audit::tree::store::{self, HEADS, LEAVES, OPENING, ROOTS, RowError, entry_columns};
use crate::ledger::{Checkpoint, Entry, Frontier, Hash, Head, Opening, VerifyingKey, hash_of};

/// One lock for all who would sequence one database ("s55" and a number).
const LOCK: i64 = 0x73_3535_0002;

/// Settings of the sequencer's own connection.
pub const SESSION: &str = "set search_path = record; set timezone = 'UTC'; set statement_timeout = 10000;
    set lock_timeout = 2000; set idle_in_transaction_session_timeout = 10000; set application_name = 'section55 sequencer'";

type ApiResult<T> = Result<T, SequencerError>;

/// Whether this transaction is the one that sequences now.
pub async fn lead(tx: &Transaction<'_>) -> ApiResult<bool> {
    Ok(tx.query_one("select pg_try_advisory_xact_lock($1)", &[&LOCK]).await?.try_get(0)?)
}

/// The first events that wait, in the order they were appended.
pub async fn waiting(tx: &Transaction<'_>, most: i64) -> ApiResult<Vec<(i64, Entry)>> {
    let sql = concat!(
        "select q.seq, ",
        entry_columns!(),
        " from audit_queue q left join events e on e.id = q.event_id order by q.seq limit $1"
    );
    let rows = tx.query(sql, &[&most]).await?;
    let waiting = |row: &Row| -> Result<(i64, Entry), RowError> {
        // The log is append-only: what waits was there.
        row.try_get::<_, Option<uuid::Uuid>>("id")?.ok_or(RowError::Shape("an event that waits"))?;
        Ok((row.try_get("seq")?, store::entry(row)?))
    };
    Ok(rows.iter().map(waiting).collect::<Result<_, _>>()?)
}

/// A tree as it was last left: what was signed must follow from what it is made of.
fn standing(row: &Row) -> Result<Frontier, RowError> {
    let frontier = Frontier::of(store::size(row, "size")?, store::hashes(row, "frontier")?);
    let frontier = frontier.ok_or(RowError::Shape("frontier"))?;
    if frontier.root() == store::hash(row, "root")? { Ok(frontier) } else { Err(RowError::Shape("root")) }
}

/// How the trees of these logs stand; one that is not there is empty.
pub async fn trees(tx: &Transaction<'_>, logs: &[String]) -> ApiResult<HashMap<String, Frontier>> {
    let sql = "select h.log, h.size, h.root, h.frontier
               from unnest($1::text[]) as l(log)
               cross join lateral (select * from audit_heads h where h.log = l.log order by h.size desc limit 1) h";
    let rows = tx.query(sql, &[&logs]).await?;
    let tree = |row: &Row| Ok((row.try_get("log")?, standing(row)?));
    Ok(rows.iter().map(tree).collect::<Result<_, RowError>>()?)
}

/// The epoch that is open; none where none ever was.
pub async fn epoch(tx: &Transaction<'_>) -> ApiResult<Option<Opening>> {
    let sql = "select epoch, opened_at, reason, key, previous_checkpoint from audit_epochs order by epoch desc limit 1";
    let row = tx.query_opt(sql, &[]).await?;
    Ok(row.as_ref().map(store::opening).transpose()?)
}

/// The keys that epochs were signed by.
pub async fn keys(tx: &Transaction<'_>) -> ApiResult<Vec<VerifyingKey>> {
    let rows = tx.query("select distinct key from audit_epochs", &[]).await?;
    let key = |row: &Row| VerifyingKey::read(row.try_get("key")?).map_err(|_| RowError::Shape("a key"));
    Ok(rows.iter().map(key).collect::<Result<_, _>>()?)
}

/// How the log of heads of an epoch stands; empty where nothing was signed in it.
pub async fn heads(tx: &Transaction<'_>, epoch: i32) -> ApiResult<Frontier> {
    let sql = "select size, root, frontier from audit_checkpoints where epoch = $1 order by size desc limit 1";
    let row = tx.query_opt(sql, &[&epoch]).await?;
    Ok(row.as_ref().map(standing).transpose()?.unwrap_or_default())
}

/// The root that was signed for a size of the log of heads of an epoch.
pub async fn root(tx: &Transaction<'_>, epoch: i32, size: u64) -> ApiResult<Option<Hash>> {
    let sql = "select root from audit_checkpoints where epoch = $1 and size = $2";
    let row = tx.query_opt(sql, &[&epoch, &number(size)?]).await?;
    Ok(row.as_ref().map(|row| store::hash(row, "root")).transpose()?)
}

/// The hashes of one level of a log from one place up to another: leaves, or the roots of full tiles.
pub async fn level(tx: &Transaction<'_>, log: &str, level: u32, first: u64, end: u64) -> ApiResult<Vec<Hash>> {
    if first == end {
        return Ok(Vec::new());
    }
    let (from, to) = (number(first)?, number(end)?);
    let found = match (level, log.strip_prefix("_heads/")) {
        (0, Some(epoch)) => {
            let epoch: i32 = epoch.parse().map_err(|_| RowError::Shape("epoch"))?;
            let mut found = Vec::new();
            if first == 0 {
                found
                    .push(hash_of(&store::opening(&tx.query_one(OPENING, &[&epoch]).await?)?).map_err(RowError::from)?);
            }
            for row in tx.query(HEADS, &[&epoch, &from, &to]).await? {
                found.push(hash_of(&store::head(&row)?).map_err(RowError::from)?);
            }
            found
        }
        (0, None) => {
            let rows = tx.query(LEAVES, &[&log, &from, &to]).await?;
            rows.iter().map(|row| store::hash(row, "leaf")).collect::<Result<_, _>>()?
        }
        (level, _) => {
            let below = i32::try_from(level - 1).map_err(|_| RowError::Shape("level"))?;
            let rows = tx.query(ROOTS, &[&log, &below, &from, &to]).await?;
            rows.iter().map(|row| store::hash(row, "root")).collect::<Result<_, _>>()?
        }
    };
    if found.len() as u64 == end - first { Ok(found) } else { Err(RowError::Shape("a level of the tree").into()) }
}

fn number(size: u64) -> Result<i64, RowError> {
    i64::try_from(size).map_err(|_| RowError::Shape("a size"))
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Opens an epoch.
pub async fn open(tx: &Transaction<'_>, opening: &Opening) -> ApiResult<()> {
    let sql =
        "insert into audit_epochs (epoch, opened_at, reason, key, previous_checkpoint) values ($1, $2, $3, $4, $5)";
    tx.execute(sql, &[&opening.epoch, &opening.at.0, &opening.reason, &opening.key, &opening.previous]).await?;
    Ok(())
}

/// Gives the events their places.
pub async fn place(tx: &Transaction<'_>, grown: &[Grown]) -> ApiResult<()> {
    let (mut logs, mut places, mut events, mut leaves) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for grown in grown {
        for (at, (event, leaf)) in (grown.before..).zip(&grown.leaves) {
            logs.push(grown.log.as_str());
            places.push(number(at)?);
            events.push(*event);
            leaves.push(leaf.0.to_vec());
        }
    }
    let sql = "insert into audit_leaves (log, leaf_index, event_id, leaf)
               select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::bytea[])";
    tx.execute(sql, &[&logs, &places, &events, &leaves]).await?;
    Ok(())
}

/// Keeps tiles that became full.
pub async fn keep(tx: &Transaction<'_>, tiles: &[TileRow]) -> ApiResult<()> {
    for tile in tiles {
        let level = i32::try_from(tile.tile.level).map_err(|_| RowError::Shape("level"))?;
        let sql = "insert into audit_tiles (log, level, tile_index, hashes, root) values ($1, $2, $3, $4, $5)";
        let (hashes, root) = (bytes(&tile.hashes), tile.root.0.to_vec());
        tx.execute(sql, &[&tile.log, &level, &number(tile.tile.index)?, &hashes, &root]).await?;
    }
    Ok(())
}

/// Adds heads, from a place in the log of heads on.
pub async fn add_heads(tx: &Transaction<'_>, first: u64, heads: &[(Head, Frontier)]) -> ApiResult<()> {
    for (at, (head, frontier)) in (first..).zip(heads) {
        let sql = "insert into audit_heads (log, size, root, frontier, at, epoch, head_index)
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let (size, root, frontier) = (number(head.size)?, head.root.0.to_vec(), bytes(frontier.hashes()));
        tx.execute(sql, &[&head.log, &size, &root, &frontier, &head.at.0, &head.epoch, &number(at)?]).await?;
    }
    Ok(())
}

/// Adds a checkpoint with its note.
pub async fn sign(tx: &Transaction<'_>, epoch: i32, it: &Checkpoint, frontier: &Frontier, note: &str) -> ApiResult<()> {
    let sql = "insert into audit_checkpoints (epoch, size, root, frontier, note) values ($1, $2, $3, $4, $5)";
    let (size, root, frontier) = (number(it.size)?, it.root.0.to_vec(), bytes(frontier.hashes()));
    tx.execute(sql, &[&epoch, &size, &root, &frontier, &note]).await?;
    Ok(())
}

/// Takes what has its place now out of the queue; all of it must have waited.
pub async fn done(tx: &Transaction<'_>, waited: &[i64]) -> ApiResult<()> {
    let count = tx.execute("delete from audit_queue where seq = any ($1)", &[&waited]).await?;
    if count == waited.len() as u64 { Ok(()) } else { Err(RowError::Shape("the queue").into()) }
}
