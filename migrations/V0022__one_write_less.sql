-- An `Idempotency-Key` is held by a lock while its request runs, and written once, with the answer: half the writes of a row
-- that is taken first and filled in later, and nothing for a vacuum to do.

-- Waits a second at most; the row is looked for after the wait, and by its index, also where the plan was made while the
-- table stood swept and empty.
create function take_key(of_caller text, of_key text) returns setof idempotency_keys
volatile language plpgsql set lock_timeout = 1000 set enable_seqscan = off as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(of_caller || ' ' || of_key, 24));
    return query select * from idempotency_keys where caller = of_caller and key = of_key;
end $$;
revoke all on function take_key(text, text) from public;
grant execute on function take_key(text, text) to section55_app;

-- Holds that a record stood at the version it was written from, within the statement: whoever sends it together with the
-- commit cannot look before.
create function hold_version(written bigint) returns boolean volatile language plpgsql as $$
begin
    if written <> 1 then
        raise exception 'the record stands at another version' using errcode = 'S5501';
    end if;
    return true;
end $$;
