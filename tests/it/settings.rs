//! The settings that each statement of a read sends for row security, and the settings of every connection.

use section55::auth::{Actor, Role};

use super::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_statement_of_a_read_sets_its_own_scope_first_and_cannot_write() {
    let app = App::start().await;
    let db = &app.database.db;
    let settings_of = async |roles: &[Role], areas: &[&str]| {
        let actor = Actor::new("https://issuer.example", "someone", None, roles, areas);
        let sql = "select current_setting('section55.areas'), current_setting('section55.registrar'),
                          current_setting('section55.recorded'), current_setting('transaction_read_only')
                   from generate_series(1, $1) n order by n";
        let rows = db.read(&actor, async |db| db.query(sql, &[&3]).await).await.expect("rows");
        assert_eq!(rows.len(), 3);
        [0, 1, 2, 3].map(|column| rows[0].get::<_, String>(column))
    };
    // The connections are the same for all: each statement has its own settings, and none of an earlier one.
    for _ in 0..8 {
        assert_eq!(settings_of(&[Role::Opcc], &["cumbria", "kent"]).await, ["cumbria,kent", "off", "off", "on"]);
        assert_eq!(settings_of(&[Role::Registrar], &[]).await, ["", "on", "off", "on"]);
        assert_eq!(settings_of(&[], &[]).await, ["", "off", "off", "on"]);
    }
    let nobody = Actor::new("", "", None, &[], &[]);
    // The function deletes rows, and the service's role may call it.
    let result =
        db.read(&nobody, async |db| db.query("select delete_expired_idempotency_keys(now())", &[]).await).await;
    let problem = result.expect_err("a read that writes");
    assert!(problem.log().is_some_and(|log| log.contains("read-only")), "{problem:?}");
    assert_eq!(settings_of(&[Role::Opcc], &["kent"]).await, ["kent", "off", "off", "on"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connection_uses_generic_plans_without_jit() {
    let app = App::start().await;
    let db = &app.database.db;
    let sql = "select current_setting('plan_cache_mode') || ' ' || current_setting('jit')";
    let nobody = Actor::new("", "", None, &[], &[]);
    let results = [
        db.read(&nobody, async |db| db.query(sql, &[]).await).await,
        db.read_published(async |db| db.query(sql, &[]).await).await,
        db.read_published_row(async |db| db.query(sql, &[]).await).await,
    ];
    for rows in results {
        assert_eq!(rows.expect("a row")[0].get::<_, &str>(0), "force_generic_plan off");
    }
}
