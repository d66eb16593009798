//! The HTTP operations on the files of evidence: `/v1/evidence/{id}/files` and `/v1/files`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::{EvidenceFile, EvidenceFiles, FileRow};
use super::store;
use crate::api::{
    Api, ApiResult, Created, Fault, IdempotencyKey, IdempotentResponse, Json, Path, Problem, ProblemKind, WriteMode,
};
use crate::auth::Caller;
use crate::auth::permissions::{ReadEvidence, WorkEvidence};
use crate::clock::Clock;
use crate::db::{AuditedRead, Db, Event};
use crate::evidence::service::add_version;
use crate::evidence::store as items;
use crate::evidence::views::{marking_name, require_writable};
use crate::file_integrity::{self, FileState};
use crate::files::{Download, RangeRequest, ScanStatus, Scanner, Store, Upload};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/evidence/{id}/files", "List the versions of an item's file", list).description(
        "Returns every version of the file of one item of your areas, oldest first, with the result of its malware \
         scan. If the item is OFFICIAL-SENSITIVE, the reading is recorded in the audit log.",
    );
    api.post("/v1/evidence/{id}/files", "Upload a version of an item's file", create)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Stores a new version of the item's file; if the item was already reviewed, it is submitted again. The \
             service detects the media type from the content, and checks for active content and malware. A file of \
             another type, with macros, scripts, attached programs or content that loads by itself, or with malware is \
             422, and an item that was withdrawn or disposed of is 409.",
        );
    api.get("/v1/files/{id}", "Download a version of a file", download).description(
        "Returns the bytes of one version, or the range in `Range`, as an attachment. Each download is recorded in the \
         audit log. A file that waits for its scan, has malware or was disposed of is 409.",
    );
}

async fn list(caller: Caller<ReadEvidence>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<EvidenceFiles>> {
    let items = db
        .read_audited(&caller, async |tx| {
            let mut events = Vec::new();
            let record = items::find(tx, id).await?.ok_or_else(Problem::not_found)?.read(&mut events);
            Ok(AuditedRead::new(record.files.iter().map(FileRow::view).collect(), events))
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
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<EvidenceFile>>> {
    // A caller that may not upload here is refused before the whole file is sent.
    let area = db
        .read_audited(&caller, async |tx| {
            let row = items::find_row(tx, id).await?.ok_or_else(Problem::not_found)?;
            require_writable(&row)?;
            Ok(AuditedRead::new(row.area, Vec::new()))
        })
        .await?;
    let file = upload.receive().await?;
    let scan = scanner.scan(&file).await;
    if scan == ScanStatus::Infected {
        let detail = format!("The scan found malware in {:?}, so the file was not stored.", file.filename);
        return Err(Problem::invalid(vec![Fault::body("/file", "infected", detail)]));
    }
    if mode == WriteMode::Write {
        let digests = [file.sha256.clone()];
        let is_stored = db
            .read(&caller.actor, async |db| {
                let referenced = store::find_referenced_digests(db, &area, &digests, caller.at).await?;
                let known = file_integrity::store::find(db, &area, &file.sha256).await?;
                Ok(!referenced.is_empty() && known.is_none_or(|known| known.state == FileState::Intact))
            })
            .await?;
        // The bytes are stored before the row that refers to them. A damaged or missing file is replaced.
        if is_stored {
            files.require_marker().await?;
        } else {
            files.put(&area, &file).await?;
        }
    }
    let key = key.with_content(&[&file.filename, &file.sha256]);
    db.write_idempotent(&caller, mode, &key, async |tx| {
        let record = items::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
        let written = add_version(tx, &record, &file, scan, &caller).await?;
        Ok(written.map(|version| Created::at(format!("/v1/files/{}", version.id), version.view(), mode)))
    })
    .await
}

async fn download(
    caller: Caller<ReadEvidence>,
    db: Data<Db>,
    files: Data<Store>,
    clock: Data<Clock>,
    Path(id): Path<Uuid>,
    range_request: RangeRequest,
) -> ApiResult<Download> {
    let (file, stored, selection) = db
        .read_audited(&caller, async |tx| {
            let mut events = Vec::new();
            let file = store::find(tx, id).await?.ok_or_else(Problem::not_found)?.read(&mut events);
            require_downloadable(&file)?;
            let size = file.size.unsigned_abs();
            let stored = file_integrity::store::find_intact(tx, &file.area, &file.sha256, size).await?;
            let selection = range_request.select(&file.sha256, size);
            if selection.bytes(size).is_some() {
                let event = Event::new("file", id, i64::from(file.version), "download").area(&file.area);
                events = vec![event.parent(file.evidence_id).marking(marking_name(file.marking))];
            }
            Ok(AuditedRead::new((file, stored, selection), events))
        })
        .await?;
    // The event of the download is committed, so bytes may be sent.
    let content = match selection.bytes(file.size.unsigned_abs()) {
        Some(range) => Some(file_integrity::open_download(&db, &files, &clock, stored, range).await?),
        None => None,
    };
    Ok(Download::new(file.metadata(), selection, content))
}

/// Refuses the download of a file that has malware, waits for its scan, or was disposed of.
fn require_downloadable(file: &FileRow) -> Result<(), Problem> {
    let detail = match file.scan {
        _ if file.disposed => "The file was disposed of, so its content no longer exists.",
        ScanStatus::Clean | ScanStatus::Unscanned => return Ok(()),
        ScanStatus::Infected => {
            "The scan found malware in this version, so it cannot be downloaded. Use another version."
        }
        ScanStatus::Pending => "This version has not been scanned for malware yet. Try again in a few minutes.",
    };
    Err(Problem::new(ProblemKind::FileWithheld, detail))
}
