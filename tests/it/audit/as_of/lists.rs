//! Lists as of an instant: their pages, which caller sees which text, and the columns of the views in schema `past`.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Reply};

/// Returns the ids of the items of a page.
fn ids(reply: &Reply) -> Vec<&str> {
    let items = reply.body["items"].as_array().expect("a list");
    items.iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_a_list_as_of_an_instant_do_not_change_while_others_write() {
    let app = App::start().await;
    let published = app.create_published_inspection("99101").await;
    app.create_published_inspection("99102").await;
    let force = app.person(Role::Constabulary, "cumbria");
    for (list, order) in [("assignments", "headline,-updated_at"), ("responses", "-due_on"), ("inspections", "title")] {
        let list = format!("/v1/{list}?as_of=2022-03-22T12:00:00Z&sort={order}");
        let whole = force.get(&format!("{list}&count=true")).await.expect(200);
        let mut paged = Vec::new();
        let mut at = format!("{list}&limit=1");
        app.clock.set(app.clock.now() + chrono::TimeDelta::hours(1));
        loop {
            let page = force.get(&at).await.expect(200);
            paged.extend(ids(&page).into_iter().map(str::to_owned));
            let Some(link) = page.headers.get("link") else { break };
            at = link.to_str().expect("a link").trim_start_matches('<').split('>').next().expect("one").to_owned();
            // Write something after that instant.
            let assignment = app.assignment_path(&published, "cumbria").await;
            force.patch(&assignment, "*", json!({ "owner": format!("Insp. {}", paged.len()) })).await.expect(200);
        }
        assert_eq!(paged, ids(&whole), "{list}");
        assert_eq!(whole.body["total"], paged.len(), "{list}");
        let cursor = at.split_once("cursor=").expect("a cursor").1;
        let as_of = |at: &str| format!("{}&cursor={cursor}", list.replace("2022-03-22T12:00:00Z", at));
        force.get(&as_of("2022-03-22T12:00:00Z")).await.expect(200);
        let refused = force.get(&as_of("2022-03-22T12:00:01Z")).await.expect(400);
        assert_eq!(refused.faults(), [("/cursor".to_owned(), "bad_cursor".to_owned())]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_of_never_shows_a_caller_more_than_it_may_read_now() {
    let app = App::start().await;
    let published = app.create_published_inspection("99103").await;
    let response = app.response_path(&published, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "awaiting_comments").await;
    let opcc = app.person(Role::Opcc, "cumbria");
    opcc.patch(&response, "*", json!({ "policing_body_comments": "the body's canary" })).await.expect(200);
    let (force, assignment) =
        (app.person(Role::Constabulary, "cumbria"), app.assignment_path(&published, "cumbria").await);
    force.patch(&response, "*", json!({ "chief_officer_comments": "the force's canary" })).await.expect(200);
    force.act(&assignment, json!({ "action": "allocate", "owner": "the owner's canary" })).await.expect(200);
    let draft = app.create_draft_inspection("99104").await;
    opcc.patch(&draft.href(), "*", json!({ "key_findings": "the draft's canary" })).await.expect(200);
    app.set_day("2022-03-24");
    let lists = ["/v1/responses", "/v1/assignments", "/v1/inspections", "/v1/recommendations"];
    let visible = async |role: Role, area: &str| {
        let mut all = String::new();
        for list in lists {
            all += &app.person(role, area).get(&format!("{list}?as_of=2022-03-22&limit=200")).await.expect(200).text;
        }
        ["the body's", "the force's", "the owner's", "the draft's"]
            .map(|whose| all.contains(&format!("{whose} canary")))
    };
    assert_eq!(visible(Role::Opcc, "cumbria").await, [true, false, true, true]);
    assert_eq!(visible(Role::Constabulary, "cumbria").await, [false, true, true, true]);
    assert_eq!(visible(Role::Auditor, "cumbria").await, [true, true, true, true]);
    assert_eq!(visible(Role::Auditor, "kent").await, [false; 4]);
    for list in lists {
        let refused = app.public().get(&format!("{list}?as_of=2022-03-22")).await.expect(401);
        assert_eq!(refused.body["code"], "unauthenticated");
        let search =
            app.person(Role::Auditor, "kent").get(&format!("{list}?as_of=2022-03-22&q=title")).await.expect(400);
        assert_eq!(search.faults(), vec![("/q".to_owned(), "not_with_as_of".to_owned())], "{list}");
        if list != "/v1/recommendations" && list != "/v1/inspections" {
            let kent = app.person(Role::Auditor, "kent");
            let kents = kent.get(&format!("{list}?as_of=2022-03-22&area=cumbria")).await.expect(200);
            assert_eq!(kents.body["items"], json!([]), "{list}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_view_in_schema_past_has_every_column_of_its_table() {
    let app = App::start().await;
    let sql = "select coalesce(jsonb_agg(format('%s.%s', n.table_name, n.column_name)), '[]')
               from information_schema.columns n
               where n.table_schema = 'record'
                 and n.table_name in (select table_name from information_schema.views where table_schema = 'past')
                 -- Generated columns serve only the indexes of the present.
                 and n.is_generated = 'NEVER'
                 and not exists (select from information_schema.columns t
                                 where t.table_schema = 'past' and t.table_name = n.table_name
                                   and t.column_name = n.column_name and t.udt_name = n.udt_name)";
    let administrator = app.database.administrator().await;
    let lacking: Value = administrator.query_one(sql, &[]).await.expect("the columns").get(0);
    assert_eq!(
        lacking,
        json!([]),
        "a migration that adds a column to a table must also add it to the view in schema past"
    );
    let sql = "select count(*) from information_schema.views v join information_schema.tables t using (table_name)
               where v.table_schema = 'past' and t.table_schema = 'record'";
    assert_eq!(administrator.query_one(sql, &[]).await.expect("a count").get::<_, i64>(0), 10);
}
