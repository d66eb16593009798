//! The format of an export: the parameter `format`, else the header `Accept`.

use std::future::{Ready, ready};

use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use serde_json::json;

use crate::api::{Argument, Fault, HeadRequest, OperationDoc, Problem, ProblemKind, flag, parameter};
use crate::vocabulary;
use crate::vocabulary::WireName;

vocabulary! {
    /// The format of an export.
    pub enum Format as ("ExportFormat") {
        /// Comma-separated values (RFC 4180).
        Csv = "csv",
        /// A workbook of Excel 2007 or later.
        Xlsx = "xlsx",
        /// JSON Lines: one record a line, as in the list.
        Jsonl = "jsonl",
    }
}

impl Format {
    /// Returns the value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Jsonl => "application/jsonl",
        }
    }

    /// Returns the format for a media range.
    fn from_media_range(range: &str) -> Option<Self> {
        match range.to_ascii_lowercase().as_str() {
            "text/csv" | "text/*" | "*/*" => Some(Self::Csv),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Self::Xlsx),
            "application/jsonl" | "application/x-ndjson" | "application/x-jsonlines" | "application/*" => {
                Some(Self::Jsonl)
            }
            _ => None,
        }
    }

    /// Returns the format with the greatest weight in an `Accept` header; of equal weights, the first.
    fn from_accept(accept: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let format = parts.next().and_then(Self::from_media_range);
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            if let Some(format) = format.filter(|_| weight > 0.0)
                && best.is_none_or(|(greatest, _)| weight > greatest)
            {
                best = Some((weight, format));
            }
        }
        best.map(|(_, format)| format)
    }
}

/// The options of an export.
#[derive(Clone, Copy, Debug)]
pub struct ExportOptions {
    /// The format.
    pub format: Format,
    /// Whether CSV begins with a byte order mark, from which Excel recognises UTF-8.
    pub bom: bool,
    /// Whether the request is a HEAD request, for which no records are read.
    pub headers_only: bool,
}

impl ExportOptions {
    fn parse(request: &HttpRequest) -> Result<Self, Problem> {
        let headers_only = request.extensions().get::<HeadRequest>().is_some();
        let bom = flag(request, "bom")?;
        let format = match parameter(request, "format")? {
            Some(given) => given.parse().map_err(|error: vocabulary::UnknownWireName| {
                let fault = Fault::query("format", "unknown_value", error.to_string());
                Problem::with_faults(ProblemKind::InvalidParameters, vec![fault])
            })?,
            None => {
                let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
                Format::from_accept(accept.unwrap_or("*/*")).ok_or_else(|| {
                    let detail = "None of the formats in `Accept` is available. \
                                  Accept text/csv, XLSX or application/jsonl, or send `format`.";
                    Problem::new(ProblemKind::NotAcceptable, detail)
                })?
            }
        };
        if bom && format != Format::Csv {
            let fault =
                Fault::query("bom", "not_here", "`bom` must be absent or false: only CSV has a byte order mark.");
            return Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
        }
        Ok(Self { format, bom, headers_only })
    }
}

impl FromRequest for ExportOptions {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::parse(request))
    }
}

impl Argument for ExportOptions {
    fn describe(doc: &mut OperationDoc) {
        let format = "The format of the file. If it is absent, `Accept` decides; CSV is the default.";
        let schema = json!({ "title": "ExportFormat", "type": "string", "enum": Format::NAMES });
        doc.parameter("query", "format", false, format, schema);
        let bom = "Whether CSV begins with a byte order mark, from which Excel recognises UTF-8.";
        doc.parameter("query", "bom", false, bom, json!({ "type": "boolean", "default": false }));
        doc.problem(ProblemKind::InvalidParameters);
        doc.problem(ProblemKind::NotAcceptable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_range_with_the_greatest_weight_decides_and_of_equals_the_first() {
        for (accept, format) in [
            ("*/*", Some(Format::Csv)),
            ("application/jsonl", Some(Format::Jsonl)),
            ("text/csv;q=0.5, application/x-ndjson", Some(Format::Jsonl)),
            ("application/x-ndjson;q=0, text/*;q=0.1", Some(Format::Csv)),
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*", Some(Format::Xlsx)),
            ("text/html, application/json", None),
        ] {
            assert_eq!(Format::from_accept(accept), format, "{accept}");
        }
    }
}
