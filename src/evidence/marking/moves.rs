//! One move of a marking: what is sent, what it lacks, and what it does to the item.

use serde::Deserialize;
use utoipa::ToSchema;

use super::super::store::Record;
use super::workflow::{Action, MarkingState, Need};
use crate::api::Fault;
use crate::api::text::Prose;
use crate::assignments::Marking;
use crate::auth::{Actor, Call};
use crate::vocabulary::WireName;
use crate::workflow::Step;

/// One move of a marking.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum MarkingMove {
    /// Mark it OFFICIAL-SENSITIVE.
    Raise {
        /// Why.
        #[serde(default)]
        #[schema(nullable = false)]
        reason: Option<Prose>,
    },
    /// Ask for OFFICIAL.
    RequestLowering {
        /// Why.
        reason: Prose,
    },
    /// Let it be OFFICIAL.
    ConfirmLowering {},
    /// Leave it OFFICIAL-SENSITIVE.
    RefuseLowering {
        /// Why.
        reason: Prose,
    },
}

impl MarkingMove {
    /// Its action.
    pub fn action(&self) -> Action {
        match self {
            Self::Raise { .. } => Action::Raise,
            Self::RequestLowering { .. } => Action::RequestLowering,
            Self::ConfirmLowering {} => Action::ConfirmLowering,
            Self::RefuseLowering { .. } => Action::RefuseLowering,
        }
    }

    /// What the caller says of it, for the history.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Raise { reason } => reason.as_deref(),
            Self::RequestLowering { reason } | Self::RefuseLowering { reason } => Some(reason),
            Self::ConfirmLowering {} => None,
        }
    }
}

/// What is lacking for a need.
pub fn unmet(need: Need, record: &Record, actor: &Actor) -> Vec<Fault> {
    let asked = record.lowering_issuer.as_deref().zip(record.lowering_subject.as_deref());
    match need {
        Need::AnotherPerson if asked.is_some_and(|(issuer, subject)| actor.is_person(issuer, subject)) => {
            let detail = "Whoever asked to lower a marking cannot confirm it.";
            vec![Fault::record("/lowering/requested_by", need.as_str(), detail)]
        }
        Need::AnotherPerson | Need::Reason => vec![],
    }
}

/// What the item's marking becomes by a step of the table; a request stands with it until it is decided.
pub fn apply(step: &Step<MarkingState>, reason: Option<&str>, to: &mut Record, call: &Call) {
    let state = step.to(false);
    to.marking = if state == MarkingState::Official { Marking::Official } else { Marking::OfficialSensitive };
    let request = (state == MarkingState::LoweringRequested).then_some(&call.actor);
    to.lowering_issuer = request.map(|actor| actor.issuer.clone());
    to.lowering_subject = request.map(|actor| actor.subject.clone());
    to.lowering_name = request.and_then(|actor| actor.name.clone());
    to.lowering_reason = request.and(reason).map(str::to_owned);
    to.lowering_at = request.map(|_| call.at);
}
