//! A workflow is one const table of rules. The check of a transition, the actions offered to a caller, the OpenAPI
//! document, the diagram and the exhaustive test all read that table. No particular workflow is defined here.

mod diagram;
pub mod http;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::{Actor, Role};
use crate::vocabulary::WireName;

/// One row of a workflow: in the state `from`, the action leads to the state `to`, for these roles, when the needs
/// are met.
#[derive(Debug)]
pub struct Rule<S: 'static, A: 'static, N: 'static> {
    /// The state before.
    pub from: S,
    /// The action.
    pub action: A,
    /// The state after.
    pub to: S,
    /// The state after instead, when the record is complete.
    pub or_to: Option<S>,
    /// The roles that may perform the action. A role may also do what the roles that it covers may do.
    pub roles: &'static [Role],
    /// The conditions that the record and the request must meet.
    pub needs: &'static [N],
}

/// Creates one row.
pub const fn rule<S, A, N>(from: S, action: A, to: S, roles: &'static [Role], needs: &'static [N]) -> Rule<S, A, N> {
    Rule { from, action, to, or_to: None, roles, needs }
}

impl<S, A, N> Rule<S, A, N> {
    /// Adds a second state after, for an action that can complete the record.
    #[must_use]
    pub const fn or_to(self, complete: S) -> Self
    where
        S: Copy,
        A: Copy,
    {
        Self {
            or_to: Some(complete),
            from: self.from,
            action: self.action,
            to: self.to,
            roles: self.roles,
            needs: self.needs,
        }
    }
}

/// The workflow of one kind of record.
#[derive(Debug)]
pub struct Workflow<S: 'static, A: 'static, N: 'static> {
    /// The name, such as `response`.
    pub name: &'static str,
    /// The state of a new record.
    pub start: S,
    /// The states in which a record may stay for good.
    pub ends: &'static [S],
    /// The rows.
    pub rules: &'static [Rule<S, A, N>],
}

/// Permission to write a new state. Only [`Workflow::authorise`] creates it.
#[derive(Debug)]
pub struct PermittedTransition<S> {
    from: S,
    to: S,
    or_to: Option<S>,
}

impl<S: Copy> PermittedTransition<S> {
    /// Returns the state before, which the update compares.
    pub fn from(&self) -> S {
        self.from
    }

    /// Returns the state after. It is the second one when the rule has one and the record is complete.
    pub fn to(&self, is_complete: bool) -> S {
        self.or_to.filter(|_| is_complete).unwrap_or(self.to)
    }
}

/// An action that the caller's roles may perform in the record's present state, with the needs that are not met yet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AllowedAction {
    /// The value to send as `action`.
    #[schema(example = "submit")]
    pub action: &'static str,
    /// The codes of the action's needs.
    pub needs: Vec<&'static str>,
    /// The needs that the record does not meet yet. The list is empty when the action is possible now.
    pub blocked_by: Vec<Fault>,
}

impl<S: WireName, A: WireName, N: WireName> Workflow<S, A, N> {
    /// Authorises an actor to perform an action in a state, and returns the permission and the needs to check.
    /// `allowed` returns the actions that are possible instead, which a 409 lists.
    ///
    /// # Errors
    /// 403 when none of the actor's roles may perform the action; 409 when the action is not possible in this state.
    pub fn authorise(
        &self,
        from: S,
        action: A,
        actor: &Actor,
        allowed: impl FnOnce() -> Vec<AllowedAction>,
    ) -> Result<(PermittedTransition<S>, &'static [N]), Problem> {
        let rules_of_action = || self.rules.iter().filter(|rule| rule.action == action);
        // An actor who may never perform the action gets 403 in every state, so that the state is not revealed.
        if !rules_of_action().any(|rule| actor.has_any_role(rule.roles)) {
            return Err(self.refuse(action, rules_of_action().flat_map(|rule| rule.roles.iter().copied()).collect()));
        }
        let Some(rule) = rules_of_action().find(|rule| rule.from == from) else {
            let detail = format!(
                "The {} is in the state `{from}`, in which the action `{action}` is not possible. \
                 `allowed_actions` lists the actions that are.",
                self.readable_name()
            );
            return Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
                .member("state", from.as_str())
                .member("allowed_actions", json!(allowed())));
        };
        if !actor.has_any_role(rule.roles) {
            return Err(self.refuse(action, rule.roles.to_vec()));
        }
        Ok((PermittedTransition { from, to: rule.to, or_to: rule.or_to }, rule.needs))
    }

    fn refuse(&self, action: A, mut roles: Vec<Role>) -> Problem {
        roles.sort_unstable();
        roles.dedup();
        let roles: Vec<&str> = roles.into_iter().map(WireName::as_str).collect();
        let (name, roles) = (self.readable_name(), roles.join(", "));
        Problem::forbidden(format!("The action `{action}` on the {name} is for these roles: {roles}."))
    }

    /// Returns the name as it reads in a sentence, such as `legal hold`.
    fn readable_name(&self) -> String {
        self.name.replace('_', " ")
    }

    /// Returns the actions that the actor's roles may perform in a state. `unmet` returns what the record lacks for a
    /// need.
    pub fn allowed(&self, from: S, actor: &Actor, unmet: impl Fn(N) -> Vec<Fault>) -> Vec<AllowedAction> {
        let permitted = self.rules.iter().filter(|rule| rule.from == from && actor.has_any_role(rule.roles));
        permitted
            .map(|rule| AllowedAction {
                action: rule.action.as_str(),
                needs: rule.needs.iter().map(|need| need.as_str()).collect(),
                blocked_by: rule.needs.iter().flat_map(|need| unmet(*need)).collect(),
            })
            .collect()
    }

    /// Returns the faults of the table, such as a state that no action leads to. A test requires that there are none.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut pairs = BTreeSet::new();
        for rule in self.rules {
            if !pairs.insert((rule.from.as_str(), rule.action.as_str())) {
                faults.push(format!("{} {} has two rules", rule.from, rule.action));
            }
            if rule.roles.is_empty() {
                faults.push(format!("{} {} is for no role", rule.from, rule.action));
            }
        }
        let mut reached = vec![self.start];
        let mut index = 0;
        while let Some(state) = reached.get(index).copied() {
            index += 1;
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
