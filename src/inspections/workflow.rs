//! The inspection's workflow, `draft → published` with the side state `withdrawn`, and the check of its needs.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{Inspection, State};
use crate::api::Fault;
use crate::auth::Role::{Opcc, OpccApprover, Registrar};
use crate::auth::{Actor, Role};
use crate::vocabulary::WireName;
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// An action that moves an inspection to another state.
    pub enum Action as ("InspectionAction") {
        /// Publish the inspection, and open the response of every subject area.
        Publish = "publish",
        /// Correct a published inspection.
        Correct = "correct",
        /// Withdraw an inspection that was registered in error.
        Withdraw = "withdraw",
    }
}

crate::vocabulary! {
    /// A condition of a transition.
    pub enum Need as ("InspectionNeed") {
        /// The caller's area registered the inspection, or the caller is a registrar.
        OwnOrRegistrar = "own_or_registrar",
        /// The inspection has a title.
        Title = "title",
        /// The report's day of publication is known and not in the future.
        PublishedOn = "published_on",
        /// Each cause of concern has at least one recommendation.
        CausesHaveRecommendations = "causes_have_recommendations",
        /// No area has published its response.
        NoPublishedResponse = "no_published_response",
        /// No other inspection with this source and reference is published.
        ReferenceFree = "reference_free",
        /// The request states a reason.
        Reason = "reason",
    }
}

/// The table of transitions.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<State, Action, Need> = Workflow {
    name: "inspection",
    start: State::Draft,
    ends: &[State::Published, State::Withdrawn],
    rules: &[
        //   from              action            to                 by                          needs
        rule(State::Draft,     Action::Publish,  State::Published,  PUBLISHERS, &[Need::OwnOrRegistrar, Need::Title, Need::PublishedOn, Need::CausesHaveRecommendations, Need::ReferenceFree]),
        rule(State::Published, Action::Correct,  State::Published,  CORRECTORS, &[Need::OwnOrRegistrar, Need::Reason]),
        rule(State::Draft,     Action::Withdraw, State::Withdrawn,  CORRECTORS, &[Need::OwnOrRegistrar, Need::Reason]),
        rule(State::Published, Action::Withdraw, State::Withdrawn,  CORRECTORS, &[Need::OwnOrRegistrar, Need::Reason, Need::NoPublishedResponse]),
    ],
};
const PUBLISHERS: &[Role] = &[Opcc, Registrar];
const CORRECTORS: &[Role] = &[OpccApprover, Registrar];

/// The facts about other records that the needs depend on.
#[derive(Clone, Debug, Default)]
pub struct InspectionContext {
    /// The number of causes of concern without a recommendation.
    pub causes_without_recommendation: i64,
    /// The number of areas that have published their response.
    pub published_responses: i64,
    /// The published inspection that has the source and reference of this draft.
    pub reference_holder: Option<ReferenceHolder>,
}

/// A published inspection that has a reference.
#[derive(Clone, Debug)]
pub struct ReferenceHolder {
    /// The inspection's id.
    pub id: Uuid,
    /// The area that registered it; none for a registrar.
    pub registered_by: Option<String>,
}

/// Returns true if the actor may write the inspection: a caller of the registering area, or a registrar.
pub fn may_write(inspection: &Inspection, actor: &Actor) -> bool {
    let scope = actor.scope();
    scope.is_registrar() || inspection.registered_by.as_deref().is_some_and(|area| scope.covers(area))
}

/// Returns what the inspection lacks for a need. A need that only the request can meet, such as a reason, has no fault
/// here.
pub fn unmet(need: Need, inspection: &Inspection, context: &InspectionContext, today: NaiveDate) -> Vec<Fault> {
    let lacks = |pointer: &str, detail: String| vec![Fault::record(pointer, need.as_str(), detail)];
    match need {
        Need::Title if inspection.title.is_none() => {
            lacks("/title", "The inspection has no title. Add the report's title.".to_owned())
        }
        Need::PublishedOn => match inspection.published_on {
            None => lacks(
                "/published_on",
                "The inspection has no `published_on`. Add the day on which the report was published.".to_owned(),
            ),
            Some(on) if on > today => {
                lacks("/published_on", format!("`published_on` is {on}; it must not be after today, {today}."))
            }
            Some(_) => vec![],
        },
        Need::CausesHaveRecommendations if context.causes_without_recommendation > 0 => {
            let count = context.causes_without_recommendation;
            let detail =
                format!("Causes of concern without a recommendation: {count}. Add a recommendation to each of them.");
            lacks("/recommendations", detail)
        }
        Need::NoPublishedResponse if context.published_responses > 0 => {
            let count = context.published_responses;
            let detail = format!(
                "Areas that have published their response: {count}. \
                 An inspection with a published response can be corrected, but not withdrawn."
            );
            lacks("/responses", detail)
        }
        Need::ReferenceFree => context.reference_holder.iter().map(|it| reference_taken(inspection, it)).collect(),
        Need::OwnOrRegistrar
        | Need::Reason
        | Need::Title
        | Need::CausesHaveRecommendations
        | Need::NoPublishedResponse => vec![],
    }
}

/// Returns the fault of a draft whose reference another inspection was published with.
fn reference_taken(draft: &Inspection, holder: &ReferenceHolder) -> Fault {
    let publisher = holder.registered_by.as_ref().map_or("a registrar".to_owned(), |area| format!("the area {area}"));
    let detail = format!(
        "Inspection {} of {} was published by {publisher}. Use that inspection and withdraw this draft, or correct the \
         draft's reference.",
        draft.reference, draft.source
    );
    Fault::record("/reference", Need::ReferenceFree.as_str(), detail).with_id(holder.id)
}
