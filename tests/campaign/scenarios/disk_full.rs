//! Fills the disk of the database's tables and of the evidence files while clients write, and frees it again. The
//! write-ahead log is on another disk, as it should be in production.

use std::time::{Duration, Instant};

use crate::Context;
use crate::common::BoxedError;
use crate::figures::{FaultKind, Figures};
use crate::programs::installation::DISK;
use crate::programs::service::status_of;
use crate::programs::small_disk::SmallDisk;
use crate::stage::Stage;

/// How long clients may wait after the disk has space again until the next write is acknowledged.
const RECOVERY_LIMIT: Duration = Duration::from_secs(10);
/// Enough for the database and what the clients write.
const MEBIBYTES: u32 = 256;

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let mut figures = Figures::new("disk-full");
    let disk = match SmallDisk::mount(context.installation.folder.join(DISK), MEBIBYTES) {
        Ok(disk) => disk,
        Err(reason) => return Ok(Figures::skipped("disk-full", format!("it needs root: {reason}"))),
    };
    let mut stage = Stage::create(context, "disk-full")?;
    stage.postgres.move_data(&disk.folder)?;
    stage.service.environment.insert("SECTION55_FILES", disk.folder.join("files").display().to_string());
    stage.start().await?;
    let mut running = stage.begin().await?;
    stage.ledger.take_availability();

    let full = Duration::from_secs(context.options.seconds_or(4, 20));
    disk.fill()?;
    let began = Instant::now();
    let mut unready = 0;
    while began.elapsed() < full {
        let reachable = status_of(stage.service.address, "/v1/areas/kent", Duration::from_secs(5)).await;
        unready += usize::from(reachable != Some(200));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let availability = stage.ledger.take_availability();
    disk.free()?;
    let freed = Instant::now();
    let recovered = running.load.wait_for_writes(10, RECOVERY_LIMIT).await?;
    figures.promise(recovered, format!("no writes within {RECOVERY_LIMIT:?} after the disk had space again"));
    let recovery = freed.elapsed();
    figures.promise(unready == 0, format!("a public page was not 200 while the disk was full, {unready} times"));
    let refused = availability.failures.get("POST: 503").copied().unwrap_or_default()
        + availability.failures.get("PATCH: 503").copied().unwrap_or_default();
    if refused == 0 {
        figures.fault(FaultKind::Other, format!("no write was refused with 503: {:?}", availability.failures));
    }
    running.load.wait_for_writes(60, Duration::from_secs(20)).await?;
    stage.end(running, &mut figures).await?;
    // PostgreSQL must end before its disk is unmounted.
    stage.service.kill().await;
    stage.postgres.stop().await?;
    figures.did("refused with 503", refused);
    figures.did("ms until recovery", usize::try_from(recovery.as_millis())?);
    Ok(figures)
}
