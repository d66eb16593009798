//! How the lines of a bundle follow from one another: the proofs from the checkpoint, the run from the head, each event from
//! its place.

use serde_json::Value;

use super::bundle::Line;
use super::canonical::canonical;
use super::checkpoint::Checkpoint;
use super::entry::{Entry, Head};
use super::hash::{Hash, leaf_hash};
use super::note::VerifyingKey;
use super::proof::root_of_inclusion;
use super::tree::{Frontier, nodes};

/// What was checked, or why it is refused.
pub(super) type Checked<T> = Result<T, String>;

/// A bundle whose first line was read, and what followed from it so far.
#[derive(Clone)]
pub(super) struct Opened {
    pub log: String,
    pub epoch: i32,
    pub key: VerifyingKey,
    pub checkpoint: Option<Checkpoint>,
    pub opening: bool,
    pub head: Option<Head>,
    pub run: Option<(u64, u64, Vec<Hash>)>,
    pub tree: Frontier,
}

/// The lines between the first and the run: each follows from the checkpoint, which comes before them.
pub(super) fn proofs(opened: &mut Opened, line: Line) -> Checked<()> {
    if opened.run.is_some() {
        return Err("a proof stands after the run it is for".to_owned());
    }
    if let Line::Checkpoint { note } = &line {
        let checkpoint = Checkpoint::open(note, &opened.key).map_err(|error| error.to_string())?;
        if checkpoint.origin != format!("{}/{}", opened.key.name(), opened.epoch) || opened.checkpoint.is_some() {
            return Err("the checkpoint is of another log or epoch, or stands here twice".to_owned());
        }
        opened.checkpoint = Some(checkpoint);
        return Ok(());
    }
    let checkpoint = opened.checkpoint.as_ref().ok_or("the checkpoint is missing")?;
    let signed = |leaf: String, index, proof: &[Hash]| {
        root_of_inclusion(leaf_hash(leaf.as_bytes()), index, checkpoint.size, proof) == Some(checkpoint.root)
    };
    let text = |value: Result<Value, _>| {
        value.map(|value| canonical(&value)).map_err(|error: serde_json::Error| error.to_string())
    };
    match line {
        Line::Opening { opening, proof } => {
            if !signed(text(serde_json::to_value(&opening))?, 0, &proof) {
                return Err("the opening of the epoch is not what was signed".to_owned());
            }
            if opened.opening {
                return Err("the opening stands here twice".to_owned());
            }
            if opening.epoch != opened.epoch || opening.key != opened.key.to_string() {
                return Err("the epoch was opened for another key".to_owned());
            }
            opened.opening = true;
        }
        Line::Head { index, head, proof } => {
            if head.log != opened.log || head.epoch != opened.epoch || opened.head.is_some() {
                return Err("the head is another log's, or stands here twice".to_owned());
            }
            if !signed(text(serde_json::to_value(&head))?, index, &proof) {
                return Err("the head is not what was signed".to_owned());
            }
            opened.head = Some(head);
        }
        _ => return Err("this line does not belong here".to_owned()),
    }
    Ok(())
}

pub(super) fn begin(opened: &mut Opened, first: u64, end: u64, left: Vec<Hash>, right: Vec<Hash>) -> Checked<()> {
    let head = opened.head.as_ref().ok_or("the head is missing")?;
    if opened.run.is_some() || first > end || end > head.size || nodes(end, head.size).len() != right.len() {
        return Err("the run does not fit the log".to_owned());
    }
    opened.tree = Frontier::of(first, left).ok_or("the run does not fit the log")?;
    opened.run = Some((first, end, right));
    Ok(())
}

pub(super) fn add(opened: &mut Opened, index: u64, leaf: Hash) -> Checked<()> {
    let (_, end, _) = opened.run.as_ref().ok_or("the run is missing")?;
    if index != opened.tree.size() || index >= *end {
        return Err(format!("place {} is due here", opened.tree.size()));
    }
    opened.tree.push(leaf);
    Ok(())
}

pub(super) fn place_event(opened: &mut Opened, index: u64, leaf: Hash, bytes: &str, entry: &Entry) -> Checked<()> {
    if entry.v != 1 || entry.log != opened.log {
        return Err("it is of another log, or of a format that is not known here".to_owned());
    }
    if leaf_hash(bytes.as_bytes()) != leaf {
        return Err("what it says is not what was logged".to_owned());
    }
    add(opened, index, leaf)
}

/// At the size that an earlier bundle speaks of, the root must be the one it gives.
pub(super) fn compare(earlier: Option<(u64, Hash)>, tree: &Frontier) -> Checked<()> {
    match earlier {
        Some((size, root)) if size == tree.size() && tree.root() != root => {
            Err(format!("at size {size} the log is not the one that the earlier bundle is of"))
        }
        _ => Ok(()),
    }
}
