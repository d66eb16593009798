//! The verifier of bundles. It reads a bundle line by line, without network or database, and checks that every line
//! follows from one signed checkpoint.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::Value;
use uuid::Uuid;

use super::bundle::{BundleLine, check_commitments, is_changed_outside_log};
use super::bundle_state::{
    BundleRange, BundleState, CheckResult, append_event, append_leaf, begin_range, check_earlier_head, check_proof,
};
use super::canonical_json::canonical_json;
use super::checkpoint::Checkpoint;
use super::hash::Hash;
use super::note::VerifyingKey;
use super::tree::{Frontier, perfect_subtrees};

/// The reason why a bundle is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationError {
    /// The number of the line, from 1. If something is missing at the end, it is the last line.
    pub line: usize,
    /// The event's id, or its position as `at position N`, if the line holds one.
    pub event: Option<String>,
    /// The failed check.
    pub reason: String,
}

impl fmt::Display for VerificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(event) = &self.event {
            write!(f, "event {event}: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for VerificationError {}

/// The facts that a verified bundle proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationReport {
    /// The name of the log.
    pub log: String,
    /// The positions in the bundle: from the first up to, but not including, the second.
    pub range: (u64, u64),
    /// The number of leaves of the log when the bundle was exported.
    pub size: u64,
    /// The root over these leaves.
    pub root: Hash,
    /// The number of events in the bundle.
    pub events: u64,
    /// The number of events of which the bundle holds only the leaf.
    pub withheld: u64,
    /// The number of payloads and notes in the bundle. Each matches its commitment.
    pub payloads: u64,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The key that signed the checkpoint.
    pub key: String,
    /// The number of events that lack a payload or note because it was erased: an `erase` event names each of them.
    pub erased: u64,
    /// The events that lack a payload or note, although no `erase` event names them.
    pub not_shown: Vec<String>,
    /// The events that found their record changed outside the log.
    pub changed_outside_log: Vec<String>,
}

/// The verification of one bundle, with the result of the lines that were read so far.
#[derive(Clone)]
pub struct Verifier {
    trusted: Option<VerifyingKey>,
    earlier: Option<(u64, Hash)>,
    state: Option<BundleState>,
    line: usize,
    events: u64,
    withheld: u64,
    payloads: u64,
    /// The last digest of each part of each record.
    last: HashMap<(Uuid, String), String>,
    changed_outside_log: Vec<String>,
    not_shown: Vec<Uuid>,
    erased: HashSet<Uuid>,
}

impl Verifier {
    /// Makes a verifier that trusts this key. Without a key, it trusts the key that the bundle itself names.
    pub fn new(trusted: Option<VerifyingKey>) -> Self {
        Self {
            trusted,
            earlier: None,
            state: None,
            line: 0,
            events: 0,
            withheld: 0,
            payloads: 0,
            last: HashMap::new(),
            changed_outside_log: Vec::new(),
            not_shown: Vec::new(),
            erased: HashSet::new(),
        }
    }

    /// Requires the log to continue an earlier bundle: at `size` leaves, its root must be `root`.
    #[must_use]
    pub fn with_earlier_head(mut self, size: u64, root: Hash) -> Self {
        self.earlier = Some((size, root));
        self
    }

    /// Verifies the next line, without its line feed.
    ///
    /// # Errors
    /// A [`VerificationError`] with the line and, if known, the event.
    pub fn verify_line(&mut self, text: &str) -> Result<(), VerificationError> {
        self.line += 1;
        let mut event = None;
        self.check(text, &mut event).map_err(|reason| VerificationError { line: self.line, event, reason })
    }

    fn check(&mut self, text: &str, event: &mut Option<String>) -> CheckResult<()> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("the line is not JSON: {error}"))?;
        let id = value.get("entry").and_then(|entry| entry.get("id")).and_then(Value::as_str);
        let position =
            || value.get("index").filter(|_| value["type"] != "head").map(|index| format!("at position {index}"));
        *event = id.map(str::to_owned).or_else(position);
        if canonical_json(&value) != text {
            return Err("the line is not in canonical form (RFC 8785)".to_owned());
        }
        let entry = value.get("entry").map(canonical_json);
        let line = serde_json::from_value(value).map_err(|error| format!("this is not a line of a bundle: {error}"))?;
        match line {
            BundleLine::Bundle { v: 1, log, epoch, key, .. } if self.state.is_none() => self.begin(log, epoch, &key),
            BundleLine::Bundle { v, .. } if v != 1 => {
                Err(format!("the bundle has format {v}: only format 1 is supported"))
            }
            BundleLine::Bundle { .. } => Err("the bundle has two first lines".to_owned()),
            line => {
                let state = self.state.as_mut().ok_or("the first line must have the type \"bundle\"")?;
                match line {
                    BundleLine::Event { index, leaf, entry: parsed, payloads, note } => {
                        let text = entry.unwrap_or_default();
                        append_event(state, index, leaf, &text, &parsed)?;
                        self.events += 1;
                        self.payloads += payloads.len() as u64 + u64::from(note.is_some());
                        check_commitments(&parsed, &payloads, note.as_ref())?;
                        if payloads.len() < parsed.parts.len() || parsed.note.is_some() != note.is_some() {
                            self.not_shown.push(parsed.id);
                        }
                        if parsed.resource == "event" && parsed.action == "erase" {
                            self.erased.insert(parsed.resource_id);
                        }
                        if is_changed_outside_log(&mut self.last, &parsed) {
                            self.changed_outside_log.push(parsed.id.to_string());
                        }
                        check_earlier_head(self.earlier, &state.tree)
                    }
                    BundleLine::Withheld { index, leaf } => {
                        append_leaf(state, index, leaf)?;
                        self.withheld += 1;
                        check_earlier_head(self.earlier, &state.tree)
                    }
                    BundleLine::Range { first, end, left, right } => {
                        begin_range(state, first, end, left, right)?;
                        check_earlier_head(self.earlier, &state.tree)
                    }
                    line => check_proof(state, line),
                }
            }
        }
    }

    fn begin(&mut self, log: String, epoch: i32, key: &str) -> CheckResult<()> {
        let key = VerifyingKey::parse(key).map_err(|error| error.to_string())?;
        if self.trusted.as_ref().is_some_and(|trusted| *trusted != key) {
            return Err(format!("the bundle names the key {key}, which is not the trusted key"));
        }
        let tree = Frontier::default();
        self.state =
            Some(BundleState { log, epoch, key, checkpoint: None, has_opening: false, head: None, range: None, tree });
        Ok(())
    }

    /// Checks that the bundle is complete and that its events lead to the signed root.
    ///
    /// # Errors
    /// A [`VerificationError`] for the last line.
    pub fn finish(self) -> Result<VerificationReport, VerificationError> {
        let line = self.line;
        let refuse = |reason: &str| VerificationError { line, event: None, reason: reason.to_owned() };
        let state = self.state.ok_or_else(|| refuse("the bundle is empty"))?;
        let (Some(checkpoint), Some(head), Some(range)) = (state.checkpoint, state.head, state.range) else {
            return Err(refuse("the bundle ends before its events"));
        };
        let BundleRange { first, end, right } = range;
        if !state.has_opening {
            return Err(refuse("the opening of the epoch is missing"));
        }
        let mut tree = state.tree;
        if tree.size() != end {
            return Err(refuse(&format!("the bundle ends early: the event at position {} is missing", tree.size())));
        }
        for (node, hash) in perfect_subtrees(end, head.size).into_iter().zip(&right) {
            if !tree.push_subtree(node.level, *hash) {
                return Err(refuse("the hashes to the right of the range have the wrong shape"));
            }
        }
        if tree.root() != head.root {
            let reason =
                format!("the events from position {first} to {end} do not lead to the root of the signed head");
            return Err(refuse(&reason));
        }
        if let Some((size, root)) = self.earlier
            && !((first..=end).contains(&size) || (size, root) == (head.size, head.root))
        {
            let reason =
                format!("the size {size} of the earlier bundle is outside this bundle's positions {first} to {end}");
            return Err(refuse(&reason));
        }
        let (erased, not_shown): (Vec<Uuid>, Vec<Uuid>) =
            self.not_shown.iter().copied().partition(|id| self.erased.contains(id));
        Ok(VerificationReport {
            log: state.log,
            range: (first, end),
            size: head.size,
            root: head.root,
            events: self.events,
            withheld: self.withheld,
            payloads: self.payloads,
            checkpoint,
            key: state.key.to_string(),
            erased: erased.len() as u64,
            not_shown: not_shown.iter().map(Uuid::to_string).collect(),
            changed_outside_log: self.changed_outside_log,
        })
    }
}
