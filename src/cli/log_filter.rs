//! Which lines are logged.

use tracing_subscriber::EnvFilter;

use super::BoxedError;

/// Parts of libraries that log as errors what is no fault of the service, beside a line of its own.
const SILENT: [&str; 2] = [
    // A client that sends no valid HTTP. actix answers it with 400, 408 or 431.
    "actix_http::h1::dispatcher",
    // A receiver of webhooks whose certificate is not valid. The service logs the cause with the delivery.
    "rustls_platform_verifier",
];

/// Returns the filter for `settings`, which can turn on what is silent otherwise.
pub(super) fn log_filter(settings: &str) -> Result<EnvFilter, BoxedError> {
    let mut filter = EnvFilter::new(settings);
    for target in SILENT {
        let library = target.split("::").next().unwrap_or(target);
        if !settings.contains(library) {
            filter = filter.add_directive(format!("{target}=off").parse()?);
        }
    }
    Ok(filter)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::Layer;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no panic before").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(settings: &str) -> String {
        let written = Written::default();
        let writer = written.clone();
        let lines = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
        let filter = log_filter(settings).expect("a filter");
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines.with_filter(filter)), || {
            tracing::error!(target: "actix_http::h1::dispatcher", "no HTTP");
            tracing::error!(target: "rustls_platform_verifier::verification::others", "bad certificate");
            tracing::error!(target: "actix_server::worker", "a worker ended");
            tracing::error!(target: "section55::server", "own fault");
        });
        let bytes = written.0.lock().expect("no panic before").clone();
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn faults_of_clients_and_receivers_are_not_logged_by_libraries() {
        let lines = logged("info");
        assert!(lines.contains("own fault") && lines.contains("a worker ended"), "{lines}");
        assert!(!lines.contains("no HTTP") && !lines.contains("bad certificate"), "{lines}");
        let lines = logged("info,actix_http=debug,rustls_platform_verifier=error");
        assert!(lines.contains("no HTTP") && lines.contains("bad certificate"), "{lines}");
    }
}
