//! The 202 response for the import of a table that is still running in the background.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::model::Import;
use crate::api::{ApiResponse, OperationDoc};

/// A 202 response with an import that has started.
pub struct RunningImportResponse(pub Box<Import>);

impl ApiResponse for RunningImportResponse {
    fn describe(doc: &mut OperationDoc) {
        let running = json!({ "application/json": { "schema": doc.schema::<Import>() } });
        let text = "The import of a table continues, or the request repeats an earlier one with the same \
                    `Idempotency-Key`. GET the address in Location to see its progress.";
        doc.response(202, text, &[("Location", "The address of the import.")], running);
    }

    fn into_response(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::build(StatusCode::ACCEPTED)
            .insert_header((header::LOCATION, self.0.links["self"].clone()))
            .json(self.0)
    }
}
