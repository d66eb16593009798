//! The state of a bundle while it is verified, and the checks by which each line follows from the lines before it.

use serde_json::Value;

use super::bundle::BundleLine;
use super::canonical_json::canonical_json;
use super::checkpoint::Checkpoint;
use super::entry::{Entry, TreeHead};
use super::hash::{Hash, leaf_hash};
use super::note::VerifyingKey;
use super::proof::root_from_inclusion_proof;
use super::tree::{Frontier, perfect_subtrees};

/// The result of a check. The error states why the bundle is refused.
pub(super) type CheckResult<T> = Result<T, String>;

/// The range of positions in a bundle, and the subtrees to its right.
#[derive(Clone)]
pub(super) struct BundleRange {
    pub first: u64,
    /// The position after the last.
    pub end: u64,
    pub right: Vec<Hash>,
}

/// A bundle whose first line was read, and the facts from the lines that were verified so far.
#[derive(Clone)]
pub(super) struct BundleState {
    pub log: String,
    pub epoch: i32,
    pub key: VerifyingKey,
    pub checkpoint: Option<Checkpoint>,
    /// True once the opening of the epoch was verified.
    pub has_opening: bool,
    pub head: Option<TreeHead>,
    pub range: Option<BundleRange>,
    pub tree: Frontier,
}

/// Checks a checkpoint, opening or head. The checkpoint must come first, and all must come before the range.
pub(super) fn check_proof(state: &mut BundleState, line: BundleLine) -> CheckResult<()> {
    if state.range.is_some() {
        return Err("a checkpoint, opening or head must come before the range".to_owned());
    }
    if let BundleLine::Checkpoint { note } = &line {
        let checkpoint = Checkpoint::open(note, &state.key).map_err(|error| error.to_string())?;
        let origin = format!("{}/{}", state.key.name(), state.epoch);
        if checkpoint.origin != origin {
            return Err(format!("the checkpoint's origin is {:?} and must be {origin:?}", checkpoint.origin));
        }
        if state.checkpoint.is_some() {
            return Err("the bundle has two checkpoints".to_owned());
        }
        state.checkpoint = Some(checkpoint);
        return Ok(());
    }
    let checkpoint = state.checkpoint.as_ref().ok_or("the checkpoint is missing")?;
    let is_signed = |leaf: String, index, proof: &[Hash]| {
        root_from_inclusion_proof(leaf_hash(leaf.as_bytes()), index, checkpoint.size, proof) == Some(checkpoint.root)
    };
    let text = |value: Result<Value, _>| {
        value.map(|value| canonical_json(&value)).map_err(|error: serde_json::Error| error.to_string())
    };
    match line {
        BundleLine::Opening { opening, proof } => {
            if !is_signed(text(serde_json::to_value(&opening))?, 0, &proof) {
                return Err("the proof of the opening does not lead to the root of the checkpoint".to_owned());
            }
            if state.has_opening {
                return Err("the bundle has two openings".to_owned());
            }
            if opening.epoch != state.epoch || opening.key != state.key.to_string() {
                return Err("the epoch was opened for another key than the one in the first line".to_owned());
            }
            state.has_opening = true;
        }
        BundleLine::Head { index, head, proof } => {
            if head.log != state.log || head.epoch != state.epoch {
                return Err(format!(
                    "the head is of the log {:?}, epoch {}: the first line names another",
                    head.log, head.epoch
                ));
            }
            if state.head.is_some() {
                return Err("the bundle has two heads".to_owned());
            }
            if !is_signed(text(serde_json::to_value(&head))?, index, &proof) {
                return Err("the proof of the head does not lead to the root of the checkpoint".to_owned());
            }
            state.head = Some(head);
        }
        _ => return Err("this line must not come here".to_owned()),
    }
    Ok(())
}

/// Begins the range of events, from position `first` to before `end`. `left` and `right` are the hashes of the subtrees
/// on either side of the range. The tree starts with `left`, and each leaf of the range is then appended to it.
pub(super) fn begin_range(
    state: &mut BundleState,
    first: u64,
    end: u64,
    left: Vec<Hash>,
    right: Vec<Hash>,
) -> CheckResult<()> {
    let head = state.head.as_ref().ok_or("the head is missing")?;
    if state.range.is_some() {
        return Err("the bundle has two ranges".to_owned());
    }
    if first > end || end > head.size || perfect_subtrees(end, head.size).len() != right.len() {
        return Err(format!("the range {first} to {end} does not fit a log of {} leaves", head.size));
    }
    let tree = Frontier::new(first, left);
    state.tree = tree.ok_or_else(|| format!("the range has the wrong number of hashes to the left of {first}"))?;
    state.range = Some(BundleRange { first, end, right });
    Ok(())
}

/// Appends a leaf. Its index must be the size of the tree so far.
pub(super) fn append_leaf(state: &mut BundleState, index: u64, leaf: Hash) -> CheckResult<()> {
    let range = state.range.as_ref().ok_or("the range is missing")?;
    let due = state.tree.size();
    if index != due || index >= range.end {
        return Err(format!(
            "the line has position {index}: position {due} is expected, in a range that ends at {}",
            range.end
        ));
    }
    state.tree.push(leaf);
    Ok(())
}

/// Checks that an event is of the bundle's log and hashes to its leaf, and appends the leaf. `text` is the canonical
/// JSON of the entry.
pub(super) fn append_event(
    state: &mut BundleState,
    index: u64,
    leaf: Hash,
    text: &str,
    entry: &Entry,
) -> CheckResult<()> {
    if entry.v != 1 {
        return Err(format!("the entry has format {}: only format 1 is supported", entry.v));
    }
    if entry.log != state.log {
        return Err(format!("the event is of the log {:?} and the bundle of {:?}", entry.log, state.log));
    }
    if leaf_hash(text.as_bytes()) != leaf {
        return Err("the entry does not hash to its leaf: the entry was altered".to_owned());
    }
    append_leaf(state, index, leaf)
}

/// Checks the tree against the head of an earlier bundle once the tree has the size of that head.
pub(super) fn check_earlier_head(earlier: Option<(u64, Hash)>, tree: &Frontier) -> CheckResult<()> {
    match earlier {
        Some((size, root)) if size == tree.size() && tree.root() != root => {
            Err(format!("the log had another root at size {size} in the earlier bundle"))
        }
        _ => Ok(()),
    }
}
