//! Kills the primary of a synchronous pair and promotes the standby, while clients write. The service has both hosts in
//! its address. Before that, the standby is frozen, so that no commit is confirmed: reads must still be answered.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use reqwest::Method;

use crate::Context;
use crate::common::BoxedError;
use crate::figures::Figures;
use crate::load::caller::{Answer, Body, Caller};
use crate::programs::postgres::Postgres;
use crate::programs::replication::{add_synchronous_standby, is_available, promote};
use crate::programs::service::{Service, status_of};
use crate::stage::Stage;

/// How long clients may wait after the promotion until the next write is acknowledged.
const RECOVERY_LIMIT: Duration = Duration::from_secs(20);

/// Reads as a signed-in person and asks `/readyz`, twice a second. Returns how many of these were not 200.
async fn read_while_commits_wait(service: &Service, reader: &Caller, duration: Duration) -> usize {
    let (began, mut failed) = (Instant::now(), 0);
    while began.elapsed() < duration {
        let answer = reader.send(Method::GET, "/v1/responses?limit=1", &[], &Body::None).await;
        failed += usize::from(!matches!(answer, Answer::Reply(reply) if reply.status == 200));
        let readiness = status_of(service.address, "/readyz", Duration::from_secs(5)).await;
        failed += usize::from(readiness != Some(200));
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    failed
}

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let installation = &context.installation;
    if !is_available(installation) {
        return Ok(Figures::skipped("failover", "pg_basebackup is not installed (Debian: postgresql-client)"));
    }
    let mut figures = Figures::new("failover");
    let mut stage = Stage::create(context, "failover")?;
    let mut standby = Postgres::without_data(installation, stage.folder.join("standby"))?;
    let hosts = format!("&host={}&target_session_attrs=read-write", standby.encoded_socket());
    for (variable, role) in [
        ("DATABASE_URL", "section55_app"),
        ("DATABASE_PUBLIC_URL", "section55_public"),
        ("DATABASE_LOG_URL", "section55_log"),
    ] {
        stage.service.environment.insert(variable, format!("{}{hosts}", stage.postgres.url(role)));
    }
    stage.start().await?;
    add_synchronous_standby(installation, &stage.postgres, &mut standby).await?;
    let mut running = stage.begin().await?;

    let waiting = Duration::from_secs(context.options.seconds_or(4, 30));
    standby.signal_all(Signal::SIGSTOP);
    let failed = read_while_commits_wait(&stage.service, &running.target.auditor(), waiting).await;
    standby.signal_all(Signal::SIGCONT);
    figures.promise(failed == 0, format!("{failed} reads and checks of /readyz failed while the standby was away"));
    running.load.wait_for_writes(30, Duration::from_secs(30)).await?;

    let count = context.options.count_or(1, 3);
    let mut slowest = Duration::ZERO;
    for n in 0..count {
        if n > 0 {
            add_synchronous_standby(installation, &stage.postgres, &mut standby).await?;
        }
        running.load.wait_for_writes(100, Duration::from_secs(30)).await?;
        stage.postgres.kill(true).await;
        promote(&standby).await?;
        std::mem::swap(&mut stage.postgres, &mut standby);
        let promoted = Instant::now();
        if !running.load.wait_for_writes(1, RECOVERY_LIMIT).await? {
            let log = stage.service.log_tail();
            return Err(format!("no write within {RECOVERY_LIMIT:?} of the promotion: {log}").into());
        }
        slowest = slowest.max(promoted.elapsed());
        running.load.wait_for_writes(100, Duration::from_secs(30)).await?;
    }
    stage.end(running, &mut figures).await?;
    figures.did("failovers", count);
    figures.did("ms until the first write at most", usize::try_from(slowest.as_millis())?);
    Ok(figures)
}
