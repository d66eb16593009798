//! The statement that appends events and their parts, and its parameters. Most writes have one event with one part.
//! Sent as single values, these cost PostgreSQL two thirds of what arrays with one element cost.

/// Writes placeholders with their types; `[]` as the first argument makes every type an array.
macro_rules! typed {
    ($array:literal: $number:literal $kind:literal $(, $numbers:literal $kinds:literal)*) => {
        concat!("$", $number, "::", $kind, $array $(, ", $", $numbers, "::", $kinds, $array)*)
    };
}

/// The placeholders of an event.
macro_rules! event_placeholders {
    ($array:literal) => {
        typed!($array: 1 "uuid", 2 "text", 3 "text", 4 "uuid", 5 "bigint", 6 "text", 7 "text", 8 "text", 9 "text",
               10 "boolean", 11 "text", 12 "uuid", 13 "text", 14 "text", 15 "bytea", 16 "text", 17 "text")
    };
}

/// The placeholders of a part.
macro_rules! part_placeholders {
    ($array:literal) => {
        typed!($array: 18 "uuid", 19 "text", 20 "text", 21 "bytea", 22 "text", 23 "text", 24 "text", 25 "text", 26 "text",
               27 "bigint", 28 "text", 29 "boolean", 30 "text", 31 "uuid", 32 "uuid")
    };
}

/// Writes the statement: the source of the events and the name of its ordinal column, the source of the parts, the
/// insert of notes, the commitments of one event, and the join of events and commitments.
macro_rules! append {
    ($given:expr, $n:literal, $part:expr, $notes:expr, $commitments:literal, $join:literal) => {
        concat!(
            "
with given as not materialized (
    select * from ",
            $given,
            "
        as e(id, area, resource, resource_id, version, action, from_state, to_state, fields, shared, marking, parent_id,
             note, note_side, note_salt, note_digest, unnamed_actor",
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
            "stored_payloads as (
    insert into event_payloads (event_id, part, version, at, area, shared, side, resource, resource_id, parent_id, salt, payload)
    select event_id, part, version, $33, area, shared, side, resource, resource_id, parent_id, salt, payload from part
), committed as (
    select event_id, part, jsonb_build_object(
               'part', part, 'side', side, 'after', after_digest, 'commitment', commitment,
               'before', coalesce(before_digest, audit_digest_before(resource_id, part, before_state))) as commitment
    from part
), appended as (
    insert into events (id, at, area, shared, actor_issuer, actor_subject, actor_name, actor_roles, resource, resource_id, version,
                        action, from_state, to_state, fields, request_id, marking, parent_id, rules, note_digest, note_side,
                        parts)
    select g.id, $33, g.area, g.shared, case when g.unnamed_actor is null then $34::text else $41 end,
           coalesce(g.unnamed_actor, $35), case when g.unnamed_actor is null then $36::text end,
           case when g.unnamed_actor is null then $37::text[] else '{}' end, g.resource, g.resource_id, g.version, g.action,
           g.from_state, g.to_state, string_to_array(nullif(g.fields, ''), ','), $38, g.marking, g.parent_id, $39, g.note_digest,
           g.note_side, ",
            $commitments,
            "
    from given g ",
            $join,
            "
    -- No column of the row: the caller may append an event of another area, but not read it.
    returning true
)
select assert_row_count((select count(*) from appended), $40),
       coalesce(current_setting('section55.published', true) = 'on', false)"
        )
    };
}

macro_rules! append_one {
    ($notes:expr) => {
        append!(
            concat!("(values (", event_placeholders!(""), "))"),
            "",
            concat!("(values (", part_placeholders!(""), "))"),
            $notes,
            "jsonb_build_array(c.commitment)",
            "cross join committed c"
        )
    };
}

/// Writes the insert of notes.
macro_rules! insert_notes {
    () => {
        "noted as (
    insert into event_notes (event_id, area, shared, side, note, salt)
    select id, area, shared, note_side, note, note_salt from given where note is not null
), "
    };
}

/// Appends one event with one part and no note.
pub(super) const APPEND_ONE: &str = append_one!("");
/// Appends one event with one part and a note.
pub(super) const APPEND_ONE_WITH_NOTE: &str = append_one!(insert_notes!());
/// Appends any number of events with any number of parts.
pub(super) const APPEND_MANY: &str = append!(
    concat!("unnest(", event_placeholders!("[]"), ") with ordinality"),
    ", n",
    concat!("unnest(", part_placeholders!("[]"), ")"),
    insert_notes!(),
    "coalesce(c.parts, '[]')",
    "left join (select event_id, jsonb_agg(commitment order by part) as parts from committed group by event_id) c
           on c.event_id = g.id
    order by g.n"
);

/// Returns a value of the only item.
pub(super) fn value_of_one<'a, T, R>(item: &'a T, value: impl Fn(&'a T) -> R) -> R {
    value(item)
}

/// Returns a value of each item.
pub(super) fn value_of_each<'a, T, R>(items: &'a [T], value: impl Fn(&'a T) -> R) -> Vec<R> {
    items.iter().map(value).collect()
}

/// Creates the parameters in the order of their placeholders, with [`value_of_one`] or [`value_of_each`].
macro_rules! parameters {
    ($value:ident, $events:expr, $parts:expr, $call:expr, $roles:expr, $rules:expr, $count:expr) => {
        &[
            &$value($events, |event| event.id),
            &$value($events, |event| event.event.area.as_deref()),
            &$value($events, |event| event.event.resource.as_ref()),
            &$value($events, |event| event.event.resource_id),
            &$value($events, |event| event.event.version),
            &$value($events, |event| event.event.action),
            &$value($events, |event| event.event.transition.and_then(|(from, _)| from)),
            &$value($events, |event| event.event.transition.map(|(_, to)| to)),
            &$value($events, |event| event.event.fields.join(",")),
            &$value($events, |event| event.event.shared),
            &$value($events, |event| event.event.marking),
            &$value($events, |event| event.event.parent),
            &$value($events, |event| event.event.note.as_ref().map(|note| note.text.as_str())),
            &$value($events, |event| event.event.note.as_ref().and_then(|note| note.side)),
            &$value($events, |event| event.note_salt.as_deref()),
            &$value($events, |event| event.note_digest.as_deref()),
            &$value($events, |event| event.event.unnamed_actor.as_deref()),
            &$value($parts, |part| part.event.id),
            &$value($parts, |part| part.part),
            &$value($parts, |part| part.side),
            &$value($parts, |part| part.salt.as_slice()),
            &$value($parts, |part| part.payload.as_str()),
            &$value($parts, |part| part.before.as_deref()),
            &$value($parts, |part| part.before_digest.as_deref()),
            &$value($parts, |part| part.after_digest.as_deref()),
            &$value($parts, |part| part.commitment.as_str()),
            // Repeated from the part's event, so that the statement needs no join.
            &$value($parts, |part| part.event.event.version),
            &$value($parts, |part| part.event.event.area.as_deref()),
            &$value($parts, |part| part.event.event.shared),
            &$value($parts, |part| part.event.event.resource.as_ref()),
            &$value($parts, |part| part.event.event.resource_id),
            &$value($parts, |part| part.event.event.parent),
            &$call.at,
            &$call.actor.issuer,
            &$call.actor.subject,
            &$call.actor.name,
            &$roles,
            &$call.request_id.0.as_ref(),
            &$rules,
            &$count,
            &crate::auth::SERVICE_ISSUER,
        ]
    };
}
pub(super) use parameters;
