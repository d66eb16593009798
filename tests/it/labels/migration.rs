//! Records that were registered twice before labels were compared stay as they are when the database is migrated.

use section55::auth::Role;
use section55::db::migrate::migrate;
use serde_json::json;

use super::VARIANTS;
use crate::support::App;
use crate::support::world::{recommendation, registration};

/// Takes the database back to before V0019.
const BEFORE: &str = "
    set search_path = record;
    drop schema past cascade;
    drop trigger renamed on inspections;
    drop trigger renamed on recommendations;
    alter table inspections drop column reference_twin;
    alter table recommendations drop column reference_twin, drop column number_twin;
    drop function published.label_key cascade;
    create unique index inspections_one_per_reference on inspections (source, reference) where state <> 'withdrawn';
    alter table recommendations
        add constraint recommendations_one_per_reference unique (inspection_id, reference),
        add constraint recommendations_one_per_number unique (inspection_id, number);
    delete from refinery_schema_history where version in (19, 25);";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_registered_twice_are_kept_and_no_third_is_added() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut inspections = Vec::new();
    for n in 0..3 {
        let made = opcc.post("/v1/inspections", registration(&format!("TWIN-{n}"))).await.expect(201);
        for m in 0..2 {
            let path = format!("{}/recommendations", made.href());
            opcc.post(&path, recommendation(&format!("TWIN-{n}-{m}"))).await.expect(201);
        }
        inspections.push(made);
    }
    let mut client = app.database.administrator().await;
    client.batch_execute(BEFORE).await.expect("an older schema");
    client
        .batch_execute(
            "update inspections set reference = case reference when 'TWIN-0' then 'DUP-1' when 'TWIN-1' then 'dup-1 '
                                                else 'ＤＵＰ-1' end;
             update recommendations set reference = case right(reference, 1) when '0' then 'R 1' else ' r  1' end,
                                        number = case right(reference, 1) when '0' then 'A' else 'ａ' end",
        )
        .await
        .expect("records that were registered twice");
    let applied = migrate(&mut client).await.expect("the migration succeeds");
    assert_eq!(applied, ["V19__labels_and_words_are_compared_alike", "V25__references_of_drafts"]);
    let sql = "select array_agg(reference order by created_at, id), array_agg(reference_twin order by created_at, id)
               from record.inspections";
    let row = client.query_one(sql, &[]).await.expect("inspections");
    assert_eq!(row.get::<_, Vec<String>>(0), ["DUP-1", "dup-1 ", "ＤＵＰ-1"], "the texts stay");
    assert_eq!(row.get::<_, Vec<i32>>(1), [0, 1, 2]);
    let sql =
        "select count(*) filter (where reference_twin = 1 and number_twin = 1), count(*) from record.recommendations";
    let row = client.query_one(sql, &[]).await.expect("recommendations");
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (3, 6));

    let app = &app;
    let register = async |reference: &str| {
        // The first request may still use a plan of the older schema.
        let opcc = app.person(Role::Opcc, "cumbria");
        let mut reply = opcc.post("/v1/inspections", registration(reference)).await;
        for _ in 0..20 {
            if reply.status != 503 {
                break;
            }
            reply = opcc.post("/v1/inspections", registration(reference)).await;
        }
        reply
    };
    for variant in VARIANTS {
        register(variant).await.expect(409);
    }
    // Each of them can still be amended and published; one that gets another reference is unique again.
    let [first, second, third] = inspections.try_into().unwrap_or_else(|_| panic!("three inspections"));
    opcc.patch(&second.href(), "*", json!({ "legal_basis": "Police Act 1996" })).await.expect(200);
    opcc.act(&second.href(), json!({ "action": "publish" })).await.expect(200);
    opcc.patch(&third.href(), "*", json!({ "reference": "DUP-3" })).await.expect(200);
    register("dup-3").await.expect(409);
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver.act(&first.href(), json!({ "action": "withdraw", "reason": "Registered twice." })).await.expect(200);
    let found = opcc.get("/v1/inspections?reference=dup-1&state=published").await.expect(200);
    assert_eq!(found.body["items"][0]["reference"], "dup-1 ", "{}", found.text);
}
