//! The events of a change appended to the log: the last statement of its transaction. What each commits to is computed
//! here; what it commits to stands apart, where it can be erased.

use std::collections::HashMap;
use std::sync::LazyLock;

use aws_lc_rs::rand;
use tokio_postgres::Row;
use uuid::Uuid;

use super::change::{Done, Event};
use super::once::{KEEP, Keep};
use super::sending::Ended;
use super::session::{Parameters, Tx};
use super::snapshot::Changed;
use super::write::Write;
use crate::api::Problem;
use crate::auth::Side;
use crate::ledger::{canonical, digest, salted};

/// Which tables of workflow are in force: the program's version, and the digest of the page that is printed from them.
static RULES: LazyLock<String> = LazyLock::new(|| {
    let page = digest(include_bytes!("../../openapi/workflows.md"));
    format!("{}+{}", env!("CARGO_PKG_VERSION"), &page[..16])
});

/// What is appended: events with what they keep of their records. One by itself, which most are, needs no joining or sorting.
macro_rules! append {
    ($notes:expr, $of_each:literal, $each:literal, $joined:literal) => {
        concat!(
            "
with given as (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[],
                         $9::text[], $10::text[], $11::text[], $12::boolean[], $19::text[], $20::uuid[], $21::bytea[],
                         $22::text[]) with ordinality
        as e(id, area, resource, resource_id, version, action, from_state, to_state, fields, note, note_side, shared,
             marking, parent_id, note_salt, note_digest, n)
), part as (
    select * from unnest($23::uuid[], $24::text[], $25::text[], $26::bytea[], $27::text[], $28::text[], $29::text[],
                         $30::text[], $31::text[], $34::bigint[], $35::text[], $36::boolean[], $37::text[], $38::uuid[],
                         $39::uuid[])
        as p(event_id, part, side, salt, payload, before_state, before_digest, after_digest, commitment, version, area,
             shared, resource, resource_id, parent_id)
), ",
            $notes,
            "kept as (
    insert into event_payloads (event_id, part, version, at, area, shared, side, resource, resource_id, parent_id, salt, payload)
    select event_id, part, version, $13, area, shared, side, resource, resource_id, parent_id, salt, payload from part
), committed as (
    select ",
            $of_each,
            "jsonb_agg(jsonb_build_object(
               'part', part, 'side', side, 'after', after_digest, 'commitment', commitment,
               'before', coalesce(before_digest, audit_before(resource_id, part, before_state))
           ) order by part) as parts
    from part
    ",
            $each,
            "
), appended as (
    insert into events (id, at, area, shared, actor_issuer, actor_subject, actor_name, actor_roles, resource, resource_id, version,
                        action, from_state, to_state, fields, request_id, marking, parent_id, rules, parts, note_digest,
                        note_side)
    select g.id, $13, g.area, g.shared, $14, $15, $16, $17, g.resource, g.resource_id, g.version, g.action, g.from_state,
           g.to_state, string_to_array(nullif(g.fields, ''), ','), $18, g.marking, g.parent_id, $32, coalesce(c.parts, '[]'), g.note_digest,
           g.note_side
    from given g ",
            $joined,
            "
    -- Nothing of the row: who appends an event of another area may not read it.
    returning true
)
select hold_count((select count(*) from appended), $33),
       coalesce(current_setting('section55.published', true) = 'on', false)"
        )
    };
}

macro_rules! noted {
    () => {
        "noted as (
    insert into event_notes (event_id, area, shared, side, note, salt)
    select id, area, shared, note_side, note, note_salt from given where note is not null
), "
    };
}

const ONE: &str = append!("", "", "", "cross join committed c");
const ONE_NOTED: &str = append!(noted!(), "", "", "cross join committed c");
const MANY: &str = append!(
    noted!(),
    "event_id, ",
    "group by event_id",
    "left join committed c on c.event_id = g.id
    order by g.n"
);

/// One part of one event, as it is kept.
struct Kept {
    event: Uuid,
    /// Of which event of the change, from 0.
    of: usize,
    part: &'static str,
    side: Option<Side>,
    salt: Vec<u8>,
    payload: String,
    /// The state before, to be digested under the salt of the event that last wrote it; none where that is known here.
    before: Option<String>,
    before_digest: Option<String>,
    after_digest: Option<String>,
    commitment: String,
}

fn salt() -> Result<Vec<u8>, Problem> {
    let mut salt = vec![0; 32];
    rand::fill(&mut salt).map_err(|_| Problem::internal("no randomness"))?;
    Ok(salt)
}

/// What the events keep of their records, each under a salt of its own.
fn kept(events: &[(Uuid, Event)]) -> Result<Vec<Kept>, Problem> {
    let mut last: HashMap<(Uuid, &str), Vec<u8>> = HashMap::new();
    let mut kept = Vec::new();
    for (of, (id, event)) in events.iter().enumerate() {
        for changed in Changed::between(event.before.as_ref(), event.after.as_ref()) {
            let salt = salt()?;
            let payload = canonical(&changed.payload());
            // What an earlier event of the same change wrote is not in the database yet.
            let earlier = last.insert((event.resource_id, changed.name), salt.clone());
            let before = changed.before.as_ref().map(canonical);
            kept.push(Kept {
                event: *id,
                of,
                part: changed.name,
                side: changed.side,
                before_digest: earlier.zip(before.as_ref()).map(|(salt, before)| salted(&salt, before.as_bytes())),
                before,
                after_digest: changed.after.as_ref().map(|after| salted(&salt, canonical(after).as_bytes())),
                commitment: salted(&salt, payload.as_bytes()),
                salt,
                payload,
            });
        }
    }
    Ok(kept)
}

/// Ends a change: its last writes made, its answer kept, its events appended, committed or, where it is only tried, rolled
/// back, all of it sent at once. The database itself holds that every event went in, before it commits.
pub(super) async fn finish<T>(tx: &Tx<'_>, done: Done<T>, end: &'static str) -> Ended<T> {
    let Done { value, events, writes, keep } = done;
    if events.is_empty() {
        return tx.last(&[], end).await.map(|_| value);
    }
    match append(tx, &writes, events, keep.as_ref(), end).await {
        Ok(ended) => ended.map(|_| value),
        Err(problem) => tx.rolled_back(problem).await,
    }
}

async fn append(
    tx: &Tx<'_>,
    writes: &[Write],
    events: Vec<Event>,
    keep: Option<&Keep>,
    end: &'static str,
) -> Result<Ended<Vec<Vec<Row>>>, Problem> {
    let call = tx.call();
    let events: Vec<(Uuid, Event)> = events.into_iter().map(|event| (Uuid::now_v7(), event)).collect();
    let kept = kept(&events)?;
    let mut salts = Vec::new();
    for (_, event) in &events {
        salts.push(event.note.as_ref().map(|_| salt()).transpose()?);
    }
    let notes = events.iter().zip(&salts).map(|((_, event), salt)| {
        event.note.as_ref().zip(salt.as_ref()).map(|(note, salt)| salted(salt, note.text.as_bytes()))
    });
    let notes: Vec<Option<String>> = notes.collect();
    macro_rules! column {
        ($of:expr) => {
            events.iter().map(|(_, event)| event).map($of).collect::<Vec<_>>()
        };
    }
    macro_rules! part {
        ($of:expr) => {
            kept.iter().map($of).collect::<Vec<_>>()
        };
    }
    // What a part says of its event; the statement need not look it up.
    macro_rules! of_event {
        ($of:expr) => {
            kept.iter().map(|part| &events[part.of].1).map($of).collect::<Vec<_>>()
        };
    }
    let noted = events.iter().any(|(_, event)| event.note.is_some());
    let roles: Vec<String> = call.actor.roles().iter().map(ToString::to_string).collect();
    let count = i64::try_from(events.len()).map_err(Problem::internal)?;
    let appended: Parameters<'_> = &[
        &events.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        &column!(|event| event.area.as_deref()),
        &column!(|event| event.resource.as_ref()),
        &column!(|event| event.resource_id),
        &column!(|event| event.version),
        &column!(|event| event.action),
        &column!(|event| event.moved.and_then(|(from, _)| from)),
        &column!(|event| event.moved.map(|(_, to)| to)),
        &column!(|event| event.fields.join(",")),
        &column!(|event| event.note.as_ref().map(|note| note.text.as_str())),
        &column!(|event| event.note.as_ref().and_then(|note| note.side)),
        &column!(|event| event.shared),
        &call.at,
        &call.actor.issuer,
        &call.actor.subject,
        &call.actor.name,
        &roles,
        &call.request_id.0.as_ref(),
        &column!(|event| event.marking),
        &column!(|event| event.parent),
        &salts,
        &notes,
        &part!(|part| part.event),
        &part!(|part| part.part),
        &part!(|part| part.side),
        &part!(|part| part.salt.as_slice()),
        &part!(|part| part.payload.as_str()),
        &part!(|part| part.before.as_deref()),
        &part!(|part| part.before_digest.as_deref()),
        &part!(|part| part.after_digest.as_deref()),
        &part!(|part| part.commitment.as_str()),
        &*RULES,
        &count,
        &of_event!(|event| event.version),
        &of_event!(|event| event.area.as_deref()),
        &of_event!(|event| event.shared),
        &of_event!(|event| event.resource.as_ref()),
        &of_event!(|event| event.resource_id),
        &of_event!(|event| event.parent),
    ];
    let caller = tx.caller();
    let written: Vec<_> = writes.iter().map(|write| (write.sql, write.parameters())).collect();
    let kept = keep.map(|keep| keep.parameters(&caller));
    let mut last: Vec<(&str, Parameters<'_>)> = written.iter().map(|(sql, values)| (*sql, values.as_slice())).collect();
    last.extend(kept.as_ref().map(|values| (KEEP, values.as_slice())));
    let append = match (count, noted) {
        (1, false) => ONE,
        (1, true) => ONE_NOTED,
        _ => MANY,
    };
    last.push((append, appended));
    let ended = tx.last(&last, end).await;
    let wrote = |rows: &Vec<Vec<Row>>| rows.iter().flatten().any(|row| row.len() > 1 && row.get(1));
    // Where nothing is known of the end, what it may have written is taken for written.
    tx.note_published(ended.answer.as_ref().map_or(ended.uncertain, wrote));
    Ok(ended)
}
