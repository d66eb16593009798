-- Notifications of days and of steps, the e-mails that carry them, and to whom an area sends them.

alter table area_settings
    -- Where the area is notified: a list of role, address and language.
    add column notification_addresses jsonb not null default '[]',
    -- True: a reminder that falls on a weekend or bank holiday is sent on the next working day.
    add column reminders_on_working_days boolean not null default false;

create table emails (
    -- Made of what it tells and of its recipient, so that nothing is made twice. The Message-ID has it.
    id             uuid primary key,
    area           text not null references areas (code),
    side           text not null check (side in ('policing_body', 'force')),
    recipient      text not null,
    -- The person who chose to receive it. Null: an address in the settings of the area.
    person         text,
    language       text not null check (language in ('en', 'cy')),
    -- The day of a digest. Null: one notification, sent at once.
    digest_on      date,
    state          text not null check (state in ('pending', 'sent', 'failed', 'cancelled')),
    -- Attempts that failed.
    tries          integer not null default 0,
    due_at         timestamptz not null,
    -- Until when one instance has it to itself, by the clock of the database.
    leased_until   timestamptz,
    -- When the text was last handed to the mail server. Null again once the outcome is recorded.
    handed_over_at timestamptz,
    -- How often the outcome of a hand-over was never learnt.
    unknown        integer not null default 0,
    error          text,
    sent_at        timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    constraint emails_sent check ((state = 'sent') = (sent_at is not null))
);
create index emails_due on emails (due_at) where state = 'pending';
create index emails_of_an_area on emails (area, side, created_at desc, id);
comment on table emails is 'Notifications: one e-mail to one address, and what became of it';

create table notifications (
    -- Made of what happened, the kind and the recipient.
    id          uuid primary key,
    email_id    uuid not null references emails (id) on delete cascade,
    area        text not null,
    side        text not null,
    kind        text not null,
    -- The audit event. Null: a day.
    event_id    uuid,
    resource    text not null,
    resource_id uuid not null,
    action      text not null,
    -- The day of a deadline, and how many days before it the notification is for: below 0 after it.
    day         date,
    lead        integer,
    created_at  timestamptz not null,
    constraint notifications_of_event_or_day check ((event_id is null) = (day is not null and lead is not null))
);
create index notifications_of_an_email on notifications (email_id);
comment on table notifications is 'Notifications: what an e-mail tells. The words are made when it is sent';

create table notification_progress (
    -- The position in the change feed up to which notifications are made.
    position     bigint not null,
    -- The last day in London on which the reminders were made.
    reminders_on date
);
create unique index notification_progress_once on notification_progress ((true));
insert into notification_progress (position) select coalesce(max(position), 0) from changes;
comment on table notification_progress is 'Notifications: how far they are made';
