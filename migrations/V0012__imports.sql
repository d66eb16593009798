-- Tables of recommendations brought in: who began it, how far it has come, what stood against it. Private to the area, or,
-- where a registrar imports what belongs to none, to the registrars.

create table imports (
    id            uuid primary key,
    area          text references areas (code),
    kind          text not null check (kind in ('csv', 'xlsx', 'json')),
    state         text not null check (state in ('running', 'done', 'failed')),
    inspection_id uuid references inspections (id),
    rows          integer not null default 0 check (rows >= 0),
    faults_count  integer not null default 0 check (faults_count >= 0),
    -- The first of them, as the answer tells them.
    faults        jsonb not null default '[]',
    detail        text,
    issuer        text not null,
    subject       text not null,
    name          text,
    version       bigint not null default 1,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    finished_at   timestamptz,
    constraint imports_finished check ((state = 'running') = (finished_at is null))
);
create index imports_of_an_area on imports (area, created_at);

alter table imports enable row level security;
alter table imports force row level security;

create policy imports_seen on imports for select to section55_app using (
    area = any ((select scope_areas())::text[]) or (area is null and (select scope_registrar())));
create policy imports_begun on imports for insert to section55_app with check (
    version = 1 and state = 'running'
    and (area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[])
         or (area is null and (select scope_registrar()))));
create policy imports_moved on imports for update to section55_app using (
    state = 'running'
    and (area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[])
         or (area is null and (select scope_registrar()))))
    with check (true);

grant select, insert, update on imports to section55_app;
