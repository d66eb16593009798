//! A bundle checked, line by line, without a network and without a database: everything in it must follow from one
//! signed checkpoint. What does not is refused, and named.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::Value;
use uuid::Uuid;

use super::bundle::{Line, follow, shown};
use super::canonical::canonical;
use super::checkpoint::Checkpoint;
use super::hash::Hash;
use super::note::VerifyingKey;
use super::opened::{Checked, Opened, add, begin, compare, place_event, proofs};
use super::tree::{Frontier, nodes};

/// Why a bundle is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line it was found in, from 1; the last, where something is missing at the end.
    pub line: usize,
    /// The event that fails, where it is one.
    pub event: Option<String>,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(event) = &self.event {
            write!(f, "event {event}: ")?;
        }
        f.write_str(&self.why)
    }
}

impl std::error::Error for Refused {}

/// What was found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The log.
    pub log: String,
    /// The run of its places that the bundle holds: from the first up to, not including, the second.
    pub run: (u64, u64),
    /// The size of the log then.
    pub size: u64,
    /// The root over it.
    pub root: Hash,
    /// Events shown.
    pub events: u64,
    /// Events whose leaves alone are shown.
    pub withheld: u64,
    /// Payloads and notes shown, each as it was committed to.
    pub payloads: u64,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The key that signed it.
    pub key: String,
    /// Events of which a payload or the note is not shown, and another event says that it was erased.
    pub erased: u64,
    /// Events of which a payload or the note is not shown, though none says that it was erased.
    pub not_shown: Vec<String>,
    /// Records that were changed outside the log: the events that found them so.
    pub found_changed: Vec<String>,
}

/// A bundle as far as it was read.
#[derive(Clone)]
pub struct Verifier {
    trusted: Option<VerifyingKey>,
    earlier: Option<(u64, Hash)>,
    opened: Option<Opened>,
    line: usize,
    events: u64,
    withheld: u64,
    payloads: u64,
    last: HashMap<(Uuid, String), String>,
    found_changed: Vec<String>,
    not_shown: Vec<Uuid>,
    erased: HashSet<Uuid>,
}

impl Verifier {
    /// A verifier that trusts this key; the key that the bundle itself names, where none is given.
    pub fn new(trusted: Option<VerifyingKey>) -> Self {
        Self {
            trusted,
            earlier: None,
            opened: None,
            line: 0,
            events: 0,
            withheld: 0,
            payloads: 0,
            last: HashMap::new(),
            found_changed: Vec::new(),
            not_shown: Vec::new(),
            erased: HashSet::new(),
        }
    }

    /// Demands that the log is the one that had this root at this size, as an earlier bundle says.
    #[must_use]
    pub fn after(mut self, size: u64, root: Hash) -> Self {
        self.earlier = Some((size, root));
        self
    }

    /// Checks one line.
    pub fn line(&mut self, text: &str) -> Result<(), Refused> {
        self.line += 1;
        let mut event = None;
        self.check(text, &mut event).map_err(|why| Refused { line: self.line, event, why })
    }

    fn check(&mut self, text: &str, event: &mut Option<String>) -> Checked<()> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("this is not JSON: {error}"))?;
        let named = value.get("entry").and_then(|entry| entry.get("id")).and_then(Value::as_str);
        let place = || value.get("index").filter(|_| value["type"] != "head").map(|index| format!("at place {index}"));
        *event = named.map(str::to_owned).or_else(place);
        if canonical(&value) != text {
            return Err("the line is not in canonical form".to_owned());
        }
        let entry = value.get("entry").map(canonical);
        let line = serde_json::from_value(value).map_err(|error| format!("this is no line of a bundle: {error}"))?;
        match line {
            Line::Bundle { v: 1, log, epoch, key, .. } if self.opened.is_none() => self.open(log, epoch, &key),
            Line::Bundle { .. } => Err("a bundle of format 1 begins once, with its first line".to_owned()),
            line => {
                let opened = self.opened.as_mut().ok_or("the first line must say which bundle it is")?;
                match line {
                    Line::Event { index, leaf, entry: parsed, payloads, note } => {
                        let bytes = entry.unwrap_or_default();
                        place_event(opened, index, leaf, &bytes, &parsed)?;
                        self.events += 1;
                        self.payloads += payloads.len() as u64 + u64::from(note.is_some());
                        shown(&parsed, &payloads, note.as_ref())?;
                        if payloads.len() < parsed.parts.len() || parsed.note.is_some() != note.is_some() {
                            self.not_shown.push(parsed.id);
                        }
                        if parsed.resource == "event" && parsed.action == "erase" {
                            self.erased.insert(parsed.resource_id);
                        }
                        if follow(&mut self.last, &parsed) {
                            self.found_changed.push(parsed.id.to_string());
                        }
                        compare(self.earlier, &opened.tree)
                    }
                    Line::Withheld { index, leaf } => {
                        add(opened, index, leaf)?;
                        self.withheld += 1;
                        compare(self.earlier, &opened.tree)
                    }
                    Line::Range { first, end, left, right } => {
                        begin(opened, first, end, left, right)?;
                        compare(self.earlier, &opened.tree)
                    }
                    line => proofs(opened, line),
                }
            }
        }
    }

    fn open(&mut self, log: String, epoch: i32, key: &str) -> Checked<()> {
        let key = VerifyingKey::read(key).map_err(|error| error.to_string())?;
        if self.trusted.as_ref().is_some_and(|trusted| *trusted != key) {
            return Err("the bundle is signed by another key than the one given".to_owned());
        }
        let tree = Frontier::default();
        self.opened = Some(Opened { log, epoch, key, checkpoint: None, opening: false, head: None, run: None, tree });
        Ok(())
    }

    /// Checks that nothing is missing at the end, and that the whole leads to the signed root.
    pub fn finish(self) -> Result<Verified, Refused> {
        let line = self.line;
        let refuse = |why: &str| Refused { line, event: None, why: why.to_owned() };
        let opened = self.opened.ok_or_else(|| refuse("the bundle is empty"))?;
        let (Some(checkpoint), Some(head), Some((first, end, right))) = (opened.checkpoint, opened.head, opened.run)
        else {
            return Err(refuse("the bundle breaks off before its events"));
        };
        if !opened.opening {
            return Err(refuse("the opening of the epoch is missing"));
        }
        let mut tree = opened.tree;
        if tree.size() != end {
            return Err(refuse(&format!("the bundle breaks off: the event at place {} is missing", tree.size())));
        }
        for (node, hash) in nodes(end, head.size).into_iter().zip(&right) {
            if !tree.push_subtree(node.level, *hash) {
                return Err(refuse("the proof has the wrong shape"));
            }
        }
        if tree.root() != head.root {
            return Err(refuse(&format!("the events from place {first} to {end} are not those that were signed")));
        }
        if let Some((size, root)) = self.earlier
            && !((first..=end).contains(&size) || (size, root) == (head.size, head.root))
        {
            return Err(refuse(&format!("the earlier bundle's size {size} is outside the places {first} to {end}")));
        }
        let (erased, not_shown): (Vec<Uuid>, Vec<Uuid>) =
            self.not_shown.iter().copied().partition(|id| self.erased.contains(id));
        Ok(Verified {
            log: opened.log,
            run: (first, end),
            size: head.size,
            root: head.root,
            events: self.events,
            withheld: self.withheld,
            payloads: self.payloads,
            checkpoint,
            key: opened.key.to_string(),
            erased: erased.len() as u64,
            not_shown: not_shown.iter().map(Uuid::to_string).collect(),
            found_changed: self.found_changed,
        })
    }
}
