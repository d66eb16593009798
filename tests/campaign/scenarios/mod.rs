//! The scenarios, one file each.

mod bytes;
mod clock;
mod disk_full;
mod failover;
mod freeze;
mod kills;
mod mail;
mod postgres_kills;
mod resets;
mod restore;
mod rolling;
mod self_check;

use crate::Context;
use crate::common::BoxedError;
use crate::figures::Figures;
use crate::options::Scenario;

/// Runs a scenario.
pub async fn run(scenario: Scenario, context: &Context) -> Result<Figures, BoxedError> {
    match scenario {
        Scenario::Kills => kills::run(context).await,
        Scenario::PostgresKills => postgres_kills::run(context).await,
        Scenario::Freeze => freeze::run(context).await,
        Scenario::Resets => resets::run(context).await,
        Scenario::Rolling => rolling::run(context).await,
        Scenario::Failover => failover::run(context).await,
        Scenario::DiskFull => disk_full::run(context).await,
        Scenario::Restore => restore::run(context).await,
        Scenario::Clock => clock::run(context).await,
        Scenario::Bytes => bytes::run(context).await,
        Scenario::Mail => mail::run(context).await,
        Scenario::SelfCheck => self_check::run(context).await,
        Scenario::All => Err("`all` is not one scenario".into()),
    }
}
