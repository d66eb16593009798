//! Withdraws the positions of an import that is undone.

use uuid::Uuid;

use super::super::store;
use super::super::views::{PositionOrigin, event};
use super::super::workflow::{Action, Need, State, WORKFLOW};
use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::Call;
use crate::db::{Event, Snapshot, Tx};
use crate::vocabulary::WireName;

/// Withdraws the proposed positions of an import. Those that were rejected stay so. Returns the audit events, which are
/// none if no position was proposed.
///
/// The call must act for the policing body of the area.
///
/// # Errors
///
/// 403 if the caller may not undo imports; 422 if a position of the import was confirmed.
pub async fn withdraw(tx: &Tx<'_>, call: &Call, import_id: Uuid) -> Result<Vec<Event>, Problem> {
    let (permitted, _) = WORKFLOW.authorise(State::Proposed, Action::Withdraw, &call.actor, Vec::new)?;
    let found = store::withdraw_proposed(tx, import_id, &permitted).await?;
    let confirmed: Vec<&PositionOrigin> = found.iter().filter(|it| it.state == State::Confirmed).collect();
    if let Some(first) = confirmed.first() {
        let detail = format!(
            "Positions of this import that were confirmed: {}. The import can no longer be undone as a whole.",
            confirmed.len()
        );
        let fault = Fault::record("/positions", Need::NoneConfirmed.as_str(), detail).with_id(first.id);
        return Err(Problem::with_faults(ProblemKind::NeedsUnmet, vec![fault]));
    }
    let withdrawn = found.into_iter().filter(|it| it.state == State::Proposed);
    let events = withdrawn.map(|before| {
        let after = PositionOrigin {
            state: permitted.to(false),
            decided_by: Some(call.actor.display_name().to_owned()),
            decided_at: Some(call.at),
            version: before.version + 1,
            updated_at: call.at,
            ..before.clone()
        };
        let event = event(Action::Withdraw.as_str(), &after);
        let event = event.transition(before.state.as_str(), after.state.as_str());
        Ok(event.before(Snapshot::new(&before)?).after(Snapshot::new(&after)?))
    });
    events.collect()
}
