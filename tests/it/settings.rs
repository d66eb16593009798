//! What row security is told of a reading: by each statement for itself.

use section55::auth::{Actor, Role};

use super::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_tells_whose_work_it_is_before_it_looks_for_a_row_and_cannot_write() {
    let app = App::start().await;
    let db = &app.database.db;
    let told = async |roles: &[Role], areas: &[&str]| {
        let actor = Actor::new("https://issuer.example", "somebody", None, roles, areas);
        let sql = "select current_setting('section55.areas'), current_setting('section55.registrar'),
                          current_setting('section55.recorded'), current_setting('transaction_read_only')
                   from generate_series(1, $1) n order by n";
        let rows = db.read(&actor, async |db| db.rows(sql, &[&3]).await).await.expect("a reading");
        assert_eq!(rows.len(), 3);
        [0, 1, 2, 3].map(|place| rows[0].get::<_, String>(place))
    };
    // In turn on the same connections: each is told its own, and nothing of the one before it.
    for _ in 0..8 {
        assert_eq!(told(&[Role::Opcc], &["cumbria", "kent"]).await, ["cumbria,kent", "off", "off", "on"]);
        assert_eq!(told(&[Role::Registrar], &[]).await, ["", "on", "off", "on"]);
        assert_eq!(told(&[], &[]).await, ["", "off", "off", "on"]);
    }
    let nobody = Actor::new("", "", None, &[], &[]);
    // A function that deletes, and that the service's role may call.
    let written = db.read(&nobody, async |db| db.rows("select sweep_idempotency_keys(now())", &[]).await).await;
    let problem = written.expect_err("a reading that writes");
    assert!(problem.log().is_some_and(|log| log.contains("read-only")), "{problem:?}");
    assert_eq!(told(&[Role::Opcc], &["kent"]).await, ["kent", "off", "off", "on"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_connection_plans_by_the_values_it_is_given() {
    let app = App::start().await;
    let db = &app.database.db;
    let sql = "select current_setting('plan_cache_mode') || ' ' || current_setting('jit')";
    let nobody = Actor::new("", "", None, &[], &[]);
    let told = [
        db.read(&nobody, async |db| db.rows(sql, &[]).await).await,
        db.read_published(async |db| db.rows(sql, &[]).await).await,
        db.read_published_row(async |db| db.rows(sql, &[]).await).await,
    ];
    for rows in told {
        assert_eq!(rows.expect("a reading")[0].get::<_, &str>(0), "force_generic_plan off");
    }
}
