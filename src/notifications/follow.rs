//! Makes the notifications of events: reads the change feed in its order, and stores what each event means and for whom.
//! The position moves in the same transaction, so that each event is read once.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::context::{NotificationContext, service_call};
use super::kind::event_rule;
use super::model::{Cause, Subject};
use super::store::{self, Change, Progress};
use crate::api::Problem;
use crate::db::{AuditedRead, Tx};

/// The time between two looks at the change feed.
const INTERVAL: Duration = Duration::from_secs(1);
/// The largest number of events in one transaction.
const BATCH: i64 = 50;
/// Events older than this make no notifications: nobody tries to send those any more.
const OLDEST: TimeDelta = TimeDelta::hours(24);

impl NotificationContext {
    /// Makes notifications until the token is cancelled.
    pub(super) async fn make(&self, stop: CancellationToken) {
        if self.settings.transport.is_none() {
            return;
        }
        while !stop.is_cancelled() {
            if let Err(problem) = self.make_pending().await {
                tracing::warn!(%problem, "notifications cannot be made; they will be made later");
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Makes the notifications of all events that there are, and the reminders of today.
    async fn make_pending(&self) -> Result<(), Problem> {
        // Both are large, and the stack of a thread is small.
        while Box::pin(self.follow_batch()).await? {}
        let made_on = self.find_progress().await?.reminders_on;
        Box::pin(self.make_reminders(made_on)).await
    }

    async fn find_progress(&self) -> Result<Progress, Problem> {
        let nobody = service_call(&self.clock).actor;
        self.db.read(&nobody, async |db| store::find_progress(db).await).await
    }

    /// Makes the notifications of the next events. Returns true if there may be more.
    async fn follow_batch(&self) -> Result<bool, Problem> {
        let Progress { position, head, .. } = self.find_progress().await?;
        if head <= position {
            return Ok(false);
        }
        let call = self.call_for_all_areas().await?;
        self.db
            .read_audited(&call, async |tx| {
                let Some(reached) = store::lock_position(tx).await? else {
                    return Ok(AuditedRead::new(false, Vec::new()));
                };
                // The head must be read before the changes: what comes after it is then read the next time.
                let Progress { head, .. } = store::find_progress(tx).await?;
                let changes = store::list_changes(tx, reached, head, BATCH).await?;
                for change in &changes {
                    notify_of(tx, change).await?;
                }
                let is_full = changes.len() as i64 == BATCH;
                let position = changes.last().filter(|_| is_full).map_or(head, |last| last.position);
                store::set_position(tx, position).await?;
                Ok(AuditedRead::new(is_full, Vec::new()))
            })
            .await
    }
}

/// Stores the notifications of one event.
async fn notify_of(tx: &Tx<'_>, change: &Change) -> Result<(), Problem> {
    let Some(rule) = event_rule(&change.resource, &change.action) else { return Ok(()) };
    if change.at < tx.call().at - OLDEST {
        return Ok(());
    }
    let Some(sides) = store::find_concerned(tx, change).await? else { return Ok(()) };
    let subject = Subject {
        area: change.area.clone(),
        kind: rule.kind,
        resource: change.resource.clone(),
        resource_id: change.resource_id,
        action: change.action.clone(),
        cause: Cause::Event(change.event_id),
    };
    let person = store::find_event_person(tx, change.event_id).await?;
    for recipient in store::list_recipients(tx, &change.area, rule.roles, rule.kind, tx.call().today()).await? {
        // Nobody is told of what that person did.
        let did_it = recipient.person.is_some() && recipient.person == person;
        if sides.contains(&recipient.side) && !did_it {
            store::insert_notification(tx, &subject, &recipient).await?;
        }
    }
    Ok(())
}
