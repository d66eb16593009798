//! Search in the database: the table of published words by its index, and what a side has drafted by row security.

use chrono::NaiveDate;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::model::{SearchHit, SearchResults, SearchType, passages};
use super::query::SearchQuery;
use crate::api::Problem;
use crate::auth::{Scope, Side};
use crate::db::{FromRow, Session, Sql};
use crate::responses::readable_parts;

/// How many are ranked and counted at the most: so many words of the newest are weighed in a few milliseconds.
const MOST: i64 = 500;

/// What was found in one place, the best first, and how many there are, one more than [`MOST`] for any number.
#[derive(Debug, Default)]
pub struct Found {
    hits: Vec<SearchHit>,
    total: i64,
}

impl Found {
    /// Both together, the best first.
    pub fn and(self, other: Self, question: &SearchQuery) -> Self {
        let total = self.total.min(MOST + 1) + other.total.min(MOST + 1);
        let mut hits = [self.hits, other.hits].concat();
        hits.sort_by(|one, another| another.rank.total_cmp(&one.rank));
        hits.truncate(usize::try_from(question.limit).unwrap_or_default());
        Self { hits, total }
    }
}

impl From<Found> for SearchResults {
    fn from(Found { hits, total }: Found) -> Self {
        Self { items: hits, total: total.min(MOST), total_capped: total > MOST }
    }
}

/// The text with the words found marked: in English, else as they stand.
macro_rules! excerpt {
    () => {
        "case when strpos(english.marked, e'\\ue000') > 0 then english.marked
              else ts_headline('simple', t.text, (select asked from question), options.o) end as excerpt"
    };
}

macro_rules! marked {
    () => {
        "cross join (select e'StartSel=\\ue000, StopSel=\\ue001, MaxFragments=2, MaxWords=30, MinWords=12, \
                             FragmentDelimiter=\" … \"' as o) options
         cross join lateral (select ts_headline('english', t.text, (select asked from question), options.o) as marked) english"
    };
}

/// The published words: $1 the question, $2 the steps, $3 how many; the narrowing goes between these two.
const PUBLISHED: &str = "
    with question as (
        select published.asked($1) as asked, published.sought($1) as sought
    ), found as materialized (
        select t.id, t.type, t.published_on, t.rank
        from unnest($2::text[]) step
        cross join lateral (
            select id, type, published_on, ts_rank(words, (select asked from question), 1) as rank
            from published.texts
            where words @@ (select sought from question) and facets && string_to_array(step, ',')";
const PUBLISHED_RANKED: &str = concat!(
    "       order by published_on desc
            limit 501
        ) t
        where (select published.is_answerable(sought) from question)
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
          select translate(left(case b.type
              when 'inspection' then concat_ws('. ', i.title, i.key_findings)
              when 'recommendation' then r.text
              else published.said(e.content) end, 40000), e'<>\\ue000\\ue001\\ue002\\ue003', e'\\ue002\\ue003') as text
          offset 0
      ) t ",
    marked!(),
    " order by b.rank desc, b.published_on desc, b.id"
);

/// Drafts: $1 the question, $2 the areas in scope, $3 whether a registrar asks, $4 the parts of responses that the side
/// reads, $5 whether it reads explanations, $6 how many, $7 to $11 the narrowing, null for none.
const OWN: &str = concat!(
    "
    with question as (
        select published.asked($1) as asked, published.sought($1) as sought
    ), draft as (
        select i.id, i.reference, i.title, i.key_findings
        from inspections i
        where i.state = 'draft' and (in_scope(i.registered_by, $2) or $3)
    ), open as (
        select id, inspection_id from responses
        where in_scope(area, $2) and state not in ('published', 'complete', 'not_required')
    ), mine as (
        select 'inspection' as type, id, id as inspection_id,
               published.words(concat_ws(' ', reference, title), key_findings) as words
        from draft
        union all
        select 'recommendation', r.id, r.inspection_id, published.words(r.reference, r.text)
        from draft d join recommendations r on r.inspection_id = d.id
        union all
        select 'response', o.id, o.inspection_id, x.words
        from open o join response_texts x on x.response_id = o.id
        where in_scope(x.area, $2) and x.part = any ($4)
        union all
        select 'response', o.id, o.inspection_id, x.words
        from open o join explanations x on x.response_id = o.id
        where in_scope(x.area, $2) and $5
    ), best as (
        select m.type, m.id, m.inspection_id, max(ts_rank(m.words, (select asked from question), 1)) as rank,
               count(*) over () as total
        from mine m
        join inspections i on i.id = m.inspection_id
        left join responses p on p.id = m.id
        where m.words @@ (select sought from question) and (select published.is_answerable(sought) from question)
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
          select translate(left(case b.type
              when 'inspection' then concat_ws('. ', i.title, i.key_findings)
              when 'recommendation' then r.text
              else (select string_agg(x.text, ' ')
                    from (select x.text from response_texts x
                          where x.response_id = b.id and in_scope(x.area, $2) and x.part = any ($4)
                          union all
                          select x.text from explanations x
                          where x.response_id = b.id and in_scope(x.area, $2) and $5) x)
              end, 40000), e'<>\\ue000\\ue001\\ue002\\ue003', e'\\ue002\\ue003') as text
          offset 0
      ) t ",
    marked!(),
    " order by b.rank desc, b.id"
);

impl FromRow for SearchHit {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (of, id, inspection_id) = (row.try_get("type")?, row.try_get("id")?, row.try_get("inspection_id")?);
        let below = match of {
            SearchType::Inspection => "inspections",
            SearchType::Recommendation => "recommendations",
            SearchType::Response => "responses",
        };
        Ok(Self {
            of,
            id,
            inspection_id,
            area: row.try_get("area")?,
            reference: row.try_get("reference")?,
            title: row.try_get("title")?,
            kind: row.try_get("kind")?,
            published_on: row.try_get("published_on")?,
            draft: row.try_get("draft")?,
            excerpt: passages(row.try_get::<_, Option<&str>>("excerpt")?.unwrap_or_default()),
            links: [("self", format!("/v1/{below}/{id}")), ("inspection", format!("/v1/inspections/{inspection_id}"))]
                .into(),
            rank: row.try_get("rank")?,
        })
    }
}

fn found(rows: &[Row]) -> Result<Found, Problem> {
    let hits: Result<Vec<SearchHit>, _> = rows.iter().map(SearchHit::from_row).collect();
    let total = rows.first().map_or(0, |row| row.get("total"));
    Ok(Found { hits: hits.map_err(Problem::internal)?, total })
}

fn facets(name: &str, values: &[String]) -> Vec<String> {
    values.iter().map(|value| format!("{name}:{value}")).collect()
}

/// What is published, of which anyone may read.
pub async fn published(db: &Session<'_>, asked: &SearchQuery, today: NaiveDate) -> Result<Found, Problem> {
    let steps = asked.steps(today);
    let mut narrowed: Vec<Vec<String>> = Vec::new();
    narrowed.extend(asked.kinds.as_deref().map(|kinds| facets("kind", kinds)));
    narrowed.extend(asked.areas.as_deref().map(|areas| [facets("area", areas), vec!["area:*".to_owned()]].concat()));
    let mut sql = Sql::from(PUBLISHED);
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&asked.q, &steps, &asked.limit];
    for facets in &narrowed {
        values.push(facets);
        sql.push(" and facets && ");
        sql.push_place(values.len());
    }
    for (day, past) in [(&asked.after, " and published_on > "), (&asked.before, " and published_on < ")] {
        if day.is_some() {
            values.push(day);
            sql.push(past);
            sql.push_place(values.len());
        }
    }
    sql.push(PUBLISHED_RANKED);
    found(&db.rows(sql, &values).await?)
}

/// What the caller's own side has drafted.
pub async fn own(db: &Session<'_>, asked: &SearchQuery, scope: &Scope) -> Result<Found, Problem> {
    let (parts, explains) = (readable_parts(scope), scope.reads(Side::PolicingBody));
    let values: [&(dyn ToSql + Sync); 11] = [
        &asked.q,
        &db.areas(),
        &db.is_registrar(),
        &parts,
        &explains,
        &asked.limit,
        &asked.types,
        &asked.areas,
        &asked.kinds,
        &asked.after,
        &asked.before,
    ];
    found(&db.rows(OWN, &values).await?)
}
