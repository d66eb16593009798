//! Reads of the part of the change feed that anyone may read, with the rights of the public.

use super::{ALL, CHECK, FeedCheck, FeedEntry, PassedChange, check_from, passed, type_parameters};
use crate::api::{ListOrder, Problem};
use crate::changes::requests::FeedPosition;
use crate::db::Public;

/// Selects changes that anyone may read, before or after a position ($1), of the requested types ($2, named in $3), with the
/// title and reference of each record as the public may read it now. The public learns no actor.
macro_rules! public_page {
    ($compare:literal, $order:literal) => {
        concat!(
            "select p.*, t.title, t.reference, null::text as actor_issuer
             from (
                 select c.position, c.event_id, c.at, c.area, c.resource, c.resource_id, null::uuid as parent_id, c.version,
                        ($3::text[])[array_position($2, c.kind)] as type, a.code
                 from published.changes c
                 left join published.areas a on c.resource = 'area' and a.id = c.resource_id
                 where c.position ",
            $compare,
            " $1 and c.kind = any ($2)
                 order by c.position",
            $order,
            " limit $4) p
             left join lateral (
                 select i.title, i.reference
                 from published.inspections i
                 where i.id = case p.resource
                                  when 'inspection' then p.resource_id
                                  when 'response' then
                                      (select r.inspection_id from published.responses r where r.id = p.resource_id) end
                 union all
                 select left(r.text, 301), r.reference
                 from published.recommendations r
                 where r.id = case p.resource
                                  when 'recommendation' then p.resource_id
                                  when 'assignment' then
                                      (select a.recommendation_id from published.assignments a where a.id = p.resource_id) end
                 union all
                 select a.name, null from published.areas a where p.resource = 'area' and a.id = p.resource_id
             ) t on true
             order by p.position",
            $order
        )
    };
}
const PUBLIC_PAGE_AFTER: &str = public_page!(">", "");
const PUBLIC_PAGE_BEFORE: &str = public_page!("<", " desc");

/// Returns at most `limit` changes that anyone may read: those after a position, oldest first, or those before it, newest
/// first.
pub async fn list_published(
    db: &Public<'_>,
    order: ListOrder,
    position: i64,
    limit: i64,
) -> Result<Vec<FeedEntry>, Problem> {
    let (pairs, names) = type_parameters(ALL);
    let sql = if order == ListOrder::OldestFirst { PUBLIC_PAGE_AFTER } else { PUBLIC_PAGE_BEFORE };
    db.find_all(sql, &[&position, &pairs, &names, &limit]).await
}

/// Returns the last change before a position that anyone may read.
pub async fn latest_published(db: &Public<'_>, before: i64) -> Result<Option<PassedChange>, Problem> {
    let sql = "select position, event_id, at from published.changes where position < $1 order by position desc limit 1";
    Ok(db.query_opt(sql, &[&before]).await?.as_ref().map(passed))
}

/// Compares what a reader without a token has reached with the feed.
pub async fn check_published(db: &Public<'_>, reached: &FeedPosition) -> Result<FeedCheck, Problem> {
    check_from(db.query_opt(CHECK, &[&reached.position, &reached.event, &reached.epoch]).await?.as_ref())
}
