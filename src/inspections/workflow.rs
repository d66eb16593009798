//! The inspection's workflow: `draft → published`, side state `withdrawn`.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::Inspection;
use crate::api::Fault;
use crate::auth::Role::{Opcc, OpccApprover, Registrar};
use crate::auth::{Actor, Role};
use crate::text::{Line, Prose};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// Where an inspection stands.
    pub enum State as ("InspectionState") {
        /// Being entered; seen by the area that registers it and by registrars.
        Draft = "draft",
        /// Public, as the report is.
        Published = "published",
        /// Entered in error.
        Withdrawn = "withdrawn",
    }
}

crate::vocabulary! {
    /// What can be done to an inspection.
    pub enum Action as ("InspectionAction") {
        /// Show it, and open the response of every subject area.
        Publish = "publish",
        /// Put right what was published.
        Correct = "correct",
        /// Take it back.
        Withdraw = "withdraw",
    }
}

crate::vocabulary! {
    /// What an action needs.
    pub enum Need as ("InspectionNeed") {
        /// It is the area's own, or the caller is a registrar.
        OwnOrRegistrar = "own_or_registrar",
        /// It has a title.
        Title = "title",
        /// It has a day of publication, not after today.
        PublishedOn = "published_on",
        /// Each cause of concern has at least one recommendation.
        CausesHaveRecommendations = "causes_have_recommendations",
        /// No area has published its response.
        NoPublishedResponse = "no_published_response",
        /// Why.
        Reason = "reason",
    }
}

/// The table.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<State, Action, Need> = Workflow {
    name: "inspection",
    start: State::Draft,
    ends: &[State::Published, State::Withdrawn],
    rules: &[
        //   from              action            to                 by                          needs
        rule(State::Draft,     Action::Publish,  State::Published,  PUBLISHERS, &[Need::OwnOrRegistrar, Need::Title, Need::PublishedOn, Need::CausesHaveRecommendations]),
        rule(State::Published, Action::Correct,  State::Published,  CORRECTORS, &[Need::OwnOrRegistrar, Need::Reason]),
        rule(State::Draft,     Action::Withdraw, State::Withdrawn,  CORRECTORS, &[Need::OwnOrRegistrar, Need::Reason]),
        rule(State::Published, Action::Withdraw, State::Withdrawn,  CORRECTORS, &[Need::OwnOrRegistrar, Need::Reason, Need::NoPublishedResponse]),
    ],
};
const PUBLISHERS: &[Role] = &[Opcc, Registrar];
const CORRECTORS: &[Role] = &[OpccApprover, Registrar];

/// What the record itself cannot tell: read from beside it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside {
    /// How many causes of concern have no recommendation.
    pub bare_causes: i64,
    /// How many areas have published their response.
    pub published_responses: i64,
}

/// Whether an actor may act on an inspection at all: its registering area, or a registrar.
pub fn is_own(inspection: &Inspection, actor: &Actor) -> bool {
    let scope = actor.scope();
    scope.is_registrar() || inspection.registered_by.as_deref().is_some_and(|area| scope.covers(area))
}

/// What the inspection lacks for a need; what only a request can bring is not asked of the record.
pub fn unmet(need: Need, inspection: &Inspection, beside: Beside, today: NaiveDate) -> Vec<Fault> {
    let lacks =
        |pointer: &str, detail: &str| vec![Fault::record(pointer, crate::vocabulary::Word::as_str(need), detail)];
    match need {
        Need::Title if inspection.title.is_none() => lacks("/title", "The inspection needs a title."),
        Need::PublishedOn => match inspection.published_on {
            None => lacks("/published_on", "The inspection needs the day its report was published."),
            Some(on) if on > today => lacks("/published_on", "The report's day of publication is still to come."),
            Some(_) => vec![],
        },
        Need::CausesHaveRecommendations if beside.bare_causes > 0 => {
            lacks("/recommendations", "A cause of concern has no recommendation.")
        }
        Need::NoPublishedResponse if beside.published_responses > 0 => {
            lacks("/responses", "An area has published its response.")
        }
        Need::OwnOrRegistrar
        | Need::Reason
        | Need::Title
        | Need::CausesHaveRecommendations
        | Need::NoPublishedResponse => vec![],
    }
}

/// One move of an inspection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum InspectionMove {
    /// Show it, and open the response of every subject area.
    Publish {},
    /// Put right what was published; what is left out stays.
    Correct {
        /// Why; the correction and what it replaced stay readable.
        reason: Prose,
        /// The report's title.
        #[serde(default)]
        #[schema(nullable = false)]
        title: Option<Line>,
        /// The day the report was published; the last day for responses follows it.
        #[serde(default)]
        #[schema(nullable = false)]
        published_on: Option<NaiveDate>,
        /// Where the report is.
        #[serde(default)]
        #[schema(nullable = false, format = "uri", max_length = 2000, pattern = "^https?://")]
        report_url: Option<String>,
        /// What it found, in short.
        #[serde(default)]
        #[schema(nullable = false)]
        key_findings: Option<Prose>,
    },
    /// Take it back.
    Withdraw {
        /// Why.
        reason: Prose,
    },
}

impl InspectionMove {
    /// Its action.
    pub fn action(&self) -> Action {
        match self {
            Self::Publish {} => Action::Publish,
            Self::Correct { .. } => Action::Correct,
            Self::Withdraw { .. } => Action::Withdraw,
        }
    }
}
