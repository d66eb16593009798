//! Whose an inspection is to move, and whether the needs of a move are met.

use chrono::NaiveDate;

use super::model::Inspection;
use super::workflow::Need;
use crate::api::Fault;
use crate::auth::Actor;
use crate::vocabulary::WireName;

/// What the record itself cannot tell: read from beside it.
#[derive(Clone, Copy, Debug, Default)]
pub struct InspectionContext {
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
pub fn unmet(need: Need, inspection: &Inspection, beside: InspectionContext, today: NaiveDate) -> Vec<Fault> {
    let lacks = |pointer: &str, detail: &str| vec![Fault::record(pointer, need.as_str(), detail)];
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
