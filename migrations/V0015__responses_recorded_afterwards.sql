-- Responses of the past: texts that an import brought in before the response was opened, publications that took place before
-- this service held the record, and responses in which the area has recorded nothing yet.

create table pending_response_texts (
    inspection_id          uuid not null references inspections (id),
    area                   text not null references areas (code),
    policing_body_comments text,
    reply_to_chief_officer text,
    -- An array of objects: recommendation_id, branch and text.
    explanations           jsonb not null default '[]',
    created_at             timestamptz not null,
    constraint pending_response_texts_once primary key (inspection_id, area)
);
comment on table pending_response_texts is
    'Responses: texts imported for a draft inspection, until its publication opens the response';

alter table responses
    -- The version that an import of texts wrote. The import can be undone while the response is at this version.
    add column imported_version bigint,
    -- The version at which nothing is recorded in the response: that of its opening, or of an undone import.
    add column blank_version bigint not null default 1,
    -- True if the policing body recorded the chief officer's comments, as they were published elsewhere.
    add column comments_recorded_afterwards boolean not null default false;

alter table published.editions
    add column signed_by text,
    -- The recommendations that needed an explanation and have none in this edition.
    add column missing_explanations uuid[] not null default '{}';
