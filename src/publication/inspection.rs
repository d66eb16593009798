//! Moving an inspection on: publishing copies it to where anyone may read it and opens the response and the assignments
//! of each subject area; a correction replaces the copy; withdrawing takes it back.

use uuid::Uuid;

use crate::api::text::{Line, Prose};
use crate::api::{Fault, Kind, Problem};
use crate::areas;
use crate::assignments;
use crate::auth::Call;
use crate::db::{Event, EventNote, Snapshot, Tx};
use crate::inspections::{
    Correction, Inspection, InspectionMove, RECOMMENDATIONS, State, WORKFLOW, allowed, find_own, snapshot, store, unmet,
};
use crate::recommendations;
use crate::responses;
use crate::vocabulary::WireName;

/// Moves an inspection that the caller may write; gives the events.
pub async fn advance(
    tx: &Tx<'_>,
    id: Uuid,
    asked: &InspectionMove,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Vec<Event>, Problem> {
    find_own(tx, id, call).await?;
    let mut it = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(it.version)?;
    let beside = store::beside(tx, &[id]).await?.remove(&id).unwrap_or_default();
    let action = asked.action();
    let (step, needs) = WORKFLOW.step(it.state, action, &call.actor, || allowed(&it, beside, call))?;
    let mut faults: Vec<Fault> = needs.iter().flat_map(|need| unmet(*need, &it, beside, call.today())).collect();
    if let InspectionMove::Correct { published_on: Some(on), .. } = asked
        && *on > call.today()
    {
        faults.push(Fault::body("/published_on", "published_on", "The report's day of publication is still to come."));
    }
    if !faults.is_empty() {
        return Err(Problem::with_faults(Kind::NeedsUnmet, faults));
    }
    let mut events = Vec::new();
    let mut reason = None;
    let before = snapshot(&it)?;
    match asked {
        InspectionMove::Publish {} => {}
        InspectionMove::Correct { reason: why, .. } => {
            correct(&mut it, asked, call);
            if store::update(tx, &it).await? == 0 {
                return Err(Problem::stale());
            }
            it.version += 1;
            reason = Some(why);
        }
        InspectionMove::Withdraw { reason: why } => reason = Some(why),
    }
    if store::advance(tx, &it, &step).await? == 0 {
        return Err(Problem::stale());
    }
    match asked {
        InspectionMove::Publish {} => events = open(tx, &it).await?,
        InspectionMove::Correct { .. } => events = copy_out(tx, &it, true).await?,
        InspectionMove::Withdraw { .. } => drop(store::unpublish(tx, id).await?),
    }
    let shared = it.shown_at.is_some() || step.to(false) == State::Published;
    let now = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    let mut after = snapshot(&now)?;
    if matches!(asked, InspectionMove::Publish {}) {
        // What became of each in the draft is the registering area's own; what was published is everybody's.
        let published = recommendations::store::of_inspection(tx, id).await?;
        let published: Vec<_> = published.iter().map(recommendations::stored).collect::<Result<_, _>>()?;
        after = after.part(RECOMMENDATIONS, None, &published)?;
    }
    let mut event = Event::new("inspection", id, it.version + 1, action.as_str())
        .shared(shared)
        .before(before)
        .after(after)
        .moved(step.from().as_str(), step.to(false).as_str())
        .note(reason.map(|text| EventNote { text: text.to_string(), side: None }));
    event.area.clone_from(&it.registered_by);
    events.insert(0, event);
    Ok(events)
}

/// Publishes a draft that the caller may write.
pub async fn publish(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Vec<Event>, Problem> {
    advance(tx, id, &InspectionMove::Publish {}, |_| Ok(()), call).await
}

/// Copies the inspection and its recommendations, their targets dated, to where anyone may read them; gives what became
/// of the targets, which is shared where they were public before.
async fn copy_out(tx: &Tx<'_>, it: &Inspection, shared: bool) -> Result<Vec<Event>, Problem> {
    let on = it.published_on.ok_or_else(|| Problem::internal("published without a day"))?;
    let dated = recommendations::set_dates(tx, it, on, shared).await?;
    store::publish(tx, it.id).await?;
    recommendations::store::publish(tx, it.id).await?;
    Ok(dated)
}

/// Copies the inspection out, and opens the response and the assignments of every area it binds.
async fn open(tx: &Tx<'_>, it: &Inspection) -> Result<Vec<Event>, Problem> {
    let mut events = copy_out(tx, it, false).await?;
    let on = it.published_on.ok_or_else(|| Problem::internal("published without a day"))?;
    let areas = areas::in_force(tx, on, it.subjects.named()).await?;
    let opened = responses::store::open(tx, it.id, &areas).await?;
    let event = |(id, area): (Uuid, String)| {
        let opened = Snapshot::of(&responses::Stored::opened(id, it.id, &area, tx.call().at))?;
        let event = Event::new("response", id, 1, "open").area(area).under(it.id).after(opened);
        Ok::<_, Problem>(event.moved(None, responses::State::Received.as_str()))
    };
    for opened in opened {
        events.push(event(opened)?);
    }
    events.extend(assignments::open(tx, it.id, &areas).await?);
    Ok(events)
}

/// Puts right what was published, and keeps what it said before.
fn correct(it: &mut Inspection, asked: &InspectionMove, call: &Call) {
    let InspectionMove::Correct { reason, title, published_on, report_url, key_findings } = asked else { return };
    it.corrections.push(Correction {
        at: call.at,
        reason: reason.to_string(),
        published_on: it.published_on,
        due_on: it.due_on,
        title: it.title.clone(),
    });
    if let Some(title) = title {
        it.title = Some(Line::into_string(title.clone()));
    }
    if published_on.is_some() {
        it.publish_on(*published_on);
    }
    if report_url.is_some() {
        it.report_url.clone_from(report_url);
    }
    if let Some(findings) = key_findings {
        it.key_findings = Some(Prose::into_string(findings.clone()));
    }
}
