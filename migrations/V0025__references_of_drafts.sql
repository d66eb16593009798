-- A reference belongs to the published inspection that has it. Until one is published, each area can have one draft with it,
-- and so can registrars: nobody sees the drafts of another area, so none of them may stand in another's way.
drop index inspections_one_per_reference;
create unique index inspections_one_per_reference
    on inspections (published.label_key(source), published.label_key(reference), reference_twin) where state = 'published';
create unique index inspections_one_draft_per_reference
    on inspections (published.label_key(source), published.label_key(reference), coalesce(registered_by, ''), reference_twin)
    where state = 'draft';
