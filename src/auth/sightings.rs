//! The callers whose tokens were accepted, for the directory of people. They are noted in memory, once a day for the same
//! person, roles and areas, so that a request neither writes nor waits.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::authentication::Call;

/// The most callers that are noted in one day, so that memory is bounded.
const MAX_CALLERS: usize = 100_000;

/// The callers that were seen since they were last taken. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Sightings(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    day: Option<NaiveDate>,
    /// The digests of the callers of the day.
    seen: HashSet<u64>,
    hasher: RandomState,
    pending: Vec<Call>,
}

impl Sightings {
    /// Notes a caller who belongs to an area, unless the caller was noted on this day already.
    pub(super) fn note(&self, call: &Call) {
        let actor = &call.actor;
        if actor.areas().is_empty() || actor.roles().is_empty() {
            return;
        }
        let day = call.today();
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.day != Some(day) {
            state.day = Some(day);
            state.seen.clear();
        }
        let names = (&actor.issuer, &actor.subject, &actor.name, &actor.email);
        let caller = (names, actor.roles(), actor.areas());
        let digest = state.hasher.hash_one(caller);
        if state.seen.len() < MAX_CALLERS && state.seen.insert(digest) {
            state.pending.push(call.clone());
        }
    }

    /// Takes the callers that were noted since the last time.
    pub fn take(&self) -> Vec<Call> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).pending)
    }

    /// Puts callers back before those that were noted meanwhile.
    pub fn put_back(&self, calls: Vec<Call>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pending.splice(0..0, calls);
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::Sightings;
    use crate::auth::{Actor, Call, RequestId, Role};

    fn call(name: &str, roles: &[Role], areas: &[&str], at: &str) -> Call {
        let actor = Actor::new("issuer", "subject", Some(name), roles, areas);
        let at: DateTime<Utc> = at.parse().expect("an instant");
        Call { actor, at, request_id: RequestId("request".into()) }
    }

    #[test]
    fn a_caller_is_noted_once_a_day_and_again_with_other_claims() {
        let sightings = Sightings::default();
        let noted = |call: Call| {
            sightings.note(&call);
            sightings.take().len()
        };
        let morning = "2026-03-02T09:00:00Z";
        assert_eq!(noted(call("A", &[Role::Opcc], &["kent"], morning)), 1);
        assert_eq!(noted(call("A", &[Role::Opcc], &["kent"], "2026-03-02T17:00:00Z")), 0);
        assert_eq!(noted(call("B", &[Role::Opcc], &["kent"], morning)), 1);
        assert_eq!(noted(call("A", &[Role::OpccApprover], &["kent"], morning)), 1);
        assert_eq!(noted(call("A", &[Role::Opcc], &["kent", "surrey"], morning)), 1);
        assert_eq!(noted(call("A", &[Role::Opcc], &["kent"], "2026-03-03T09:00:00Z")), 1);
        for (roles, areas) in [(&[][..], &["kent"][..]), (&[Role::Opcc], &[])] {
            assert_eq!(noted(call("A", roles, areas, morning)), 0);
        }
    }
}
