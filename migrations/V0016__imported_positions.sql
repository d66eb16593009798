-- Imported positions: what an office's tracker states about its recommendations. A person of the side whose position it is
-- confirms each one, and only then it is written to the assignment.

create table imported_positions (
    id                  uuid primary key,
    -- An import can be deleted, and a draft's recommendation too. Neither takes the position with it.
    import_id           uuid not null,
    area                text not null references areas (code),
    inspection_id       uuid not null,
    recommendation_id   uuid not null,
    -- Whose position it is.
    side                text not null check (side in ('policing_body', 'force', 'inspectorate')),
    filename            text not null,
    -- The digest of the file's bytes.
    sha256              text not null,
    -- The day for which the file states its positions, or else the day of the import.
    as_at               date not null,
    owner               text,
    local_target_on     date,
    force_status        text,
    update              text,
    update_on           date,
    body_view           text,
    inspectorate_status text,
    note                text,
    state               text not null check (state in ('proposed', 'confirmed', 'rejected', 'withdrawn')),
    proposed_issuer     text not null,
    proposed_subject    text not null,
    proposed_name       text,
    proposed_sides      text[] not null,
    decided_issuer      text,
    decided_subject     text,
    decided_name        text,
    decided_at          timestamptz,
    decision_reason     text,
    version             bigint not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    constraint imported_positions_once unique (import_id, recommendation_id, side),
    constraint imported_positions_of_one_side check (
        (side = 'force' or (owner is null and local_target_on is null and force_status is null and update is null
                            and update_on is null))
        and (side = 'policing_body' or (body_view is null and note is null))
        and (side = 'inspectorate') = (inspectorate_status is not null)),
    constraint imported_positions_decided check ((state = 'proposed') = (decided_at is null))
);
create index imported_positions_listed on imported_positions (area, created_at desc, id);
create index imported_positions_of_a_line on imported_positions (recommendation_id, area);
comment on table imported_positions is 'Assignments: a position that an imported tracker states, until a person confirms it';

-- The file that an update was imported from, and its day. Null: a person wrote the update.
alter table assignment_updates add column source text;
