//! The tasks on assignments.

use super::permitted_work;
use crate::assignments::store::assignment_rows_with_headline;
use crate::people::assignees;

/// What the inspectorate closed has no tasks. An update is a task once nothing was recorded for 90 days, or since the last
/// day passed.
pub const TASKS: &str = constcat::concat!(
    "select md5(w.kind || o.id)::uuid as id, w.kind, nullif(w.action, '') as action, o.area, 'assignment' as resource,
            o.id as resource_id, o.reference, o.text as title, $1::date as today,
            case when w.kind <> 'record_body_view' then o.last_day end as due_on,
            o.overdue and w.kind <> 'record_body_view' as overdue, o.not_yet_recorded,
            case when w.kind = 'update_assignment'
                 then (least(u.recorded_on + 90,
                             case when o.last_day >= u.recorded_on then o.last_day + 1 end)::timestamp
                       at time zone 'Europe/London')
                 else coalesce((select max(v.at) from events v
                                where v.resource_id = o.id and v.to_state = o.force_status and in_scope(v.area, $2)),
                               o.created_at) end as since,
            false as lacks_comments, 0::bigint as missing_explanations, (",
    assignees::filter!("o.id", "$2", "$3", "$4"),
    ") as assignee
     from (",
    assignment_rows_with_headline!(),
    ") o",
    permitted_work!("'assignment'", "o.force_status"),
    " cross join lateral (
         select case when w.kind = 'update_assignment' then
                    greatest((o.updated_at at time zone 'Europe/London')::date,
                             (select max(p.date) from assignment_updates p
                              where p.assignment_id = o.id and in_scope(p.area, $2))) end as recorded_on) u
     where o.inspection_state = 'published' and o.inspectorate_status not in ('closed', 'closed_verified')
       and case w.kind
               when 'update_assignment' then u.recorded_on + 90 <= $1 or coalesce(o.last_day < $1, false)
                                                                         and u.recorded_on <= o.last_day
               when 'sign_off_assignment' then person_key(o.submitted_issuer, o.submitted_subject) is distinct from $4
               when 'record_body_view' then not exists (
                   select from positions p
                   where p.assignment_id = o.id and p.position = 'body_view' and in_scope(p.area, $2)
                     and p.at >= coalesce((select max(v.at) from events v
                                           where v.resource_id = o.id and v.to_state = o.force_status
                                             and in_scope(v.area, $2)), o.created_at))
               else true end"
);
