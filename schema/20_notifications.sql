-- Notifications: who reads and writes them, and which e-mails are due.

do $$
declare
    t text;
begin
    foreach t in array array['emails', 'notifications'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        -- A side sees what is sent to its own people and addresses.
        execute format('create policy %I on %I for all to section55_app using (
                            area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]))',
                       t || '_own', t);
        execute format('create policy %I on %I for all to section55_owner using (true)', t || '_by_owner', t);
    end loop;
end $$;

-- A person's choices are for that person alone.
alter table notification_preferences enable row level security;
alter table notification_preferences force row level security;
create policy notification_preferences_own on notification_preferences for all to section55_app using (
    person = (select scope_person()));
create policy notification_preferences_by_owner on notification_preferences for select to section55_owner using (true);
grant select, insert, update on notification_preferences to section55_app;

-- The people of an area whom a notification concerns and who chose to receive its kind. Who was not seen for 90 days is left
-- out: the service cannot know whether the issuer still gives that person tokens.
create function people_to_notify(of_area text, of_roles text[], of_kind text, today date)
returns table (address text, side text, language text, person text, frequency text) stable
security definer set search_path = record, pg_temp language sql as $$
    select n.email, p.side, n.language, n.person, n.kinds ->> of_kind
    from people p
    join notification_preferences n on n.person = person_key(p.issuer, p.subject)
    where p.area = of_area and of_area = any (scope_areas()) and p.active and p.roles && of_roles
          and p.last_seen_on >= today - 90 and n.kinds ->> of_kind in ('at_once', 'daily')
$$;

-- Takes up to `most` e-mails that are due, each for one instance. The clock of the database ends the lease: one instance with
-- a wrong clock does not take what another is sending. The instance then works within the scope of each e-mail.
create function claim_emails(now timestamptz, lease interval, most integer)
returns table (id uuid, area text, side text, leased_until timestamptz)
security definer set search_path = record, pg_temp language sql as $$
    update emails e
    set leased_until = clock_timestamp() + lease
    from (select e.id
          from emails e
          where e.state = 'pending' and e.due_at <= now and (e.leased_until is null or e.leased_until <= clock_timestamp())
          order by e.due_at, e.id
          limit most
          for update skip locked) due
    where e.id = due.id
    returning e.id, e.area, e.side, e.leased_until
$$;

-- When the oldest e-mail that waits was due, and how many were given up since an instant.
create function email_backlog(since timestamptz) returns table (oldest timestamptz, given_up bigint) stable
security definer set search_path = record, pg_temp language sql as $$
    select (select min(e.due_at) from emails e where e.state = 'pending'),
           (select count(*) from emails e where e.state = 'failed' and e.updated_at >= since)
$$;

-- Deletes settled e-mails older than `before` and returns the number deleted.
create function delete_settled_emails(before timestamptz) returns bigint
security definer set search_path = record, pg_temp language sql as $$
    with gone as (delete from emails e where e.state <> 'pending' and e.updated_at < before returning 1)
    select count(*) from gone
$$;
revoke all on function people_to_notify(text, text[], text, date), claim_emails(timestamptz, interval, integer), email_backlog(timestamptz),
    delete_settled_emails(timestamptz) from public;
grant execute on function people_to_notify(text, text[], text, date), claim_emails(timestamptz, interval, integer), email_backlog(timestamptz),
    delete_settled_emails(timestamptz) to section55_app;
grant select, insert, update on emails to section55_app;
grant select, insert on notifications to section55_app;
grant select, update on notification_progress to section55_app;
