//! `/v1/imports`

use std::future::{Ready, ready};

use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;

use super::model::Imported;
use crate::api::{self, Answer, Api, Argument, Created, Doc, Fault, Kind, Mode, Problem, Text};
use crate::auth::Caller;
use crate::auth::permissions::ImportDocuments;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("imports", "An office's published documents, brought into the record.");
    api.post("/v1/imports", "Import a published response document", create);
}

/// For whom, and how far, a document is imported.
#[derive(Debug)]
struct Target {
    area: Option<String>,
    draft: bool,
}

impl FromRequest for Target {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(api::parameter(request, "area").and_then(|area| Ok(Self { area, draft: api::flag(request, "draft")? })))
    }
}

impl Argument for Target {
    fn describe(doc: &mut Doc) {
        let says = "The area whose document it is; may be left out where the token names one area.";
        doc.parameter("query", "area", false, says, json!({ "type": "string" }));
        let says = "Leave the inspection a draft. It opens no response, so the response text is not kept: import again \
                    once it is published.";
        doc.parameter("query", "draft", false, says, json!({ "type": "boolean", "default": false }));
        doc.problem(Kind::InvalidParameters);
    }
}

async fn create(
    caller: Caller<ImportDocuments>,
    db: Data<Db>,
    target: Target,
    mode: Mode,
    Text(text): Text,
) -> Answer<Created<Imported>> {
    let area = match (target.area, caller.actor.areas()) {
        (Some(area), _) => area,
        (None, [only]) => only.clone(),
        (None, _) => {
            let fault = Fault::query("area", "required", "Say which area's document it is.");
            return Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]));
        }
    };
    let imported = super::run(&db, &caller, &area, &text, target.draft, mode).await?;
    let location = match imported.response_id {
        Some(id) => format!("/v1/responses/{id}"),
        None => format!("/v1/inspections/{}", imported.inspection_id),
    };
    Ok(Created::at(location, imported, mode))
}
