//! Restores the database to an earlier state, opens a new epoch of the audit log, and continues. A reader whose cursor is
//! from later must be told to begin again.

use std::fs;
use std::time::Duration;

use reqwest::Method;

use crate::Context;
use crate::common::BoxedError;
use crate::figures::{FaultKind, Figures};
use crate::load::caller::{Answer, Body, Caller};
use crate::load::follower::Seen;
use crate::programs::installation::copy_folder;
use crate::stage::{START_TIMEOUT, Stage};

/// Checks that a cursor from after the restored state is refused with 410. Returns the cursor to continue with.
async fn check_later_cursor(reader: &Caller, cursor: &str, figures: &mut Figures) -> Option<String> {
    let path = format!("/v1/changes?after={cursor}");
    match reader.send(Method::GET, &path, &[], &Body::None).await {
        Answer::Reply(reply) if reply.status == 410 && reply.body["code"] == "feed_restarted" => {
            return reply.body["restart"]["cursor"].as_str().map(str::to_owned);
        }
        Answer::Reply(reply) => {
            let text: String = reply.text.chars().take(200).collect();
            let answer = format!("{} instead of 410 feed_restarted: {text}", reply.status);
            figures.fault(FaultKind::Other, format!("a cursor of the change feed from after the backup got {answer}"));
        }
        other => figures.fault(FaultKind::Other, format!("the change feed did not answer: {other:?}")),
    }
    None
}

/// Checks that a reader who continues as the 410 says misses no change: what it skips, it had before.
async fn check_continued_reader(
    reader: &Caller,
    had: &Seen,
    cursor: String,
    figures: &mut Figures,
) -> Result<(), BoxedError> {
    let (mut all, mut continued) = (Seen::default(), Seen { cursor: Some(cursor), ..Seen::default() });
    all.read_to_end(reader).await?;
    continued.read_to_end(reader).await?;
    let is_end = all.changes.ends_with(&continued.changes);
    figures.promise(is_end, "a reader who continued after the restore saw other changes than the feed has");
    let skipped = all.changes.iter().take(all.changes.len().saturating_sub(continued.changes.len()));
    let missed = skipped.filter(|id| !had.changes.contains(id)).count();
    if missed > 0 {
        figures.fault(FaultKind::Lost, format!("a reader who continued after the restore missed {missed} changes"));
    }
    Ok(())
}

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let mut figures = Figures::new("restore");
    let mut stage = Stage::open(context, "restore").await?;
    let writes = context.options.count_or(50, 1000);
    let backup = stage.folder.join("backup");

    let mut running = stage.begin().await?;
    running.load.wait_for_writes(writes, Duration::from_secs(600)).await?;
    let (target, before) = running.stop().await?;
    stage.reconcile(&target, before.clone(), &mut figures).await?;
    let kept = stage.ledger.len();
    stage.service.terminate().await?;
    stage.postgres.stop().await?;
    copy_folder(&stage.postgres.data(), &backup)?;

    stage.start().await?;
    let mut running = stage.begin_with(stage.service.base(), |settings| settings.name = "b").await?;
    running.load.wait_for_writes(writes, Duration::from_secs(600)).await?;
    let (_, mut later) = running.stop().await?;
    later.read_to_end(&target.auditor()).await?;
    stage.service.terminate().await?;
    stage.postgres.stop().await?;

    fs::remove_dir_all(stage.postgres.data())?;
    copy_folder(&backup, &stage.postgres.data())?;
    let undone = stage.ledger.len() - kept;
    stage.ledger.truncate(kept);
    stage.postgres.start().await?;
    stage.service.start()?;
    stage.service.wait_until_ready(START_TIMEOUT).await?;
    let mut new_epoch = stage.service.command("new-epoch");
    new_epoch.args(["--reason", "The campaign restored a backup."]);
    let opened = tokio::task::spawn_blocking(move || new_epoch.output()).await??;
    let reason = String::from_utf8_lossy(&opened.stderr).into_owned();
    figures.promise(opened.status.success(), format!("a new epoch cannot be opened: {reason}"));

    let mut running = stage.begin_with(stage.service.base(), |settings| settings.name = "c").await?;
    running.load.wait_for_writes(writes, Duration::from_secs(600)).await?;
    let cursor = later.cursor.clone().unwrap_or_default();
    let restart = check_later_cursor(&running.target.auditor(), &cursor, &mut figures).await;
    let (target, mut seen) = running.stop().await?;
    seen.checkpoints.splice(0..0, before.checkpoints);
    // Both parts of the ledger are held against the same database now.
    figures.acknowledged = 0;
    figures.doubtful = 0;
    stage.reconcile(&target, seen, &mut figures).await?;
    if let Some(cursor) = restart {
        check_continued_reader(&target.auditor(), &later, cursor, &mut figures).await?;
    }
    figures.did("requests undone by the restore", undone);
    Ok(figures)
}
