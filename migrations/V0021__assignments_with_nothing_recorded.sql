-- Assignments on which the area has recorded nothing yet. If such an assignment was opened after its last day, it is not
-- overdue.

alter table assignments
    -- The version at which nothing is recorded: that of the opening, or of a correction of the addressees. 0 once there is an
    -- update or an item of evidence, which increase no version.
    add column blank_version bigint not null default 1;
update assignments a
set blank_version = 0
where exists (select from assignment_updates u where u.assignment_id = a.id)
   or exists (select from evidence e where e.assignment_id = a.id);

alter table published.assignments
    -- The day in London on which the assignment was opened, while nothing is recorded on it. The API shows it only by its
    -- effect on the headline.
    add column blank_since date;
update published.assignments p
set blank_since = (a.created_at at time zone 'Europe/London')::date
from assignments a
where a.id = p.id and a.version = a.blank_version;
