//! Imports the rows of a table into a draft. One transaction writes all rows, or none and returns every fault. Separate
//! transactions update the number of rows read so far, so that other requests can see the progress.

use std::cell::Cell;

use serde_json::json;
use uuid::Uuid;

use super::super::model::{Import, ImportKind, ImportState, StartedBy};
use super::super::running_import_response::RunningImportResponse;
use super::super::store::{self, ImportResult};
use super::super::table::{RowLocation, Table, TableRow};
use crate::api::{Fault, FaultList, IdempotencyKey, Problem, ProblemKind, StoredResponse, WriteMode};
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::{AuditedRead, Db, Event, Tx, Write};
use crate::inspections::{self, Inspection, InspectionRegistration};
use crate::recommendations::{self, RecommendationBatch};

/// Creates an import that starts now, for an area, or for no area if a registrar imports.
pub fn new_import(call: &Call, area: Option<String>, kind: ImportKind) -> Import {
    let id = Uuid::now_v7();
    let actor = &call.actor;
    Import {
        id,
        area,
        kind,
        state: ImportState::Running,
        inspection_id: None,
        rows: 0,
        faults_count: 0,
        faults: json!([]),
        detail: None,
        by: StartedBy { issuer: actor.issuer.clone(), subject: actor.subject.clone(), name: actor.name.clone() },
        version: 1,
        created_at: call.at,
        updated_at: call.at,
        finished_at: None,
        links: Import::links(id, None),
    }
}

fn event(import: &Import, version: i64, action: &'static str) -> Event {
    let mut event = Event::new("import", import.id, version, action);
    event.area.clone_from(&import.area);
    event
}

/// Inserts an import that starts.
pub async fn insert(db: &Db, call: &Call, import: &Import) -> Result<(), Problem> {
    db.write(call, WriteMode::Write, async |tx| {
        store::insert(tx, import).await?;
        Ok(Write::new((), event(import, 1, "begin").transition(None, "running")))
    })
    .await
}

/// Inserts an import that starts, at most once per `Idempotency-Key`. Returns the stored response if the request was
/// performed before. The stored response is the start of the import, whether the import succeeds or fails.
pub async fn insert_idempotent(
    db: &Db,
    call: &Call,
    import: &Import,
    idempotency_key: &IdempotencyKey,
) -> Result<Option<StoredResponse>, Problem> {
    let response = db
        .write_idempotent(call, WriteMode::Write, idempotency_key, async |tx| {
            store::insert(tx, import).await?;
            Ok(Write::new(
                RunningImportResponse(Box::new(import.clone())),
                event(import, 1, "begin").transition(None, "running"),
            ))
        })
        .await?;
    Ok(response.into_replay())
}

/// Imports the rows, and stores the result of the import. A problem names the import that it ended.
pub async fn run(
    db: &Db,
    clock: &Clock,
    call: &Call,
    import: &Import,
    (table, draft): (Table, Option<Uuid>),
) -> Result<Import, Problem> {
    let rows = Cell::new(0);
    let problem = match write(db, clock, call, import, (table, draft), WriteMode::Write, &rows).await {
        Ok(done) => return Ok(done),
        Err(problem) => problem,
    };
    let faults_count = problem.faults_count().try_into().unwrap_or(i32::MAX);
    let result = ImportResult {
        state: ImportState::Failed,
        inspection_id: None,
        rows: rows.get(),
        faults_count,
        faults: problem.faults(),
        detail: Some(problem.detail()),
        at: clock.now(),
    };
    let stored = db
        .write(call, WriteMode::Write, async |tx| {
            store::update_result(tx, import.id, &result).await?;
            Ok(Write::new((), event(import, 2, "fail").transition("running", "failed")))
        })
        .await;
    if let Err(problem) = stored {
        tracing::warn!(%problem, import = %import.id, "the result of an import could not be stored");
    }
    Err(problem.member("import", json!({ "id": import.id, "href": import.links["self"] })))
}

/// Checks all rows, and writes them unless the mode is to validate only.
pub async fn write(
    db: &Db,
    clock: &Clock,
    call: &Call,
    import: &Import,
    (mut table, draft): (Table, Option<Uuid>),
    mode: WriteMode,
    rows: &Cell<i32>,
) -> Result<Import, Problem> {
    db.write_long(call, mode, async |tx| {
        let mut faults = FaultList::default();
        let target = find_or_register_inspection(tx, call, import, table.inspection.take(), draft, &mut faults).await?;
        let mut recommendations = match &target {
            Some((inspection, _)) => Some(RecommendationBatch::load(tx, inspection).await?),
            None => None,
        };
        let mut locations: Vec<RowLocation> = Vec::new();
        let mut batches = table.read_rows();
        while let Some(batch) = batches.recv().await {
            let batch = match batch {
                Ok(batch) => batch,
                Err(problem) if problem.kind() == ProblemKind::Invalid => {
                    problem.faults().iter().cloned().for_each(|fault| faults.add(fault));
                    break;
                }
                Err(problem) => return Err(problem),
            };
            let mut valid_rows = Vec::with_capacity(batch.len());
            for TableRow { number, location, content } in batch {
                locations.push(location);
                match content {
                    Ok(row) => valid_rows.push((number, row)),
                    Err(of_row) => {
                        faults.append(of_row);
                    }
                }
            }
            if let Some(recommendations) = &mut recommendations {
                for (at, fault) in recommendations.add(tx, valid_rows, !faults.is_empty()).await? {
                    faults.add(TableRow::locate_fault(at, locations[at], fault));
                }
            }
            rows.set(locations.len().try_into().unwrap_or(i32::MAX));
            if mode == WriteMode::Write {
                store_progress(db, clock, call, import, rows.get()).await;
            }
        }
        if let Some(recommendations) = &mut recommendations {
            for (at, fault) in recommendations.link_causes(tx, !faults.is_empty()).await? {
                faults.add(TableRow::locate_fault(at, locations[at], fault));
            }
        }
        let (Some((inspection, registration)), Some(recommendations), true) =
            (target, recommendations, faults.is_empty())
        else {
            return Err(faults.into_problem(ProblemKind::Invalid));
        };
        let done = finish(tx, clock, import, &inspection, rows.get(), mode).await?;
        let finished = event(import, 2, "finish").transition("running", "done");
        Ok(Write::new(done, finished).with_events(registration).with_events(recommendations.events()?))
    })
    .await
}

/// Stores that the import is done, and returns it.
async fn finish(
    tx: &Tx<'_>,
    clock: &Clock,
    import: &Import,
    inspection: &Inspection,
    rows: i32,
    mode: WriteMode,
) -> Result<Import, Problem> {
    let inspection_id = Some(inspection.id);
    let (state, at) = (ImportState::Done, clock.now());
    if mode == WriteMode::Write {
        let result = ImportResult { state, inspection_id, rows, faults_count: 0, faults: &[], detail: None, at };
        store::update_result(tx, import.id, &result).await?;
        return store::find(tx, import.id)
            .await?
            .ok_or_else(|| Problem::internal("the import is missing from the database"));
    }
    let links = Import::links(import.id, inspection_id);
    Ok(Import { state, inspection_id, rows, finished_at: Some(at), links, ..import.clone() })
}

/// Returns the draft that receives the rows: the one that `draft` names, locked, or one that the table registers.
/// Returns none if the registration has faults, which are added to the faults of the rows.
async fn find_or_register_inspection(
    tx: &Tx<'_>,
    call: &Call,
    import: &Import,
    registration: Option<Result<InspectionRegistration, FaultList>>,
    draft: Option<Uuid>,
    faults: &mut FaultList,
) -> Result<Option<(Inspection, Option<Event>)>, Problem> {
    match (registration, draft) {
        (None, Some(id)) => Ok(Some((recommendations::lock_draft(tx, id, call).await?, None))),
        (Some(Ok(mut registration)), None) => {
            if registration.registered_by.is_none()
                && let Some(area) = &import.area
            {
                registration.registered_by = Some(crate::api::text::TextValidator::default().single_line("", area));
            }
            let inspection = inspections::new_draft(registration, call)?;
            let event = inspections::register(tx, &inspection).await?;
            Ok(Some((inspection, Some(event))))
        }
        (Some(Err(of_inspection)), None) => {
            faults.append(of_inspection);
            Ok(None)
        }
        (Some(_), Some(_)) => {
            let detail = "The table must not contain an inspection, because `inspection_id` names the draft. \
                          Remove one of them.";
            faults.add(Fault::body("/inspection", "not_here", detail));
            Ok(None)
        }
        (None, None) => {
            let detail = "The inspection is missing. Name a draft with `inspection_id`, or add the members of a new \
                          inspection to the table.";
            faults.add(Fault::body("/inspection", "required", detail));
            Ok(None)
        }
    }
}

/// Stores the number of rows read so far. It records no event, and its failure does not end the import.
async fn store_progress(db: &Db, clock: &Clock, call: &Call, import: &Import, rows: i32) {
    let call = Call { at: clock.now(), ..call.clone() };
    let stored = db
        .read_audited(&call, async |tx| {
            store::update_rows(tx, import.id, rows).await?;
            Ok(AuditedRead::new((), Vec::new()))
        })
        .await;
    if let Err(problem) = stored {
        tracing::warn!(%problem, import = %import.id, "the progress of an import could not be stored");
    }
}
