//! The response of a list: one page of records, with the address of the next page in the `Link` header.

use std::borrow::Cow;
use std::marker::PhantomData;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::conditional_request::{self, ETAG_HEADER, etag};
use super::fields;
use super::list::PageItems;
use super::operation_doc::{OperationDoc, reference};
use super::problem::Problem;
use super::query_parameters::sorted_parts;
use super::response::{ApiResponse, NOT_MODIFIED, Representation};

/// 200 with one page of a list.
#[derive(Debug)]
pub struct Page<T>(pub PageItems<T>);

impl<T: Representation> ApiResponse for Page<T> {
    fn describe(doc: &mut OperationDoc) {
        doc.schema::<T>();
        fields::describe::<T>(doc);
        let schema = doc.component(
            &format!("{}Page", T::name()),
            json!({
                "type": "object",
                "required": ["items", "next_cursor"],
                "properties": {
                    "items": {
                        "type": "array", "items": reference(&T::name()),
                    },
                    "next_cursor": {
                        "type": ["string", "null"],
                        "description": "The `cursor` of the next page; null if none.",
                    },
                    "total": {
                        "type": "integer",
                        "description": "The number of records, at most 10,000, if `count=true`.",
                    },
                    "total_capped": {
                        "type": "boolean",
                        "description": "True if there are more.",
                    },
                },
            }),
        );
        let link = ("Link", "The address of the next page, with rel=\"next\" (RFC 8288). Absent on the last page.");
        let content = json!({ "application/json": { "schema": schema } });
        doc.response(200, "One page of the list.", &[ETAG_HEADER, link], content);
        doc.response(304, NOT_MODIFIED, &[ETAG_HEADER], json!(null));
    }

    fn record_schema() -> Option<Cow<'static, str>> {
        Some(T::name())
    }

    fn records(&self) -> Result<Vec<Value>, Problem> {
        self.0.items.iter().map(|item| serde_json::to_value(item).map_err(Problem::internal)).collect()
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        match fields::serialise(request, &self.0) {
            Err(problem) => HttpResponse::from_error(problem),
            Ok(body) => {
                let mut response = HttpResponse::Ok();
                response.content_type("application/json");
                if let Some(cursor) = &self.0.next_cursor {
                    let mut query = sorted_parts(request.query_string());
                    query.retain(|part| !part.starts_with("cursor="));
                    let query = [query.join("&"), format!("cursor={cursor}")].into_iter().filter(|p| !p.is_empty());
                    let query = query.collect::<Vec<_>>().join("&");
                    response.insert_header((header::LINK, format!("<{}?{query}>; rel=\"next\"", request.path())));
                }
                conditional_request::respond(request, response, etag(None, &body), body)
            }
        }
    }
}

/// 200 with one page of a list, with counts of all matching records if the caller requests them.
#[derive(Debug)]
pub struct CountedPage<T, C>(Page<T>, PhantomData<C>);

impl<T, C: Representation> CountedPage<T, C> {
    /// Creates the response.
    ///
    /// # Errors
    /// 500 if the counts cannot be serialised.
    pub fn new(page: PageItems<T>, counts: Option<&[C]>) -> Result<Self, Problem> {
        let counts = counts.map(serde_json::to_value).transpose().map_err(Problem::internal)?;
        Ok(Self(Page(PageItems { counts, ..page }), PhantomData))
    }
}

impl<T: Representation, C: Representation> ApiResponse for CountedPage<T, C> {
    fn describe(doc: &mut OperationDoc) {
        Page::<T>::describe(doc);
        doc.schema::<C>();
        let counts = json!({
            "type": "array", "items": reference(&C::name()),
            "description": "Counts of the matching records, if `count=true`.",
        });
        if let Some(page) = doc.schemas.get_mut(&format!("{}Page", T::name())) {
            page["properties"]["counts"] = counts;
        }
    }

    fn record_schema() -> Option<Cow<'static, str>> {
        Page::<T>::record_schema()
    }

    fn records(&self) -> Result<Vec<Value>, Problem> {
        self.0.records()
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        self.0.into_response(request)
    }
}
