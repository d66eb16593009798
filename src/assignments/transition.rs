//! A line moved on: leave from the table, needs met, effects on the record. And lines opened and closed by publication.

use uuid::Uuid;

use super::moves::AssignmentMove;
use super::needs::unmet;
use super::snapshot::{self, snapshot};
use super::store::{self, File, Opening};
use super::view;
use super::workflow::{Action, ForceStatus, Need, WORKFLOW};
use crate::api::{Fault, Kind, Problem};
use crate::auth::Call;
use crate::db::{Event, EventNote, Tx, Write};
use crate::recommendations::{self, Addressee, Recommendation, RecommendationKind};
use crate::vocabulary::WireName;
use crate::workflow::Step;

/// Moves the caller's own line on; gives it as it then is.
pub async fn advance(
    tx: &Tx<'_>,
    id: Uuid,
    asked: &AssignmentMove,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<File>, Problem> {
    let scope = call.actor.scope();
    // Sent together: one wait for both.
    let (file, named_is_newer) = tokio::try_join!(biased; store::lock(tx, &scope, id), named_is_newer(tx, id, asked))?;
    let mut file = file.ok_or_else(Problem::not_found)?;
    check_version(file.record.version)?;
    let step = step(&file, asked, named_is_newer, call)?;
    let before = snapshot(&file.record)?;
    asked.apply(&mut file.record, call);
    let whole = file.record.owner.is_some();
    let written = store::update(tx, &file.record, &step, whole);
    // As it will be when that is written, which is sent with the commit: nobody waits to read it again.
    let now = &mut file.record;
    now.force_status = step.to(whole);
    now.version += 1;
    now.updated_at = call.at;
    let event = Event::new("assignment", id, now.version, asked.action().as_str())
        .area(&now.area)
        .under(now.recommendation_id)
        .before(before)
        .after(snapshot(now)?)
        .moved(step.from().as_str(), step.to(whole).as_str())
        .note(asked.note().map(|text| EventNote { text: text.to_owned(), side: None }));
    Ok(Write::new(file, event).writing([written]))
}

/// Whether the other recommendation that a move names binds the line's area and is newer, where it names one.
async fn named_is_newer(tx: &Tx<'_>, id: Uuid, asked: &AssignmentMove) -> Result<bool, Problem> {
    match asked {
        AssignmentMove::Supersede { superseded_by, .. } => store::is_newer(tx, id, *superseded_by).await,
        _ => Ok(true),
    }
}

/// Leave from the table, and every need met.
fn step(file: &File, asked: &AssignmentMove, named_is_newer: bool, call: &Call) -> Result<Step<ForceStatus>, Problem> {
    let record = &file.record;
    let allowed = || view::allowed(record, call);
    let (step, needs) = WORKFLOW.step(record.force_status, asked.action(), &call.actor, allowed)?;
    view::require_standing(record)?;
    let mut faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, record, &call.actor, Some(asked))).collect();
    if !named_is_newer {
        let detail = format!("There is no recommendation of this id that binds {} and is newer.", record.area);
        faults.push(Fault::body("/superseded_by", Need::NewerRecommendation.as_str(), detail));
    }
    if faults.is_empty() { Ok(step) } else { Err(Problem::with_faults(Kind::NeedsUnmet, faults)) }
}

/// Opens the lines of a published inspection in these areas, and closes those of the recommendations whose place its own
/// take.
pub async fn open(tx: &Tx<'_>, inspection_id: Uuid, areas: &[String]) -> Result<Vec<Event>, Problem> {
    let found = recommendations::store::of_inspection(tx, inspection_id).await?;
    let openings: Vec<Opening> =
        found.iter().filter(|it| it.kind != RecommendationKind::CauseOfConcern).map(opening).collect();
    let at = tx.call().at;
    let mut events = Vec::new();
    for (id, area, opening) in store::open(tx, inspection_id, &openings, areas).await? {
        let opened = Event::new("assignment", id, 1, "open").area(area).under(opening.recommendation_id);
        let opened = opened.after(snapshot::opened(id, inspection_id, area, opening, at)?);
        events.push(opened.moved(None, opening.force_status.as_str()));
    }
    if found.iter().any(|it| it.supersedes.is_some()) {
        let open = ForceStatus::ALL.iter().copied().filter(|status| status.is_open()).collect::<Vec<_>>();
        for it in store::supersede_older(tx, inspection_id, &open).await? {
            let (before, after) = snapshot::superseded(&it, at)?;
            let event = Event::new("assignment", it.id, it.version, Action::Supersede.as_str()).area(it.area);
            let event = event.under(it.recommendation_id).before(before).after(after);
            events.push(event.moved(it.from.as_str(), ForceStatus::Superseded.as_str()));
        }
    }
    Ok(events)
}

/// Where the line of a recommendation begins: with the force, unless it is addressed to others alone.
fn opening(it: &Recommendation) -> Opening {
    let ours = [Addressee::ChiefConstables, Addressee::PolicingBodies];
    let others = !it.addressees.is_empty() && !it.addressees.iter().any(|addressee| ours.contains(addressee));
    let named = || it.addressees.iter().map(|addressee| addressee.as_str()).collect::<Vec<_>>().join(", ");
    Opening {
        recommendation_id: it.id,
        force_status: if others { ForceStatus::DependentOnOther } else { WORKFLOW.start },
        dependency: others.then(named),
    }
}

/// A line as it now is, kept in the log anew: what it said before was taken out of that.
pub async fn kept_anew(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Option<Event>, Problem> {
    let Some(now) = store::find(tx, &call.actor.scope(), id).await? else { return Ok(None) };
    let event = Event::new("assignment", id, now.record.version, "erase").area(&now.record.area);
    Ok(Some(event.under(now.record.recommendation_id).after(snapshot(&now.record)?)))
}
