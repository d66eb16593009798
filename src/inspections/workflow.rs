//! The inspection's workflow: `draft → published`, side state `withdrawn`.

use crate::auth::Role;
use crate::auth::Role::{Opcc, OpccApprover, Registrar};
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
