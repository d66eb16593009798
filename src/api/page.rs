//! What a list answers: one page, with the address of the next, and of each item the members that were asked for.

use std::borrow::Cow;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::describe::{Doc, reference};
use super::fields;
use super::list::PageItems;
use super::problem::Problem;
use super::response::{ApiResponse, Representation, TAG, conditional, tag};
use super::response_cache::sorted;

/// 200 with one page of a list.
#[derive(Debug)]
pub struct Page<T>(pub PageItems<T>);

impl<T: Representation> ApiResponse for Page<T> {
    fn describe(doc: &mut Doc) {
        doc.schema::<T>();
        fields::describe::<T>(doc);
        let name = format!("{}Page", T::name());
        let schema = doc.component(
            &name,
            json!({
                "type": "object",
                "description": "One page of a list.",
                "required": ["items", "next_cursor"],
                "properties": {
                    "items": { "type": "array", "items": reference(&T::name()) },
                    "next_cursor": { "type": ["string", "null"], "description": "Send it as cursor for the next page; null on the last." },
                    "total": { "type": "integer", "description": "How many there are in all, 10,000 at the most; only with count=true." },
                    "total_capped": { "type": "boolean", "description": "True where there are more than `total` says; left out elsewhere." },
                },
            }),
        );
        let link = ("Link", "The address of the next page, rel=\"next\" (RFC 8288).");
        doc.response(200, "A page.", &[TAG, link], json!({ "application/json": { "schema": schema } }));
        doc.response(304, "As the caller has it.", &[TAG], json!(null));
    }

    fn shows() -> Option<Cow<'static, str>> {
        Some(T::name())
    }

    fn records(&self) -> Result<Vec<Value>, Problem> {
        self.0.items.iter().map(|item| serde_json::to_value(item).map_err(Problem::internal)).collect()
    }

    fn reply(self, request: &HttpRequest) -> HttpResponse {
        match fields::serialise(request, &self.0) {
            Err(problem) => HttpResponse::from_error(problem),
            Ok(body) => {
                let mut answer = HttpResponse::Ok();
                answer.content_type("application/json");
                if let Some(cursor) = &self.0.next_cursor {
                    let mut query = sorted(request.query_string());
                    query.retain(|part| !part.starts_with("cursor="));
                    let query = [query.join("&"), format!("cursor={cursor}")].into_iter().filter(|p| !p.is_empty());
                    let query = query.collect::<Vec<_>>().join("&");
                    answer.insert_header((header::LINK, format!("<{}?{query}>; rel=\"next\"", request.path())));
                }
                conditional(request, answer, tag(None, &body), body)
            }
        }
    }
}
