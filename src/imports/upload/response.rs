//! The response to a new import: one proposal, several, or an import of rows that has ended or continues.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::api::{ApiResponse, Created, Json, OperationDoc, WriteMode};
use crate::imports::row_import::Import;
use crate::imports::running_import_response::RunningImportResponse;
use crate::imports::views::{ImportProposal, ImportProposals};

/// The response to a new import.
pub enum ImportResponse {
    /// The proposal of one file.
    Proposal(Box<Created<ImportProposal>>),
    /// The proposals of a form.
    Proposals(ImportProposals, WriteMode),
    /// An import of rows that has ended, or that was only validated.
    Rows(Box<Created<Import>>),
    /// An import of rows that continues in the background.
    Running(RunningImportResponse),
}

impl ImportResponse {
    /// Returns the response with the proposals of a request: one proposal as it is, and several as a list.
    pub fn new(mut imports: Vec<ImportProposal>, mode: WriteMode) -> Self {
        match (imports.pop(), imports.is_empty()) {
            (Some(import), true) => {
                let (location, version) = (format!("/v1/imports/{}", import.id), import.version);
                Self::Proposal(Box::new(Created::at(location, import, mode).version(version)))
            }
            (last, _) => {
                imports.extend(last);
                Self::Proposals(ImportProposals { items: imports }, mode)
            }
        }
    }
}

impl ApiResponse for ImportResponse {
    fn describe(doc: &mut OperationDoc) {
        let either = json!({
            "oneOf": [doc.schema::<ImportProposal>(), doc.schema::<ImportProposals>(), doc.schema::<Import>()],
        });
        let either = doc.component("ImportResponse", either);
        let content = json!({ "application/json": { "schema": either } });
        let location = ("Location", "The address of the import; absent for a form with several files.");
        let etag = ("ETag", "The ETag of the import; absent for a form with several files.");
        let created = "The file was read as a proposal, or the rows were written.";
        doc.response(201, created, &[location, etag], content.clone());
        doc.response(200, "The file is valid. With `validate_only`, nothing was written.", &[], content);
        RunningImportResponse::describe(doc);
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::Proposal(created) => created.into_response(request),
            Self::Rows(created) => created.into_response(request),
            Self::Running(response) => response.into_response(request),
            Self::Proposals(imports, WriteMode::Validate) => Json::plain(imports).into_response(request),
            Self::Proposals(imports, WriteMode::Write) => HttpResponse::Created().json(imports),
        }
    }
}
