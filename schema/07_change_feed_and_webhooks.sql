-- The change feed and its webhooks: what the sequencer does for each batch of events, and what the webhook worker asks.

-- Notes which published records a transaction wrote, until its events have their positions in the feed.
create function record_public_write() returns trigger language plpgsql security definer set search_path = record, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        insert into public_writes (resource, resource_id) values (tg_argv[0], old.id) on conflict do nothing;
    -- A published assignment has a version of its own. While that stays the same, nothing public has changed.
    elsif tg_op = 'INSERT' or new.version is distinct from old.version then
        insert into public_writes as t (resource, resource_id, version) values (tg_argv[0], new.id, new.version)
        on conflict (xact, resource, resource_id) do update set version = excluded.version;
    end if;
    return null;
end $$;
create trigger inspections_touched after insert or update or delete on published.inspections
    for each row execute function record_public_write('inspection');
create trigger recommendations_touched after insert or update or delete on published.recommendations
    for each row execute function record_public_write('recommendation');
create trigger responses_touched after insert or update on published.responses
    for each row execute function record_public_write('response');
create trigger assignments_touched after insert or update on published.assignments
    for each row execute function record_public_write('assignment');
create trigger areas_touched after insert or update on areas
    for each row execute function record_public_write('area');

-- The side whose drafts an event is about. Null: both sides read it. Each side sees of the other side's drafts only that the
-- version went up.
create function change_side(resource text, action text, fields text[]) returns text immutable language sql as $$
    select case
        when resource = 'response' and action in ('import', 'undo_import') then 'policing_body'
        -- The members that an imported position states tell whose position it is.
        when resource = 'imported_position' then case
            when fields @> array['body_view'] then 'policing_body' when fields @> array['force_status'] then 'force' end
        when resource <> 'response' or action <> 'amend' or fields is null then null
        when fields <@ array['policing_body_comments', 'reply_to_chief_officer', 'explanations'] then 'policing_body'
        when fields <@ array['chief_officer_comments'] then 'force' end
$$;

-- The streams that the caller reads. Row security compares streams and not areas: with both, the planner would take them for
-- two independent conditions.
create function scope_streams() returns text[] stable language sql as $$
    select coalesce(scope_areas(), '{}') || array['_shared'] || case when scope_registrar() then array['_all'] else '{}' end
$$;
create function change_stream(area text, shared boolean) returns text immutable language sql as $$
    select case when shared then '_shared' else coalesce(area, '_all') end
$$;

-- Events become changes in one pass over the batch. It runs as the sequencer, which holds a lock, so there is one at a time.
-- The touch that makes an event public is looked up by its whole key, one at a time: joined by estimates, the planner used
-- only the end of the key and read every touch for every event. Sequential scans are off because a plan that was made while
-- the tables were small would be kept.
create function append_changes() returns trigger
    language plpgsql set search_path = record, pg_temp set enable_seqscan = off as $$
declare
    last bigint;
begin
    delete from public_writes t where not exists (select from audit_queue q where q.xact = t.xact);
    select coalesce(max(position), 0) into last from changes;
    with placed as materialized (
        select last + row_number() over (order by e.seq) as position, change_stream(e.area, e.shared) as stream,
               change_side(e.resource, e.action, e.fields) as side, e.id, e.at, e.area, e.shared, e.marking, e.resource,
               e.resource_id, e.parent_id, e.version, e.action, e.seq
        from fresh f
        join events e on e.id = f.event_id
    ), told as (
        insert into changes (position, event_id, stream, at, area, shared, side, marking, resource, resource_id, parent_id,
                             version, action)
        select position, id, stream, at, area, shared, side, marking, resource, resource_id, parent_id, version, action
        from placed
    ), shown as (
        -- Which step of the force changed an assignment is for the area alone, so the public reads `amend`.
        insert into published.changes (position, event_id, at, area, resource, resource_id, version, action)
        select p.position, p.id, p.at, p.area, p.resource, p.resource_id, coalesce(t.version, p.version),
               case p.resource when 'assignment' then 'amend' else p.action end
        from placed p
        cross join lateral (select q.xact from audit_queue q where q.seq = p.seq limit 1) q
        cross join lateral (
            select t.version from public_writes t
            where t.xact = q.xact and t.resource = p.resource and t.resource_id = p.resource_id
            limit 1
        ) t
        where p.side is null and (p.shared or p.resource in ('response', 'assignment'))
        returning position
    )
    insert into stream_heads as h (stream, position)
    select stream, max(position) from placed group by stream
    union all
    select '_public', max(position) from shown having count(*) > 0
    on conflict (stream) do update set position = excluded.position;
    return null;
end $$;
create trigger audit_leaves_fed after insert on audit_leaves
    referencing new table as fresh for each statement execute function append_changes();

-- Compares what a reader of the feed has reached with the feed: the position of a change, the event there, and the epoch of the
-- audit log that was open then. Returns the epoch that is open now. `restart` is null if the feed has that change there. Else
-- the database was restored to an earlier state, and `restart` is a position at or before the first change that differs: the
-- reader continues after it. A reader with the cursor of an earlier version has no event; it is recognised by a position
-- beyond the end.
create function published.check_feed_position(reached bigint, event uuid, of_epoch integer)
returns table (epoch integer, restart bigint)
stable security definer set search_path = record, pg_temp language plpgsql as $$
#variable_conflict use_column
declare
    last bigint := (select coalesce(max(c.position), 0) from changes c);
    opened bigint;
    bound uuid;
    high bigint;
    middle bigint;
begin
    epoch := (select coalesce(max(e.epoch), 0) from audit_epochs e);
    restart := null;
    if reached = 0 or exists (select from changes c where c.position = reached and c.event_id = coalesce(event, c.event_id)) then
        return next;
        return;
    end if;
    -- The first epoch after the reader's own tells where the restored feed ended, if the sequencer noticed the restore before
    -- it went on. An epoch of an earlier version does not tell.
    select case when count(*) = count(e.feed_position) then min(e.feed_position) end into opened
    from audit_epochs e where e.epoch > greatest(of_epoch, 1);
    if event is null then
        restart := least(coalesce(opened, 0), last);
        return next;
        return;
    end if;
    if opened = 0 or exists (select from changes c where c.position = opened and c.event_id < event) then
        restart := opened;
        return next;
        return;
    end if;
    -- Ids of events begin with their time (UUID version 7). Changes five minutes older than the reader's are from before the
    -- restore. Positions are dense and ids rise with them, so the last such change is found by halving.
    bound := (lpad(to_hex((('x' || left(replace(event::text, '-', ''), 12))::bit(48)::bigint) - 300000), 12, '0')
              || repeat('0', 20))::uuid;
    restart := 0;
    high := last + 1;
    while high - restart > 1 loop
        middle := (restart + high) / 2;
        if exists (select from changes c where c.position = middle and c.event_id < bound) then
            restart := middle;
        else
            high := middle;
        end if;
    end loop;
    return next;
end $$;
revoke all on function published.check_feed_position(bigint, uuid, integer) from public;
grant execute on function published.check_feed_position(bigint, uuid, integer) to section55_app, section55_public;

-- Notes which change is at a webhook's position, and in which epoch the webhook reached it. The change may be one that the
-- webhook's side does not see.
create function note_webhook_position() returns trigger
language plpgsql security definer set search_path = record, pg_temp as $$
begin
    if tg_op = 'INSERT' or new.position is distinct from old.position then
        new.position_event := (select c.event_id from changes c where c.position = new.position);
        new.position_epoch := (select coalesce(max(e.epoch), 0) from audit_epochs e);
    end if;
    return new;
end $$;
create trigger webhooks_position before insert or update on webhooks
    for each row execute function note_webhook_position();

-- Takes up to `most` active webhooks that have something to send, each for one instance until `until`. The instance then
-- works within the scope of each webhook's area and side.
create function claim_webhooks(now timestamptz, until timestamptz, most integer)
returns table (id uuid, area text, side text)
security definer set search_path = record, pg_temp language sql as $$
    update webhooks w
    set leased_until = until
    from (select w.id
          from webhooks w
          where w.state = 'active' and (w.leased_until is null or w.leased_until <= now)
            and (w.due_at <= now
                 or (w.due_at is null
                     and exists (select from stream_heads h
                                 where h.stream in (w.area, '_shared', '_public') and h.position > w.position))
                 -- Beyond the end, because the database was restored.
                 or (w.due_at is null and w.position > (select max(h.position) from stream_heads h)))
          order by w.due_at nulls last, w.id
          limit most
          for update skip locked) due
    where w.id = due.id
    returning w.id, w.area, w.side
$$;

-- The time of the oldest change that an active webhook has not yet delivered.
create function oldest_unsent_change() returns timestamptz stable
security definer set search_path = record, pg_temp language sql as $$
    select min(d.happened_at)
    from webhook_deliveries d
    join webhooks w on w.id = d.webhook_id
    where d.state = 'pending' and d.position is not null and w.state = 'active'
$$;

-- Deletes settled deliveries older than `before` and returns the number deleted.
create function delete_settled_webhook_deliveries(before timestamptz) returns bigint
security definer set search_path = record, pg_temp language sql as $$
    with gone as (
        delete from webhook_deliveries d
        using webhooks w
        where w.id = d.webhook_id and d.updated_at < before
          and (d.position is null or d.state = 'delivered' or d.position <= w.position)
        returning 1)
    select count(*) from gone
$$;
revoke all on function claim_webhooks(timestamptz, timestamptz, integer), oldest_unsent_change(),
    delete_settled_webhook_deliveries(timestamptz) from public;
grant execute on function claim_webhooks(timestamptz, timestamptz, integer), oldest_unsent_change(),
    delete_settled_webhook_deliveries(timestamptz) to section55_app;
