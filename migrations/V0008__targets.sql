-- The day a recommendation's target means: stated by the report, or computed from the day of publication; and which.

alter table recommendations add column target_basis text not null default 'no_date';

-- Row security binds the owner too; what was published before is brought up to date here, once.
alter table inspections no force row level security;
alter table recommendations no force row level security;

update recommendations set target_basis = 'stated' where target_on is not null;

with counted as (
    select r.id, i.published_on, r.target_kind,
           regexp_match(lower(r.target_text), '\ywithin (?:the next )?([a-z]+|[0-9]{1,3}) (day|week|month|year)s?\y') as words
    from recommendations r
    join inspections i on i.id = r.inspection_id
    where i.published_on is not null and i.state <> 'draft' and r.target_basis <> 'stated'
), measured as (
    select id, published_on, target_kind, words[2] as unit,
           case when words[1] ~ '^[0-9]+$' then words[1]::integer
                when words[1] = 'a' then 1
                when words[1] = 'eighteen' then 18
                else array_position(array['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten',
                                          'eleven', 'twelve'], words[1]) end as number
    from counted
)
update recommendations r
set target_on = case when m.target_kind = 'immediate' then m.published_on
                     when m.target_kind = 'within' and m.number is not null
                     then (m.published_on + (m.number || ' ' || m.unit)::interval)::date end,
    target_basis = case when m.target_kind = 'immediate' then 'publication'
                        when m.target_kind = 'within' and m.number is not null then 'counted_from_publication'
                        when m.target_kind = 'within' then 'not_countable'
                        else 'no_date' end
from measured m
where m.id = r.id;

update published.recommendations p set target_on = r.target_on from recommendations r where r.id = p.id;

alter table inspections force row level security;
alter table recommendations force row level security;
