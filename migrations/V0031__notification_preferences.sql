-- What each person chooses to be notified of, and when what is late goes to a further role.

create table notification_preferences (
    id         uuid primary key,
    -- The identity of the person, as person_key makes it of issuer and subject.
    person     text not null unique,
    -- The address that the person's token stated.
    email      text not null,
    language   text not null check (language in ('en', 'cy')),
    -- For each kind, when it is sent. A kind that is not here is never sent.
    kinds      jsonb not null default '{}',
    version    bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
comment on table notification_preferences is 'Notifications: what each person chooses to be notified of';

alter table area_settings
    -- Days after a deadline at which what is late goes to a further role. Null: never.
    add column escalate_late_days integer check (escalate_late_days between 1 and 55),
    -- Days before a deadline at which what nobody has opened goes to that role. Null: never.
    add column escalate_unopened_days integer check (escalate_unopened_days between 0 and 55);
