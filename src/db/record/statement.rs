//! The statement that appends events with what they keep of their records, and the values it is sent. Most changes are one
//! event that keeps one part; as single values they cost PostgreSQL two thirds of what they do as arrays of one.

/// Parameters with their types: as they are, or arrays of them.
macro_rules! typed {
    ($array:literal: $number:literal $kind:literal $(, $numbers:literal $kinds:literal)*) => {
        concat!("$", $number, "::", $kind, $array $(, ", $", $numbers, "::", $kinds, $array)*)
    };
}

macro_rules! of_event {
    ($array:literal) => {
        typed!($array: 1 "uuid", 2 "text", 3 "text", 4 "uuid", 5 "bigint", 6 "text", 7 "text", 8 "text", 9 "text",
               10 "boolean", 11 "text", 12 "uuid", 13 "text", 14 "text", 15 "bytea", 16 "text")
    };
}

macro_rules! of_part {
    ($array:literal) => {
        typed!($array: 17 "uuid", 18 "text", 19 "text", 20 "bytea", 21 "text", 22 "text", 23 "text", 24 "text", 25 "text",
               26 "bigint", 27 "text", 28 "boolean", 29 "text", 30 "uuid", 31 "uuid")
    };
}

macro_rules! append {
    ($given:expr, $n:literal, $part:expr, $notes:expr, $of_each:literal, $joined:literal) => {
        concat!(
            "
with given as not materialized (
    select * from ",
            $given,
            "
        as e(id, area, resource, resource_id, version, action, from_state, to_state, fields, shared, marking, parent_id,
             note, note_side, note_salt, note_digest",
            $n,
            ")
), part as not materialized (
    select * from ",
            $part,
            "
        as p(event_id, part, side, salt, payload, before_state, before_digest, after_digest, commitment, version, area,
             shared, resource, resource_id, parent_id)
), ",
            $notes,
            "kept as (
    insert into event_payloads (event_id, part, version, at, area, shared, side, resource, resource_id, parent_id, salt, payload)
    select event_id, part, version, $32, area, shared, side, resource, resource_id, parent_id, salt, payload from part
), committed as (
    select event_id, part, jsonb_build_object(
               'part', part, 'side', side, 'after', after_digest, 'commitment', commitment,
               'before', coalesce(before_digest, audit_before(resource_id, part, before_state))) as commitment
    from part
), appended as (
    insert into events (id, at, area, shared, actor_issuer, actor_subject, actor_name, actor_roles, resource, resource_id, version,
                        action, from_state, to_state, fields, request_id, marking, parent_id, rules, note_digest, note_side,
                        parts)
    select g.id, $32, g.area, g.shared, $33, $34, $35, $36, g.resource, g.resource_id, g.version, g.action, g.from_state,
           g.to_state, string_to_array(nullif(g.fields, ''), ','), $37, g.marking, g.parent_id, $38, g.note_digest,
           g.note_side, ",
            $of_each,
            "
    from given g ",
            $joined,
            "
    -- Nothing of the row: who appends an event of another area may not read it.
    returning true
)
select hold_count((select count(*) from appended), $39),
       coalesce(current_setting('section55.published', true) = 'on', false)"
        )
    };
}

macro_rules! append_one {
    ($notes:expr) => {
        append!(
            concat!("(values (", of_event!(""), "))"),
            "",
            concat!("(values (", of_part!(""), "))"),
            $notes,
            "jsonb_build_array(c.commitment)",
            "cross join committed c"
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

/// One event that keeps one part.
pub(super) const ONE: &str = append_one!("");
/// The same, with a note.
pub(super) const ONE_NOTED: &str = append_one!(noted!());
/// Any number of events that keep any number of parts.
pub(super) const MANY: &str = append!(
    concat!("unnest(", of_event!("[]"), ") with ordinality"),
    ", n",
    concat!("unnest(", of_part!("[]"), ")"),
    noted!(),
    "coalesce(c.parts, '[]')",
    "left join (select event_id, jsonb_agg(commitment order by part) as parts from committed group by event_id) c
           on c.event_id = g.id
    order by g.n"
);

/// The value of the one there is.
pub(super) fn one<'a, T, R>(it: &'a T, of: impl Fn(&'a T) -> R) -> R {
    of(it)
}

/// The values of each.
pub(super) fn each<'a, T, R>(all: &'a [T], of: impl Fn(&'a T) -> R) -> Vec<R> {
    all.iter().map(of).collect()
}

/// The parameters in their order: [`one`] or [`each`] of the events and the parts.
macro_rules! parameters {
    ($of:ident, $events:expr, $parts:expr, $call:expr, $roles:expr, $rules:expr, $count:expr) => {
        &[
            &$of($events, |event| event.id),
            &$of($events, |event| event.of.area.as_deref()),
            &$of($events, |event| event.of.resource.as_ref()),
            &$of($events, |event| event.of.resource_id),
            &$of($events, |event| event.of.version),
            &$of($events, |event| event.of.action),
            &$of($events, |event| event.of.moved.and_then(|(from, _)| from)),
            &$of($events, |event| event.of.moved.map(|(_, to)| to)),
            &$of($events, |event| event.of.fields.join(",")),
            &$of($events, |event| event.of.shared),
            &$of($events, |event| event.of.marking),
            &$of($events, |event| event.of.parent),
            &$of($events, |event| event.of.note.as_ref().map(|note| note.text.as_str())),
            &$of($events, |event| event.of.note.as_ref().and_then(|note| note.side)),
            &$of($events, |event| event.note_salt.as_deref()),
            &$of($events, |event| event.note_digest.as_deref()),
            &$of($parts, |part| part.event.id),
            &$of($parts, |part| part.part),
            &$of($parts, |part| part.side),
            &$of($parts, |part| part.salt.as_slice()),
            &$of($parts, |part| part.payload.as_str()),
            &$of($parts, |part| part.before.as_deref()),
            &$of($parts, |part| part.before_digest.as_deref()),
            &$of($parts, |part| part.after_digest.as_deref()),
            &$of($parts, |part| part.commitment.as_str()),
            // What a part says of its event; the statement need not look it up.
            &$of($parts, |part| part.event.of.version),
            &$of($parts, |part| part.event.of.area.as_deref()),
            &$of($parts, |part| part.event.of.shared),
            &$of($parts, |part| part.event.of.resource.as_ref()),
            &$of($parts, |part| part.event.of.resource_id),
            &$of($parts, |part| part.event.of.parent),
            &$call.at,
            &$call.actor.issuer,
            &$call.actor.subject,
            &$call.actor.name,
            &$roles,
            &$call.request_id.0.as_ref(),
            &$rules,
            &$count,
        ]
    };
}
pub(super) use parameters;
