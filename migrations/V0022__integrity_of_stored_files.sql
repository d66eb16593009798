-- What is known of the bytes in the file store: digests by which a part can be checked, and when a job last read the whole
-- file. And the identity that the marker in the file store holds.

create table deployment (
    -- There is one row.
    single    boolean primary key default true check (single),
    id        uuid not null default gen_random_uuid(),
    -- When the service first found or wrote its marker in the file store. Null: never.
    marked_at timestamptz
);
insert into deployment default values;
comment on table deployment is 'Stored files: the identity of this database, which the marker in its file store holds';

create table stored_files (
    -- The folder in the store: the code of an area, or '_registrar' for files of no area.
    folder        text not null,
    sha256        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size          bigint not null check (size > 0),
    -- The SHA-256 of each MiB, one after the other. Null: stored by an earlier version, and not read since.
    block_digests bytea check (octet_length(block_digests) = 32 * ((size + 1048575) / 1048576)),
    stored_at     timestamptz not null,
    -- When the whole file was last compared with its digest. Null: not since it was stored.
    checked_at    timestamptz,
    state         text not null default 'intact' check (state in ('intact', 'damaged', 'missing')),
    -- Until when one instance has this file to check.
    claimed_until timestamptz,
    primary key (folder, sha256)
);
create index stored_files_by_check on stored_files (checked_at nulls first);
create index stored_files_not_intact on stored_files (state) where state <> 'intact';
comment on table stored_files is 'Stored files: what is known of the bytes of a file, and when they were last checked';

insert into stored_files (folder, sha256, size, stored_at)
select area, sha256, size, created_at from file_contents where disposed_at is null
union
select distinct on (folder, sha256) coalesce(area, '_registrar') as folder, sha256, size, created_at
from import_proposals i
where not exists (select from file_contents c where c.area = i.area and c.sha256 = i.sha256 and c.disposed_at is null)
order by 1, 2;
