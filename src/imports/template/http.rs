//! The operation at `/v1/imports/template`.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use serde_json::json;

use crate::api::{
    self, Api, ApiResult, Argument, CsvOrWorkbook, Fault, OperationDoc, Problem, ProblemKind, StaticResponse,
    StaticResponseAs,
};
use crate::auth::Anyone;
use crate::imports::table;

/// Declares the operation.
pub fn operations(api: &mut Api) {
    api.get("/v1/imports/template", "Get the template of a table", get_template).description(
        "Returns an empty table with all columns, to be filled in and imported. The workbook has a second sheet that \
         explains each column.",
    );
}

/// The format of the template.
#[derive(Clone, Copy, Debug)]
enum TemplateFormat {
    Csv,
    Workbook,
}

impl FromRequest for TemplateFormat {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(api::parameter(request, "format").and_then(|format| match format.as_deref() {
            None | Some("csv") => Ok(Self::Csv),
            Some("xlsx") => Ok(Self::Workbook),
            Some(other) => {
                let detail = format!("`format` is {other:?}; it must be csv or xlsx.");
                let fault = Fault::query("format", "unknown_value", detail);
                Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]))
            }
        }))
    }
}

impl Argument for TemplateFormat {
    fn describe(doc: &mut OperationDoc) {
        let schema = json!({ "title": "TemplateFormat", "type": "string", "enum": ["csv", "xlsx"], "default": "csv" });
        doc.parameter(
            "query",
            "format",
            false,
            "The format of the template. The workbook also explains each column.",
            schema,
        );
        doc.problem(ProblemKind::InvalidParameters);
    }
}

async fn get_template(_: Anyone, format: TemplateFormat) -> ApiResult<StaticResponseAs<CsvOrWorkbook>> {
    let (media, bytes) = match format {
        TemplateFormat::Csv => ("text/csv; charset=utf-8; header=present", table::csv_template()),
        TemplateFormat::Workbook => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            table::workbook_template().map_err(Problem::internal)?,
        ),
    };
    Ok(StaticResponse { media_type: media.to_owned(), bytes, policy: None }.into())
}
