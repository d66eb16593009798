//! What an e-mail tells, read from the records as they are when it is sent. What its recipient's side may no longer read,
//! and a day that no longer holds, are left out.

use chrono::NaiveDate;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::Problem;
use crate::db::{FromRow, Session};
use crate::deadlines;
use crate::notifications::model::EmailLine;

/// Selects the notifications of an e-mail ($1) with the titles and references of their records, if these are still there
/// and are OFFICIAL. No words of a draft are read: reports are published, and of evidence only the recommendation is named.
const LINES: &str = "
    select n.kind, n.lead, n.resource, n.resource_id, n.action, coalesce(n.day, t.day) as day, n.day is not null as is_of_day, t.title,
           t.reference, case when n.action <> 'open' then coalesce(e.actor_name, e.actor_subject) end as who
    from notifications n
    left join events e on e.id = n.event_id
    join lateral (
        select i.title, i.reference, case n.action when 'invite' then r.comments_due_on when 'open' then i.due_on end as day
        from responses r
        join inspections i on i.id = r.inspection_id and i.state = 'published'
        where n.resource = 'response' and r.id = n.resource_id and in_scope(r.area, $2)
        union all
        select i.title, rec.reference, null
        from assignments a
        join recommendations rec on rec.id = a.recommendation_id
        join inspections i on i.id = rec.inspection_id and i.state = 'published'
        where n.resource = 'assignment' and a.id = n.resource_id and in_scope(a.area, $2)
        union all
        select i.title, rec.reference, null
        from evidence v
        join assignments a on a.id = v.assignment_id
        join recommendations rec on rec.id = a.recommendation_id
        join inspections i on i.id = rec.inspection_id
        where n.resource = 'evidence' and v.id = n.resource_id and v.marking = 'official' and in_scope(v.area, $2)
        union all
        select null, null, null
        from import_proposals p
        where n.resource = 'import' and p.id = n.resource_id and p.state = 'proposed' and in_scope(p.area, $2)
        union all
        select null, null, null
        from webhooks w
        where n.resource = 'webhook' and w.id = n.resource_id and w.state = 'disabled' and in_scope(w.area, $2)
    ) t on true
    where n.email_id = $1 and in_scope(n.area, $2) and n.side = any ($3)
    order by n.created_at, n.id";

impl FromRow for EmailLine {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            kind: row.try_get("kind")?,
            lead: row.try_get("lead")?,
            resource: row.try_get("resource")?,
            resource_id: row.try_get("resource_id")?,
            action: row.try_get("action")?,
            day: row.try_get("day")?,
            is_of_day: row.try_get("is_of_day")?,
            title: row.try_get("title")?,
            reference: row.try_get("reference")?,
            who: row.try_get("who")?,
        })
    }
}

/// Returns what an e-mail tells today. It is empty if nothing of it holds any more.
pub async fn list_lines(db: &Session<'_>, email: Uuid, today: NaiveDate) -> Result<Vec<EmailLine>, Problem> {
    let all: Vec<EmailLine> = db.find_all(LINES, &[&email, &db.areas(), &db.sides()]).await?;
    let mut lines = Vec::new();
    for line in all {
        let holds = match (line.deadline_kind(), line.day) {
            (Some(kind), Some(day)) => deadlines::is_due(db, kind, line.resource_id, day, today).await?,
            _ => true,
        };
        if holds {
            lines.push(line);
        }
    }
    Ok(lines)
}
