-- Texts that a reader takes for the same are the same. References and numbers are unique whatever their case, the width of their
-- characters, their blanks and their invisible characters; the stored text stays as it was sent. Words are found whatever signs
-- stand beside them.

-- Returns the key of a label: two labels are the same if their keys are equal. `label::key` of the program returns the same
-- key. It does not use lower(), whose result depends on the locale of the database: NFKD separates letters from their
-- accents, and the second argument of translate() lists the capital letters of Latin, Greek and Cyrillic that remain. The
-- regular expressions list invisible characters (category Cf, Default_Ignorable_Code_Point) and blanks.
create function published.label_key(label text) returns text immutable parallel safe language sql begin atomic
    select btrim(regexp_replace(case when octet_length(label) = length(label) then lower(label collate "C") else
        normalize(translate(lower(normalize(regexp_replace(label, '[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]', '', 'g'), NFKD) collate "C"),
            'ÆÐØÞĐĦŁŊŒŦƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏА'
            'БВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮ'
            'ẞỺỼỾς‐',
            'æðøþđħłŋœŧɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџа'
            'бвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯ'
            'ßỻỽỿσ-'
        ), NFC) end, '[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'));
end;

-- Rows that are now the same as an earlier row keep their text: a published response may stand on each of them. They are
-- counted 1, 2, … in the order of their registration, and every other row has 0. A new row therefore meets the first one.
alter table inspections add column reference_twin integer not null default 0;
alter table recommendations add column reference_twin integer not null default 0;
alter table recommendations add column number_twin integer not null default 0;

update inspections i set reference_twin = t.twin
from (select id, row_number() over (partition by published.label_key(source), published.label_key(reference)
                                    order by created_at, id) - 1 as twin
      from inspections where state <> 'withdrawn') t
where t.id = i.id and t.twin > 0;
update recommendations r set reference_twin = t.twin
from (select id, row_number() over (partition by inspection_id, published.label_key(reference) order by ordinal, id) - 1 as twin
      from recommendations) t
where t.id = r.id and t.twin > 0;
update recommendations r set number_twin = t.twin
from (select id, row_number() over (partition by inspection_id, published.label_key(number) order by ordinal, id) - 1 as twin
      from recommendations) t
where t.id = r.id and t.twin > 0;

do $$
declare
    twins text;
begin
    select string_agg(name, '; ' order by name) into twins
    from (select format('inspection %s: reference %L of %L', id, reference, source) as name
          from inspections where reference_twin > 0
          union all
          select format('recommendation %s: reference %L, number %L', id, reference, number)
          from recommendations where reference_twin > 0 or number_twin > 0) t;
    if twins is not null then
        raise warning 'These records have the reference or number of an earlier record, apart from case, width, blanks or '
            'invisible characters. They stay as they are. Withdraw or correct those that were registered twice: %', twins;
    end if;
end $$;

drop index inspections_one_per_reference;
create unique index inspections_one_per_reference
    on inspections (published.label_key(source), published.label_key(reference), reference_twin) where state <> 'withdrawn';
alter table recommendations drop constraint recommendations_one_per_reference, drop constraint recommendations_one_per_number;
create unique index recommendations_one_per_reference
    on recommendations (inspection_id, published.label_key(reference), reference_twin);
create unique index recommendations_one_per_number
    on recommendations (inspection_id, published.label_key(number), number_twin);

-- Separates words that a text joins without a blank. Replaces the function of V0018: in the locale C, the parser takes every
-- character outside ASCII for a letter, also quotation marks, bullets and currency signs, and it drops what stands in angle
-- brackets. NFKC reads ligatures, which PDF files have, and full-width letters. The lists are invisible characters, which are
-- removed, and signs, which become blanks.
create or replace function published.separated(t text) returns text immutable parallel safe language sql begin atomic
    select regexp_replace(regexp_replace(
        translate(normalize(regexp_replace(regexp_replace(t,
                '[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]', '', 'g'),
                '[\u00a1-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u02b9-\u02df\u2013-\u2029\u202f-\u205f\u20a0-\u20cf\u2120-\u2122\u2190-\u2211\u2213-\u2bff\u2e00-\u2e7f\u3000-\u303f\ue000-\uf8ff\ufffc\ufffd\U0001f000-\U0001faff]', ' ', 'g'), NFKC),
            '‐‒−/\&_@:;,?=#+*|~<>`''⁄', '---' || repeat(' ', 20)),
        -- Not [:alpha:], which has no accented letter in the locale C.
        '(?<=[^[:space:][:punct:][:cntrl:]])[.](?=[^[:space:][:punct:][:cntrl:][:digit:]])|(?<=[^[:space:][:punct:][:cntrl:][:digit:]])[.](?=[^[:space:][:punct:][:cntrl:]])|(?<=[^[:space:][:punct:][:cntrl:][:digit:]])-(?=[^[:space:][:punct:][:cntrl:][:digit:]])',
        ' ', 'g'), '-{2,}', ' ', 'g');
end;

-- The words of a text that are stored, and again the parts of those that a query may name alone: `19` of `COVID-19`, `2022` of
-- `25.02.2022`. The lengths keep a vector below PostgreSQL's limit of 1 MiB. `offset 0` has each text computed once.
create or replace function published.stored_words(t text) returns text immutable parallel safe language sql begin atomic
    select words || coalesce(' ' || (select left(string_agg(translate(m[1], '-.', '  '), ' '), 30000)
                                     from regexp_matches(words, '([[:alnum:]]+(?:-[[:alnum:]]+)+|[0-9]+(?:[.][0-9]+){2,})', 'g') m), '')
    from (select left(published.plain_words(t), 150000) as words offset 0) plain;
end;

create or replace function published.search_vector(heading text, body text) returns tsvector immutable parallel safe language sql begin atomic
    select setweight(to_tsvector('english', words.heading) || to_tsvector('simple', words.heading), 'A')
           || setweight(to_tsvector('english', words.body) || to_tsvector('simple', words.body), 'B')
    from (select published.stored_words(left(coalesce(heading, ''), 2000)) as heading,
                 published.stored_words(left(coalesce(body, ''), 150000)) as body offset 0) words;
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
