//! The connections of an instance: each thread has its own, and all together never exceed the setting.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use section55::api::ProblemKind;
use section55::auth::{Actor, Role};
use section55::db::{Db, requirements};

use super::support::App;
use super::support::app::Setup;
use super::support::database::Database;
use super::support::world::registration;

async fn backend_pid(db: &Db) -> i32 {
    let actor = Actor::new("https://issuer.example", "opcc", None, &[Role::Opcc], &["cumbria"]);
    let row = db.read(&actor, async |db| db.query_opt("select pg_backend_pid()", &[]).await);
    row.await.expect("a result").expect("a row").get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thread_has_its_own_connections_and_one_close_ends_them_all() {
    let database = Database::new().await;
    let two = NonZeroUsize::new(2).expect("two");
    let for_thread = || database.db.for_worker_thread(two).expect("connections for a thread");
    let (one, another) = (for_thread(), for_thread());
    let first = backend_pid(&one).await;
    let other = backend_pid(&another).await;
    assert_ne!(first, other);
    // The connection that was used last is used next.
    assert_eq!((backend_pid(&one).await, backend_pid(&another).await), (first, other));
    let [(_, app), (_, public)] = database.db.pools();
    assert_eq!((app.max_size, public.max_size, app.size), (8 + 4 + 4, 4 + 2 + 2, 2), "the sums over all threads");
    database.db.close();
    for closed in [&one, &another, &database.db] {
        let problem =
            closed.read_published(async |db| db.query_opt("select 1", &[]).await.map(drop)).await.expect_err("closed");
        assert_eq!(problem.kind(), ProblemKind::Unavailable);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_with_several_hosts_is_opened_for_both_roles_by_its_session_attributes() {
    let database = Database::new().await;
    for (value, writes) in [("any", true), ("read-write", true), ("read-only", false)] {
        let opened = database.open_with_session_attributes(value).await;
        let public = opened.db.read_published(async |db| {
            db.query_opt("select current_setting('default_transaction_read_only')", &[]).await
        });
        let setting: String = public.await.expect("a published read").expect("a row").get(0);
        assert_eq!(setting, "on", "{value}: the public's connections only read");
        assert_eq!(opened.db.ping().await.is_ok(), writes, "{value}");
    }
}

/// Sends requests of every kind until `stop` is set, and counts those that succeeded.
async fn send_until_stopped(app: &App, number: usize, inspection: &str, succeeded: &AtomicUsize, stop: &AtomicBool) {
    let (opcc, public) = (app.person(Role::Opcc, "cumbria"), app.public());
    for round in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let is_success = match (number + round) % 6 {
            0 => opcc.try_get_text("/v1/inspections?limit=20").await.is_some(),
            1 => opcc.post("/v1/inspections", registration(&format!("87-{number}-{round}"))).await.status == 201,
            2 => public.try_get_text("/v1/inspections?limit=20").await.is_some(),
            3 => public.try_get_text(inspection).await.is_some(),
            4 => opcc.try_get_text("/v1/exports/inspections?format=csv").await.is_some(),
            _ => public.try_get_text("/v1/exports/inspections?format=csv").await.is_some(),
        };
        succeeded.fetch_add(usize::from(is_success), Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_under_load_never_opens_more_connections_than_its_setting() {
    for (threads, total) in [(2, 13), (2, 22), (4, 36), (8, 40), (16, 69)] {
        let database = Database::new().await;
        let database = database.open_with_connections(threads, total).await;
        // Without a cache, every request reads the database.
        let app = App::start_on_database(database, Setup { workers: threads, ..Setup::with_cache(0) }).await;
        let inspection = app.create_published_inspection("87000").await.href();
        let cluster = app.database.connect_to_cluster().await;
        let (succeeded, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let load = join_all((0..48).map(|number| send_until_stopped(&app, number, &inspection, &succeeded, &stop)));
        let most = async {
            let mut most = 0;
            for _ in 0..1500 {
                let sql = "select count(*) from pg_stat_activity
                           where datname = $1 and application_name like 'section55%'";
                let open: i64 = cluster.query_one(sql, &[&app.database.name()]).await.expect("a count").get(0);
                most = most.max(usize::try_from(open).expect("a count"));
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            stop.store(true, Ordering::Relaxed);
            most
        };
        let (_, most) = tokio::join!(load, most);
        let succeeded = succeeded.into_inner();
        println!("{threads} threads: {most} of {total} connections, {succeeded} requests succeeded");
        // One of them is for the sequencer, which does not run here.
        assert!(most < total, "{threads} threads opened {most} connections of {total}");
        assert!(most > total / 2, "{threads} threads opened only {most} of {total}: the load proves nothing");
        assert!(succeeded > 100, "only {succeeded} requests succeeded");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_connection_is_reported_with_its_sqlstate() {
    let database = Database::new().await;
    let name = database.name();
    let limit = format!("alter database {name} connection limit 0");
    database.connect_to_cluster().await.batch_execute(&limit).await.expect("no more connections");
    let refused = database.db.read_published(async |db| db.query_opt("select 1", &[]).await.map(drop)).await;
    let problem = refused.expect_err("no connection");
    assert_eq!(problem.kind(), ProblemKind::Unavailable);
    let expected = format!("SQLSTATE 53300: too many connections for database \"{name}\"");
    assert!(problem.log().is_some_and(|log| log.contains(&expected)), "{problem}");
    let error = database.address("section55_app").await.connect().await.expect_err("no connection");
    assert!(error.to_string().contains(&expected), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setting_beyond_what_postgresql_accepts_is_refused() {
    let database = Database::new().await;
    let client = database.connect("section55_app").await;
    let server = requirements::check_connections(&client, 22).await.expect("enough connections");
    // The tests' cluster accepts 200, of which 3 are reserved.
    assert_eq!(server.usable, 197);
    let another = database.connect("section55_app").await;
    let open = requirements::check_connections(&client, 22).await.expect("enough connections").open;
    assert!(open >= 1, "{open}: the other connection counts");
    drop(another);
    let error = requirements::check_connections(&client, 198).await.expect_err("too many").to_string();
    assert!(error.contains("may open 198 connections") && error.contains("accepts only 197"), "{error}");
}
