//! 202: a table's import goes on, and tells at its own address how far it has come.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::model::Import;
use crate::api::{ApiResponse, Doc};

/// An import that was begun.
pub struct AcceptedResponse(pub Box<Import>);

impl ApiResponse for AcceptedResponse {
    fn describe(doc: &mut Doc) {
        let running = json!({ "application/json": { "schema": doc.schema::<Import>() } });
        let says =
            "A table's import goes on, or a key was sent again; Location says where it tells how far it has come.";
        doc.response(202, says, &[("Location", "Where it is.")], running);
    }

    fn reply(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::build(StatusCode::ACCEPTED)
            .insert_header((header::LOCATION, self.0.links["self"].clone()))
            .json(self.0)
    }
}
