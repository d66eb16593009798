//! What Prometheus reads: requests by route, connections by pool.

use section55::telemetry;

use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_counted_by_their_route_and_never_by_their_path() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    telemetry::serve(port).expect("the only one of this process");
    let app = App::start().await;
    let inspection = app.published_inspection("77301").await.href();
    app.public().get(&inspection).await.expect(200);
    telemetry::pools(&app.database.db.pools());
    let mut text = String::new();
    // The jobs of other tests' services note theirs in this same process.
    for _ in 0..50 {
        telemetry::overdue(7);
        telemetry::unsent(chrono::TimeDelta::seconds(90));
        text = reqwest::get(format!("http://{port}/metrics")).await.expect("an answer").text().await.expect("a text");
        if text.contains("overdue_responses 7") && text.contains("delivery_seconds 90") {
            break;
        }
    }
    let counted = "section55_requests_total{method=\"GET\",route=\"/v1/inspections/{id}\",status=\"200\"}";
    for line in [counted, "section55_request_seconds_bucket", "section55_pool_connections{pool=\"app\",state=\"open\"}"]
    {
        assert!(text.contains(line), "{line} is not in:\n{text}");
    }
    assert!(text.contains("section55_overdue_responses 7"), "{text}");
    assert!(text.contains("section55_oldest_unsent_delivery_seconds 90"), "{text}");
    assert!(!text.contains(&inspection), "a path says what was read");
}
