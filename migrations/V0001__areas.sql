-- Police areas: one local policing body and one force each. The tenant of every private record.
-- Schemas: `record` holds what is kept, `published` what anyone may read. The roles are made before any migration.

create schema published;
revoke all on schema record, published from public;
grant usage on schema record, published to section55_app;
grant usage on schema published to section55_public;
grant select on record.refinery_schema_history to section55_app;

-- The caller's areas and sides, as the service set them for this transaction alone.
create function scope_areas() returns text[] stable language sql
    return string_to_array(nullif(current_setting('section55.areas', true), ''), ',');
create function scope_sides() returns text[] stable language sql
    return string_to_array(nullif(current_setting('section55.sides', true), ''), ',');
create function scope_registrar() returns boolean stable language sql
    return coalesce(current_setting('section55.registrar', true) = 'on', false);

-- The other layer: the scope that a query itself is given. Apart from row security, so that either holds alone.
create function in_scope(area text, scope text[]) returns boolean immutable language sql
    return area = any (scope);

create table areas (
    id                       uuid primary key,
    code                     text not null constraint areas_code unique check (code ~ '^[a-z][a-z0-9-]{1,62}$'),
    name                     text not null,
    country                  text not null check (country in ('england', 'wales')),
    policing_body_name       text not null,
    policing_body_kind       text not null,
    office_holder_title      text not null,
    policing_body_since      date,
    force_name               text not null,
    chief_officer_title      text not null,
    valid_from               date,
    valid_to                 date,
    successor                text constraint areas_successor references areas (code),
    afi_explanation_required boolean not null default false,
    comments_days            integer not null default 28 check (comments_days between 1 and 55),
    reminder_days            integer[] not null default '{14,7,3,1}',
    version                  bigint not null default 1,
    created_at               timestamptz not null,
    updated_at               timestamptz not null,
    constraint areas_valid check (valid_to >= valid_from)
);
grant select, insert, update on areas to section55_app;

-- How an area works inside is its own; the rest is public.
create view published.areas as
    select id, code, name, country, policing_body_name, policing_body_kind, office_holder_title, policing_body_since,
           force_name, chief_officer_title, valid_from, valid_to, successor, version, created_at, updated_at
    from areas;
grant select on published.areas to section55_app, section55_public;
