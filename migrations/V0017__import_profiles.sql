-- Import profiles: the words that an area's office uses in its documents and tables, with which its imports are read.

create table import_profiles (
    id         uuid primary key default gen_random_uuid(),
    area       text not null constraint import_profiles_one_per_area unique references areas (code),
    words      jsonb not null default '{}',
    version    bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
comment on table import_profiles is 'Areas: the words with which an area''s imports are read';

-- Every area has a profile, which is empty at first.
insert into import_profiles (area, created_at, updated_at) select code, created_at, created_at from areas;
