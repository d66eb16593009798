//! Kills PostgreSQL with SIGKILL while clients write: in turn one backend, the postmaster alone, and all of its
//! processes. The service keeps running.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::Context;
use crate::common::BoxedError;
use crate::figures::Figures;
use crate::programs::postgres::Postgres;
use crate::stage::Stage;

/// How long clients may wait after PostgreSQL accepts connections again until the next write is acknowledged.
const RECOVERY_LIMIT: Duration = Duration::from_secs(20);

/// A backend that serves a write now, else any backend of the service.
const BACKEND: &str = "select pid from pg_stat_activity where application_name like 'section55%'
                       order by (xact_start is not null) desc, state_change desc limit 1";

/// Kills one backend. PostgreSQL then ends all others and recovers from its write-ahead log.
async fn kill_backend(postgres: &Postgres) -> Result<(), BoxedError> {
    let administrator = postgres.administrator().await?;
    if let Some(row) = administrator.query_opt(BACKEND, &[]).await? {
        // It may have ended meanwhile.
        let _ = kill(Pid::from_raw(row.get(0)), Signal::SIGKILL);
    }
    Ok(())
}

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let mut figures = Figures::new("postgres-kills");
    let mut stage = Stage::open(context, "postgres-kills").await?;
    let mut running = stage.begin().await?;
    let count = context.options.count_or(6, 40);
    let mut slowest = Duration::ZERO;
    for n in 0..count {
        tokio::time::sleep(stage.random.milliseconds(0, 120)).await;
        let killed = Instant::now();
        if n % 3 == 0 {
            kill_backend(&stage.postgres).await?;
        } else {
            stage.postgres.kill(n % 3 == 2).await;
            stage.postgres.start().await?;
        }
        if !running.load.wait_for_writes(1, RECOVERY_LIMIT).await? {
            return Err(format!("no write within {RECOVERY_LIMIT:?} of a kill: {}", stage.service.log_tail()).into());
        }
        slowest = slowest.max(killed.elapsed());
        running.load.wait_for_writes(20, RECOVERY_LIMIT).await?;
    }
    stage.end(running, &mut figures).await?;
    figures.did("kills", count);
    figures.did("ms until the first write at most", usize::try_from(slowest.as_millis())?);
    Ok(figures)
}
