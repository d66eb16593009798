//! `/v1/evidence/{id}/files` and `/v1/files`: sending a version, listing them, downloading one.

use actix_web::web::Data;
use uuid::Uuid;

use super::super::snapshot::marking;
use super::super::store as items;
use super::super::view::require_standing;
use super::super::write::add_version;
use super::model::{EvidenceFile, EvidenceFiles};
use super::store::{self, FileRecord};
use crate::api::{Api, ApiResult, Created, Fault, IdempotencyKey, IdempotentResponse, Json, Kind, Mode, Path, Problem};
use crate::auth::Caller;
use crate::auth::permissions::{ReadEvidence, WorkEvidence};
use crate::db::{AuditedRead, Db, Event};
use crate::files::{Download, RangeRequest, Scan, Scanner, Store, Upload};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/evidence/{id}/files", "List the versions of an item's file", list);
    api.post("/v1/evidence/{id}/files", "Send a version of an item's file", create);
    api.get("/v1/files/{id}", "Download a version of a file", download);
}

async fn list(caller: Caller<ReadEvidence>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<EvidenceFiles>> {
    let items = db
        .read_audited(&caller, async |tx| {
            let mut events = Vec::new();
            let item = items::find(tx, id).await?.ok_or_else(Problem::not_found)?.open(&mut events);
            Ok(AuditedRead::new(item.files.iter().map(FileRecord::shown).collect(), events))
        })
        .await?;
    Ok(Json::plain(EvidenceFiles { items }))
}

async fn create(
    caller: Caller<WorkEvidence>,
    db: Data<Db>,
    files: Data<Store>,
    scanner: Data<Scanner>,
    Path(id): Path<Uuid>,
    upload: Upload,
    mode: Mode,
    once: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<EvidenceFile>>> {
    // Whoever may not send it here need not send it all.
    let area = db
        .read_audited(&caller, async |tx| {
            let record = items::peek(tx, id).await?.ok_or_else(Problem::not_found)?;
            require_standing(&record)?;
            Ok(AuditedRead::new(record.area, Vec::new()))
        })
        .await?;
    let received = upload.receive().await?;
    let scan = scanner.scan(&received).await;
    if scan == Scan::Infected {
        let detail = "The scan found malware in it; nothing of it was kept.";
        return Err(Problem::invalid(vec![Fault::body("/file", "infected", detail)]));
    }
    if mode == Mode::Write {
        let digests = [received.sha256.clone()];
        let known = db.read(&caller.actor, async |db| store::known(db, &area, &digests, caller.at).await).await?;
        // Before the row that points to it.
        if known.is_empty() {
            files.keep(&area, &received).await?;
        }
    }
    let once = once.with(&[&received.filename, &received.sha256]);
    db.write_idempotent(&caller, mode, &once, async |tx| {
        let item = items::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
        let added = add_version(tx, &item, &received, scan, &caller).await?;
        Ok(added.map(|made| Created::at(format!("/v1/files/{}", made.id), made.shown(), mode)))
    })
    .await
}

async fn download(
    caller: Caller<ReadEvidence>,
    db: Data<Db>,
    files: Data<Store>,
    Path(id): Path<Uuid>,
    wanted: RangeRequest,
) -> ApiResult<Download> {
    let (file, selection) = db
        .read_audited(&caller, async |tx| {
            let mut events = Vec::new();
            let file = store::find(tx, id).await?.ok_or_else(Problem::not_found)?.open(&mut events);
            require_served(&file)?;
            let selection = wanted.of(&file.sha256, file.size.unsigned_abs());
            if selection.bytes(file.size.unsigned_abs()).is_some() {
                let event = Event::new("file", id, i64::from(file.version), "download").area(&file.area);
                events = vec![event.under(file.evidence_id).marking(marking(file.marking))];
            }
            Ok(AuditedRead::new((file, selection), events))
        })
        .await?;
    // The event is committed: now bytes may leave.
    let content = match selection.bytes(file.size.unsigned_abs()) {
        Some(range) => Some(files.read(&file.area, &file.sha256, Some(range)).await?),
        None => None,
    };
    Ok(Download::new(file.meta(), selection, content))
}

/// What was found infected or was disposed of is never served, nor what still waits for its scan.
fn require_served(file: &FileRecord) -> Result<(), Problem> {
    let detail = match file.scan {
        _ if file.disposed => "It was disposed of; its bytes are gone.",
        Scan::Clean | Scan::Unscanned => return Ok(()),
        Scan::Infected => "The scan found malware in it.",
        Scan::Pending => "It has not been scanned yet; try again later.",
    };
    Err(Problem::new(Kind::Withheld, detail))
}
