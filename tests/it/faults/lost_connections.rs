//! A database that ends its connections under load, or accepts no connections.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use section55::auth::Role;

use crate::support::world::registration;
use crate::support::{App, Person};

const TERMINATE: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                   where datname = $1 and application_name = 'section55'";

/// Registers inspections until `stop` is set. Returns the references that were acknowledged, and the number that were
/// not.
async fn register_until_stopped(
    person: Person,
    number: usize,
    count: &AtomicUsize,
    stop: &AtomicBool,
) -> (Vec<String>, usize) {
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let reference = format!("84-{number}-{n}");
        let reply = person.post("/v1/inspections", registration(&reference)).await;
        match reply.status.as_u16() {
            201 => {
                acknowledged.push(reference);
                count.fetch_add(1, Ordering::Relaxed);
            }
            503 => {
                assert!(reply.headers.contains_key("retry-after"));
                refused += 1;
            }
            _ => panic!("{}", reply.text),
        }
    }
    (acknowledged, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ending_connections_under_load_loses_no_acknowledged_write() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let cluster = app.database.connect_to_cluster().await;
    let (count, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let writers = join_all((0..4).map(|number| register_until_stopped(opcc.clone(), number, &count, &stop)));
    let reader = async {
        let mut statuses = BTreeSet::new();
        while !stop.load(Ordering::Relaxed) {
            statuses.insert(opcc.get("/v1/inspections?limit=5").await.status.as_u16());
            statuses.insert(app.public().get("/v1/areas").await.status.as_u16());
        }
        statuses
    };
    let end_connections = async {
        let (mut ended, began) = (0, Instant::now());
        // Until there are enough writes and enough ended connections. A busy machine needs longer.
        while (count.load(Ordering::Relaxed) < 100 || ended < 50) && began.elapsed() < Duration::from_secs(30) {
            tokio::time::sleep(Duration::from_millis(100)).await;
            ended += cluster.query_one(TERMINATE, &[&app.database.name()]).await.expect("a count").get::<_, i64>(0);
        }
        stop.store(true, Ordering::Relaxed);
        ended
    };
    let (written, statuses, ended) = tokio::join!(writers, reader, end_connections);
    assert!(ended >= 50, "only {ended} connections were ended");
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    let began = Instant::now();
    opcc.post("/v1/inspections", registration("84-last")).await.expect(201);
    assert!(began.elapsed() < Duration::from_secs(1), "recovered after {:?}", began.elapsed());
    let client = app.database.administrator().await;
    let rows = client
        .query(
            "select i.reference, count(e.id) from inspections i left join events e on e.resource_id = i.id group by i.id",
            &[],
        )
        .await
        .expect("the rows");
    let mut stored = BTreeSet::new();
    for row in &rows {
        assert_eq!(row.get::<_, i64>(1), 1, "each write has one event");
        assert!(stored.insert(row.get::<_, String>(0)), "a write was performed twice");
    }
    let acknowledged: Vec<&String> = written.iter().flat_map(|(references, _)| references).collect();
    let lost: Vec<&&String> = acknowledged.iter().filter(|reference| !stored.contains(**reference)).collect();
    assert!(lost.is_empty(), "acknowledged but lost: {lost:?}");
    assert!(acknowledged.len() >= 100, "only {} writes were acknowledged", acknowledged.len());
    let refused: usize = written.iter().map(|(_, refused)| refused).sum();
    assert!(stored.len() <= acknowledged.len() + refused + 1, "a refused write was performed more than once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unconfirmed_commit_is_reported_as_uncertain() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let slow_commit = "create function public.sleep() returns trigger language plpgsql as $$ begin perform pg_sleep(3); return null; end $$;
                create constraint trigger sleep after insert on record.events deferrable initially deferred
                    for each row execute function public.sleep();";
    app.database.administrator().await.batch_execute(slow_commit).await.expect("a slow commit");
    let cluster = app.database.connect_to_cluster().await;
    let end_connections = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        cluster.query_one(TERMINATE, &[&app.database.name()]).await.expect("a count").get::<_, i64>(0)
    };
    let (reply, ended) = tokio::join!(opcc.post("/v1/inspections", registration("84600")), end_connections);
    assert!(ended > 0);
    let reply = reply.expect(503);
    assert!(reply.body["detail"].as_str().is_some_and(|detail| detail.contains("unknown whether")), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_follows_the_database_when_it_fails_and_returns() {
    let app = App::start().await;
    let (public, opcc) = (app.public(), app.person(Role::Opcc, "cumbria"));
    public.get("/readyz").await.expect(200);
    let cluster = app.database.connect_to_cluster().await;
    let name = app.database.name();
    cluster
        .batch_execute(&format!("alter database {name} allow_connections false"))
        .await
        .expect("no connections allowed");
    cluster.query_one(TERMINATE, &[&name]).await.expect("a count");
    let began = Instant::now();
    for path in ["/readyz", "/v1/areas"] {
        let reply = public.get(path).await.expect(503);
        assert!(reply.headers.contains_key("retry-after"), "{path}");
    }
    opcc.get("/v1/responses").await.expect(503);
    opcc.post("/v1/inspections", registration("84500")).await.expect(503);
    assert!(began.elapsed() < Duration::from_secs(5), "responded after {:?}", began.elapsed());
    public.get("/livez").await.expect(200);
    public.get("/v1").await.expect(200);
    cluster.batch_execute(&format!("alter database {name} allow_connections true")).await.expect("connections allowed");
    let began = Instant::now();
    public.get("/readyz").await.expect(200);
    opcc.post("/v1/inspections", registration("84500")).await.expect(201);
    assert!(began.elapsed() < Duration::from_secs(1), "recovered after {:?}", began.elapsed());
}
