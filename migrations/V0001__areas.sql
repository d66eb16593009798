-- The two schemas, and the police areas: one local policing body and one force each. An area is the tenant of every
-- private record. The service makes its database roles before it applies any migration.
--
-- Migrations create tables, constraints, indexes and reference data, and only ever go forward. Functions, triggers,
-- views, row security and grants are in `schema/`, which the service applies anew after every migration.

create schema published;
comment on schema record is 'What the service keeps. Row security decides who reads it.';
comment on schema published is 'Copies of what is published. Anyone may read them.';

-- One row: the SHA-256 of the files in `schema/` that were last applied to this database.
create table derived_schema (
    sha256     text not null,
    applied_at timestamptz not null
);
create unique index derived_schema_one_row on derived_schema ((true));
comment on table derived_schema is 'Areas: which version of the functions, views and row security is in place';

create table areas (
    id                  uuid primary key,
    code                text not null constraint areas_code unique check (code ~ '^[a-z][a-z0-9-]{1,62}$'),
    name                text not null,
    country             text not null check (country in ('england', 'wales')),
    policing_body_name  text not null,
    policing_body_kind  text not null,
    office_holder_title text not null,
    -- The day on which the present policing body took office. Null: before 2012.
    policing_body_since date,
    force_name          text not null,
    chief_officer_title text not null,
    valid_from          date,
    valid_to            date,
    successor           text constraint areas_successor references areas (code),
    version             bigint not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    constraint areas_valid check (valid_to >= valid_from)
);
comment on table areas is 'Areas: a police area with its policing body and its force';

-- How an area works. Only the area itself may read this, so it is a table of its own with row security.
create table area_settings (
    area                     text primary key references areas (code),
    afi_explanation_required boolean not null default false,
    comments_days            integer not null default 28 check (comments_days between 1 and 55),
    reminder_days            integer[] not null default '{14,7,3,1}',
    retention_years          integer not null default 7 check (retention_years between 1 and 100)
);
comment on table area_settings is 'Areas: settings that only the area itself reads';
