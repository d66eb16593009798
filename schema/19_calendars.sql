-- Calendars: each is for the person who made it. A request to a secret address has no token; it finds its calendar by the
-- secret alone, and then reads within the scope of the calendar's owner.

alter table calendars enable row level security;
alter table calendars force row level security;
create policy calendars_of_areas on calendars for all to section55_app using (areas && (select scope_areas())::text[]);
create policy calendars_made on calendars as restrictive for insert to section55_app
    with check (areas <@ (select scope_areas())::text[] and version = 1);
create trigger calendars_kept before truncate on calendars for each statement execute function refuse_change();

-- Returns the calendar of a secret with the areas that it still reads: an area whose directory says that the owner has left
-- is left out.
create function find_calendar(sha256 bytea)
returns table (id uuid, owner_issuer text, owner_subject text, roles text[], areas text[], kinds text[], shown jsonb,
               last_used_on date) stable
security definer set search_path = record, pg_temp language sql as $$
    select c.id, c.owner_issuer, c.owner_subject, c.roles,
           array(select a.code from unnest(c.areas) a (code)
                 where not exists (select from people p
                                   where p.area = a.code and p.issuer = c.owner_issuer and not p.active
                                     and published.label_key(p.subject) = published.label_key(c.owner_subject))),
           c.kinds, c.shown, c.last_used_on
    from calendars c
    where c.secret_sha256 = sha256
$$;
-- For find_calendar, which runs as the owner.
create policy calendars_by_owner on calendars for select to section55_owner using (true);

revoke all on function find_calendar(bytea) from public;
grant execute on function find_calendar(bytea) to section55_app;
grant select, insert, delete, update (shown, last_used_on) on calendars to section55_app;
