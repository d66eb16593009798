//! A finished answer, as it is kept and as it is given.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;

use super::key::CacheKey;
use crate::api::content_encoding::{BodyEncoding, LEAST, is_text};
use crate::api::response::known_tag;

/// What an entry takes beside its bytes: the key's and headers' own allocations, the map's places.
const OVERHEAD: usize = 512;

/// A finished answer, 200.
pub struct CachedResponse {
    /// The path of its operation.
    pub path: &'static str,
    /// All but those of one request alone; the plain body's tag among them.
    pub headers: HeaderMap,
    pub tag: HeaderValue,
    pub body: Bytes,
    pub coded: [(BodyEncoding, Option<Coded>); 2],
    /// Of which state of what is published it is.
    pub state: u64,
    /// Of which day in London.
    pub day: NaiveDate,
}

/// The body in a coding; none where that is no smaller.
type Coded = Option<(Bytes, HeaderValue)>;

impl CachedResponse {
    /// The answer made out to a request: 304 where it has it, else in the coding that it asks for, made where none is.
    pub fn give(self: &Arc<Self>, place: &CacheKey, request: &HttpRequest) -> HttpResponse {
        if let Some(told) = self.tag.to_str().ok().and_then(|tag| known_tag(request, tag)) {
            let mut answer = self.dressed(StatusCode::NOT_MODIFIED);
            if let Some(told) = HeaderValue::from_str(told).ok().filter(|told| *told != self.tag) {
                answer.headers_mut().insert(header::ETAG, told);
            }
            return answer;
        }
        let coding = BodyEncoding::wanted(request).filter(|_| self.can_be_coded());
        let Some(coding) = coding else { return self.plain() };
        let made = match self.coded.iter().find(|(known, _)| *known == coding) {
            Some((_, Some(_))) => self.clone(),
            _ => {
                let coded = Arc::new(self.with(coding));
                place.put(&coded);
                coded
            }
        };
        let Some((bytes, tag)) = made.coded(coding) else { return self.plain() };
        let mut answer = self.dressed(StatusCode::OK);
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        headers.insert(header::ETAG, tag.clone());
        answer.set_body(bytes.clone()).map_into_boxed_body()
    }

    /// What it takes, in bytes, about.
    pub fn weight(&self) -> usize {
        let coded = self.coded.iter().filter_map(|(_, coded)| coded.as_ref()?.as_ref()).map(|(bytes, _)| bytes.len());
        self.body.len() + coded.sum::<usize>() + OVERHEAD
    }

    fn can_be_coded(&self) -> bool {
        self.body.len() >= LEAST && self.headers.get(header::CONTENT_TYPE).is_some_and(is_text)
    }

    fn coded(&self, coding: BodyEncoding) -> Option<&(Bytes, HeaderValue)> {
        self.coded.iter().find(|(known, _)| *known == coding)?.1.as_ref()?.as_ref()
    }

    /// The same with its body in a coding too.
    fn with(&self, coding: BodyEncoding) -> Self {
        let made = || coding.encode(&self.body).zip(coding.tag(&self.tag));
        let coded = self.coded.clone().map(|(known, coded)| match known == coding {
            true => (known, Some(made())),
            false => (known, coded),
        });
        Self { headers: self.headers.clone(), tag: self.tag.clone(), body: self.body.clone(), coded, ..*self }
    }

    /// An answer with the headers, and without a body.
    fn dressed(&self, status: StatusCode) -> HttpResponse {
        let mut answer = HttpResponse::new(status);
        *answer.headers_mut() = self.headers.clone();
        answer
    }

    fn plain(&self) -> HttpResponse {
        self.dressed(StatusCode::OK).set_body(self.body.clone()).map_into_boxed_body()
    }
}
