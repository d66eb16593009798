-- Lines by when they changed and when they were opened, the latest first: what lists of all areas are read along, and those
-- of one area too, whose lines stand everywhere in that order. Without these every line in the country was read for a page.
create index assignments_by_change on assignments (updated_at desc, id);
create index assignments_by_opening on assignments (created_at desc, id);
create index published_assignments_by_change on published.assignments (updated_at desc, id);
create index published_assignments_by_opening on published.assignments (created_at desc, id);
