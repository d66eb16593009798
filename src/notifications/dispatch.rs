//! The dispatcher: claims the e-mails that are due, writes each from the record as it is now, and hands it to the mail
//! server. It records the hand-over before it begins, so that after a crash it is known which outcome is not.

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::context::{NotificationContext, service_call};
use super::email::{self, Mail};
use super::model::{ClaimedEmail, EmailBacklog, EmailRecord, EmailState};
use super::store;
use super::transport::{Outcome, Transport};
use crate::api::Problem;
use crate::clock::Clock;
use crate::db::{AuditedRead, Db, Tx};
use crate::{outbox, telemetry};

/// The duration of a lease. It is longer than one attempt with the writes before and after it.
const LEASE: TimeDelta = TimeDelta::seconds(90);
/// The largest number of e-mails that one instance sends at the same time.
const CONCURRENCY: usize = 4;
/// The time for which settled e-mails are stored. It is longer than the longest reminder is ahead of its day, because what
/// is stored is not made again.
const RETENTION: TimeDelta = TimeDelta::days(180);

impl NotificationContext {
    /// Sends e-mails until the token is cancelled. Then finishes the attempts that are under way and returns.
    pub(super) async fn dispatch(&self, stop: CancellationToken) {
        let Some(transport) = &self.settings.transport else { return };
        let send = |claimed| self.send_and_log(claimed, transport);
        outbox::run("emails", CONCURRENCY, &stop, async |limit| self.claim(limit).await, send).await;
    }

    async fn claim(&self, limit: i32) -> Result<Vec<ClaimedEmail>, Problem> {
        let claimed = async |tx: &Tx<'_>| Ok(AuditedRead::new(store::claim(tx, LEASE, limit).await?, Vec::new()));
        self.db.read_audited(&service_call(&self.clock), claimed).await
    }

    async fn send_and_log(&self, claimed: ClaimedEmail, transport: &Transport) {
        if let Err(problem) = Box::pin(self.send(&claimed, transport)).await {
            // The lease expires by itself, and the e-mail is then sent in another turn.
            tracing::warn!(email = %claimed.id, %problem, "an e-mail cannot be sent");
        }
    }

    /// Makes one attempt to send an e-mail, and records the outcome.
    async fn send(&self, claimed: &ClaimedEmail, transport: &Transport) -> Result<(), Problem> {
        let call = self.side_call(&claimed.area, claimed.side);
        let today = call.today();
        let read = self.db.read(&call.actor, async |db| {
            let Some(record) = store::find_claimed(db, claimed).await? else { return Ok(None) };
            Ok(Some((record, store::list_lines(db, claimed.id, today).await?)))
        });
        let Some((record, lines)) = read.await? else { return Ok(()) };
        if lines.is_empty() {
            return self.settle(claimed, EmailState::Cancelled, None).await;
        }
        if record.handed_over_at.is_some() {
            tracing::warn!(
                email = %record.id,
                "the outcome of a hand-over is not known; the e-mail is handed over again under the same id"
            );
            telemetry::count_email("unknown");
        }
        let mail = email::write(&record, &lines, self.settings.frontend.as_deref(), today);
        let hand_over = async || self.begin_hand_over(claimed).await;
        match transport.send(&mail, call.at, hand_over).await? {
            Outcome::Accepted => {
                telemetry::count_email("sent");
                self.settle(claimed, EmailState::Sent, None).await
            }
            Outcome::LeaseLost => Ok(()),
            Outcome::Failed(error) => self.postpone(claimed, &record, &mail, &error, false).await,
            Outcome::Unknown(error) => self.postpone(claimed, &record, &mail, &error, true).await,
        }
    }

    /// Records that the text is about to be handed over. Returns false if the lease was lost.
    async fn begin_hand_over(&self, claimed: &ClaimedEmail) -> Result<bool, Problem> {
        let call = self.side_call(&claimed.area, claimed.side);
        let begin = async |tx: &Tx<'_>| Ok(AuditedRead::new(store::begin_hand_over(tx, claimed).await?, Vec::new()));
        self.db.read_audited(&call, begin).await
    }

    async fn settle(&self, claimed: &ClaimedEmail, state: EmailState, error: Option<&str>) -> Result<(), Problem> {
        let call = self.side_call(&claimed.area, claimed.side);
        let settle =
            async |tx: &Tx<'_>| Ok(AuditedRead::new(store::settle(tx, claimed, state, error).await?, Vec::new()));
        self.db.read_audited(&call, settle).await.map(drop)
    }

    /// Plans the next attempt, or gives the e-mail up after the last.
    async fn postpone(
        &self,
        claimed: &ClaimedEmail,
        record: &EmailRecord,
        mail: &Mail,
        error: &str,
        is_unknown: bool,
    ) -> Result<(), Problem> {
        let Some(wait) = outbox::wait_after(record.tries) else {
            telemetry::count_email("given_up");
            tracing::error!(email = %mail.id, error, "an e-mail was given up: no attempt succeeded within 24 hours");
            return self.settle(claimed, EmailState::Failed, Some(error)).await;
        };
        telemetry::count_email("failed");
        tracing::warn!(email = %mail.id, error, "an attempt to send an e-mail failed");
        let call = self.side_call(&claimed.area, claimed.side);
        let due = call.at + wait;
        let postpone = async |tx: &Tx<'_>| {
            Ok(AuditedRead::new(store::postpone(tx, claimed, due, error, is_unknown).await?, Vec::new()))
        };
        self.db.read_audited(&call, postpone).await.map(drop)
    }
}

/// Returns what waits in the outbox.
///
/// # Errors
/// 503 if the database cannot be reached.
pub async fn backlog(db: &Db, clock: &Clock) -> Result<EmailBacklog, Problem> {
    let call = service_call(clock);
    db.read(&call.actor, async |db| store::find_backlog(db, call.at).await).await
}

/// Deletes e-mails that were settled more than 180 days ago, and returns their number.
///
/// # Errors
/// 503 if the database cannot be reached.
pub async fn delete_old_emails(db: &Db, clock: &Clock) -> Result<u64, Problem> {
    let call = service_call(clock);
    let before = call.at - RETENTION;
    let deleted = async |tx: &Tx<'_>| Ok(AuditedRead::new(store::delete_settled(tx, before).await?, Vec::new()));
    Ok(db.read_audited(&call, deleted).await?.unsigned_abs())
}
