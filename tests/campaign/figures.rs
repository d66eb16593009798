//! The figures of one scenario, and the promises that it found broken.

use std::fmt;
use std::time::Duration;

/// The kinds of broken promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// An acknowledged write is missing somewhere.
    Lost,
    /// A write was performed more than once.
    Doubled,
    /// A part of a write is missing.
    Halved,
    /// Another promise, such as the status of an answer or the time until recovery.
    Other,
}

/// One broken promise.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its kind.
    pub kind: FaultKind,
    /// What is wrong, with the ids that identify it.
    pub text: String,
}

/// The figures of one scenario.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The name of the scenario.
    pub scenario: &'static str,
    /// The number of writes that the service acknowledged.
    pub acknowledged: usize,
    /// The number of requests of which the client could not know whether they were performed.
    pub doubtful: usize,
    /// What the scenario did, such as `kills`, and how often.
    pub done: Vec<(&'static str, usize)>,
    /// The broken promises.
    pub faults: Vec<Fault>,
    /// The duration of the scenario.
    pub took: Duration,
    /// Why the scenario was left out, if it was.
    pub skipped: Option<String>,
}

impl Figures {
    /// Creates the figures of a scenario that has not done anything yet.
    pub fn new(scenario: &'static str) -> Self {
        Self { scenario, ..Self::default() }
    }

    /// Creates the figures of a scenario that cannot run here.
    pub fn skipped(scenario: &'static str, reason: impl Into<String>) -> Self {
        Self { scenario, skipped: Some(reason.into()), ..Self::default() }
    }

    /// Adds a broken promise.
    pub fn fault(&mut self, kind: FaultKind, text: impl Into<String>) {
        self.faults.push(Fault { kind, text: text.into() });
    }

    /// Adds a broken promise of the kind [`FaultKind::Other`] unless the condition is true.
    pub fn promise(&mut self, kept: bool, text: impl Into<String>) {
        if !kept {
            self.fault(FaultKind::Other, text);
        }
    }

    /// States how often the scenario did something.
    pub fn did(&mut self, what: &'static str, count: usize) {
        self.done.push((what, count));
    }

    fn count(&self, kind: FaultKind) -> usize {
        self.faults.iter().filter(|fault| fault.kind == kind).count()
    }

    /// Prints the broken promises to standard error, at most 30.
    pub fn print_faults(&self) {
        for Fault { kind, text } in self.faults.iter().take(30) {
            eprintln!("{}: {kind:?}: {text}", self.scenario);
        }
        if self.faults.len() > 30 {
            eprintln!("{}: and {} more", self.scenario, self.faults.len() - 30);
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reason) = &self.skipped {
            return write!(f, "{}: skipped: {reason}", self.scenario);
        }
        write!(f, "{}: {} acknowledged, {} doubtful", self.scenario, self.acknowledged, self.doubtful)?;
        for (what, count) in &self.done {
            write!(f, ", {count} {what}")?;
        }
        let kinds = [FaultKind::Lost, FaultKind::Doubled, FaultKind::Halved, FaultKind::Other];
        let [lost, doubled, halved, other] = kinds.map(|kind| self.count(kind));
        write!(f, ", {lost} lost, {doubled} doubled, {halved} halved, {other} other faults, ")?;
        write!(f, "{:.1} s", self.took.as_secs_f64())
    }
}
