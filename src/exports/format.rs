//! In which format a list is wanted: `?format=`, else `Accept`.

use std::future::{Ready, ready};

use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use serde_json::json;

use crate::api::{Argument, BodyLeftOut, Doc, Fault, Kind, Problem, flag, parameter};
use crate::vocabulary;
use crate::vocabulary::WireName;

vocabulary! {
    /// The formats of an export.
    pub enum Format as ("ExportFormat") {
        /// Comma-separated values (RFC 4180).
        Csv = "csv",
        /// A workbook of Excel 2007 or later.
        Xlsx = "xlsx",
        /// JSON Lines: each line one record, as the list shows it.
        Jsonl = "jsonl",
    }
}

impl Format {
    /// Its media type, as it is sent.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Jsonl => "application/jsonl",
        }
    }

    /// The format a media range asks for.
    fn of(range: &str) -> Option<Self> {
        match range.to_ascii_lowercase().as_str() {
            "text/csv" | "text/*" | "*/*" => Some(Self::Csv),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Self::Xlsx),
            "application/jsonl" | "application/x-ndjson" | "application/x-jsonlines" | "application/*" => {
                Some(Self::Jsonl)
            }
            _ => None,
        }
    }

    /// The best of an `Accept` header; of equals the first.
    fn accepted(accept: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let format = parts.next().and_then(Self::of);
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            if let Some(format) = format.filter(|_| weight > 0.0)
                && best.is_none_or(|(heaviest, _)| weight > heaviest)
            {
                best = Some((weight, format));
            }
        }
        best.map(|(_, format)| format)
    }
}

/// How an export is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The format.
    pub format: Format,
    /// Whether CSV begins with a byte order mark, by which Excel knows UTF-8.
    pub bom: bool,
    /// Whether the client asked with HEAD: nothing is read.
    pub described: bool,
}

impl Wanted {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let described = request.extensions().get::<BodyLeftOut>().is_some();
        let bom = flag(request, "bom")?;
        let format = match parameter(request, "format")? {
            Some(given) => given.parse().map_err(|error: vocabulary::UnknownWireName| {
                let fault = Fault::query("format", "unknown_value", error.to_string());
                Problem::with_faults(Kind::InvalidParameters, vec![fault])
            })?,
            None => {
                let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
                Format::accepted(accept.unwrap_or("*/*")).ok_or_else(|| {
                    Problem::new(Kind::NotAcceptable, "This comes as text/csv, as XLSX or as application/jsonl.")
                })?
            }
        };
        if bom && format != Format::Csv {
            let fault = Fault::query("bom", "not_here", "A byte order mark is for CSV alone.");
            return Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]));
        }
        Ok(Self { format, bom, described })
    }
}

impl FromRequest for Wanted {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;
    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Argument for Wanted {
    fn describe(doc: &mut Doc) {
        let says = "The format; without it, `Accept` decides, and CSV where that takes anything.";
        doc.parameter("query", "format", false, says, json!({ "type": "string", "enum": Format::NAMES }));
        let says = "Begin CSV with a byte order mark, by which Excel knows UTF-8.";
        doc.parameter("query", "bom", false, says, json!({ "type": "boolean", "default": false }));
        doc.problem(Kind::InvalidParameters);
        doc.problem(Kind::NotAcceptable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_range_decides_and_the_first_of_equals() {
        for (accept, format) in [
            ("*/*", Some(Format::Csv)),
            ("application/jsonl", Some(Format::Jsonl)),
            ("text/csv;q=0.5, application/x-ndjson", Some(Format::Jsonl)),
            ("application/x-ndjson;q=0, text/*;q=0.1", Some(Format::Csv)),
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*", Some(Format::Xlsx)),
            ("text/html, application/json", None),
        ] {
            assert_eq!(Format::accepted(accept), format, "{accept}");
        }
    }
}
