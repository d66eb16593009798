-- People: who reads and writes an area's directory, and which person a side has given a record.

do $$
declare
    t text;
begin
    foreach t in array array['people', 'assignees'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
    end loop;
end $$;

-- The identity of a person, as the program makes it of a token.
create function person_key(issuer text, subject text) returns text immutable language sql as $$
    select issuer || e'\n' || published.label_key(subject)
$$;

-- Both sides and the auditors of an area read its people. Each side keeps its own, and nobody deletes an entry.
create policy people_select on people for select to section55_app using (area = any ((select scope_areas())::text[]));
create policy people_insert on people for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]) and version = 1);
create policy people_update on people for update to section55_app using (
    area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]));
create trigger people_kept before delete or truncate on people for each statement execute function refuse_change();

-- How a side divides its work is for that side alone.
create policy assignees_own on assignees for all to section55_app using (
    area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]));

-- For the functions that find out whether a person has left, which run as the owner.
create policy people_by_owner on people for select to section55_owner using (true);

grant select, insert, update on people to section55_app;
grant select, insert, update on assignees to section55_app;
