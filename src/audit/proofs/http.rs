//! The operations below `/v1/audit`: checkpoints, proofs and bundles.

use std::future::{Ready, ready};

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev};
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::bundle::{self, BundleRequest};
use super::consistency::{self, ConsistencyRequest};
use super::model::{AuditCheckpoints, AuditConsistency, AuditProof};
use super::store;
use crate::api::{
    self, Api, ApiResult, Argument, Fault, Json, JsonLines, OperationDoc, Path, Problem, ProblemKind, StaticResponse,
    WriteMode,
};
use crate::audit::tree::store as tree;
use crate::auth::permissions::ProveAudit;
use crate::auth::{Anyone, Caller};
use crate::db::{Db, Event, EventNote, Session, Write};
use crate::ledger::{Hash, NO_AREA_LOG, heads_log, inclusion_proof_ranges};

/// The number of checkpoints on a page.
const PAGE_SIZE: i64 = 50;

/// Declares the operations of checkpoints, proofs and bundles.
pub fn operations(api: &mut Api) {
    api.get("/v1/audit/checkpoints", "List checkpoints", list_checkpoints).description(
        "Returns the signed checkpoints of the audit log's newest epoch, newest first, and the key that verifies \
         them. Once a checkpoint is signed, no earlier event can change unnoticed. An epoch is a run of checkpoints \
         by one key; a new epoch begins after a restore, for example.",
    );
    api.get("/v1/audit/checkpoint", "Get the newest checkpoint", get_checkpoint).description(
        "Returns the newest signed checkpoint of the audit log as plain text: a signed note with origin, size and \
         root. The response is 404 until the first events are signed.",
    );
    api.get("/v1/audit/events/{id}/proof", "Prove that an event is in the log", prove_event).description(
        "Returns an audit event's log entry with the inclusion proofs that lead from it to a signed checkpoint. A \
         new event gets its position a moment after its commit; until then the response is 503 with `Retry-After`. An \
         event of another area's record is 404, because its entry names the person who acted.",
    );
    api.get("/v1/audit/consistency", "Prove that a log only grew", prove_consistency)
        .problem(ProblemKind::TreeHeadUnknown)
        .description(
            "Returns the roots of a log at two sizes and the consistency proof between them. With `area`, it uses that \
             area's log. Without `area`, it uses the log of heads of the newest epoch. Sizes that the log does not have \
             are refused with 400. With `from_root`, a tree head that the log does not have is 410, as after a restore.",
        );
    api.get("/v1/audit/bundle", "Export a bundle of the audit log", export_bundle).description(
        "Returns the log of an area as JSON Lines with its proofs, for `section55 verify` or another verifier \
         without access to the service. An event that the caller may not read, or that names a person of another area, is \
         `withheld`: its leaf hash alone is sent. The export itself is recorded as an audit event before the first line is \
         sent. Without events in the log yet, the response is 404.",
    );
}

/// The query parameters of these operations. Each operation declares the ones that it accepts.
#[derive(Debug)]
struct ProofParameters {
    area: Option<String>,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    from: Option<u64>,
    to: Option<u64>,
    before: Option<u64>,
    from_root: Option<Hash>,
}

impl ProofParameters {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let mut instant = |name: &'static str| -> Result<Option<DateTime<Utc>>, Problem> {
            let given = api::parameter(request, name)?;
            let read = given.as_deref().map(|given| api::parse_instant(given).filter(is_storable));
            if let Some(None) = read {
                faults.push(Fault::query(
                    name,
                    "wrong_format",
                    format!("`{name}` must be an instant in RFC 3339, such as 2026-03-01T12:00:00Z."),
                ));
            }
            Ok(read.flatten())
        };
        let (since, until) = (instant("since")?, instant("until")?);
        let mut number = |name: &'static str| -> Result<Option<u64>, Problem> {
            let given = api::parameter(request, name)?;
            let read = given.as_deref().map(|given| given.parse().ok().filter(|size| (1..1 << 53).contains(size)));
            if let Some(None) = read {
                faults.push(Fault::query(
                    name,
                    "out_of_range",
                    format!("`{name}` must be a size of a log: a whole number of 1 or more."),
                ));
            }
            Ok(read.flatten())
        };
        let (from, to, before) = (number("from")?, number("to")?, number("before")?);
        let from_root = api::parameter(request, "from_root")?;
        // A client that does not encode `+` sends a space.
        let read_root = from_root.as_deref().map(|given| Hash::from_base64(&given.replace(' ', "+")));
        if let Some(None) = read_root {
            let detail = "`from_root` must be the root of a tree head: 32 bytes in base64.";
            faults.push(Fault::query("from_root", "wrong_format", detail));
        }
        let from_root = read_root.flatten();
        let area = api::parameter(request, "area")?;
        if area.as_deref().is_some_and(|area| area.contains('\0')) {
            faults.push(Fault::query("area", "nul", "`area` must not contain the character NUL."));
        }
        if faults.is_empty() {
            return Ok(Self { area, since, until, from, to, before, from_root });
        }
        Err(Problem::with_faults(ProblemKind::InvalidParameters, faults))
    }
}

/// Returns true for years of four digits (RFC 3339 §5.6). PostgreSQL cannot store some instants that chrono can parse.
fn is_storable(at: &DateTime<Utc>) -> bool {
    (0..=9999).contains(&chrono::Datelike::year(at))
}

macro_rules! parameters {
    ($(#[$doc:meta] $name:ident { $($parameter:literal $schema:tt $description:literal;)+ })+) => { $(
        #[$doc]
        #[derive(Debug)]
        struct $name(ProofParameters);
        impl FromRequest for $name {
            type Error = Problem;
            type Future = Ready<Result<Self, Problem>>;
            fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
                ready(ProofParameters::read(request).map(Self))
            }
        }
        impl Argument for $name {
            fn describe(doc: &mut OperationDoc) {
                $(doc.parameter("query", $parameter, false, $description, json!($schema));)+
                doc.problem(ProblemKind::InvalidParameters);
                doc.problem(ProblemKind::NotFound);
            }
        }
    )+ };
}

parameters! {
    /// The parameters of the list of checkpoints.
    CheckpointParameters {
        "before" { "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991_u64 }
            "Returns only checkpoints with fewer leaves than this. Send `next_before` of the previous page.";
    }
    /// The parameters of a consistency proof.
    ConsistencyParameters {
        "area" { "type": "string" }
            "Uses the log of this area. Without it, the log of heads is used, which checkpoints sign.";
        "from" { "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991_u64 }
            "The smaller size, in leaves. Without it, 1.";
        "to" { "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991_u64 }
            "The larger size, in leaves. Without it, the newest signed size.";
        "from_root" { "type": "string", "pattern": "^[A-Za-z0-9+/]{43}=$" }
            "The root that you hold for `from`. If the log has another root at that size, the response is 410.";
    }
    /// The parameters of a bundle.
    BundleParameters {
        "area" { "type": "string" }
            "The area whose log is exported. Required if the token names several areas. `_all`: records of no area.";
        "since" { "type": "string", "format": "date-time" }
            "Exports events at or after this instant, and any others that are needed to have no gaps.";
        "until" { "type": "string", "format": "date-time" }
            "Exports events before this instant, and any others that are needed to have no gaps.";
    }
}

async fn list_checkpoints(
    caller: Anyone,
    db: Data<Db>,
    CheckpointParameters(parameters): CheckpointParameters,
) -> ApiResult<Json<AuditCheckpoints>> {
    let before = parameters.before.map(i64::try_from).transpose().map_err(Problem::internal)?;
    let read = async |db: &Session<'_>| {
        let mut items = store::list_checkpoints(db, before, PAGE_SIZE + 1).await?;
        let more = items.len() as i64 > PAGE_SIZE;
        items.truncate(PAGE_SIZE as usize);
        let next_before = items.last().filter(|_| more).map(|last| last.size);
        Ok(AuditCheckpoints { items, key: store::find_key(db).await?, next_before })
    };
    let found = match &caller.call {
        None => db.read_published(async |db| read(db).await).await?,
        Some(call) => db.read(&call.actor, async |db| read(db).await).await?,
    };
    Ok(Json::plain(found))
}

async fn get_checkpoint(_: Anyone, db: Data<Db>) -> ApiResult<StaticResponse> {
    let newest = db.read_published_row(async |db| store::list_checkpoints(db, None, 1).await).await?.pop();
    let note = newest.ok_or_else(Problem::not_found)?.note;
    Ok(StaticResponse { media_type: "text/plain; charset=utf-8".to_owned(), bytes: note.into_bytes(), policy: None })
}

async fn prove_event(caller: Caller<ProveAudit>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<AuditProof>> {
    let proof = db
        .read(&caller.actor, async |db| {
            let (entry, position) = store::find_event(db, id).await?.ok_or_else(Problem::not_found)?;
            let index = position.ok_or_else(no_position_yet)?;
            let (head_index, head) = store::find_head(db, &entry.log).await?.ok_or_else(no_position_yet)?;
            let checkpoint = store::find_checkpoint(db, head.epoch).await?;
            let signed = u64::try_from(checkpoint.size).map_err(Problem::internal)?;
            let ranges = inclusion_proof_ranges(index, head.size).ok_or_else(no_position_yet)?;
            let head_ranges = inclusion_proof_ranges(head_index, signed).ok_or_else(no_position_yet)?;
            Ok(AuditProof {
                id,
                index,
                proof: tree::range_hashes(db, &entry.log, &ranges).await?,
                entry: serde_json::to_value(&entry).map_err(Problem::internal)?,
                head_proof: tree::range_hashes(db, &heads_log(head.epoch), &head_ranges).await?,
                head: serde_json::to_value(&head).map_err(Problem::internal)?,
                head_index,
                checkpoint: checkpoint.note,
            })
        })
        .await?;
    Ok(Json::plain(proof))
}

/// Returns the problem of an event without a position. The sequencer assigns the position a moment after the commit.
fn no_position_yet() -> Problem {
    Problem::new(
        ProblemKind::Unavailable,
        "The event has no position in the log yet. Send the request again in a second.",
    )
    .header(header::RETRY_AFTER, 1.into())
}

async fn prove_consistency(
    caller: Caller<ProveAudit>,
    db: Data<Db>,
    ConsistencyParameters(parameters): ConsistencyParameters,
) -> ApiResult<Json<AuditConsistency>> {
    let ProofParameters { area, from, to, from_root, .. } = parameters;
    let request = ConsistencyRequest { area, from, to, from_root };
    db.read(&caller.actor, async |db| consistency::prove(db, &request).await).await.map(Json::plain)
}

async fn export_bundle(
    caller: Caller<ProveAudit>,
    db: Data<Db>,
    BundleParameters(parameters): BundleParameters,
) -> ApiResult<JsonLines> {
    let log = match (parameters.area, caller.actor.scope().areas()) {
        (Some(area), _) => area,
        (None, [only]) => only.clone(),
        (None, []) => return Err(Problem::not_found()),
        (None, _) => {
            let fault = Fault::query(
                "area",
                "required",
                "The token names several areas: `area` must name the one whose log to export.",
            );
            return Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]));
        }
    };
    let request =
        BundleRequest { id: Uuid::now_v7(), log, since: parameters.since, until: parameters.until, at: caller.at };
    // The export must be recorded before its first byte is sent (Data Protection Act 2018 s.62).
    let (first_lines, first, end) = db
        .write(&caller, WriteMode::Write, async |tx| {
            consistency::check_log_in_scope(tx, &request.log)?;
            let (first_lines, first, end) = bundle::first_lines(tx, &request).await?;
            let mut event = Event::new("bundle", request.id, 1, "export")
                .note(Some(EventNote { text: format!("Positions {first} to {end} of the log."), side: None }));
            event.area = Some(request.log.clone()).filter(|log| log != NO_AREA_LOG);
            Ok(Write::new((first_lines, first, end), event))
        })
        .await?;
    let name = format!("section55-audit-{}-{}.jsonl", request.log, request.at.format("%Y%m%dT%H%M%SZ"));
    let stream = bundle::stream(db.as_ref().clone(), caller.actor.clone(), request, first_lines, first, end);
    Ok(JsonLines::new(name, stream))
}
