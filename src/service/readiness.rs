//! Whether this instance may receive requests, and what it does not do in full.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use utoipa::ToSchema;

/// What is checked while the instance runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// The sequencer of the audit log.
    Sequencer,
    /// The clock of the machine.
    Clock,
}

/// The outcome of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// Nothing is wrong.
    Passed,
    /// Something does not work, and requests are still processed correctly. The text says what.
    Degraded(String),
    /// Requests would not be processed correctly. The text says why.
    Failed(String),
}

/// A part of the service that does not work, while requests are still processed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Degradation {
    /// What does not work: `audit_events_wait` or `clock_differs`. More codes may be added.
    pub code: &'static str,
    /// What was found, for an operator.
    pub detail: String,
}

/// Whether the service accepts requests. It stops being ready when it begins to shut down or when a check fails.
#[derive(Debug, Default)]
pub struct Readiness {
    draining: AtomicBool,
    outcomes: Mutex<BTreeMap<Check, CheckOutcome>>,
}

impl Check {
    fn code(self) -> &'static str {
        match self {
            Self::Sequencer => "audit_events_wait",
            Self::Clock => "clock_differs",
        }
    }
}

impl Readiness {
    /// Reports "not ready" from now on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Returns true when the service is shutting down.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Stores the outcome of a check, and returns the outcome that it replaces.
    pub fn set(&self, check: Check, outcome: CheckOutcome) -> CheckOutcome {
        self.with_outcomes(|all| all.insert(check, outcome)).unwrap_or(CheckOutcome::Passed)
    }

    /// Returns why the instance is not ready, or `None` if it is.
    pub fn obstacle(&self) -> Option<String> {
        if self.is_draining() {
            return Some("This instance is shutting down.".to_owned());
        }
        self.with_outcomes(|all| {
            all.values().find_map(|outcome| match outcome {
                CheckOutcome::Failed(reason) => Some(reason.clone()),
                _ => None,
            })
        })
    }

    /// Returns what does not work while requests are still processed.
    pub fn degradations(&self) -> Vec<Degradation> {
        let degradation = |(check, outcome): (&Check, &CheckOutcome)| match outcome {
            CheckOutcome::Degraded(detail) => Some(Degradation { code: check.code(), detail: detail.clone() }),
            _ => None,
        };
        self.with_outcomes(|all| all.iter().filter_map(degradation).collect())
    }

    fn with_outcomes<T>(&self, work: impl FnOnce(&mut BTreeMap<Check, CheckOutcome>) -> T) -> T {
        work(&mut self.outcomes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
