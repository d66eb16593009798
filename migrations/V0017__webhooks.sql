-- Webhooks: where a side of an area is told of changes, how far it has been told, and what became of each message. The
-- secrets that messages are signed with are sealed by the service; the database alone cannot open them.

create table webhooks (
    id              uuid primary key,
    area            text not null references areas (code),
    -- It is told what this side may know, and is seen by it alone.
    side            text not null check (side in ('policing_body', 'force')),
    url             text not null,
    description     text,
    -- The types it is told of; all of them where there are none.
    types           text[],
    state           text not null check (state in ('active', 'disabled')),
    disabled_reason text,
    disabled_at     timestamptz,
    secret          bytea not null,
    previous_secret bytea,
    -- Until when the previous secret signs beside the present one.
    previous_until  timestamptz,
    -- How far in the feed it has been told, or found that there was nothing to tell.
    position        bigint not null,
    -- When its message is to be sent next; null where there is none.
    due_at          timestamptz,
    -- Until when one instance has it to itself.
    leased_until    timestamptz,
    version         bigint not null default 1,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    constraint webhooks_disabled_why check ((state = 'disabled') = (disabled_reason is not null))
);
create index webhooks_of_an_area on webhooks (area);

create table webhook_deliveries (
    id          uuid primary key,
    webhook_id  uuid not null references webhooks (id) on delete cascade,
    area        text not null,
    side        text not null,
    -- What the receiver knows a repeated message by.
    message_id  uuid not null,
    -- Its place in the feed; null of a ping.
    position    bigint,
    type        text not null,
    -- The very bytes that are sent, each time the same.
    body        text not null,
    happened_at timestamptz not null,
    state       text not null check (state in ('pending', 'delivered', 'failed')),
    -- Of those that count towards the last.
    tries       integer not null default 0,
    due_at      timestamptz,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    constraint webhook_deliveries_once unique (webhook_id, message_id)
);
create index webhook_deliveries_of on webhook_deliveries (webhook_id, created_at desc, id);
create unique index webhook_deliveries_in_order on webhook_deliveries (webhook_id) where state = 'pending' and position is not null;
create index webhook_deliveries_pending on webhook_deliveries (happened_at) where state = 'pending';

create table webhook_attempts (
    delivery_id uuid not null references webhook_deliveries (id) on delete cascade,
    area        text not null,
    side        text not null,
    attempt     integer not null,
    at          timestamptz not null,
    status      integer,
    error       text,
    duration_ms integer not null,
    primary key (delivery_id, attempt)
);

do $$
declare
    t text;
begin
    foreach t in array array['webhooks', 'webhook_deliveries', 'webhook_attempts'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I for all to section55_app using (
                            area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]))',
                       t || '_own', t);
        -- For the functions below; nothing runs as the owner.
        execute format('create policy %I on %I for all to section55_owner using (true)', t || '_kept', t);
    end loop;
end $$;
grant select, insert, update, delete on webhooks to section55_app;
grant select, insert, update on webhook_deliveries to section55_app;
grant select, insert on webhook_attempts to section55_app;

-- Takes some webhooks that have something to be sent, each for one instance until `until`; whose each is, the instance then
-- works as.
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
                     and exists (select from change_heads h
                                 where h.stream in (w.area, '_shared', '_public') and h.position > w.position)))
          order by w.due_at nulls last, w.id
          limit most
          for update skip locked) due
    where w.id = due.id
    returning w.id, w.area, w.side
$$;

-- When that happened of which a webhook that is in use was not told yet.
create function oldest_unsent_change() returns timestamptz stable
security definer set search_path = record, pg_temp language sql as $$
    select min(d.happened_at)
    from webhook_deliveries d
    join webhooks w on w.id = d.webhook_id
    where d.state = 'pending' and d.position is not null and w.state = 'active'
$$;

-- Whoever runs it, what it takes away is old, and settled.
create function sweep_webhook_deliveries(before timestamptz) returns bigint
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
    sweep_webhook_deliveries(timestamptz) from public;
grant execute on function claim_webhooks(timestamptz, timestamptz, integer), oldest_unsent_change(),
    sweep_webhook_deliveries(timestamptz) to section55_app;
