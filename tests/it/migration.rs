//! A database in which inspections were published before there were lines: brought up to date, it has them.

use section55::db::migrate::{check_schema, migrate};
use tokio_postgres::Client;

use super::support::database::Database;

mod embedded {
    #![allow(missing_docs, reason = "made by the macro")]
    refinery::embed_migrations!("migrations");
}

/// The schema as it was before there were targets with their reasons, lines and evidence.
const BEFORE: i32 = 7;

/// Kind, printed words and stated day of each target, whom it is addressed to; and what the migration makes of it: the
/// day, the basis, the state of its lines.
type Case =
    (&'static str, Option<&'static str>, Option<&'static str>, &'static str, Option<&'static str>, &'static str);

#[rustfmt::skip]
const CASES: [Case; 10] = [
    ("immediate", Some("Immediately"),                    None,               "{chief_constables}",              Some("2022-02-25"), "publication"),
    ("by_date",   Some("By 30 April 2023"),               Some("2023-04-30"), "{chief_constables}",              Some("2023-04-30"), "stated"),
    ("within",    Some("Within three months"),            None,               "{}",                              Some("2022-05-25"), "counted_from_publication"),
    ("within",    Some("Within the next twelve months,"), None,               "{policing_bodies,home_office}",   Some("2023-02-25"), "counted_from_publication"),
    ("within",    Some("within 56 days of publication"),  None,               "{chief_constables}",              Some("2022-04-22"), "counted_from_publication"),
    ("within",    Some("within 20 working days"),         None,               "{chief_constables}",              None,               "not_countable"),
    ("within",    None,                                   None,               "{chief_constables}",              None,               "not_countable"),
    ("ongoing",   None,                                   None,               "{chief_constables}",              None,               "no_date"),
    ("none",      None,                                   None,               "{home_office,npcc}",              None,               "no_date"),
    ("within",    Some("within a year"),                  None,               "{college_of_policing}",           Some("2023-02-25"), "counted_from_publication"),
];

async fn at_the_version_before(database: &Database) -> Client {
    let mut client = database.administrator().await;
    let begin = "set role section55_owner; create schema record; set search_path = record";
    client.batch_execute(begin).await.expect("the owner's schema");
    let runner = embedded::migrations::runner().set_target(refinery::Target::Version(BEFORE));
    runner.run_async(&mut client).await.expect("the older schema");
    client.batch_execute("reset role; set search_path = record").await.expect("the administrator");
    client
}

/// One inspection of each state, the published one answered by Cumbria, not by Kent, and not required of Surrey.
async fn fill(client: &Client) {
    for (n, state) in [(1, "published"), (2, "draft"), (3, "withdrawn")] {
        let sql = format!(
            "insert into inspections (id, reference, source, title, kind, scope, lead_inspectorate,
                 participating_inspectorates, published_on, due_on, state, shown_at, created_at, updated_at)
             values ('00000000-0000-7000-8000-00000000000{n}', '1000{n}', 'hmicfrs', 'Title', 'peel', 'national', 'hmicfrs',
                 '{{}}', '2022-02-25', '2022-04-21', '{state}', case when '{state}' <> 'draft' then now() end, now(), now());
             insert into recommendations (id, inspection_id, reference, number, ordinal, kind, text, addressees,
                 target_kind, themes, created_at, updated_at)
             select gen_random_uuid(), '00000000-0000-7000-8000-00000000000{n}', 'C', 'C', 99, 'cause_of_concern', 'A cause.',
                 '{{}}', 'none', '{{}}', now(), now()"
        );
        client.batch_execute(&sql).await.expect("an inspection");
        for (at, (kind, text, on, addressees, ..)) in CASES.iter().enumerate() {
            let sql = "insert into recommendations (id, inspection_id, reference, number, ordinal, kind, text, addressees,
                           target_kind, target_text, target_on, themes, created_at, updated_at)
                       values (gen_random_uuid(), $1::text::uuid, $2, $2, $3, 'recommendation', 'Do it.', $4::text::text[],
                           $5, $6, $7::text::date, '{}', now(), now())";
            let id = format!("00000000-0000-7000-8000-00000000000{n}");
            let (number, ordinal) = (at.to_string(), i32::try_from(at).expect("small"));
            client.execute(sql, &[&id, &number, &ordinal, addressees, kind, text, on]).await.expect("a recommendation");
        }
    }
    client
        .batch_execute(
            "insert into responses (id, inspection_id, area, state, created_at, updated_at)
             select gen_random_uuid(), i.id, a.area, a.state, now(), now()
             from inspections i, (values ('cumbria', 'published'), ('kent', 'received'), ('surrey', 'not_required'))
                 as a(area, state)
             where i.state <> 'draft';
             insert into published.inspections
             select id, reference, source, title, kind, legal_basis, scope, lead_inspectorate,
                 participating_inspectorates, published_on, due_on, report_url, key_findings, subjects, registered_by,
                 follows_up, state, corrections, 10, version, created_at, updated_at
             from inspections where state = 'published';
             insert into published.recommendations
             select id, inspection_id, reference, number, ordinal, kind, cause_of_concern_id, text, addressees, target_kind,
                 target_text, target_on, themes, supersedes, reiterates, errata, version, created_at, updated_at
             from recommendations where inspection_id = (select id from inspections where state = 'published');
             insert into published.responses (id, inspection_id, area, state, edition, version, created_at, updated_at)
             select r.id, r.inspection_id, r.area, 'published', 1, 1, now(), now()
             from responses r join inspections i on i.id = r.inspection_id
             where r.area = 'cumbria' and i.state = 'published'",
        )
        .await
        .expect("responses, and what is published");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_published_before_has_its_targets_lines_public_copies_and_events() {
    let database = Database::empty().await;
    let mut client = at_the_version_before(&database).await;
    fill(&client).await;
    let applied = migrate(&mut client).await.expect("the newest schema");
    assert!(applied.len() >= 3, "{applied:?}");
    check_schema(&client).await.expect("up to date");
    let client = database.administrator().await;

    let sql = "select r.target_on::text, r.target_basis, p.target_on::text
               from recommendations r join published.recommendations p on p.id = r.id
               where r.kind = 'recommendation' order by r.ordinal";
    let rows = client.query(sql, &[]).await.expect("targets");
    let found: Vec<(Option<&str>, &str, Option<&str>)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    assert_eq!(found, CASES.map(|(.., on, basis)| (on, basis, on)));
    let drafts = "select count(*) from recommendations r join inspections i on i.id = r.inspection_id
                  where i.state = 'draft' and (r.target_basis not in ('no_date', 'stated')
                                               or (r.target_on is not null) <> (r.target_basis = 'stated'))";
    assert_eq!(
        client.query_one(drafts, &[]).await.expect("a count").get::<_, i64>(0),
        0,
        "a draft's are not counted yet"
    );

    let sql = "select a.area, r.ordinal, a.force_status, a.dependency, i.state, uuid_send(a.id)
               from assignments a join recommendations r on r.id = a.recommendation_id
               join inspections i on i.id = a.inspection_id order by a.area, r.ordinal";
    let lines = client.query(sql, &[]).await.expect("lines");
    let found: Vec<(&str, i32, &str, Option<&str>, &str)> =
        lines.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))).collect();
    let expected: Vec<(&str, i32, &str, Option<&str>, &str)> = ["cumbria", "kent", "surrey"]
        .into_iter()
        .flat_map(|area| {
            (0_i32..).zip(CASES).map(move |(at, (_, _, _, addressees, ..))| match addressees {
                "{home_office,npcc}" => (area, at, "dependent_on_other", Some("home_office, npcc"), "published"),
                "{college_of_policing}" => (area, at, "dependent_on_other", Some("college_of_policing"), "published"),
                _ => (area, at, "awaiting_allocation", None, "published"),
            })
        })
        .collect();
    assert_eq!(found, expected, "one per recommendation and area of what is published, and no cause of concern");
    assert!(lines.iter().all(|row| row.get::<_, Vec<u8>>(5)[6] >> 4 == 7), "their ids are of version 7");

    let sql = "select p.area, count(*), count(*) filter (where p.standing = 'waiting_on_other'),
                      count(*) filter (where p.standing = 'not_started')
               from published.assignments p join assignments a on a.id = p.id and a.area = p.area group by 1";
    let rows = client.query(sql, &[]).await.expect("what is published");
    let found: Vec<(&str, i64, i64, i64)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    assert_eq!(found, [("cumbria", 10, 2, 8)], "of the area that has answered alone");

    let sql = "select count(*), count(distinct a.id) from events e
               join assignments a on a.id = e.resource_id and a.area = e.area and a.force_status = e.to_state
               where e.resource = 'assignment' and e.action = 'open' and e.version = 1 and e.from_state is null";
    let row = client.query_one(sql, &[]).await.expect("counts");
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (30, 30), "each opening is an event of its area");
    let sql = "select coalesce(string_agg(relname, ', '), '') from pg_class
               where relnamespace = 'record'::regnamespace and relrowsecurity and not relforcerowsecurity";
    let unbound = client.query_one(sql, &[]).await.expect("names");
    assert_eq!(unbound.get::<_, &str>(0), "areas", "row security binds the owner again, but for what is no secret");
    assert!(migrate(&mut database.administrator().await).await.expect("nothing to do").is_empty());
}
