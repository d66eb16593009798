//! The operations at `/v1/imports`: imports as proposals that a person confirms, and the strict import of rows.

use actix_web::web::Data;
use uuid::Uuid;

use super::requests::{ImportAmendment, ImportTransition};
use super::service::{self, FileReader, Importer};
use super::store::list::Imports;
use super::store::{self, list, proposals};
use super::summary::ImportSummary;
use super::views::{AnyImport, ImportProposal};
use super::{template, upload};
use crate::api::{
    Amended, Api, ApiResult, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery, Page, Path,
    Problem, ProblemKind, WriteMode,
};
use crate::audit::{self, HistoryPage, RecordHistory, TransitionHistory, TransitionOrder};
use crate::auth::Caller;
use crate::auth::permissions::{ImportDocuments, ReadImports};
use crate::clock::Clock;
use crate::db::{AuditedRead, Db, Event};
use crate::file_integrity;
use crate::files::{Download, FileMetadata, RangeRequest, Store};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag(
        "imports",
        "The import of documents and tables: a file is read as a proposal, which a person answers and accepts.",
    );
    api.get("/v1/imports", "List imports", list_imports).description(
        "Returns the imports of your areas, newest first: proposals, and imports of rows. A registrar sees those that a \
         registrar started.",
    );
    upload::http::operations(api);
    template::http::operations(api);
    api.get("/v1/imports/{id}", "Get an import", get).description(
        "Returns a proposal with its facts, open questions, differences from the record and consequences; or the \
         import of rows with its progress and faults. An import of rows that has made no progress for 15 minutes is \
         `failed`. An import of another area is 404.",
    );
    api.patch("/v1/imports/{id}", "Answer questions of a proposal", update)
        .problem(ProblemKind::NotPossibleFromThisState)
        .description(
            "Answers questions of a proposal and corrects its facts, each by its JSON Pointer. An answer that names no \
             fact, or that the fact cannot have, is 422 and nothing is written. After the proposal was accepted or \
             discarded, the status is 409.",
        );
    api.get("/v1/imports/{id}/file", "Download the file of an import", download).description(
        "Returns the bytes of the imported file, or the range in `Range`, as an attachment. Each download is recorded \
         in the audit log. An import of rows has no file, and is 404; so is one whose response was disposed of. Stored \
         content that is found damaged or missing is 500 `file_damaged` or `file_missing`, or the response breaks off \
         before its end.",
    );
    api.post("/v1/imports/{id}/transitions", "Perform an action on an import", transition)
        .problem(ProblemKind::NotPossibleFromThisState)
        .problem(ProblemKind::AlreadyExists)
        .problem(ProblemKind::NeedsUnmet)
        .description(
            "Accepts or discards a proposal, or undoes an accepted import. `accept` writes the inspection and the \
             area's texts, all or nothing; while a question is open it is 422, with a fault for each. A registered \
             inspection keeps its values, except the differences in `correct`, which need the rights of correcting by \
             hand. With `validate_only`, nothing is written. `undo` is 422 if a record has changed since.",
        );
    api.get("/v1/imports/{id}/transitions", "List an import's transitions", list_transitions).description(
        "Returns the actions performed on an import, newest first: who performed each, when, and from which state to \
         which.",
    );
    api.get("/v1/imports/{id}/history", "List an import's changes", history).description(
        "Returns the audit events of an import, newest first, with the old and the new value of each member that \
         changed.",
    );
}

async fn list_imports(
    caller: Caller<ReadImports>,
    db: Data<Db>,
    query: ListQuery<Imports>,
) -> ApiResult<Page<ImportSummary>> {
    let (rows, total) = db.read(&caller.actor, async |db| list::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total)))
}

async fn get(caller: Caller<ReadImports>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<AnyImport>> {
    let found = db
        .read(&caller.actor, async |db| {
            if let Some(record) = proposals::find(db, id).await? {
                let view = service::assess(db, &record, &caller).await?.into_view(db, &record, &caller).await?;
                return Ok(Some(AnyImport::Proposal(Box::new(view))));
            }
            let found = store::find(db, id).await?;
            Ok(found.map(|import| AnyImport::Rows(Box::new(import.fail_if_stalled(caller.at)))))
        })
        .await?;
    found.map(Json::record).ok_or_else(Problem::not_found)
}

async fn update(
    caller: Caller<ImportDocuments>,
    db: Data<Db>,
    importer: Data<Importer>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<ImportAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<ImportProposal>>> {
    let reader = FileReader { workbooks: importer.workbook_reader.clone() };
    Ok(service::answer(&db, &reader, &caller, id, &if_match, &amendment, mode).await?.map(Json::record))
}

async fn transition(
    caller: Caller<ImportDocuments>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<ImportTransition>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Json<ImportProposal>>> {
    let call = db.read(&caller.actor, async |db| service::call_for(db, id, &caller).await).await?;
    db.write_idempotent(&call, mode, &key, async |tx| {
        let check = |version| if_match.check(version);
        Ok(service::transition(tx, id, request.clone(), check, &call).await?.map(Json::record))
    })
    .await
}

async fn download(
    caller: Caller<ReadImports>,
    db: Data<Db>,
    files: Data<Store>,
    clock: Data<Clock>,
    Path(id): Path<Uuid>,
    range_request: RangeRequest,
) -> ApiResult<Download> {
    let (record, stored, selection) = db
        .read_audited(&caller, async |tx| {
            let found = proposals::find(tx, id).await?.filter(|record| record.disposed_at.is_none());
            let record = found.ok_or_else(Problem::not_found)?;
            let size = record.size.unsigned_abs();
            let stored = file_integrity::store::find_intact(tx, record.folder(), &record.sha256, size).await?;
            let selection = range_request.select(&record.sha256, size);
            let mut events = Vec::new();
            if selection.bytes(size).is_some() {
                let mut event = Event::new("import", id, record.version, "download");
                event.area.clone_from(&record.area);
                events.push(event);
            }
            Ok(AuditedRead::new((record, stored, selection), events))
        })
        .await?;
    // The event of the download is committed, so bytes may be sent.
    let content = match selection.bytes(record.size.unsigned_abs()) {
        Some(range) => Some(file_integrity::open_download(&db, &files, &clock, stored, range).await?),
        None => None,
    };
    let metadata = FileMetadata {
        filename: record.filename.clone(),
        content_type: record.media_type.clone(),
        size: record.size.unsigned_abs(),
        sha256: record.sha256.clone(),
    };
    Ok(Download::new(metadata, selection, content))
}

async fn list_transitions(
    caller: Caller<ReadImports>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    TransitionOrder(order): TransitionOrder,
) -> ApiResult<Json<TransitionHistory>> {
    audit::transition_history(&db, &caller, id, order, async |db| find_id(db, id).await).await
}

async fn history(
    caller: Caller<ReadImports>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::change_history(&db, &caller, "import", before, async |db| find_id(db, id).await).await
}

/// Returns the id of an import of either type that the caller can see.
async fn find_id(db: &crate::db::Session<'_>, id: Uuid) -> Result<Option<Uuid>, Problem> {
    if proposals::find(db, id).await?.is_some() {
        return Ok(Some(id));
    }
    Ok(store::find(db, id).await?.map(|import| import.id))
}
