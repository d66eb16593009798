//! A synchronous standby that goes away: every commit waits for it without limit. Abandoned writes must not use up the
//! connections of the instance or of PostgreSQL, and reads go on.

use std::time::{Duration, Instant};

use section55::auth::Role;

use crate::support::App;
use crate::support::app::Setup;
use crate::support::own_cluster::OwnCluster;
use crate::support::world::registration;

/// The connections of the tests' pools: 8 and 4 of a worker thread, its pipelined one, and those of the other threads.
const MOST_CONNECTIONS: i64 = 8 + 4 + 1 + 5;
const WRITES: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_go_on_while_writes_wait_for_an_absent_standby() {
    let cluster = OwnCluster::start().await;
    let app = App::start_on_database(cluster.database(), Setup::with_cache(0)).await;
    let (opcc, public) = (app.person(Role::Opcc, "cumbria"), app.public());
    opcc.post("/v1/inspections", registration("88-before")).await.expect(201);
    let administrator = cluster.administrator().await;
    administrator.batch_execute("alter system set synchronous_standby_names = 'absent'").await.expect("a setting");
    administrator.batch_execute("select pg_reload_conf()").await.expect("the setting is in force");
    tokio::time::sleep(Duration::from_millis(300)).await;
    // Four writes a second for 15 seconds: their clients do not wait for each other.
    let writes = async {
        let mut sent = Vec::new();
        for number in 0..WRITES {
            let opcc = opcc.clone();
            let reference = format!("88-{number}");
            let write = async move { (opcc.post("/v1/inspections", registration(&reference)).await, reference) };
            sent.push(tokio::spawn(write));
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        let mut replies = Vec::new();
        for write in sent {
            replies.push(write.await.expect("no panic"));
        }
        replies
    };
    let reads = async {
        let (began, mut most) = (Instant::now(), 0);
        let mut rounds = 0;
        while began.elapsed() < Duration::from_secs(18) {
            opcc.get("/v1/inspections?limit=5").await.expect(200);
            public.get("/v1/inspections?limit=5").await.expect(200);
            public.get("/readyz").await.expect(200);
            let sql = "select count(*) from pg_stat_activity where application_name = 'section55'";
            most = most.max(administrator.query_one(sql, &[]).await.expect("a count").get::<_, i64>(0));
            rounds += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        (most, rounds)
    };
    let (replies, (most, rounds)) = tokio::join!(writes, reads);
    println!("{rounds} rounds of reads, at most {most} connections");
    assert!(most <= MOST_CONNECTIONS, "{most} connections");
    let rows = administrator.query("select reference from inspections", &[]).await.expect("the inspections");
    let stored: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let mut doubtful = 0;
    for (reply, reference) in replies {
        let reply = reply.expect(503);
        assert!(reply.headers.contains_key("retry-after"), "{}", reply.text);
        // Only a commit that was sent is in doubt. A write that was refused before must not be there.
        let is_doubtful = reply.body["detail"].as_str().is_some_and(|detail| detail.contains("unknown whether"));
        assert!(is_doubtful || !stored.contains(&reference), "{reference} was written: {}", reply.text);
        doubtful += usize::from(is_doubtful);
    }
    assert!(doubtful >= 8, "only {doubtful} writes waited for the standby");
    administrator.batch_execute("alter system reset synchronous_standby_names").await.expect("no standby");
    administrator.batch_execute("select pg_reload_conf()").await.expect("the setting is in force");
    tokio::time::sleep(Duration::from_millis(500)).await;
    opcc.post("/v1/inspections", registration("88-after")).await.expect(201);
}
