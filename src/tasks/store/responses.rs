//! The tasks on responses.

use super::permitted_work;
use crate::people::assignees;

/// A response has `explain_response` while something is missing, and `submit_response` once nothing is.
pub const TASKS: &str = constcat::concat!(
    "select md5(w.kind || r.id)::uuid as id, w.kind, nullif(w.action, '') as action, r.area, 'response' as resource,
            r.id as resource_id, i.reference, i.title, $1::date as today, d.due_on,
            coalesce(d.due_on < $1, false) and not n.not_yet_recorded as overdue, n.not_yet_recorded,
            coalesce((select max(v.at) from events v
                      where v.resource_id = r.id and v.to_state = r.state and in_scope(v.area, $2)),
                     r.created_at) as since,
            m.lacks_comments, m.missing_explanations, (",
    assignees::filter!("r.id", "$2", "$3", "$4"),
    ") as assignee
     from responses r
     join inspections i on i.id = r.inspection_id and i.state = 'published'
     join area_settings s on s.area = r.area",
    permitted_work!("'response'", "r.state"),
    " left join current_editions e on e.response_id = r.id
     cross join lateral (select response_not_yet_recorded(i.state, r.state, r.version, r.blank_version, r.created_at,
                                                          i.due_on) as not_yet_recorded) n
     cross join lateral (select case when w.kind = 'comment' then r.comments_due_on
                                     when e.edition is null then i.due_on end as due_on) d
     cross join lateral (
         select case when w.kind in ('explain_response', 'submit_response') then
                    (select count(*) from recommendations c
                     where c.inspection_id = r.inspection_id
                       and (c.kind = 'recommendation'
                            or c.kind = 'area_for_improvement' and s.afi_explanation_required)
                       and not exists (select from explanations x
                                       where x.response_id = r.id and x.recommendation_id = c.id
                                         and in_scope(x.area, $2)))
                    else 0 end as missing_explanations,
                w.kind in ('explain_response', 'submit_response')
                    and not exists (select from response_texts t
                                    where t.response_id = r.id and t.part = 'policing_body_comments'
                                      and in_scope(t.area, $2)) as lacks_comments) m
     where in_scope(r.area, $2) and in_scope(s.area, $2)
       and case w.kind
               when 'invite_comments' then not n.not_yet_recorded
               when 'record_published_response' then n.not_yet_recorded
               when 'proceed_without_comments' then coalesce(r.comments_due_on < $1, true)
               when 'explain_response' then m.missing_explanations > 0 or m.lacks_comments
               when 'submit_response' then m.missing_explanations = 0 and not m.lacks_comments
               when 'approve_response' then person_key(r.submitted_issuer, r.submitted_subject) is distinct from $4
               else true end"
);
