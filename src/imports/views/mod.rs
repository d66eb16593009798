//! An import as its callers see it, and as the audit log stores it.

mod any_import;
mod import_proposal;

pub use any_import::AnyImport;
pub use import_proposal::{
    Candidate, CandidateReason, Computed, Consequences, Difference, DifferenceKind, ImportProposal, ImportProposals,
    OpenedLines, OpenedResponses, SameFile, TextConsequence, TextEffect,
};

use serde::Serialize;
use uuid::Uuid;

use super::document::DocumentFormat;
use super::model::{FileOfImport, ImportRecord};
use super::proposal::Answers;
use super::workflow::State;
use crate::api::Problem;
use crate::auth::Side;
use crate::db::{Event, Snapshot};

/// The part of an import that both sides of its area may read in the audit log.
#[derive(Serialize)]
struct SharedPart<'a> {
    id: Uuid,
    area: &'a Option<String>,
    state: State,
    sha256: &'a str,
    version: i64,
}

/// The part of an import that only the policing body may read, because answers hold its drafts.
#[derive(Serialize)]
struct PolicingBodyPart<'a> {
    format: DocumentFormat,
    file: FileOfImport,
    answers: &'a Answers,
    inspection_id: Option<Uuid>,
    response_id: Option<Uuid>,
}

/// Returns an import as the audit log stores it. The reading is left out: it follows from the file, whose digest is
/// stored.
pub fn snapshot(it: &ImportRecord) -> Result<Snapshot, Problem> {
    let shared = SharedPart { id: it.id, area: &it.area, state: it.state, sha256: &it.sha256, version: it.version };
    let of_policing_body = PolicingBodyPart {
        format: it.format,
        file: it.file(),
        answers: &it.answers,
        inspection_id: it.inspection_id,
        response_id: it.response_id,
    };
    Snapshot::new(&shared)?.side(Side::PolicingBody, &of_policing_body)
}

/// Returns the audit event of an action on an import, with the import after it.
pub fn event(action: &'static str, after: &ImportRecord) -> Result<Event, Problem> {
    let mut event = Event::new("import", after.id, after.version, action).after(snapshot(after)?);
    event.area.clone_from(&after.area);
    Ok(event)
}
