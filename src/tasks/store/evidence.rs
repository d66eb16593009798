//! The tasks on items of evidence. The function `evidence_waiting` reads OFFICIAL-SENSITIVE items too, without their words,
//! because this read is not audited.

use super::permitted_work;
use crate::people::assignees;

/// An item whose file waits for its malware scan is nobody's task yet. One in which the scan found malware is rejected.
pub const TASKS: &str = constcat::concat!(
    "select md5(w.kind || e.id)::uuid as id, w.kind, w.action, e.area, 'evidence' as resource, e.id as resource_id,
            c.reference, e.title, $1::date as today, null::date as due_on, false as overdue, false as not_yet_recorded,
            case when w.kind = 'confirm_lowering' then e.lowering_at
                 else coalesce((select max(v.at) from events v
                                where v.resource_id = e.id and v.to_state = e.state and in_scope(v.area, $2)),
                               e.created_at) end as since,
            false as lacks_comments, 0::bigint as missing_explanations, (",
    assignees::filter!("e.id", "$2", "$3", "$4"),
    ") as assignee
     from evidence_waiting() e
     join assignments a on a.id = e.assignment_id and in_scope(a.area, $2)
     join recommendations c on c.id = a.recommendation_id
     join inspections i on i.id = a.inspection_id and i.state = 'published'
     cross join lateral (values ('evidence', e.state),
                                ('marking', case when e.lowering_at is not null then 'lowering_requested' end))
         as f(workflow, state)",
    permitted_work!("f.workflow", "f.state"),
    " where in_scope(e.area, $2)
       and case w.action
               when 'accept' then $4 <> all (e.authors) and e.scan is distinct from 'pending'
                                  and e.scan is distinct from 'infected'
               when 'reject' then $4 <> all (e.authors) and e.scan = 'infected'
               when 'confirm_lowering' then e.lowering_by is distinct from $4
               else true end"
);
