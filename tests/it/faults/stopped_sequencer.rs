//! A sequencer that fails: `/readyz`, the metrics and the log say so, and say when it works again.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use section55::auth::Role;
use section55::monitor;
use section55::service::Readiness;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::App;
use crate::support::app::noon;
use crate::support::world::registration;

/// The lines that this thread writes to the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Returns the number of lines that contain this text.
    fn count(&self, text: &str) -> usize {
        let bytes = self.0.lock().expect("no panic").clone();
        String::from_utf8(bytes).expect("text").lines().filter(|line| line.contains(text)).count()
    }
}

/// Returns the value of a gauge of this thread.
fn gauge(metrics: &PrometheusHandle, name: &str) -> f64 {
    let text = metrics.render();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().expect("a number")
}

/// Waits at most 40 seconds until `/readyz` returns 200 with a number of degradations, and returns them.
async fn wait_for_degradations(app: &App, count: usize) -> Value {
    for _ in 0..400 {
        let reply = app.public().get("/readyz").await.expect(200);
        assert_eq!(reply.body["status"], "ok");
        if reply.body["degraded"].as_array().expect("a list").len() == count {
            return reply.body["degraded"].clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("/readyz never listed {count} degradations");
}

// One thread, so that its metrics and its log are those of this sequencer and this monitor alone.
#[tokio::test(flavor = "current_thread")]
async fn a_sequencer_that_fails_is_seen_and_so_is_its_recovery() {
    let (log, recorder) = (Log::default(), PrometheusBuilder::new().build_recorder());
    let metrics = recorder.handle();
    let _recorder = ::metrics::set_default_local_recorder(&recorder);
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _subscriber = tracing::subscriber::set_default(subscriber);
    let app = App::start().await;
    let administrator = app.database.administrator().await;
    administrator.batch_execute("revoke insert on record.audit_leaves from section55_log").await.expect("a revoke");
    app.person(Role::Opcc, "cumbria").post("/v1/inspections", registration("85400")).await.expect(201);
    app.clock.set(noon() + chrono::TimeDelta::minutes(5));
    let sequencer = app.sequencer().await.spawn();
    let readiness = Arc::new(Readiness::default());
    let monitored = monitor::run(app.database.db.clone(), app.clock.clone(), app.clock.clone(), readiness.clone());
    let test = async {
        let degraded = wait_for_degradations(&app, 1).await;
        assert_eq!(degraded[0]["code"], "audit_events_wait");
        let detail = degraded[0]["detail"].as_str().expect("a text");
        assert!(detail.contains("the oldest for 300 seconds"), "{detail}");
        // The failures are one line, though the sequencer has tried several times.
        assert_eq!(log.count("the sequencer failed"), 1);
        assert_eq!(log.count("permission denied for table audit_leaves"), 1);
        assert!(gauge(&metrics, "section55_audit_events_waiting") >= 1.0);
        assert!((gauge(&metrics, "section55_audit_oldest_waiting_seconds") - 300.0).abs() < f64::EPSILON);
        assert!(gauge(&metrics, "section55_sequencer_leader") < 0.5);

        administrator.batch_execute("grant insert on record.audit_leaves to section55_log").await.expect("a grant");
        assert_eq!(wait_for_degradations(&app, 0).await, json!([]));
        for _ in 0..60 {
            if gauge(&metrics, "section55_audit_events_waiting") < 0.5 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(gauge(&metrics, "section55_audit_events_waiting") < 0.5);
        assert!(gauge(&metrics, "section55_audit_oldest_waiting_seconds") < 0.5);
        assert!(gauge(&metrics, "section55_sequencer_leader") > 0.5);
        assert_eq!(log.count("the sequencer works again"), 1);
        assert_eq!(log.count("the sequencer failed"), 1);
    };
    tokio::select! { () = test => {}, () = monitored => {} }
    sequencer.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_sequencer_the_service_is_degraded_after_a_minute() {
    let app = App::start().await;
    app.person(Role::Opcc, "cumbria").post("/v1/inspections", registration("85410")).await.expect(201);
    wait_for_degradations(&app, 0).await;
    app.clock.set(noon() + chrono::TimeDelta::seconds(61));
    wait_for_degradations(&app, 1).await;
    app.sequence().await;
    wait_for_degradations(&app, 0).await;
}
