//! The sequencer's statements: reads of the queue and of the trees, and inserts into the trees. No statement updates
//! a row.

use std::collections::HashMap;

use tokio_postgres::{Row, Transaction};

use super::SequencerError;
use super::batch::{LogGrowth, TileRow};
use crate::audit::tree::store::{self, HEADS, LEAVES, OPENING, ROOTS, RowError, entry_columns};
use crate::ledger::{Checkpoint, Entry, EpochOpening, Frontier, Hash, TreeHead, VerifyingKey, json_leaf_hash};

/// The advisory lock that only one sequencer of a database can hold ("s55" and a number).
const LOCK: i64 = 0x73_3535_0002;

/// The settings of the sequencer's connection.
pub const SESSION: &str = "set search_path = record; set timezone = 'UTC'; set statement_timeout = 10000;
    set lock_timeout = 2000; set idle_in_transaction_session_timeout = 10000; set application_name = 'section55 sequencer'";

type StoreResult<T> = Result<T, SequencerError>;

/// Tries to take the sequencer's lock until the end of the transaction. Returns false if another sequencer holds it.
pub async fn try_lead(tx: &Transaction<'_>) -> StoreResult<bool> {
    Ok(tx.query_one("select pg_try_advisory_xact_lock($1)", &[&LOCK]).await?.try_get(0)?)
}

/// Returns the first waiting events with their sequence numbers, in the order in which they were appended.
pub async fn find_waiting(tx: &Transaction<'_>, limit: i64) -> StoreResult<Vec<(i64, Entry)>> {
    let sql = concat!(
        "select q.seq, ",
        entry_columns!(),
        " from audit_queue q left join events e on e.id = q.event_id order by q.seq limit $1"
    );
    let rows = tx.query(sql, &[&limit]).await?;
    let read = |row: &Row| -> Result<(i64, Entry), RowError> {
        // Events are append-only, so an event in the queue always exists unless the tables were altered.
        row.try_get::<_, Option<uuid::Uuid>>("id")?.ok_or(RowError::Shape("an event in the queue"))?;
        Ok((row.try_get("seq")?, store::read_entry(row)?))
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// Reads a tree's frontier. Its root must be the stored root, which was signed.
fn read_frontier(row: &Row) -> Result<Frontier, RowError> {
    let frontier = Frontier::new(store::read_size(row, "size")?, store::read_hashes(row, "frontier")?);
    let frontier = frontier.ok_or(RowError::Shape("frontier"))?;
    if frontier.root() == store::read_hash(row, "root")? { Ok(frontier) } else { Err(RowError::Shape("root")) }
}

/// Returns the current trees of these logs. A log without a tree is left out.
pub async fn find_trees(tx: &Transaction<'_>, logs: &[String]) -> StoreResult<HashMap<String, Frontier>> {
    let sql = "select h.log, h.size, h.root, h.frontier
               from unnest($1::text[]) as l(log)
               cross join lateral (select * from audit_heads h where h.log = l.log order by h.size desc limit 1) h";
    let rows = tx.query(sql, &[&logs]).await?;
    let tree = |row: &Row| Ok((row.try_get("log")?, read_frontier(row)?));
    Ok(rows.iter().map(tree).collect::<Result<_, RowError>>()?)
}

/// Returns the opening of the open epoch, or `None` if none was ever opened.
pub async fn find_epoch(tx: &Transaction<'_>) -> StoreResult<Option<EpochOpening>> {
    let sql = "select epoch, opened_at, reason, key, previous_checkpoint from audit_epochs order by epoch desc limit 1";
    let row = tx.query_opt(sql, &[]).await?;
    Ok(row.as_ref().map(store::read_opening).transpose()?)
}

/// Returns the keys of all epochs.
pub async fn find_keys(tx: &Transaction<'_>) -> StoreResult<Vec<VerifyingKey>> {
    let rows = tx.query("select distinct key from audit_epochs", &[]).await?;
    let key = |row: &Row| VerifyingKey::parse(row.try_get("key")?).map_err(|_| RowError::Shape("key"));
    Ok(rows.iter().map(key).collect::<Result<_, _>>()?)
}

/// Returns the tree of an epoch's log of heads. It is empty if nothing was signed in the epoch.
pub async fn find_heads_tree(tx: &Transaction<'_>, epoch: i32) -> StoreResult<Frontier> {
    let sql = "select size, root, frontier from audit_checkpoints where epoch = $1 order by size desc limit 1";
    let row = tx.query_opt(sql, &[&epoch]).await?;
    Ok(row.as_ref().map(read_frontier).transpose()?.unwrap_or_default())
}

/// Returns the root that was signed for this size of an epoch's log of heads.
pub async fn find_root(tx: &Transaction<'_>, epoch: i32, size: u64) -> StoreResult<Option<Hash>> {
    let sql = "select root from audit_checkpoints where epoch = $1 and size = $2";
    let row = tx.query_opt(sql, &[&epoch, &number(size)?]).await?;
    Ok(row.as_ref().map(|row| store::read_hash(row, "root")).transpose()?)
}

/// Returns the hashes of one tile level of a log from index `first` up to, but not including, `end`. Level 0 is the
/// leaves; higher levels are the roots of full tiles.
pub async fn find_level(tx: &Transaction<'_>, log: &str, level: u32, first: u64, end: u64) -> StoreResult<Vec<Hash>> {
    if first == end {
        return Ok(Vec::new());
    }
    let (from, to) = (number(first)?, number(end)?);
    let found = match (level, log.strip_prefix("_heads/")) {
        (0, Some(epoch)) => {
            let epoch: i32 = epoch.parse().map_err(|_| RowError::Shape("epoch"))?;
            let mut found = Vec::new();
            if first == 0 {
                found.push(
                    json_leaf_hash(&store::read_opening(&tx.query_one(OPENING, &[&epoch]).await?)?)
                        .map_err(RowError::from)?,
                );
            }
            for row in tx.query(HEADS, &[&epoch, &from, &to]).await? {
                found.push(json_leaf_hash(&store::read_head(&row)?).map_err(RowError::from)?);
            }
            found
        }
        (0, None) => {
            let rows = tx.query(LEAVES, &[&log, &from, &to]).await?;
            rows.iter().map(|row| store::read_hash(row, "leaf")).collect::<Result<_, _>>()?
        }
        (level, _) => {
            let below = i32::try_from(level - 1).map_err(|_| RowError::Shape("level"))?;
            let rows = tx.query(ROOTS, &[&log, &below, &from, &to]).await?;
            rows.iter().map(|row| store::read_hash(row, "root")).collect::<Result<_, _>>()?
        }
    };
    if found.len() as u64 == end - first { Ok(found) } else { Err(RowError::Shape("a level of a tree").into()) }
}

fn number(size: u64) -> Result<i64, RowError> {
    i64::try_from(size).map_err(|_| RowError::Shape("size"))
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Inserts the opening of an epoch.
pub async fn insert_epoch(tx: &Transaction<'_>, opening: &EpochOpening) -> StoreResult<()> {
    // The feed's end tells a reader from before a restore where the restored feed begins to differ.
    let sql = "insert into audit_epochs (epoch, opened_at, reason, key, previous_checkpoint, feed_position)
               select $1, $2, $3, $4, $5, coalesce(max(position), 0) from changes";
    tx.execute(sql, &[&opening.epoch, &opening.at.0, &opening.reason, &opening.key, &opening.previous]).await?;
    Ok(())
}

/// Inserts the leaves of events at their positions.
pub async fn insert_leaves(tx: &Transaction<'_>, growths: &[LogGrowth]) -> StoreResult<()> {
    let (mut logs, mut positions, mut events, mut leaves) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for growth in growths {
        for (at, (event, leaf)) in (growth.before..).zip(&growth.leaves) {
            logs.push(growth.log.as_str());
            positions.push(number(at)?);
            events.push(*event);
            leaves.push(leaf.0.to_vec());
        }
    }
    let sql = "insert into audit_leaves (log, leaf_index, event_id, leaf)
               select * from unnest($1::text[], $2::bigint[], $3::uuid[], $4::bytea[])";
    tx.execute(sql, &[&logs, &positions, &events, &leaves]).await?;
    Ok(())
}

/// Inserts tiles that became full.
pub async fn insert_tiles(tx: &Transaction<'_>, tiles: &[TileRow]) -> StoreResult<()> {
    for tile in tiles {
        let level = i32::try_from(tile.tile.level).map_err(|_| RowError::Shape("level"))?;
        let sql = "insert into audit_tiles (log, level, tile_index, hashes, root) values ($1, $2, $3, $4, $5)";
        let (hashes, root) = (bytes(&tile.hashes), tile.root.0.to_vec());
        tx.execute(sql, &[&tile.log, &level, &number(tile.tile.index)?, &hashes, &root]).await?;
    }
    Ok(())
}

/// Inserts tree heads into the log of heads, from position `first`.
pub async fn insert_heads(tx: &Transaction<'_>, first: u64, heads: &[(TreeHead, Frontier)]) -> StoreResult<()> {
    for (at, (head, frontier)) in (first..).zip(heads) {
        let sql = "insert into audit_heads (log, size, root, frontier, at, epoch, head_index)
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let (size, root, frontier) = (number(head.size)?, head.root.0.to_vec(), bytes(frontier.hashes()));
        tx.execute(sql, &[&head.log, &size, &root, &frontier, &head.at.0, &head.epoch, &number(at)?]).await?;
    }
    Ok(())
}

/// Inserts a checkpoint with its signed note.
pub async fn insert_checkpoint(
    tx: &Transaction<'_>,
    epoch: i32,
    checkpoint: &Checkpoint,
    frontier: &Frontier,
    note: &str,
) -> StoreResult<()> {
    let sql = "insert into audit_checkpoints (epoch, size, root, frontier, note) values ($1, $2, $3, $4, $5)";
    let (size, root, frontier) = (number(checkpoint.size)?, checkpoint.root.0.to_vec(), bytes(frontier.hashes()));
    tx.execute(sql, &[&epoch, &size, &root, &frontier, &note]).await?;
    Ok(())
}

/// Deletes events from the queue. Fails unless all of them are there.
pub async fn delete_waiting(tx: &Transaction<'_>, sequence_numbers: &[i64]) -> StoreResult<()> {
    let count = tx.execute("delete from audit_queue where seq = any ($1)", &[&sequence_numbers]).await?;
    if count == sequence_numbers.len() as u64 { Ok(()) } else { Err(RowError::Shape("the queue of events").into()) }
}
