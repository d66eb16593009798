-- Search: the words of what is published, in a narrow table of their own.

-- There is no row security here: the index could not be used with it, and anyone may read all of this.
create table published.texts (
    id           uuid primary key,
    type         text not null check (type in ('inspection', 'recommendation', 'response')),
    published_on date not null,
    -- What a search can be narrowed by: type, kind, month, year and area. The year 2016 stands for all years before it too.
    facets       text[] not null,
    search_vector        tsvector not null
);
comment on table published.texts is 'Search: the words of each published text';
-- lz4 is faster to read than the default. A PostgreSQL built without lz4 keeps the default.
do $$ begin
    alter table published.texts alter column search_vector set compression lz4;
exception when feature_not_supported then null;
end $$;
create index published_texts_words on published.texts using gin (search_vector, facets) with (fastupdate = off);
