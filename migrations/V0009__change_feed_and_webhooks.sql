-- The change feed: every event in one order, so that a follower meets each event once. The webhooks that send it on.
-- The feed holds no contents of records.

create table changes (
    -- Dense over all areas. The sequencer assigns it in the transaction that places the event in its tree.
    position    bigint primary key,
    event_id    uuid not null constraint changes_once unique,
    -- Who may read it: the code of an area, '_shared' for every area, '_all' for registrars.
    stream      text not null,
    at          timestamptz not null,
    area        text,
    shared      boolean not null,
    -- The side that reads it, besides auditors, such as an amendment of that side's draft. Null: both sides.
    side        text,
    marking     text not null,
    resource    text not null,
    resource_id uuid not null,
    parent_id   uuid,
    version     bigint not null,
    action      text not null,
    -- One column for both, so that the planner has statistics of the combination.
    kind        text not null generated always as (resource || '.' || action) stored
);
create index changes_of_a_stream on changes (stream, position);
comment on table changes is 'Change feed and webhooks: every event in its one order';

create table stream_heads (
    -- As in changes, and '_public' for what anyone may read.
    stream   text primary key,
    position bigint not null
);
comment on table stream_heads is 'Change feed and webhooks: the last position of each stream';

create table public_writes (
    xact        xid8 not null default pg_current_xact_id(),
    resource    text not null,
    resource_id uuid not null,
    version     bigint,
    primary key (xact, resource, resource_id)
);
comment on table public_writes is
    'Change feed and webhooks: published records that a transaction wrote, kept until its events have their positions';

create table webhooks (
    id              uuid primary key,
    area            text not null references areas (code),
    -- The side that owns it. It is sent what that side may read, and only that side sees it.
    side            text not null check (side in ('policing_body', 'force')),
    url             text not null,
    description     text,
    -- The types that are sent. Null: all.
    types           text[],
    state           text not null check (state in ('active', 'disabled')),
    disabled_reason text,
    disabled_at     timestamptz,
    -- Encrypted by the service. The database alone cannot decrypt it.
    secret          bytea not null,
    previous_secret bytea,
    -- Until when the previous secret also signs.
    previous_until  timestamptz,
    -- The position in the feed up to which it was sent, or there was nothing to send.
    position        bigint not null,
    -- When its next message is due. Null: there is none.
    due_at          timestamptz,
    -- Until when one instance has it to itself.
    leased_until    timestamptz,
    version         bigint not null default 1,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    constraint webhooks_disabled_why check ((state = 'disabled') = (disabled_reason is not null))
);
create index webhooks_of_an_area on webhooks (area);
comment on table webhooks is 'Change feed and webhooks: where a side of an area is told of changes';

create table webhook_deliveries (
    id          uuid primary key,
    webhook_id  uuid not null references webhooks (id) on delete cascade,
    area        text not null,
    side        text not null,
    -- The same each time the message is sent, so that the receiver recognises a repeat.
    message_id  uuid not null,
    -- Its position in the feed. Null: a ping.
    position    bigint,
    type        text not null,
    -- The exact bytes that are sent, the same each time.
    body        text not null,
    happened_at timestamptz not null,
    state       text not null check (state in ('pending', 'delivered', 'failed')),
    -- Attempts that count towards the limit.
    tries       integer not null default 0,
    due_at      timestamptz,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    constraint webhook_deliveries_once unique (webhook_id, message_id)
);
create index webhook_deliveries_of on webhook_deliveries (webhook_id, created_at desc, id);
create unique index webhook_deliveries_in_order on webhook_deliveries (webhook_id) where state = 'pending' and position is not null;
create index webhook_deliveries_pending on webhook_deliveries (happened_at) where state = 'pending';
comment on table webhook_deliveries is 'Change feed and webhooks: one message to one webhook';

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
comment on table webhook_attempts is 'Change feed and webhooks: each attempt to deliver a message, and its result';
