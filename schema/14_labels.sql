-- Labels that were already registered twice when they became unique (V0019).

-- Ends the exception of a record that had an earlier record's reference or number, once it has another.
create function inspection_is_renamed() returns trigger language plpgsql as $$
begin
    new.reference_twin := 0;
    return new;
end $$;
create trigger renamed before update on inspections for each row
    when (old.reference_twin > 0
          and (published.label_key(old.source), published.label_key(old.reference))
              is distinct from (published.label_key(new.source), published.label_key(new.reference)))
    execute function inspection_is_renamed();

create function recommendation_is_renamed() returns trigger language plpgsql as $$
begin
    if published.label_key(old.reference) <> published.label_key(new.reference) then
        new.reference_twin := 0;
    end if;
    if published.label_key(old.number) <> published.label_key(new.number) then
        new.number_twin := 0;
    end if;
    return new;
end $$;
create trigger renamed before update on recommendations for each row
    when (old.reference_twin > 0 or old.number_twin > 0)
    execute function recommendation_is_renamed();

-- The published inspection that has the source and reference of this draft. It runs as the owner: row security would have each
-- inspection compared before its labels may be looked up. Everyone may read a published inspection.
create function published_with_reference_of(draft uuid) returns uuid
stable security definer set search_path = record, pg_temp language sql as $$
    select p.id
    from inspections d
    join inspections p on published.label_key(p.source) = published.label_key(d.source)
                      and published.label_key(p.reference) = published.label_key(d.reference)
                      and p.reference_twin = d.reference_twin and p.state = 'published'
    where d.id = draft and d.state = 'draft'
$$;
revoke all on function published_with_reference_of(uuid) from public;
grant execute on function published_with_reference_of(uuid) to section55_app;
