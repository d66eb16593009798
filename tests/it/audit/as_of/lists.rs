//! Lists as of an instant: their pages, what stands in them for whom, and that no table's past lacks a column.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Reply};

fn ids(reply: &Reply) -> Vec<&str> {
    let items = reply.body["items"].as_array().expect("a list");
    items.iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_the_past_stand_still_while_others_write() {
    let app = App::start().await;
    let published = app.published_inspection("99101").await;
    app.published_inspection("99102").await;
    let force = app.person(Role::Constabulary, "cumbria");
    for (list, order) in [("assignments", "headline,-updated_at"), ("responses", "-due_on"), ("inspections", "title")] {
        let list = format!("/v1/{list}?as_of=2022-03-22T12:00:00Z&sort={order}");
        let whole = force.get(&format!("{list}&count=true")).await.expect(200);
        let mut walked = Vec::new();
        let mut at = format!("{list}&limit=1");
        app.clock.set(app.clock.now() + chrono::TimeDelta::hours(1));
        loop {
            let page = force.get(&at).await.expect(200);
            walked.extend(ids(&page).into_iter().map(str::to_owned));
            let Some(link) = page.headers.get("link") else { break };
            at = link.to_str().expect("a link").trim_start_matches('<').split('>').next().expect("one").to_owned();
            // Whatever is written after that instant.
            let line = app.assignment(&published, "cumbria").await;
            force.patch(&line, "*", json!({ "owner": format!("Insp. {}", walked.len()) })).await.expect(200);
        }
        assert_eq!(walked, ids(&whole), "{list}");
        assert_eq!(whole.body["total"], walked.len(), "{list}");
        let cursor = at.split_once("cursor=").expect("a cursor").1;
        let as_of = |at: &str| format!("{}&cursor={cursor}", list.replace("2022-03-22T12:00:00Z", at));
        force.get(&as_of("2022-03-22T12:00:00Z")).await.expect(200);
        let refused = force.get(&as_of("2022-03-22T12:00:01Z")).await.expect(400);
        assert_eq!(refused.faults(), [("/cursor".to_owned(), "bad_cursor".to_owned())]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_past_is_shown_to_those_who_see_the_present_and_to_nobody_else() {
    let app = App::start().await;
    let published = app.published_inspection("99103").await;
    let response = app.response(&published, "cumbria").await;
    app.bring_to(&response, "cumbria", "awaiting_comments").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.patch(&response, "*", json!({ "policing_body_comments": "the body's canary" })).await.expect(200);
    let (force, line) = (app.person(Role::Constabulary, "cumbria"), app.assignment(&published, "cumbria").await);
    force.patch(&response, "*", json!({ "chief_officer_comments": "the force's canary" })).await.expect(200);
    force.act(&line, json!({ "action": "allocate", "owner": "the owner's canary" })).await.expect(200);
    let draft = app.draft_inspection("99104").await;
    opcc.patch(&draft.href(), "*", json!({ "key_findings": "the draft's canary" })).await.expect(200);
    app.set_day("2022-03-24");
    let lists = ["/v1/responses", "/v1/assignments", "/v1/inspections", "/v1/recommendations"];
    let reads = async |role: Role, area: &str| {
        let mut all = String::new();
        for list in lists {
            all += &app.person(role, area).get(&format!("{list}?as_of=2022-03-22&limit=200")).await.expect(200).text;
        }
        ["the body's", "the force's", "the owner's", "the draft's"]
            .map(|whose| all.contains(&format!("{whose} canary")))
    };
    assert_eq!(reads(Role::Opcc, "cumbria").await, [true, false, true, true]);
    assert_eq!(reads(Role::Constabulary, "cumbria").await, [false, true, true, true]);
    assert_eq!(reads(Role::Auditor, "cumbria").await, [true, true, true, true]);
    assert_eq!(reads(Role::Auditor, "kent").await, [false; 4]);
    for list in lists {
        let refused = app.public().get(&format!("{list}?as_of=2022-03-22")).await.expect(401);
        assert_eq!(refused.body["code"], "unauthenticated");
        let words =
            app.person(Role::Auditor, "kent").get(&format!("{list}?as_of=2022-03-22&q=title")).await.expect(400);
        assert_eq!(words.faults(), vec![("/q".to_owned(), "not_with_as_of".to_owned())], "{list}");
        if list != "/v1/recommendations" && list != "/v1/inspections" {
            let kent = app.person(Role::Auditor, "kent");
            let kents = kent.get(&format!("{list}?as_of=2022-03-22&area=cumbria")).await.expect(200);
            assert_eq!(kents.body["items"], json!([]), "{list}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_a_past_has_it_whole() {
    let app = App::start().await;
    let sql = "select coalesce(jsonb_agg(format('%s.%s', n.table_name, n.column_name)), '[]')
               from information_schema.columns n
               where n.table_schema = 'record'
                 and n.table_name in (select table_name from information_schema.views where table_schema = 'past')
                 -- What the database works out of other columns is there for indexes of the present.
                 and n.is_generated = 'NEVER'
                 and not exists (select from information_schema.columns t
                                 where t.table_schema = 'past' and t.table_name = n.table_name
                                   and t.column_name = n.column_name and t.udt_name = n.udt_name)";
    let administrator = app.database.administrator().await;
    let lacking: Value = administrator.query_one(sql, &[]).await.expect("the columns").get(0);
    assert_eq!(lacking, json!([]), "a migration that adds a column to a table makes its view in schema past anew");
    let sql = "select count(*) from information_schema.views v join information_schema.tables t using (table_name)
               where v.table_schema = 'past' and t.table_schema = 'record'";
    assert_eq!(administrator.query_one(sql, &[]).await.expect("a count").get::<_, i64>(0), 10);
}
