//! Brings the rows of a table into a draft: all of them in one transaction, or none, with every fault told. How far it has
//! come is told beside it, for whoever asks meanwhile.

use std::cell::Cell;

use serde_json::json;
use uuid::Uuid;

use super::accepted_response::AcceptedResponse;
use super::model::{Import, ImportKind, ImportState, StartedBy};
use super::store::{self, End};
use super::table::{Place, Row, Table};
use crate::api::{Fault, IdempotencyKey, Kind, MOST_FAULTS, Mode, Problem, StoredResponse};
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::{AuditedRead, Db, Event, Tx, Write};
use crate::inspections::{self, Inspection, Registration};
use crate::recommendations::{self, Bulk};

/// An import that begins now, in the name of an area or, as a registrar's, of none.
pub fn new(call: &Call, area: Option<String>, kind: ImportKind) -> Import {
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

/// Enters that it begins.
pub async fn begin(db: &Db, call: &Call, import: &Import) -> Result<(), Problem> {
    db.write(call, Mode::Write, async |tx| {
        store::begin(tx, import).await?;
        Ok(Write::new((), event(import, 1, "begin").moved(None, "running")))
    })
    .await
}

/// The same for a request with a key: gives the answer that was kept, where the request was carried out before. The key
/// belongs to the import begun, whatever comes of it.
pub async fn begin_idempotent(
    db: &Db,
    call: &Call,
    import: &Import,
    once: &IdempotencyKey,
) -> Result<Option<StoredResponse>, Problem> {
    let begun = db
        .write_idempotent(call, Mode::Write, once, async |tx| {
            store::begin(tx, import).await?;
            Ok(Write::new(AcceptedResponse(Box::new(import.clone())), event(import, 1, "begin").moved(None, "running")))
        })
        .await?;
    Ok(begun.into_replay())
}

/// Faults, the first of them kept and all of them counted.
#[derive(Default)]
struct Told {
    kept: Vec<Fault>,
    count: usize,
}

impl Told {
    fn add(&mut self, fault: Fault) {
        self.count += 1;
        if self.kept.len() < MOST_FAULTS {
            self.kept.push(fault);
        }
    }
}

/// Brings it in, and enters how it ended; a fault is told with the import it ended.
pub async fn run(
    db: &Db,
    clock: &Clock,
    call: &Call,
    import: &Import,
    (table, draft): (Table, Option<Uuid>),
) -> Result<Import, Problem> {
    let rows = Cell::new(0);
    let problem = match write(db, clock, call, import, (table, draft), Mode::Write, &rows).await {
        Ok(done) => return Ok(done),
        Err(problem) => problem,
    };
    let faults_count = problem.faults_count().try_into().unwrap_or(i32::MAX);
    let end = End {
        state: ImportState::Failed,
        inspection_id: None,
        rows: rows.get(),
        faults_count,
        faults: problem.faults(),
        detail: Some(problem.detail()),
        at: clock.now(),
    };
    let failed = db
        .write(call, Mode::Write, async |tx| {
            store::end(tx, import.id, &end).await?;
            Ok(Write::new((), event(import, 2, "fail").moved("running", "failed")))
        })
        .await;
    if let Err(problem) = failed {
        tracing::warn!(%problem, import = %import.id, "the end of an import could not be entered");
    }
    Err(problem.member("import", json!({ "id": import.id, "href": import.links["self"] })))
}

/// Checks everything and, by mode, writes it.
pub async fn write(
    db: &Db,
    clock: &Clock,
    call: &Call,
    import: &Import,
    (mut table, draft): (Table, Option<Uuid>),
    mode: Mode,
    rows: &Cell<i32>,
) -> Result<Import, Problem> {
    db.write_long(call, mode, async |tx| {
        let mut told = Told::default();
        let to = inspection(tx, call, import, table.inspection.take(), draft, &mut told).await?;
        let mut bulk = match &to {
            Some((inspection, _)) => Some(Bulk::begin(tx, inspection).await?),
            None => None,
        };
        let mut places: Vec<Place> = Vec::new();
        let mut coming = table.rows();
        while let Some(batch) = coming.recv().await {
            let batch = match batch {
                Ok(batch) => batch,
                Err(problem) if problem.kind() == Kind::Invalid => {
                    problem.faults().iter().cloned().for_each(|fault| told.add(fault));
                    break;
                }
                Err(problem) => return Err(problem),
            };
            let mut good = Vec::with_capacity(batch.len());
            for Row { number, place, read } in batch {
                places.push(place);
                match read {
                    Ok(row) => good.push((number, row)),
                    Err(faults) => faults.into_iter().for_each(|fault| told.add(Row::told(number, place, fault))),
                }
            }
            if let Some(bulk) = &mut bulk {
                for (at, fault) in bulk.add(tx, good, told.count > 0).await? {
                    told.add(Row::told(at, places[at], fault));
                }
            }
            rows.set(places.len().try_into().unwrap_or(i32::MAX));
            if mode == Mode::Write {
                count(db, clock, call, import, rows.get()).await;
            }
        }
        if let Some(bulk) = &mut bulk {
            for (at, fault) in bulk.join(tx, told.count > 0).await? {
                told.add(Row::told(at, places[at], fault));
            }
        }
        let (Some((inspection, registered)), Some(bulk), 0) = (to, bulk, told.count) else {
            return Err(Problem::of_many(Kind::Invalid, told.kept, told.count));
        };
        let done = finish(tx, clock, import, &inspection, rows.get(), mode).await?;
        let finished = event(import, 2, "finish").moved("running", "done");
        Ok(Write::new(done, finished).and(registered).and(bulk.events()?))
    })
    .await
}

/// Enters that all of it was written, with what was written.
async fn finish(
    tx: &Tx<'_>,
    clock: &Clock,
    import: &Import,
    inspection: &Inspection,
    rows: i32,
    mode: Mode,
) -> Result<Import, Problem> {
    let inspection_id = Some(inspection.id);
    let (state, at) = (ImportState::Done, clock.now());
    if mode == Mode::Write {
        let end = End { state, inspection_id, rows, faults_count: 0, faults: &[], detail: None, at };
        store::end(tx, import.id, &end).await?;
        return store::find(tx, import.id).await?.ok_or_else(|| Problem::internal("the import is not there"));
    }
    let links = Import::links(import.id, inspection_id);
    Ok(Import { state, inspection_id, rows, finished_at: Some(at), links, ..import.clone() })
}

/// The draft the rows go to, held until the end: the one named, or one registered now. None where that has faults, which
/// are told with those of the rows.
async fn inspection(
    tx: &Tx<'_>,
    call: &Call,
    import: &Import,
    registration: Option<Result<Registration, Vec<Fault>>>,
    draft: Option<Uuid>,
    told: &mut Told,
) -> Result<Option<(Inspection, Option<Event>)>, Problem> {
    match (registration, draft) {
        (None, Some(id)) => Ok(Some((recommendations::draft(tx, id, call).await?, None))),
        (Some(Ok(mut registration)), None) => {
            if registration.registered_by.is_none()
                && let Some(area) = &import.area
            {
                registration.registered_by = Some(crate::api::text::Checked::default().line("", area));
            }
            let new = inspections::register(registration, call)?;
            let event = inspections::insert(tx, &new).await?;
            Ok(Some((new, Some(event))))
        }
        (Some(Err(faults)), None) => {
            faults.into_iter().for_each(|fault| told.add(fault));
            Ok(None)
        }
        (Some(_), Some(_)) => {
            let detail = "inspection_id names a draft already; the table says nothing of an inspection then.";
            told.add(Fault::body("/inspection", "not_here", detail));
            Ok(None)
        }
        (None, None) => {
            let detail = "Name a draft with inspection_id, or give the members of a new inspection.";
            told.add(Fault::body("/inspection", "required", detail));
            Ok(None)
        }
    }
}

/// Tells how far it has come; no event, for nothing has happened yet, and no fault of the import where it fails.
async fn count(db: &Db, clock: &Clock, call: &Call, import: &Import, rows: i32) {
    let call = Call { at: clock.now(), ..call.clone() };
    let counted = db
        .read_audited(&call, async |tx| {
            store::count(tx, import.id, rows).await?;
            Ok(AuditedRead::new((), Vec::new()))
        })
        .await;
    if let Err(problem) = counted {
        tracing::warn!(%problem, import = %import.id, "the rows of an import could not be counted");
    }
}
