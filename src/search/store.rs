//! The statements of a search: published texts from their index, and drafts under row security.

use chrono::NaiveDate;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::model::{SearchHit, SearchResults, SearchType, split_excerpt};
use super::query::SearchQuery;
use crate::api::Problem;
use crate::auth::{Scope, Side};
use crate::db::{FromRow, Session, Sql};
use crate::responses::readable_text_kinds;

/// The most matches that are ranked and counted. The newest 500 are ranked in a few milliseconds.
const MAX_RANKED: i64 = 500;

/// The best hits of one statement, and the number of matches; 501 stands for any greater number.
#[derive(Debug, Default)]
pub struct Matches {
    hits: Vec<SearchHit>,
    total: i64,
}

impl Matches {
    /// Merges two results, the best hits first.
    pub fn merge(self, other: Self, query: &SearchQuery) -> Self {
        let total = self.total.min(MAX_RANKED + 1) + other.total.min(MAX_RANKED + 1);
        let mut hits = [self.hits, other.hits].concat();
        hits.sort_by(|one, another| another.rank.total_cmp(&one.rank));
        hits.truncate(usize::try_from(query.limit).unwrap_or_default());
        Self { hits, total }
    }
}

impl From<Matches> for SearchResults {
    fn from(Matches { hits, total }: Matches) -> Self {
        Self { items: hits, total: total.min(MAX_RANKED), total_capped: total > MAX_RANKED }
    }
}

/// The text with the found words marked by their English stems. If that marks nothing, words are marked as written.
macro_rules! excerpt {
    () => {
        "case when strpos(english.marked, e'\\ue000') > 0 then english.marked
              else ts_headline('simple', t.text, (select search_query from query), options.o) end as excerpt"
    };
}

macro_rules! marked {
    () => {
        "cross join (select e'StartSel=\\ue000, StopSel=\\ue001, MaxFragments=2, MaxWords=30, MinWords=12, \
                             FragmentDelimiter=\" … \"' as o) options
         cross join lateral (select ts_headline('english', t.text, (select search_query from query), options.o) as marked) english"
    };
}

/// The search in published texts, before the filters. $1 is `q`, $2 the steps, $3 the limit.
const PUBLISHED: &str = "
    with query as (
        select published.search_query($1) as search_query, published.lookup_query($1) as lookup_query
    ), found as materialized (
        select t.id, t.type, t.published_on, t.rank
        from unnest($2::text[]) step
        cross join lateral (
            select id, type, published_on, ts_rank(search_vector, (select search_query from query), 1) as rank
            from published.texts
            where search_vector @@ (select lookup_query from query) and facets && string_to_array(step, ',')";
/// The search in published texts, after the filters.
const PUBLISHED_RANKED: &str = concat!(
    "       order by published_on desc
            limit 501
        ) t
        where (select published.has_required_word(lookup_query) from query)
        limit 501
    ), best as (
        select id, type, published_on, rank, count(*) over () as total
        from found
        order by rank desc, published_on desc, id
        limit $3
    )
    select b.id, b.type, b.published_on, b.rank, b.total, false as draft, i.id as inspection_id, i.kind, i.title, p.area,
           coalesce(r.reference, i.reference) as reference, ",
    excerpt!(),
    " from best b
      left join published.recommendations r on r.id = b.id and b.type = 'recommendation'
      left join published.responses p on p.id = b.id and b.type = 'response'
      left join published.editions e on e.response_id = p.id and e.edition = p.edition
      join published.inspections i on i.id = coalesce(r.inspection_id, p.inspection_id, b.id)
      cross join lateral (
          select published.excerpt_text(translate(left(case b.type
              when 'inspection' then concat_ws('. ', i.title, i.key_findings)
              when 'recommendation' then r.text
              else published.edition_text(e.content) end, 40000), e'<>\\ue000\\ue001\\ue002\\ue003', e'\\ue002\\ue003')) as text
          offset 0
      ) t ",
    marked!(),
    " order by b.rank desc, b.published_on desc, b.id"
);

/// The search in drafts. Its parameters:
/// - $1: the value of `q`
/// - $2: the caller's areas
/// - $3: true if the caller is a registrar
/// - $4: the kinds of response text that the caller may read
/// - $5: true if the caller may read explanations
/// - $6: the maximum number of hits
/// - $7 to $11: the other filters, each null if absent
const DRAFTS: &str = concat!(
    "
    with query as (
        select published.search_query($1) as search_query, published.lookup_query($1) as lookup_query
    ), draft as (
        select i.id, i.reference, i.title, i.key_findings
        from inspections i
        where i.state = 'draft' and (in_scope(i.registered_by, $2) or $3)
    ), open as (
        select id, inspection_id from responses
        where in_scope(area, $2) and state not in ('published', 'complete', 'not_required')
    ), mine as (
        select 'inspection' as type, id, id as inspection_id,
               published.search_vector(concat_ws(' ', reference, title), key_findings) as search_vector
        from draft
        union all
        select 'recommendation', r.id, r.inspection_id, published.search_vector(r.reference, r.text)
        from draft d join recommendations r on r.inspection_id = d.id
        union all
        select 'response', o.id, o.inspection_id, x.search_vector
        from open o join response_texts x on x.response_id = o.id
        where in_scope(x.area, $2) and x.part = any ($4)
        union all
        select 'response', o.id, o.inspection_id, x.search_vector
        from open o join explanations x on x.response_id = o.id
        where in_scope(x.area, $2) and $5
    ), best as (
        select m.type, m.id, m.inspection_id, max(ts_rank(m.search_vector, (select search_query from query), 1)) as rank,
               count(*) over () as total
        from mine m
        join inspections i on i.id = m.inspection_id
        left join responses p on p.id = m.id
        where m.search_vector @@ (select lookup_query from query) and (select published.has_required_word(lookup_query) from query)
          and ($7::text[] is null or m.type = any ($7))
          and ($8::text[] is null or case when p.area is null then i.subjects is null or i.subjects && $8
                                          else p.area = any ($8) end)
          and ($9::text[] is null or i.kind = any ($9))
          and ($10::date is null or m.type <> 'response' and i.published_on > $10)
          and ($11::date is null or m.type <> 'response' and i.published_on < $11)
        group by m.type, m.id, m.inspection_id
        order by rank desc, m.id
        limit $6
    )
    select b.id, b.type, case when b.type <> 'response' then i.published_on end as published_on, b.rank, b.total,
           true as draft, i.id as inspection_id, i.kind, i.title, p.area, coalesce(r.reference, i.reference) as reference, ",
    excerpt!(),
    " from best b
      left join recommendations r on r.id = b.id and b.type = 'recommendation'
      left join responses p on p.id = b.id and b.type = 'response'
      join inspections i on i.id = b.inspection_id
      cross join lateral (
          select published.excerpt_text(translate(left(case b.type
              when 'inspection' then concat_ws('. ', i.title, i.key_findings)
              when 'recommendation' then r.text
              else (select string_agg(x.text, ' ')
                    from (select x.text from response_texts x
                          where x.response_id = b.id and in_scope(x.area, $2) and x.part = any ($4)
                          union all
                          select x.text from explanations x
                          where x.response_id = b.id and in_scope(x.area, $2) and $5) x)
              end, 40000), e'<>\\ue000\\ue001\\ue002\\ue003', e'\\ue002\\ue003')) as text
          offset 0
      ) t ",
    marked!(),
    " order by b.rank desc, b.id"
);

impl FromRow for SearchHit {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (record_type, id, inspection_id) =
            (row.try_get("type")?, row.try_get("id")?, row.try_get("inspection_id")?);
        let collection = match record_type {
            SearchType::Inspection => "inspections",
            SearchType::Recommendation => "recommendations",
            SearchType::Response => "responses",
        };
        Ok(Self {
            record_type,
            id,
            inspection_id,
            area: row.try_get("area")?,
            reference: row.try_get("reference")?,
            title: row.try_get("title")?,
            kind: row.try_get("kind")?,
            published_on: row.try_get("published_on")?,
            draft: row.try_get("draft")?,
            excerpt: split_excerpt(row.try_get::<_, Option<&str>>("excerpt")?.unwrap_or_default()),
            links: [
                ("self", format!("/v1/{collection}/{id}")),
                ("inspection", format!("/v1/inspections/{inspection_id}")),
            ]
            .into(),
            rank: row.try_get("rank")?,
        })
    }
}

fn matches(rows: &[Row]) -> Result<Matches, Problem> {
    let hits: Result<Vec<SearchHit>, _> = rows.iter().map(SearchHit::from_row).collect();
    let total = rows.first().map_or(0, |row| row.get("total"));
    Ok(Matches { hits: hits.map_err(Problem::internal)?, total })
}

fn facets(name: &str, values: &[String]) -> Vec<String> {
    values.iter().map(|value| format!("{name}:{value}")).collect()
}

/// Searches the published texts.
pub async fn find_published(db: &Session<'_>, query: &SearchQuery, today: NaiveDate) -> Result<Matches, Problem> {
    let steps = query.steps(today);
    let mut filters: Vec<Vec<String>> = Vec::new();
    filters.extend(query.kinds.as_deref().map(|kinds| facets("kind", kinds)));
    filters.extend(query.areas.as_deref().map(|areas| [facets("area", areas), vec!["area:*".to_owned()]].concat()));
    let mut sql = Sql::from(PUBLISHED);
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&query.q, &steps, &query.limit];
    for facets in &filters {
        values.push(facets);
        sql.push(" and facets && ");
        sql.push_parameter(values.len());
    }
    for (day, condition) in [(&query.after, " and published_on > "), (&query.before, " and published_on < ")] {
        if day.is_some() {
            values.push(day);
            sql.push(condition);
            sql.push_parameter(values.len());
        }
    }
    sql.push(PUBLISHED_RANKED);
    matches(&db.query(sql, &values).await?)
}

/// Searches the drafts that the caller's own side may read.
pub async fn find_drafts(db: &Session<'_>, query: &SearchQuery, scope: &Scope) -> Result<Matches, Problem> {
    let (text_kinds, reads_explanations) = (readable_text_kinds(scope), scope.reads(Side::PolicingBody));
    let values: [&(dyn ToSql + Sync); 11] = [
        &query.q,
        &db.areas(),
        &db.is_registrar(),
        &text_kinds,
        &reads_explanations,
        &query.limit,
        &query.types,
        &query.areas,
        &query.kinds,
        &query.after,
        &query.before,
    ];
    matches(&db.query(DRAFTS, &values).await?)
}
