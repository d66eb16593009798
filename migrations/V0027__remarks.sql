-- Remarks: what the people of one side say to each other about a response while they work on it. The law's word "comments"
-- has another meaning here (Police Act 1996 s.55).

create table remarks (
    id                uuid primary key,
    response_id       uuid not null references responses (id),
    area              text not null references areas (code),
    -- Only this side and auditors read the remark.
    side              text not null check (side in ('policing_body', 'force')),
    -- The remark that begins the thread: the remark itself, or the one that it answers, directly or not.
    thread_id         uuid not null references remarks (id) on delete cascade,
    answers           uuid references remarks (id) on delete cascade,
    -- A JSON Pointer to a member of the response. Null: the remark is on the whole response, or it is an answer.
    member            text,
    recommendation_id uuid,
    -- The passage of the member that the remark is on, and the characters at which it begins and ends.
    quotation         text,
    quotation_start   integer,
    quotation_end     integer,
    text              text not null,
    -- Of an answer: the state of its thread.
    state             text not null check (state in ('open', 'resolved')),
    resolved_by       text,
    resolved_at       timestamptz,
    author_issuer     text not null,
    author_subject    text not null,
    author_name       text,
    version           bigint not null default 1,
    created_at        timestamptz not null,
    updated_at        timestamptz not null,
    constraint remarks_threads check ((thread_id = id) = (answers is null)),
    constraint remarks_passages check (num_nulls(quotation, quotation_start, quotation_end) in (0, 3)),
    constraint remarks_resolved check ((state = 'resolved') = (resolved_at is not null))
);
create index remarks_of_a_response on remarks (response_id, created_at, id);
create index remarks_of_a_thread on remarks (thread_id);
comment on table remarks is 'Responses: what the people of one side say to each other about a response';
