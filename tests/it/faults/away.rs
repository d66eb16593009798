//! A database that goes away: its connections ended under load, or the database itself closed.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use section55::auth::Role;

use crate::support::world::registration;
use crate::support::{App, Person};

const END: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                   where datname = $1 and application_name = 'section55'";

/// Registers until told to stop; gives the references that were acknowledged, and how many were not.
async fn writer(who: Person, number: usize, done: &AtomicUsize, over: &AtomicBool) -> (Vec<String>, usize) {
    let (mut kept, mut refused) = (Vec::new(), 0);
    for n in 0.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let reference = format!("84-{number}-{n}");
        let reply = who.post("/v1/inspections", registration(&reference)).await;
        match reply.status.as_u16() {
            201 => {
                kept.push(reference);
                done.fetch_add(1, Ordering::Relaxed);
            }
            503 => {
                assert!(reply.headers.contains_key("retry-after"));
                refused += 1;
            }
            _ => panic!("{}", reply.text),
        }
    }
    (kept, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_ended_under_load_lose_no_acknowledged_write() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let outside = app.database.outside().await;
    let (done, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let writers = join_all((0..4).map(|number| writer(opcc.clone(), number, &done, &over)));
    let reader = async {
        let mut statuses = BTreeSet::new();
        while !over.load(Ordering::Relaxed) {
            statuses.insert(opcc.get("/v1/inspections?limit=5").await.status.as_u16());
            statuses.insert(app.public().get("/v1/areas").await.status.as_u16());
        }
        statuses
    };
    let ender = async {
        let (mut ended, began) = (0, Instant::now());
        // Until there was enough of both; a busy machine needs longer.
        while (done.load(Ordering::Relaxed) < 100 || ended < 50) && began.elapsed() < Duration::from_secs(30) {
            tokio::time::sleep(Duration::from_millis(100)).await;
            ended += outside.query_one(END, &[&app.database.name()]).await.expect("a count").get::<_, i64>(0);
        }
        over.store(true, Ordering::Relaxed);
        ended
    };
    let (written, statuses, ended) = tokio::join!(writers, reader, ender);
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
    let mut there = BTreeSet::new();
    for row in &rows {
        assert_eq!(row.get::<_, i64>(1), 1, "one event for each write");
        assert!(there.insert(row.get::<_, String>(0)), "a write stands twice");
    }
    let acknowledged: Vec<&String> = written.iter().flat_map(|(kept, _)| kept).collect();
    let lost: Vec<&&String> = acknowledged.iter().filter(|reference| !there.contains(**reference)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(acknowledged.len() >= 100, "only {} were written", acknowledged.len());
    let refused: usize = written.iter().map(|(_, refused)| refused).sum();
    assert!(there.len() <= acknowledged.len() + refused + 1, "a refused write was carried out more than once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_gets_no_answer_is_not_called_unwritten() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let slow = "create function public.doze() returns trigger language plpgsql as $$ begin perform pg_sleep(3); return null; end $$;
                create constraint trigger doze after insert on record.events deferrable initially deferred
                    for each row execute function public.doze();";
    app.database.administrator().await.batch_execute(slow).await.expect("a slow commit");
    let outside = app.database.outside().await;
    let end = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        outside.query_one(END, &[&app.database.name()]).await.expect("a count").get::<_, i64>(0)
    };
    let (reply, ended) = tokio::join!(opcc.post("/v1/inspections", registration("84600")), end);
    assert!(ended > 0);
    let reply = reply.expect(503);
    assert!(reply.body["detail"].as_str().is_some_and(|says| says.contains("not known")), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_says_when_the_database_is_gone_and_when_it_is_back() {
    let app = App::start().await;
    let (public, opcc) = (app.public(), app.person(Role::Opcc, "cumbria"));
    public.get("/readyz").await.expect(200);
    let outside = app.database.outside().await;
    let name = app.database.name();
    outside.batch_execute(&format!("alter database {name} allow_connections false")).await.expect("closed");
    outside.query_one(END, &[&name]).await.expect("a count");
    let began = Instant::now();
    for path in ["/readyz", "/v1/areas"] {
        let reply = public.get(path).await.expect(503);
        assert!(reply.headers.contains_key("retry-after"), "{path}");
    }
    opcc.get("/v1/responses").await.expect(503);
    opcc.post("/v1/inspections", registration("84500")).await.expect(503);
    assert!(began.elapsed() < Duration::from_secs(5), "answered after {:?}", began.elapsed());
    public.get("/livez").await.expect(200);
    public.get("/v1").await.expect(200);
    outside.batch_execute(&format!("alter database {name} allow_connections true")).await.expect("open");
    let began = Instant::now();
    public.get("/readyz").await.expect(200);
    opcc.post("/v1/inspections", registration("84500")).await.expect(201);
    assert!(began.elapsed() < Duration::from_secs(1), "recovered after {:?}", began.elapsed());
}
