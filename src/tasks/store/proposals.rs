//! The tasks on proposals: imports, imported positions and disposals.

use super::permitted_work;
use crate::retention::store::held_column;

/// Which questions of an import are open depends on what is registered meanwhile, so the list does not tell: each import
/// that nobody has decided on is a task.
pub const IMPORTS: &str = concat!(
    "select md5(w.kind || p.id)::uuid as id, w.kind, null as action, p.area, 'import' as resource, p.id as resource_id,
            null as reference, p.filename as title, $1::date as today, d.due_on,
            coalesce(d.due_on < $1, false) as overdue, false as not_yet_recorded, p.created_at as since,
            false as lacks_comments, 0::bigint as missing_explanations, null::text[] as assignee
     from import_proposals p",
    permitted_work!("'import'", "p.state"),
    " cross join lateral (select (p.expires_at at time zone 'Europe/London')::date as due_on) d
     where (in_scope(p.area, $2) and $5::text[] && array['policing_body', 'audit'] or p.by_registrar and $6)"
);

/// The needs are those of `confirm`, as the module `imported` checks them. A position that does not meet them waits for
/// something else first, such as the publication of its inspection, or can only be rejected.
pub const POSITIONS: &str = concat!(
    "select md5(w.kind || p.id)::uuid as id, w.kind, w.action, p.area, 'imported_position' as resource,
            p.id as resource_id, c.reference, c.text as title, $1::date as today, null::date as due_on,
            false as overdue, false as not_yet_recorded, p.created_at as since, false as lacks_comments,
            0::bigint as missing_explanations, null::text[] as assignee
     from imported_positions p
     cross join lateral (select case when p.side = 'inspectorate' then array['policing_body', 'force']
                                     else array[p.side] end as sides) k
     join assignments a on a.recommendation_id = p.recommendation_id and a.area = p.area and in_scope(a.area, $2)
     join recommendations c on c.id = a.recommendation_id
     join inspections i on i.id = a.inspection_id and i.state <> 'withdrawn'
     cross join lateral (select cardinality(c.addressees) > 0
                                and not c.addressees && array['chief_constables', 'policing_bodies'] as elsewhere) o",
    permitted_work!("'imported_position'", "p.state"),
    " where in_scope(p.area, $2) and $5::text[] && k.sides
       and (person_key(p.proposed_issuer, p.proposed_subject) <> $4 or p.proposed_sides && k.sides)
       and ($11 or coalesce(p.force_status, '') not in ('force_complete', 'will_not_implement', 'not_applicable'))
       and case p.side
               when 'force' then
                   a.force_status = case when o.elsewhere then 'dependent_on_other' else 'awaiting_allocation' end
                   and a.dependency is not distinct from case when o.elsewhere
                                                              then array_to_string(c.addressees, ', ') end
                   and a.owner is null
                   and not exists (select from target_changes t where t.assignment_id = a.id and in_scope(t.area, $2))
               else not exists (
                   select from positions x
                   where x.assignment_id = a.id and in_scope(x.area, $2)
                     and x.position = case when p.side = 'inspectorate' then 'inspectorate_status'
                                           when p.body_view is not null then 'body_view' end) end
       and (p.force_status is distinct from 'allocated' or p.owner is not null)
       and p.force_status is distinct from 'superseded'
       and (p.force_status is distinct from 'dependent_on_other' or a.dependency is not null)
       and coalesce(p.inspectorate_status, '') not in ('open', 'reopened')
       and (p.force_status is distinct from 'awaiting_sign_off' or a.evidence_count > a.rejected_evidence_count)
       and (p.body_view is distinct from 'assured' or a.accepted_evidence_count > 0)
       and coalesce(p.update_on <= $1, true) and p.as_at <= $1
       and coalesce(p.local_target_on >= i.published_on, true)
       and (p.side = 'force' or coalesce(p.as_at >= i.published_on, true))"
);

/// A disposal under a legal hold waits for the hold.
pub const DISPOSALS: &str = concat!(
    "select md5(w.kind || s.id)::uuid as id, w.kind, w.action, s.area, 'disposal' as resource, s.id as resource_id,
            null as reference, null as title, $1::date as today, null::date as due_on, false as overdue,
            false as not_yet_recorded, s.created_at as since, false as lacks_comments,
            0::bigint as missing_explanations, null::text[] as assignee
     from (select s.*, ",
    held_column!(),
    " from disposals s where in_scope(s.area, $2)) s",
    permitted_work!("'disposal'", "s.state"),
    " where not s.held and person_key(s.proposed_issuer, s.proposed_subject) <> $4
       and (s.owner = any (s.proposed_sides) or s.owner = any ($5))"
);
