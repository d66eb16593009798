-- How a text becomes search words. Tables compute columns with this function, so it is here and not in `schema/`.

-- Each word counts twice: by its English stem, and as it is written, for Welsh and for names. Only the first 150,000
-- characters of a body count, so that the vector stays below PostgreSQL's limit of 1 MiB.
create function published.search_vector(heading text, body text) returns tsvector immutable parallel safe language sql
    return setweight(to_tsvector('english', left(coalesce(heading, ''), 2000))
                     || to_tsvector('simple', left(coalesce(heading, ''), 2000)), 'A')
           || setweight(to_tsvector('english', left(coalesce(body, ''), 150000))
                        || to_tsvector('simple', left(coalesce(body, ''), 150000)), 'B');
