//! Damages the database, the files and what a reader saw, and checks that the reconciliation finds each damage.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::Context;
use crate::common::BoxedError;
use crate::figures::{FaultKind, Figures};
use crate::load::Target;
use crate::load::follower::Seen;
use crate::reconciliation::{Evidence, check_damages, reconcile};
use crate::stage::Stage;

/// Reconciles with what a reader claims to have seen. Returns the kinds of faults.
async fn faults_with(stage: &Stage, target: &Target, seen: Seen) -> Result<Vec<FaultKind>, BoxedError> {
    let database = stage.postgres.administrator().await?;
    let mut figures = Figures::default();
    let mut evidence = Evidence { service: &stage.service, target, database: &database, seen };
    reconcile(&mut evidence, &mut figures).await?;
    Ok(figures.faults.iter().map(|fault| fault.kind).collect())
}

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let mut figures = Figures::new("self-check");
    let stage = Stage::open(context, "self-check").await?;
    let mut running = stage.begin().await?;
    running.load.wait_for_writes(context.options.count_or(60, 300), Duration::from_secs(60)).await?;
    let (target, seen) = running.stop().await?;
    let database = stage.postgres.administrator().await?;
    let mut evidence = Evidence { service: &stage.service, target: &target, database: &database, seen: seen.clone() };
    reconcile(&mut evidence, &mut figures).await?;
    let mut damages = check_damages(&database, &stage.ledger, &mut figures).await?;

    let mut missed = seen.clone();
    missed.changes.remove(1);
    let mut repeated = seen.clone();
    repeated.changes.insert(1, repeated.changes[0].clone());
    let mut swapped = seen.clone();
    swapped.changes.swap(0, 1);
    let mut forked = seen.clone();
    forked.checkpoints.push("a checkpoint that was never signed".to_owned());
    for (what, seen, kind) in [
        ("a reader missed a change", missed, FaultKind::Lost),
        ("a reader saw a change twice", repeated, FaultKind::Doubled),
        ("a reader saw changes in another order", swapped, FaultKind::Other),
        ("a checkpoint is gone", forked, FaultKind::Lost),
    ] {
        let found = faults_with(&stage, &target, seen).await?.contains(&kind);
        figures.promise(found, format!("the campaign does not find that {what}"));
        damages += 1;
    }

    let sql = "select area, sha256 from record.evidence_files order by id limit 1";
    let row = database.query_one(sql, &[]).await?;
    let (area, sha256): (String, String) = (row.get(0), row.get(1));
    let file = Path::new(&stage.service.environment["SECTION55_FILES"]).join(area).join(&sha256[..2]).join(&sha256);
    fs::write(&file, b"other bytes")?;
    let found = faults_with(&stage, &target, seen.clone()).await?;
    figures.promise(found.contains(&FaultKind::Halved), "the campaign does not find an altered file");
    fs::remove_file(&file)?;
    let found = faults_with(&stage, &target, seen.clone()).await?;
    figures.promise(found.contains(&FaultKind::Lost), "the campaign does not find that a file is gone");

    let forge = "set session_replication_role = replica;
                 update record.events set actor_subject = 'another' where area = 'kent' and action = 'amend'";
    database.batch_execute(forge).await?;
    let found = faults_with(&stage, &target, seen).await?;
    figures.promise(found.contains(&FaultKind::Other), "a bundle with an altered event is verified");
    figures.did("damages found", damages + 3);
    Ok(figures)
}
