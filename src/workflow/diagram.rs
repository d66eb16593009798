//! Describes a workflow as data and as a Mermaid state diagram.

use std::fmt::Write;

use serde::Serialize;
use utoipa::ToSchema;

use super::Workflow;
use crate::auth::Role;
use crate::vocabulary::WireName;

/// One transition of a workflow.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkflowTransition {
    /// The state before.
    pub from: &'static str,
    /// The action.
    pub action: &'static str,
    /// The state after.
    pub to: &'static str,
    /// The state after instead, when the action completes the record; null for most actions.
    pub or_to: Option<&'static str>,
    /// The roles that may perform the action.
    pub by: Vec<&'static str>,
    /// The codes of the conditions that must be met.
    pub needs: Vec<&'static str>,
}

/// A workflow: its states and transitions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkflowDescription {
    /// The name of the workflow.
    #[schema(example = "response")]
    pub name: &'static str,
    /// The state of a new record.
    pub start: &'static str,
    /// Every state.
    pub states: Vec<&'static str>,
    /// Every transition.
    pub transitions: Vec<WorkflowTransition>,
    /// The state diagram, as Mermaid text.
    pub mermaid: String,
}

impl<S: WireName, A: WireName, N: WireName> Workflow<S, A, N> {
    /// Returns the workflow as data.
    pub fn describe(&self) -> WorkflowDescription {
        let transitions = self.rules.iter().map(|rule| WorkflowTransition {
            from: rule.from.as_str(),
            action: rule.action.as_str(),
            to: rule.to.as_str(),
            or_to: rule.or_to.map(WireName::as_str),
            by: Role::all_covering(rule.roles).map(WireName::as_str).collect(),
            needs: rule.needs.iter().map(|need| need.as_str()).collect(),
        });
        WorkflowDescription {
            name: self.name,
            start: self.start.as_str(),
            states: S::NAMES.to_vec(),
            transitions: transitions.collect(),
            mermaid: self.mermaid(),
        }
    }

    fn mermaid(&self) -> String {
        let mut text = format!("stateDiagram-v2\n    [*] --> {}\n", self.start);
        for rule in self.rules {
            for to in [Some(rule.to), rule.or_to].into_iter().flatten() {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "    {} --> {to}: {}", rule.from, rule.action);
            }
        }
        for end in self.ends {
            let _ = writeln!(text, "    {end} --> [*]");
        }
        text
    }
}
