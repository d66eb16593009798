-- Lines by when they changed, the latest first: what lists of all areas, and of one, are read along; and what is published
-- of them by when it was first shown. Without these every line in the country was read for a page.
create index assignments_by_change on assignments (updated_at desc, id);
create index assignments_of_an_area_by_change on assignments (area collate "C", updated_at desc, id);
create index published_assignments_by_change on published.assignments (updated_at desc, id);
create index published_assignments_of_an_area_by_change on published.assignments (area collate "C", updated_at desc, id);
create index published_assignments_by_opening on published.assignments (created_at desc, id);
