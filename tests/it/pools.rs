//! Each thread has connections of its own, so that no thread waits for another.

use std::num::NonZeroUsize;

use section55::api::ProblemKind;
use section55::auth::{Actor, Role};
use section55::db::Db;

use super::support::database::Database;

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
