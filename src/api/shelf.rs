//! Finished answers for whoever asks without a token: bytes, tag and codings made once, found by all threads without a
//! lock. What is kept is of one state of what is published and of one day in London; of any other it is never given.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chrono::NaiveDate;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::coding::{Coding, LEAST, is_text};
use super::reply::known_tag;

/// How old the last word on the state of what is published may be; nothing is given from here on an older one.
pub const LIFE: Duration = Duration::from_secs(1);

/// The longest question that an answer is kept for, in bytes.
const LONGEST_KEY: usize = 2048;

/// What an entry takes beside its bytes: the key's and headers' own allocations, the map's places.
const OVERHEAD: usize = 512;

type Today = dyn Fn() -> NaiveDate + Send + Sync;

/// The answers that are kept.
pub struct Shelf {
    answers: Cache<String, Arc<Finished>>,
    /// Counts the states of what is published that this instance has known of.
    state: AtomicU64,
    /// The database's number of the last of them.
    version: AtomicI64,
    /// When that number was last asked for, in milliseconds since `began`, and one more; 0 for never.
    confirmed: AtomicU64,
    began: Instant,
    today: Box<Today>,
    found: AtomicU64,
    made: AtomicU64,
}

/// How often an answer was found, and made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Answers given as they were kept.
    pub found: u64,
    /// Answers made and then kept.
    pub made: u64,
    /// Bytes kept, about.
    pub bytes: u64,
}

/// A finished answer, 200.
struct Finished {
    headers: HeaderMap,
    tag: HeaderValue,
    body: Bytes,
    coded: [(Coding, Option<Coded>); 2],
    state: u64,
    day: NaiveDate,
}

/// The body in a coding; none where that is no smaller.
type Coded = Option<(Bytes, HeaderValue)>;

/// Marks a request whose answer is made whole, to be kept: what the client has already is looked at afterwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct ToBeKept;

/// Where the answer to a request is kept, and of which state and day it is.
pub(super) struct Place {
    shelf: Data<Shelf>,
    key: String,
    state: u64,
    day: NaiveDate,
}

impl Shelf {
    /// Room for so many bytes of answers, each given on the day it was made for.
    pub fn new(bytes: u64, today: impl Fn() -> NaiveDate + Send + Sync + 'static) -> Self {
        let answers = Cache::builder()
            .max_capacity(bytes)
            .eviction_policy(EvictionPolicy::lru())
            .weigher(|key: &String, it: &Arc<Finished>| u32::try_from(key.len() + it.weight()).unwrap_or(u32::MAX))
            .build();
        Self {
            answers,
            state: AtomicU64::new(0),
            version: AtomicI64::new(i64::MIN),
            confirmed: AtomicU64::new(0),
            began: Instant::now(),
            today: Box::new(today),
            found: AtomicU64::new(0),
            made: AtomicU64::new(0),
        }
    }

    /// Lets go all that is kept, and all that is being made: what is published has changed.
    pub fn clear(&self) {
        self.state.fetch_add(1, Ordering::SeqCst);
        self.answers.invalidate_all();
    }

    /// Takes note of the database's number of the state of what is published, asked for at an instant.
    pub fn confirm(&self, version: i64, asked: Instant) {
        if self.version.swap(version, Ordering::SeqCst) != version {
            self.clear();
        }
        let at = asked.saturating_duration_since(self.began).as_millis();
        self.confirmed.store(u64::try_from(at).unwrap_or(u64::MAX).saturating_add(1), Ordering::SeqCst);
    }

    /// How often it was of use.
    pub fn counts(&self) -> Counts {
        let [found, made] = [&self.found, &self.made].map(|count| count.load(Ordering::Relaxed));
        Counts { found, made, bytes: self.answers.weighted_size() }
    }

    /// The state that is known of; none where the last word on it is too old.
    fn current(&self) -> Option<u64> {
        let confirmed = self.confirmed.load(Ordering::SeqCst).checked_sub(1)?;
        let age = self.began.elapsed().saturating_sub(Duration::from_millis(confirmed));
        // After the word on it: a state that came with the word is seen then.
        (age <= LIFE).then(|| self.state.load(Ordering::SeqCst))
    }
}

impl Place {
    /// The place of a request's answer; none where it may be of no use to another, or nothing can be kept now.
    pub fn of(request: &HttpRequest, by_accept: bool) -> Option<Self> {
        let shelf = request.app_data::<Data<Shelf>>()?;
        if request.headers().contains_key(header::AUTHORIZATION) || *request.method() != Method::GET {
            return None;
        }
        let mut key = String::with_capacity(128);
        key.push_str(request.path());
        for part in sorted(request.query_string()) {
            key.push('&');
            key.push_str(part);
        }
        if by_accept {
            for accepted in request.headers().get_all(header::ACCEPT) {
                key.push('\n');
                key.push_str(accepted.to_str().ok()?);
            }
        }
        if key.len() > LONGEST_KEY {
            return None;
        }
        let state = shelf.current()?;
        Some(Self { day: (shelf.today)(), shelf: shelf.clone(), key, state })
    }

    /// The answer that is kept, made out to this request.
    pub fn find(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let found = self.shelf.answers.get(self.key.as_str())?;
        if found.state != self.state || found.day != self.day {
            return None;
        }
        self.shelf.found.fetch_add(1, Ordering::Relaxed);
        Some(self.give(found, request))
    }

    /// Says that the answer is to be made whole.
    pub fn prepare(&self, request: &HttpRequest) {
        request.extensions_mut().insert(ToBeKept);
    }

    /// Keeps an answer, where it is one of 200 and of this state and day still, and makes it out to its request.
    pub fn keep(&self, answer: HttpResponse, request: &HttpRequest) -> HttpResponse {
        let Some(tag) = answer.headers().get(header::ETAG).filter(|_| answer.status() == StatusCode::OK).cloned()
        else {
            return answer;
        };
        let (head, body) = answer.into_parts();
        let body = match body.try_into_bytes() {
            Ok(body) => body,
            Err(stream) => return head.set_body(stream),
        };
        let mut headers = head.headers().clone();
        headers.remove(header::ETAG);
        let coded = [(Coding::Brotli, None), (Coding::Gzip, None)];
        let made = Arc::new(Finished { headers, tag, body, coded, state: self.state, day: self.day });
        // Begun before midnight and ended after, it may be of either day.
        if (self.shelf.today)() == self.day {
            self.shelf.made.fetch_add(1, Ordering::Relaxed);
            self.put(&made);
        }
        self.give(made, request)
    }

    /// Keeps an answer; one of a state that has passed is of no use to anybody.
    fn put(&self, finished: &Arc<Finished>) {
        if self.shelf.state.load(Ordering::SeqCst) == self.state {
            self.shelf.answers.insert(self.key.clone(), finished.clone());
        }
    }

    /// The answer made out to a request: 304 where it has it, else in the coding that it asks for, made where none is.
    fn give(&self, finished: Arc<Finished>, request: &HttpRequest) -> HttpResponse {
        if let Some(told) = finished.tag.to_str().ok().and_then(|tag| known_tag(request, tag)) {
            let mut answer = finished.dressed(StatusCode::NOT_MODIFIED);
            if let Ok(told) = HeaderValue::from_str(&told) {
                answer.headers_mut().insert(header::ETAG, told);
            }
            return answer;
        }
        let coding = Coding::wanted(request).filter(|_| finished.can_be_coded());
        let Some(coding) = coding else { return finished.plain() };
        let finished = match finished.coded.iter().find(|(known, _)| *known == coding) {
            Some((_, Some(_))) => finished,
            _ => {
                let coded = Arc::new(finished.with(coding));
                self.put(&coded);
                coded
            }
        };
        let Some((bytes, tag)) = finished.coded(coding) else { return finished.plain() };
        let mut answer = finished.dressed(StatusCode::OK);
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        headers.insert(header::ETAG, tag.clone());
        answer.set_body(bytes.clone()).map_into_boxed_body()
    }
}

impl Finished {
    fn weight(&self) -> usize {
        let coded = self.coded.iter().filter_map(|(_, coded)| coded.as_ref()?.as_ref()).map(|(bytes, _)| bytes.len());
        self.body.len() + coded.sum::<usize>() + OVERHEAD
    }

    fn can_be_coded(&self) -> bool {
        self.body.len() >= LEAST && self.headers.get(header::CONTENT_TYPE).is_some_and(is_text)
    }

    fn coded(&self, coding: Coding) -> Option<&(Bytes, HeaderValue)> {
        self.coded.iter().find(|(known, _)| *known == coding)?.1.as_ref()?.as_ref()
    }

    /// The same with its body in a coding too.
    fn with(&self, coding: Coding) -> Self {
        let made = || coding.encode(&self.body).zip(coding.tag(&self.tag));
        let coded = self.coded.clone().map(|(known, coded)| match known == coding {
            true => (known, Some(made())),
            false => (known, coded),
        });
        Self { headers: self.headers.clone(), tag: self.tag.clone(), body: self.body.clone(), coded, ..*self }
    }

    /// An answer with the headers, and without tag and body.
    fn dressed(&self, status: StatusCode) -> HttpResponse {
        let mut answer = HttpResponse::new(status);
        *answer.headers_mut() = self.headers.clone();
        answer
    }

    fn plain(&self) -> HttpResponse {
        let mut answer = self.dressed(StatusCode::OK);
        answer.headers_mut().insert(header::ETAG, self.tag.clone());
        answer.set_body(self.body.clone()).map_into_boxed_body()
    }
}

/// The parts of a query string in an order of their own, so that their order makes no other question.
pub(super) fn sorted(query: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = query.split('&').filter(|part| !part.is_empty()).collect();
    parts.sort_unstable();
    parts
}
