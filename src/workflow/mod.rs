//! A workflow is one const table of rules. The check of a write, what a caller is told it may do, the OpenAPI, the
//! diagram and the exhaustive test all read that table. Knows no particular workflow.

mod diagram;
pub mod http;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::api::{Fault, Kind, Problem};
use crate::auth::{Actor, Role};
use crate::vocabulary::WireName;

/// One row: from which state, which action leads where, for whom, and what it needs.
#[derive(Debug)]
pub struct Rule<S: 'static, A: 'static, N: 'static> {
    /// The state it starts from.
    pub from: S,
    /// What is done.
    pub action: A,
    /// Where it leads.
    pub to: S,
    /// Where it leads instead, once the record is whole.
    pub or_to: Option<S>,
    /// Who may; a role also does what the roles it covers may.
    pub by: &'static [Role],
    /// What must hold, beyond the form of the request.
    pub needs: &'static [N],
}

/// Writes one row.
pub const fn rule<S, A, N>(from: S, action: A, to: S, by: &'static [Role], needs: &'static [N]) -> Rule<S, A, N> {
    Rule { from, action, to, or_to: None, by, needs }
}

impl<S, A, N> Rule<S, A, N> {
    /// The same rule with a second end, for an action that may complete the record.
    #[must_use]
    pub const fn or(self, whole: S) -> Self
    where
        S: Copy,
        A: Copy,
    {
        Self { or_to: Some(whole), from: self.from, action: self.action, to: self.to, by: self.by, needs: self.needs }
    }
}

/// A resource's whole workflow.
#[derive(Debug)]
pub struct Workflow<S: 'static, A: 'static, N: 'static> {
    /// Its name, such as `response`.
    pub name: &'static str,
    /// The state a record begins in.
    pub start: S,
    /// Where a record may rest for good.
    pub ends: &'static [S],
    /// The table.
    pub rules: &'static [Rule<S, A, N>],
}

/// Leave to write a state: only the table gives one.
#[derive(Debug)]
pub struct Step<S> {
    from: S,
    to: S,
    or_to: Option<S>,
}

impl<S: Copy> Step<S> {
    /// The state it leaves, for the compare-and-set.
    pub fn from(&self) -> S {
        self.from
    }

    /// The state it leads to: the second end, where the rule has one and the record is whole.
    pub fn to(&self, whole: bool) -> S {
        self.or_to.filter(|_| whole).unwrap_or(self.to)
    }
}

/// Something a caller may do to a record as it now stands, and what still stands in its way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AllowedAction {
    /// What to send as `action`.
    #[schema(example = "submit")]
    pub action: &'static str,
    /// What the action needs, by code.
    pub needs: Vec<&'static str>,
    /// The needs that the record does not meet yet; empty when it can be done now.
    pub blocked_by: Vec<Fault>,
}

impl<S: WireName, A: WireName, N: WireName> Workflow<S, A, N> {
    /// Leave for one actor to do one thing: 409 where the state has no such rule, 403 where it is another's to do.
    ///
    /// `allowed` gives what the record allows the caller instead, for the 409.
    pub fn step(
        &self,
        from: S,
        action: A,
        actor: &Actor,
        allowed: impl FnOnce() -> Vec<AllowedAction>,
    ) -> Result<(Step<S>, &'static [N]), Problem> {
        let by_action = || self.rules.iter().filter(|rule| rule.action == action);
        // Who may never do this is told so in every state.
        if !by_action().any(|rule| actor.is_any(rule.by)) {
            return Err(self.refuse(action, by_action().flat_map(|rule| rule.by.iter().copied()).collect()));
        }
        let Some(rule) = by_action().find(|rule| rule.from == from) else {
            let detail = format!("The {} is {from}; from there it cannot {action}.", self.name);
            return Err(Problem::new(Kind::NotFromHere, detail)
                .member("state", from.as_str())
                .member("allowed_actions", json!(allowed())));
        };
        if !actor.is_any(rule.by) {
            return Err(self.refuse(action, rule.by.to_vec()));
        }
        Ok((Step { from, to: rule.to, or_to: rule.or_to }, rule.needs))
    }

    fn refuse(&self, action: A, mut by: Vec<Role>) -> Problem {
        by.sort_unstable();
        by.dedup();
        let by: Vec<&str> = by.into_iter().map(WireName::as_str).collect();
        Problem::forbidden(format!("To {action} the {} is for: {}.", self.name, by.join(", ")))
    }

    /// What an actor may do in a state; `unmet` says what the record lacks for each need.
    pub fn allowed(&self, from: S, actor: &Actor, unmet: impl Fn(N) -> Vec<Fault>) -> Vec<AllowedAction> {
        let mine = self.rules.iter().filter(|rule| rule.from == from && actor.is_any(rule.by));
        mine.map(|rule| AllowedAction {
            action: rule.action.as_str(),
            needs: rule.needs.iter().map(|need| need.as_str()).collect(),
            blocked_by: rule.needs.iter().flat_map(|need| unmet(*need)).collect(),
        })
        .collect()
    }

    /// What is wrong with the table: nothing, a test holds.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        for rule in self.rules {
            if !seen.insert((rule.from.as_str(), rule.action.as_str())) {
                faults.push(format!("{} {} has two rules", rule.from, rule.action));
            }
            if rule.by.is_empty() {
                faults.push(format!("{} {} is for nobody", rule.from, rule.action));
            }
        }
        let mut reached = vec![self.start];
        let mut at = 0;
        while let Some(state) = reached.get(at).copied() {
            at += 1;
            let next = self.rules.iter().filter(|rule| rule.from == state).flat_map(|rule| [Some(rule.to), rule.or_to]);
            for to in next.flatten() {
                if !reached.contains(&to) {
                    reached.push(to);
                }
            }
        }
        for state in S::ALL {
            if !reached.contains(state) {
                faults.push(format!("{state} cannot be reached"));
            }
            if !self.ends.contains(state) && !self.rules.iter().any(|rule| rule.from == *state) {
                faults.push(format!("{state} is a dead end"));
            }
        }
        faults.extend(
            A::ALL
                .iter()
                .filter(|action| !self.rules.iter().any(|rule| rule.action == **action))
                .map(|action| format!("{action} has no rule")),
        );
        faults
    }
}
