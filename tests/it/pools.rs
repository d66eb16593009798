//! Connections by thread: none is held up by what another thread does.

use std::num::NonZeroUsize;

use section55::api::Kind;
use section55::auth::{Actor, Role};
use section55::db::Db;

use super::support::database::Database;

async fn backend(db: &Db) -> i32 {
    let actor = Actor::new("https://issuer.example", "opcc", None, &[Role::Opcc], &["cumbria"]);
    let asked = db.read(&actor, async |db| db.maybe("select pg_backend_pid()", &[]).await);
    asked.await.expect("an answer").expect("a row").get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thread_has_connections_of_its_own_and_closing_closes_all() {
    let database = Database::new().await;
    let two = NonZeroUsize::new(2).expect("two");
    let share = || database.db.for_one_of(two).expect("a share");
    let (one, another) = (share(), share());
    let first = backend(&one).await;
    let other = backend(&another).await;
    assert_ne!(first, other);
    // The one that was used last is used next.
    assert_eq!((backend(&one).await, backend(&another).await), (first, other));
    let [(_, app), (_, public)] = database.db.pools();
    assert_eq!((app.max_size, public.max_size, app.size), (8 + 4 + 4, 4 + 2 + 2, 2), "all that there are");
    database.db.close();
    for closed in [&one, &another, &database.db] {
        let refused = closed.read_published(async |db| db.maybe("select 1", &[]).await.map(drop)).await.expect_err("closed");
        assert_eq!(refused.kind(), Kind::Unavailable);
    }
}
