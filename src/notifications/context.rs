//! The worker context of notifications: the database, the clock, and how e-mails are sent.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::transport::Transport;
use crate::api::Problem;
use crate::areas;
use crate::auth::{Actor, Call, Role, Side};
use crate::clock::Clock;
use crate::db::Db;

/// The subject and the request id of the service's calls for notifications.
const NOTIFICATIONS: &str = "notifications";

/// The settings of notifications.
#[derive(Debug, Default)]
pub struct Settings {
    /// How e-mails are sent. `None`: none is made or sent by this instance.
    pub transport: Option<Transport>,
    /// The address of the frontend, to which each link adds the path of its record. `None`: e-mails have no links.
    pub frontend: Option<String>,
    /// The hour in London from which the reminders of a day are sent.
    pub reminder_hour: u32,
}

/// The worker context of notifications.
#[derive(Clone)]
pub struct NotificationContext {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) settings: Arc<Settings>,
}

impl NotificationContext {
    /// Makes a context with these settings.
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        Self { db, clock, settings: Arc::new(settings) }
    }

    /// Makes and sends notifications until the token is cancelled. Then finishes the attempts that are under way and returns.
    pub async fn run(&self, stop: CancellationToken) {
        // Both are large, and live in the task of their thread.
        tokio::join!(Box::pin(self.make(stop.clone())), Box::pin(self.dispatch(stop)));
    }

    /// Returns a call by the service, whose actor reads what either side of any area may see.
    pub(super) async fn call_for_all_areas(&self) -> Result<Call, Problem> {
        let areas = self.db.read_published(async |db| areas::codes(db).await).await?;
        let areas: Vec<&str> = areas.iter().map(String::as_str).collect();
        let actor = Actor::service(NOTIFICATIONS, &[Role::OpccApprover, Role::ChiefOfficer], &areas);
        Ok(Call::by_service(actor, NOTIFICATIONS, self.clock.now()))
    }

    /// Returns a call by the service for one side of an area.
    pub(super) fn side_call(&self, area: &str, side: Side) -> Call {
        let role = if side == Side::Force { Role::ChiefOfficer } else { Role::OpccApprover };
        Call::by_service(Actor::service(NOTIFICATIONS, &[role], &[area]), NOTIFICATIONS, self.clock.now())
    }
}

/// Returns a call by the service itself, whose actor can read no area's records.
pub(super) fn service_call(clock: &Clock) -> Call {
    Call::by_service(Actor::service(NOTIFICATIONS, &[], &[]), NOTIFICATIONS, clock.now())
}
