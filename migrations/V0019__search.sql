-- Search: the words of what is published in a narrow table of its own, kept by the database itself so that no write can
-- forget it; and the orders that lists are read in, as indexes.

-- In English by their stems, and as they stand, for Welsh and for names. What is read of one text is bounded, so that a
-- vector never outgrows its type.
create function published.words(heading text, body text) returns tsvector immutable parallel safe language sql
    return setweight(to_tsvector('english', left(coalesce(heading, ''), 2000))
                     || to_tsvector('simple', left(coalesce(heading, ''), 2000)), 'A')
           || setweight(to_tsvector('english', left(coalesce(body, ''), 150000))
                        || to_tsvector('simple', left(coalesce(body, ''), 150000)), 'B');
-- What a question asks for, in either way.
create function published.asked(q text) returns tsquery immutable parallel safe language sql
    return websearch_to_tsquery('english', q) || websearch_to_tsquery('simple', q);
-- Whether there is a word in it that must be there: one that only excludes words would be answered from every row.
create function published.is_answerable(asked tsquery) returns boolean immutable parallel safe language sql
    return querytree(asked) not in ('', 'T');

-- No row security: with it the index could not be used, and there is nothing here but what anyone may read.
create table published.texts (
    id           uuid primary key,
    type         text not null check (type in ('inspection', 'recommendation', 'response')),
    published_on date not null,
    -- What it can be narrowed by: type, kind, month, year (2016 stands for all before it too), and the areas it binds or is
    -- of.
    facets       text[] not null,
    words        tsvector not null
);
-- Quicker to unpack than the other; a PostgreSQL built without it does with the other.
do $$ begin
    alter table published.texts alter column words set compression lz4;
exception when feature_not_supported then null;
end $$;
create index published_texts_words on published.texts using gin (words, facets) with (fastupdate = off);
grant select on published.texts to section55_app, section55_public;

create function published.facets(type text, kind text, published_on date, areas text[]) returns text[]
stable language sql as $$
    select array['type:' || type, 'kind:' || kind, 'month:' || to_char(published_on, 'YYYY-MM'),
                 'year:' || greatest(extract(year from published_on), 2016)]
           || coalesce((select array_agg('area:' || area) from unnest(areas) area), '{area:*}')
$$;

create function put_text(id uuid, type text, kind text, published_on date, areas text[], heading text, body text) returns void
security definer set search_path = record, pg_temp language sql as $$
    insert into published.texts as t (id, type, published_on, facets, words)
    values (id, type, published_on, published.facets(type, kind, published_on, areas), published.words(heading, body))
    on conflict (id) do update
    set published_on = excluded.published_on, facets = excluded.facets, words = excluded.words
$$;
create function published_inspection_text(i published.inspections) returns void language sql as $$
    select record.put_text(i.id, 'inspection', i.kind, i.published_on, i.subjects, concat_ws(' ', i.reference, i.title),
                           i.key_findings)
$$;
create function published_recommendation_text(r published.recommendations) returns void language sql as $$
    select record.put_text(r.id, 'recommendation', i.kind, i.published_on, i.subjects, r.reference, r.text)
    from published.inspections i where i.id = r.inspection_id
$$;
-- All that an edition of a response says.
create function published.said(content jsonb) returns text immutable parallel safe language sql as $$
    select concat_ws(' ', content ->> 'policing_body_comments', content ->> 'reply_to_chief_officer',
                     content -> 'chief_officer_comments' ->> 'text',
                     (select string_agg(x ->> 'text', ' ')
                      from jsonb_array_elements(coalesce(content -> 'explanations', '[]')) x))
$$;
create function published_response_text(e published.editions) returns void language sql as $$
    select record.put_text(e.response_id, 'response', i.kind, e.published_on, array[e.area], i.reference,
                           published.said(e.content))
    from published.responses p join published.inspections i on i.id = p.inspection_id
    where p.id = e.response_id and p.edition = e.edition
$$;

create function published_text_written() returns trigger
security definer set search_path = record, pg_temp language plpgsql as $$
begin
    case tg_table_name
        when 'inspections' then perform record.published_inspection_text(new);
        when 'recommendations' then perform record.published_recommendation_text(new);
        else perform record.published_response_text(new);
    end case;
    return null;
end $$;
create function published_text_removed() returns trigger
security definer set search_path = record, pg_temp language plpgsql as $$
begin
    delete from published.texts where id = old.id;
    return null;
end $$;
create trigger text_written after insert or update on published.inspections
    for each row execute function published_text_written();
create trigger text_written after insert or update on published.recommendations
    for each row execute function published_text_written();
create trigger text_written after insert on published.editions
    for each row execute function published_text_written();
create trigger text_removed after delete on published.inspections
    for each row execute function published_text_removed();
create trigger text_removed after delete on published.recommendations
    for each row execute function published_text_removed();
create trigger text_removed after delete on published.responses
    for each row execute function published_text_removed();
revoke all on function put_text(uuid, text, text, date, text[], text, text), published_text_written(),
    published_text_removed() from public;

-- What was published before is found too. Row security does not bind the owner in this schema.
do $$ begin
    perform published_inspection_text(i) from published.inspections i order by i.published_on;
    perform published_recommendation_text(r)
    from published.recommendations r join published.inspections i on i.id = r.inspection_id
    order by i.published_on, r.ordinal;
    perform published_response_text(e) from published.editions e order by e.published_on;
end $$;

-- The words of texts that are not published yet, where the side that may read them searches; row security is the tables'.
alter table response_texts add column words tsvector generated always as (published.words(null, text)) stored;
alter table explanations add column words tsvector generated always as (published.words(null, text)) stored;
create index inspections_drafts on inspections (registered_by) where state = 'draft';

-- Lists are read along an index, from wherever their cursor stands.
create index published_inspections_listed on published.inspections
    ((coalesce(published_on, 'infinity'::date)) desc, reference collate "C", id);
drop index published.published_inspections_by_date;
create index inspections_listed on inspections ((coalesce(published_on, 'infinity'::date)) desc, reference collate "C", id);
drop index inspections_by_date;
create index published_inspections_due on published.inspections ((coalesce(due_on, 'infinity'::date)) desc);
create index inspections_due on inspections ((coalesce(due_on, 'infinity'::date)) desc);
create index published_recommendations_listed on published.recommendations (inspection_id, ordinal, id);
drop index published.published_recommendations_of;
create index recommendations_listed on recommendations (inspection_id, ordinal, id);

-- The place of a line's recommendation in its report, for the order of lines.
alter table published.assignments add column ordinal integer;
alter table published.assignments disable trigger user;
update published.assignments a set ordinal = r.ordinal from published.recommendations r where r.id = a.recommendation_id;
alter table published.assignments enable trigger user;
create function place_published_assignment() returns trigger language plpgsql as $$
begin
    select r.ordinal into new.ordinal from published.recommendations r where r.id = new.recommendation_id;
    return new;
end $$;
create trigger placed before insert on published.assignments for each row execute function place_published_assignment();
create index published_assignments_listed on published.assignments (area collate "C", ordinal, id);
create index published_assignments_of on published.assignments (inspection_id, area collate "C", ordinal, id);
create index assignments_of on assignments (inspection_id, area);

-- Whether a recommendation may be read is asked of its inspection alone, by its id: as a question whether there is one, it
-- was answered from all inspections. Who may write one is asked of writes alone: readers paid for both.
drop policy recommendations_seen on recommendations;
create policy recommendations_seen on recommendations for select to section55_app using (
    (select true from inspections i where i.id = inspection_id));
drop policy recommendations_written on recommendations;
create policy recommendations_added on recommendations for insert to section55_app with check (
    exists (select from inspections i where i.id = inspection_id
            and (i.registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()))));
create policy recommendations_amended on recommendations for update to section55_app using (
    exists (select from inspections i where i.id = inspection_id
            and (i.registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()))));
create policy recommendations_removed on recommendations for delete to section55_app using (
    exists (select from inspections i where i.id = inspection_id
            and (i.registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()))));
