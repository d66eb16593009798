//! `/v1/audit/…`

use std::future::{Ready, ready};

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev};
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::bundle::{self, Asked};
use super::model::{AuditCheckpoints, AuditConsistency, AuditProof};
use super::store;
use crate::api::{self, Api, ApiResult, Argument, Doc, Fault, Json, Kind, Lines, Mode, Path, Problem, StaticResponse};
use crate::audit::tree::store as tree;
use crate::auth::permissions::ProveAudit;
use crate::auth::{Anyone, Caller};
use crate::db::{Db, Event, EventNote, Session, Write};
use crate::ledger::{ALL, consistency as between, heads_log, inclusion};

/// How many checkpoints are listed at once.
const MOST: i64 = 50;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/audit/checkpoints", "List the newest signed checkpoints of the log", checkpoints);
    api.get("/v1/audit/checkpoint", "Show the newest signed checkpoint of the log", checkpoint);
    api.get("/v1/audit/events/{id}/proof", "Prove that an event is in the log", prove);
    api.get("/v1/audit/consistency", "Prove that a log has only grown", consistency);
    api.get("/v1/audit/bundle", "Export a log with its proofs, to be checked without the service", export);
}

/// The query parameters of these operations; each takes those it names.
#[derive(Debug)]
struct Parameters {
    area: Option<String>,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    from: Option<u64>,
    to: Option<u64>,
    before: Option<u64>,
}

impl Parameters {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let mut instant = |name: &'static str| -> Result<Option<DateTime<Utc>>, Problem> {
            let given = api::parameter(request, name)?;
            let read = given.as_deref().map(|given| given.parse::<DateTime<Utc>>().ok().filter(is_storable));
            if let Some(None) = read {
                faults.push(Fault::query(name, "wrong_format", "An instant is written as RFC 3339 says."));
            }
            Ok(read.flatten())
        };
        let (since, until) = (instant("since")?, instant("until")?);
        let mut number = |name: &'static str| -> Result<Option<u64>, Problem> {
            let given = api::parameter(request, name)?;
            let read = given.as_deref().map(|given| given.parse().ok().filter(|size| (1..1 << 53).contains(size)));
            if let Some(None) = read {
                faults.push(Fault::query(name, "out_of_range", "A size is a whole number from 1."));
            }
            Ok(read.flatten())
        };
        let (from, to, before) = (number("from")?, number("to")?, number("before")?);
        let area = api::parameter(request, "area")?;
        if area.as_deref().is_some_and(|area| area.contains('\0')) {
            faults.push(Fault::query("area", "nul", "Text cannot hold the character NUL."));
        }
        if faults.is_empty() {
            return Ok(Self { area, since, until, from, to, before });
        }
        Err(Problem::with_faults(Kind::InvalidParameters, faults))
    }
}

/// Years of four digits, as RFC 3339 §5.6 has them: the calendar here goes further than PostgreSQL's.
fn is_storable(at: &DateTime<Utc>) -> bool {
    (0..=9999).contains(&chrono::Datelike::year(at))
}

macro_rules! parameters {
    ($(#[$doc:meta] $name:ident { $($parameter:literal $schema:tt $says:literal;)+ })+) => { $(
        #[$doc]
        #[derive(Debug)]
        struct $name(Parameters);
        impl FromRequest for $name {
            type Error = Problem;
            type Future = Ready<Result<Self, Problem>>;
            fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
                ready(Parameters::read(request).map(Self))
            }
        }
        impl Argument for $name {
            fn describe(doc: &mut Doc) {
                $(doc.parameter("query", $parameter, false, $says, json!($schema));)+
                doc.problem(Kind::InvalidParameters);
                doc.problem(Kind::NotFound);
            }
        }
    )+ };
}

parameters! {
    /// Which checkpoints.
    Older {
        "before" { "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991_u64 } "Checkpoints of fewer leaves than this.";
    }
    /// Which two sizes of which log.
    Sizes {
        "area" { "type": "string" } "The log of this area; the log of heads, which checkpoints are of, where it is left out.";
        "from" { "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991_u64 } "The smaller size; 1 where it is left out.";
        "to" { "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991_u64 } "The larger size; the newest signed one where it is left out.";
    }
    /// Which events.
    Period {
        "area" { "type": "string" } "The area whose log it is; may be left out where the token names one. `_all` is the log of what belongs to all areas.";
        "since" { "type": "string", "format": "date-time" } "Events from this instant on.";
        "until" { "type": "string", "format": "date-time" } "Events before this instant.";
    }
}

async fn checkpoints(caller: Anyone, db: Data<Db>, Older(asked): Older) -> ApiResult<Json<AuditCheckpoints>> {
    let before = asked.before.map(i64::try_from).transpose().map_err(Problem::internal)?;
    let read = async |db: &Session<'_>| {
        let mut items = store::checkpoints(db, before, MOST + 1).await?;
        let more = items.len() as i64 > MOST;
        items.truncate(MOST as usize);
        let next_before = items.last().filter(|_| more).map(|last| last.size);
        Ok(AuditCheckpoints { items, key: store::key(db).await?, next_before })
    };
    let found = match &caller.call {
        None => db.read_published(async |db| read(db).await).await?,
        Some(call) => db.read(&call.actor, async |db| read(db).await).await?,
    };
    Ok(Json::plain(found))
}

async fn checkpoint(_: Anyone, db: Data<Db>) -> ApiResult<StaticResponse> {
    let newest = db.read_published_row(async |db| store::checkpoints(db, None, 1).await).await?.pop();
    let note = newest.ok_or_else(Problem::not_found)?.note;
    Ok(StaticResponse { media: "text/plain; charset=utf-8".to_owned(), bytes: note.into_bytes(), policy: None })
}

async fn prove(caller: Caller<ProveAudit>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<AuditProof>> {
    let proof = db
        .read(&caller.actor, async |db| {
            let (entry, place) = store::event(db, id).await?.ok_or_else(Problem::not_found)?;
            let index = place.ok_or_else(waits)?;
            let (head_index, head) = store::head(db, &entry.log).await?.ok_or_else(waits)?;
            let checkpoint = store::checkpoint(db, head.epoch).await?;
            let signed = u64::try_from(checkpoint.size).map_err(Problem::internal)?;
            let ranges = inclusion(index, head.size).ok_or_else(waits)?;
            let head_ranges = inclusion(head_index, signed).ok_or_else(waits)?;
            Ok(AuditProof {
                id,
                index,
                proof: tree::over(db, &entry.log, &ranges).await?,
                entry: serde_json::to_value(&entry).map_err(Problem::internal)?,
                head_proof: tree::over(db, &heads_log(head.epoch), &head_ranges).await?,
                head: serde_json::to_value(&head).map_err(Problem::internal)?,
                head_index,
                checkpoint: checkpoint.note,
            })
        })
        .await?;
    Ok(Json::plain(proof))
}

/// An event gets its place in the log a moment after it happened.
fn waits() -> Problem {
    Problem::new(Kind::Unavailable, "The event has no place in the log yet; ask again in a moment.")
        .header(header::RETRY_AFTER, 1.into())
}

async fn consistency(
    caller: Caller<ProveAudit>,
    db: Data<Db>,
    Sizes(asked): Sizes,
) -> ApiResult<Json<AuditConsistency>> {
    let found = db
        .read(&caller.actor, async |db| {
            let (log, size) = match &asked.area {
                Some(area) => {
                    own(db, area)?;
                    (area.clone(), store::head(db, area).await?.ok_or_else(Problem::not_found)?.1.size)
                }
                None => {
                    let newest = store::checkpoints(db, None, 1).await?.pop().ok_or_else(Problem::not_found)?;
                    (heads_log(newest.epoch), u64::try_from(newest.size).map_err(Problem::internal)?)
                }
            };
            let (from, to) = (asked.from.unwrap_or(1), asked.to.unwrap_or(size));
            let ranges = between(from, to).filter(|_| to <= size).ok_or_else(|| {
                let detail = format!("The sizes go from 1 to {size}, the smaller first.");
                Problem::with_faults(Kind::InvalidParameters, vec![Fault::query("to", "out_of_range", detail)])
            })?;
            let roots = tree::over(db, &log, &[0..from, 0..to]).await?;
            let proof = tree::over(db, &log, &ranges).await?;
            Ok(AuditConsistency {
                from,
                to,
                from_root: roots[0].to_string(),
                to_root: roots[1].to_string(),
                proof,
                log,
            })
        })
        .await?;
    Ok(Json::plain(found))
}

/// A log of the caller's: its area's, or that of what belongs to all.
fn own(db: &Session<'_>, log: &str) -> Result<(), Problem> {
    if log == ALL || db.areas().iter().any(|area| area == log) { Ok(()) } else { Err(Problem::not_found()) }
}

async fn export(caller: Caller<ProveAudit>, db: Data<Db>, Period(asked): Period) -> ApiResult<Lines> {
    let log = match (asked.area, caller.actor.scope().areas()) {
        (Some(area), _) => area,
        (None, [only]) => only.clone(),
        (None, []) => return Err(Problem::not_found()),
        (None, _) => {
            let fault = Fault::query("area", "required", "The token names several areas; say whose log it is to be.");
            return Err(Problem::with_faults(Kind::InvalidParameters, vec![fault]));
        }
    };
    let asked = Asked { id: Uuid::now_v7(), log, since: asked.since, until: asked.until, at: caller.at };
    // That it was taken is kept before the first byte of it goes out (Data Protection Act 2018 s.62).
    let (beginning, first, end) = db
        .write(&caller, Mode::Write, async |tx| {
            own(tx, &asked.log)?;
            let (beginning, first, end) = bundle::head(tx, &asked).await?;
            let mut event = Event::new("bundle", asked.id, 1, "export")
                .note(Some(EventNote { text: format!("Places {first} to {end} of the log."), side: None }));
            event.area = Some(asked.log.clone()).filter(|log| log != ALL);
            Ok(Write::new((beginning, first, end), event))
        })
        .await?;
    let name = format!("section55-audit-{}-{}.jsonl", asked.log, asked.at.format("%Y%m%dT%H%M%SZ"));
    let pieces = bundle::pieces(db.as_ref().clone(), caller.actor.clone(), asked, beginning, first, end);
    Ok(Lines::named(name, pieces))
}
