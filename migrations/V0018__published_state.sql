-- Which state what is published is in: a number that grows with every transaction that writes it, and is seen when that
-- transaction is. Readers ask for the number; nobody is notified, and no writer waits for another.

-- The number is the sum. A transaction adds one to whichever row no other is adding to at that moment, so it waits for none,
-- and locks nothing that another would wait for; where all rows are taken it adds one more row.
create table published.writes (
    slot  integer generated always as identity primary key,
    count bigint not null
) with (fillfactor = 20);
insert into published.writes (count) select 0 from generate_series(1, 16);

create function count_published_write() returns trigger
security definer set search_path = record, pg_temp language plpgsql as $$
begin
    -- Once in a transaction; a savepoint that is rolled back takes both with it.
    if current_setting('section55.published', true) = 'on' then
        return null;
    end if;
    update published.writes set count = count + 1
    where slot = (select slot from published.writes order by slot limit 1 for update skip locked);
    if not found then
        insert into published.writes (count) values (1);
    end if;
    perform set_config('section55.published', 'on', true);
    return null;
end $$;
revoke all on function count_published_write() from public;

alter table published.writes enable row level security;
create policy writes_read on published.writes for select to section55_app, section55_public using (true);
grant select on published.writes to section55_app, section55_public;

-- Row by row, so that a statement that changes nothing counts for nothing.
do $$ declare t text; begin
    foreach t in array array['published.inspections', 'published.recommendations', 'published.responses',
                             'published.editions', 'published.assignments', 'record.areas'] loop
        execute format('create trigger counted after insert or update or delete on %s
                        for each row execute function count_published_write()', t);
        execute format('create trigger counted_whole after truncate on %s
                        for each statement execute function count_published_write()', t);
    end loop;
end $$;

-- Holds that a statement wrote as many rows as it should, within the statement: whoever sends it together with the commit
-- cannot look before.
create function hold_count(have bigint, want bigint) returns boolean volatile language plpgsql as $$
begin
    if have <> want then
        raise exception '% of % rows were written', have, want using errcode = 'cardinality_violation';
    end if;
    return true;
end $$;
