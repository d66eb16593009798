//! Prometheus metrics: requests by route, and connections by pool.

use section55::telemetry;

use crate::support::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_counted_by_route_and_not_by_path() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    telemetry::serve(port).expect("the only metrics server of this process");
    let app = App::start().await;
    let inspection = app.create_published_inspection("77301").await.href();
    app.public().get(&inspection).await.expect(200);
    telemetry::set_pools(&app.database.db.pools());
    let stream = reqwest::Client::new().get(format!("{}/v1/changes", app.base)).header("accept", "text/event-stream");
    let _stream = stream.send().await.expect("a stream");
    let mut text = String::new();
    // The jobs of other tests set the same gauges, because they run in the same process.
    for _ in 0..50 {
        telemetry::set_overdue_responses(7);
        telemetry::set_oldest_unsent_delivery(chrono::TimeDelta::seconds(90));
        text = reqwest::get(format!("http://{port}/metrics")).await.expect("a response").text().await.expect("a text");
        if text.contains("overdue_responses 7") && text.contains("delivery_seconds 90") {
            break;
        }
    }
    let requests = "section55_requests_total{method=\"GET\",route=\"/v1/inspections/{id}\",status=\"200\"}";
    let pool = "section55_pool_connections{pool=\"app\",state=\"open\"}";
    for line in [requests, "section55_request_seconds_bucket", pool, "section55_change_streams "] {
        assert!(text.contains(line), "{line} is missing in:\n{text}");
    }
    assert!(text.contains("section55_overdue_responses 7"), "{text}");
    assert!(text.contains("section55_oldest_unsent_delivery_seconds 90"), "{text}");
    assert!(!text.contains(&inspection), "the path reveals which record was read");
}
