//! One move of a disposal, and what it lacks.

use serde::Deserialize;
use utoipa::ToSchema;

use super::store::Record;
use super::workflow::{Action, Need, WORKFLOW};
use crate::api::Fault;
use crate::api::text::Prose;
use crate::auth::{Actor, Side};
use crate::vocabulary::WireName;
use crate::workflow::AllowedAction;

/// One move of a disposal.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum DisposalMove {
    /// Let it be carried out.
    Confirm {},
    /// Refuse it, or give it up.
    Refuse {
        /// Why.
        reason: Prose,
    },
}

impl DisposalMove {
    /// Its action.
    pub fn action(&self) -> Action {
        match self {
            Self::Confirm {} => Action::Confirm,
            Self::Refuse { .. } => Action::Refuse,
        }
    }

    /// Why, where it says.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Confirm {} => None,
            Self::Refuse { reason } => Some(reason),
        }
    }
}

/// What is lacking for a need.
pub fn unmet(need: Need, record: &Record, actor: &Actor) -> Vec<Fault> {
    let it = &record.shown;
    let lacks = |pointer: &str, detail: &str| vec![Fault::record(pointer, need.as_str(), detail)];
    match need {
        Need::AnotherPerson if actor.is_person(&record.proposed_issuer, &record.proposed_subject) => {
            lacks("/proposed_by", "Whoever proposed a disposal does not confirm it.")
        }
        Need::OwnSide if !is_own(record, actor) => {
            lacks("/owner", "One of the two people is of the side whose words they are.")
        }
        Need::NotHeld if it.held => lacks("/held", "A legal hold keeps it; lift that first."),
        Need::NotDisposed if it.disposed_at.is_some() => lacks("/disposed_at", "It was carried out already."),
        _ => vec![],
    }
}

fn is_own(record: &Record, actor: &Actor) -> bool {
    let own = |side: &Side| *side == record.shown.owner;
    record.proposed_sides.iter().any(own) || actor.scope().sides().iter().any(own)
}

/// What the caller can do with a disposal.
pub fn allowed(record: &Record, actor: &Actor) -> Vec<AllowedAction> {
    WORKFLOW.allowed(record.shown.state, actor, |need| unmet(need, record, actor))
}
