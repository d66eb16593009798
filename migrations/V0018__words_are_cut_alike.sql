-- A text and a query are cut into words in the same way, whatever stands between the words. The bodies are `begin atomic`,
-- so that PostgreSQL knows which function needs which, and the functions of `search_vector` stay with it.

-- Separates words that a text joins without a blank: `victims/witnesses`, `told.Officers`, `ring-back`, `officers’`,
-- `R&D`, addresses of e-mail and the web. A full stop between digits stays (`3.10`), and so does a hyphen beside a digit
-- (`S-2-1`). Composes letters and their accents (Unicode NFC).
create function published.separated(t text) returns text immutable parallel safe language sql begin atomic
    select regexp_replace(
        translate(normalize(t, NFC), '/\&_@:;,?=#+*|’‘ʼ`´''…–—', repeat(' ', 23)),
        -- Not [:alpha:], which has no accented letter in the locale C.
        '(?<=[^[:space:][:punct:][:cntrl:]])[.](?=[^[:space:][:punct:][:cntrl:][:digit:]])|(?<=[^[:space:][:punct:][:cntrl:][:digit:]])[.](?=[^[:space:][:punct:][:cntrl:]])|(?<=[^[:space:][:punct:][:cntrl:][:digit:]])-(?=[^[:space:][:punct:][:cntrl:][:digit:]])',
        ' ', 'g');
end;

-- The same without accents, so that `dwr` finds `dŵr`.
create function published.plain_words(t text) returns text immutable parallel safe language sql begin atomic
    select published.separated(regexp_replace(normalize(t, NFD), '[\u0300-\u036f]', '', 'g'));
end;

-- Each word counts twice: by its English stem, and as it is written, for Welsh and for names. Only the first 150,000
-- characters of a body count, so that the vector stays below PostgreSQL's limit of 1 MiB.
create or replace function published.search_vector(heading text, body text) returns tsvector immutable parallel safe language sql begin atomic
    select setweight(to_tsvector('english', words.heading) || to_tsvector('simple', words.heading), 'A')
           || setweight(to_tsvector('english', words.body) || to_tsvector('simple', words.body), 'B')
    from (select published.plain_words(left(coalesce(heading, ''), 2000)) as heading,
                 published.plain_words(left(coalesce(body, ''), 150000)) as body) words;
end;

-- The stored words are computed again.
update response_texts set text = text;
update explanations set text = text;
update published.texts t
set search_vector = published.search_vector(concat_ws(' ', i.reference, i.title), i.key_findings)
from published.inspections i
where i.id = t.id;
update published.texts t
set search_vector = published.search_vector(r.reference, r.text)
from published.recommendations r
where r.id = t.id;
update published.texts t
set search_vector = published.search_vector(i.reference, concat_ws(' ', e.content ->> 'policing_body_comments',
    e.content ->> 'reply_to_chief_officer', e.content -> 'chief_officer_comments' ->> 'text',
    (select string_agg(x ->> 'text', ' ') from jsonb_array_elements(coalesce(e.content -> 'explanations', '[]')) x)))
from published.responses p
join published.editions e on e.response_id = p.id and e.edition = p.edition
join published.inspections i on i.id = p.inspection_id
where p.id = t.id;
