//! Opens the assignments of an inspection when it is published, supersedes those that its recommendations replace, and
//! changes those of a recommendation whose addressees are corrected.

use uuid::Uuid;

use crate::api::Problem;
use crate::assignments::store::{self, AssignmentOpening};
use crate::assignments::views::{opened_snapshot, readdressed_snapshots, superseded_snapshots};
use crate::assignments::workflow::{Action, ForceStatus, WORKFLOW};
use crate::db::{Event, Tx};
use crate::recommendations::{self, Addressee, Recommendation, RecommendationKind};
use crate::vocabulary::WireName;

/// Opens an assignment of each recommendation and area for improvement in each of these areas. Supersedes the
/// assignments of the older recommendations that these recommendations supersede. Returns the audit events.
pub async fn open(tx: &Tx<'_>, inspection_id: Uuid, areas: &[String]) -> Result<Vec<Event>, Problem> {
    let recommendations = recommendations::store::find_of_inspection(tx, inspection_id).await?;
    // A cause of concern has no assignment of its own: its recommendations have.
    let tracked = recommendations.iter().filter(|it| it.kind != RecommendationKind::CauseOfConcern);
    let openings: Vec<AssignmentOpening> = tracked.map(opening).collect();
    let at = tx.call().at;
    let mut events = Vec::new();
    for (id, area, opening) in store::insert_for_areas(tx, inspection_id, &openings, areas).await? {
        let event = Event::new("assignment", id, 1, "open").area(area).parent(opening.recommendation_id);
        let event = event.after(opened_snapshot(id, inspection_id, area, opening, at)?);
        events.push(event.transition(None, opening.force_status.as_str()));
    }
    if recommendations.iter().any(|it| it.supersedes.is_some()) {
        let open = ForceStatus::ALL.iter().copied().filter(|status| status.is_open()).collect::<Vec<_>>();
        for superseded in store::supersede_older(tx, inspection_id, &open).await? {
            let (before, after) = superseded_snapshots(&superseded, at)?;
            let action = Action::Supersede.as_str();
            let event = Event::new("assignment", superseded.id, superseded.version, action).area(superseded.area);
            let event = event.parent(superseded.recommendation_id).before(before).after(after);
            events.push(event.transition(superseded.from.as_str(), ForceStatus::Superseded.as_str()));
        }
    }
    Ok(events)
}

/// Changes the assignments of a recommendation whose addressees were corrected, in every area, if the correction makes the
/// work another body's, or no longer. An assignment that somebody has moved stays as it is. Returns the audit events.
pub async fn readdress(tx: &Tx<'_>, before: &Recommendation, after: &Recommendation) -> Result<Vec<Event>, Problem> {
    let (earlier, later) = (opening(before), opening(after));
    if earlier == later {
        return Ok(Vec::new());
    }
    let at = tx.call().at;
    let mut events = Vec::new();
    for readdressed in store::readdress(tx, &earlier, &later).await? {
        let (before, after) = readdressed_snapshots(&readdressed, &earlier, &later, at)?;
        let event = Event::new("assignment", readdressed.id, readdressed.version, "readdress").area(readdressed.area);
        let event = event.parent(later.recommendation_id).before(before).after(after);
        events.push(if earlier.force_status == later.force_status {
            event.fields(vec!["dependency"])
        } else {
            event.transition(earlier.force_status.as_str(), later.force_status.as_str())
        });
    }
    Ok(events)
}

/// Returns the first state of a recommendation's assignments.
fn opening(recommendation: &Recommendation) -> AssignmentOpening {
    let (force_status, dependency) = first_state(&recommendation.addressees);
    AssignmentOpening { recommendation_id: recommendation.id, force_status, dependency }
}

/// Returns the first status of an assignment, and the other bodies that it waits for. If the recommendation is addressed
/// only to others than chief constables and policing bodies, its assignments wait for those others.
pub fn first_state(addressees: &[Addressee]) -> (ForceStatus, Option<String>) {
    let local = [Addressee::ChiefConstables, Addressee::PolicingBodies];
    let only_others = !addressees.is_empty() && !addressees.iter().any(|addressee| local.contains(addressee));
    let names = || addressees.iter().map(|addressee| addressee.as_str()).collect::<Vec<_>>().join(", ");
    (if only_others { ForceStatus::DependentOnOther } else { WORKFLOW.start }, only_others.then(names))
}
