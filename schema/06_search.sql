-- Search: how a query is read, and the triggers that keep the words of what is published.

-- A query with the quotation marks of a phrase as keyboards have them. Telephones and word processors set others.
create function published.quoted(q text) returns text immutable parallel safe language sql
    return translate(q, '“”„', '"""');

-- The words of a query, by stem and as written, with their accents and without. Results are ranked by these, and
-- excerpts mark them.
create function published.search_query(q text) returns tsquery immutable parallel safe language sql as $$
    select websearch_to_tsquery('english', accented) || websearch_to_tsquery('simple', accented)
           || websearch_to_tsquery('english', plain) || websearch_to_tsquery('simple', plain)
    from (select published.separated(published.quoted(q)) as accented,
                 published.plain_words(published.quoted(q)) as plain) words
$$;

-- The words by which a query is looked up: its English stems. A text that contains a word contains its stem, so a second
-- look-up of the word as written would find nothing more. A query of nothing but words that English leaves out is looked
-- up as written.
create function published.lookup_query(q text) returns tsquery immutable parallel safe language sql as $$
    select case when numnode(websearch_to_tsquery('english', plain)) > 0 then websearch_to_tsquery('english', plain)
                else websearch_to_tsquery('simple', plain) end
    from (select published.plain_words(published.quoted(q)) as plain) words
$$;

-- The text of an excerpt, with vertical tabs around the signs that join two words, so that each is marked alone. The service
-- removes the vertical tabs, which no text of a record contains. `published.separated` puts a blank there.
create function published.excerpt_text(t text) returns text immutable parallel safe language sql as $$
    select regexp_replace(regexp_replace(normalize(t, NFC),
        '[‐‑‒−⁄\u00a1-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u02b9-\u02df\u2013-\u2029\u202f-\u205f\u20a0-\u20cf\u2120-\u2122\u2190-\u2211\u2213-\u2bff\u2e00-\u2e7f\u3000-\u303f\ue000-\uf8ff\ufffc\ufffd\U0001f000-\U0001faff]',
        e'\x0b\\&\x0b', 'g'),
        '(?<=[^[:space:][:punct:][:cntrl:]])[/\\&_@:;,?=#+*|~>`''](?=[^[:space:][:punct:][:cntrl:]])|<|'
        '(?<=[^[:space:][:punct:][:cntrl:]])[.](?=[^[:space:][:punct:][:cntrl:][:digit:]])|(?<=[^[:space:][:punct:][:cntrl:][:digit:]])[.](?=[^[:space:][:punct:][:cntrl:]])|(?<=[^[:space:][:punct:][:cntrl:][:digit:]])-(?=[^[:space:][:punct:][:cntrl:][:digit:]])',
        e'\\&\x0b', 'g')
$$;

-- True when the query has a word that must be present. A query that only excludes words would match nearly every row.
create function published.has_required_word(query tsquery) returns boolean immutable parallel safe language sql
    return querytree(query) not in ('', 'T');

-- A type with a period is one facet too, so that a search for one type reads only that type's lists.
create function published.facets(type text, kind text, published_on date, areas text[]) returns text[]
stable language sql as $$
    select array['type:' || type, 'kind:' || kind, month, type || '/' || month, year, type || '/' || year]
           || coalesce((select array_agg('area:' || area) from unnest(areas) area), '{area:*}')
    from (select 'month:' || to_char(published_on, 'YYYY-MM') as month,
                 'year:' || greatest(extract(year from published_on), 2016) as year) period
$$;

create function upsert_search_text(id uuid, type text, kind text, published_on date, areas text[], heading text, body text) returns void
security definer set search_path = record, pg_temp language sql as $$
    insert into published.texts as t (id, type, published_on, facets, search_vector)
    values (id, type, published_on, published.facets(type, kind, published_on, areas), published.search_vector(heading, body))
    on conflict (id) do update
    set published_on = excluded.published_on, facets = excluded.facets, search_vector = excluded.search_vector
$$;
create function published_inspection_text(i published.inspections) returns void language sql as $$
    select record.upsert_search_text(i.id, 'inspection', i.kind, i.published_on, i.subjects, concat_ws(' ', i.reference, i.title),
                           i.key_findings)
$$;
create function published_recommendation_text(r published.recommendations) returns void language sql as $$
    select record.upsert_search_text(r.id, 'recommendation', i.kind, i.published_on, i.subjects, r.reference, r.text)
    from published.inspections i where i.id = r.inspection_id
$$;

-- All texts of an edition of a response.
create function published.edition_text(content jsonb) returns text immutable parallel safe language sql as $$
    select concat_ws(' ', content ->> 'policing_body_comments', content ->> 'reply_to_chief_officer',
                     content -> 'chief_officer_comments' ->> 'text',
                     (select string_agg(x ->> 'text', ' ')
                      from jsonb_array_elements(coalesce(content -> 'explanations', '[]')) x))
$$;
create function published_response_text(e published.editions) returns void language sql as $$
    select record.upsert_search_text(e.response_id, 'response', i.kind, e.published_on, array[e.area], i.reference,
                           published.edition_text(e.content))
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
revoke all on function upsert_search_text(uuid, text, text, date, text[], text, text), published_text_written(),
    published_text_removed() from public;
