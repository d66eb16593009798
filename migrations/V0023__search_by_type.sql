-- What a question is looked up by: its English stems. Whoever wrote a word wrote its stem, so that to look for the word as it
-- stands as well read every list of the index twice and found nothing more; but for a question of nothing but words that
-- English leaves out. How well a text answers is still weighed by both.
create function published.sought(q text) returns tsquery immutable parallel safe language sql as $$
    select case when numnode(websearch_to_tsquery('english', q)) > 0 then websearch_to_tsquery('english', q)
                else websearch_to_tsquery('simple', q) end
$$;

-- A type and a period are one facet too: a search for a type reads that type's lists alone.
create or replace function published.facets(type text, kind text, published_on date, areas text[]) returns text[]
stable language sql as $$
    select array['type:' || type, 'kind:' || kind, month, type || '/' || month, year, type || '/' || year]
           || coalesce((select array_agg('area:' || area) from unnest(areas) area), '{area:*}')
    from (select 'month:' || to_char(published_on, 'YYYY-MM') as month,
                 'year:' || greatest(extract(year from published_on), 2016) as year) period
$$;
drop index published.published_texts_words;
update published.texts t set facets = facets || array[type || '/month:' || to_char(published_on, 'YYYY-MM'),
                                                      type || '/year:' || greatest(extract(year from published_on), 2016)];
create index published_texts_words on published.texts using gin (words, facets) with (fastupdate = off);
