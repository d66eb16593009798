//! A span for each request, which goes on the trace that its `traceparent` names (W3C Trace Context); with the feature
//! `otlp`, sent to a collector that the standard variables name (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`).

use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use tracing::Span;
use tracing::field::Empty;

/// The span of a request; nothing where nobody listens.
pub fn request(method: &Method, id: &str, headers: &HeaderMap) -> Span {
    let span = tracing::debug_span!(
        target: "section55",
        "request",
        otel.kind = "server",
        http.request.method = %method,
        http.route = Empty,
        http.response.status_code = Empty,
        section55.request_id = %id,
    );
    #[cfg(feature = "otlp")]
    otlp::go_on(&span, headers);
    #[cfg(not(feature = "otlp"))]
    let _ = headers;
    span
}

/// What is known of it once it is answered. The route is the pattern, never the path.
pub fn answered(span: &Span, method: &Method, route: &str, status: u16) {
    if span.is_disabled() {
        return;
    }
    span.record("http.route", route);
    span.record("http.response.status_code", status);
    #[cfg(feature = "otlp")]
    otlp::rename(span, format!("{method} {route}"));
    #[cfg(not(feature = "otlp"))]
    let _ = method;
}

#[cfg(feature = "otlp")]
pub use otlp::{Traces, layer};

#[cfg(feature = "otlp")]
mod otlp {
    use actix_web::http::header::HeaderMap;
    use opentelemetry::propagation::{Extractor, TextMapPropagator};
    use opentelemetry::trace::{TraceContextExt, TracerProvider};
    use opentelemetry_otlp::{ExporterBuildError, SpanExporter};
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::propagation::TraceContextPropagator;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing::{Span, Subscriber};
    use tracing_opentelemetry::OpenTelemetrySpanExt;
    use tracing_subscriber::Layer;
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::registry::LookupSpan;

    /// What sends spans; the last of them go out when it is dropped.
    #[derive(Debug)]
    pub struct Traces(SdkTracerProvider);

    impl Drop for Traces {
        fn drop(&mut self) {
            if let Err(error) = self.0.shutdown() {
                eprintln!("section55: the last traces were not sent: {error}");
            }
        }
    }

    /// What hands spans to the collector; nothing where none is named. Made outside a runtime, for it sends from a
    /// thread of its own.
    pub fn layer<S>() -> Result<Option<(impl Layer<S>, Traces)>, ExporterBuildError>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        if std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_none() {
            return Ok(None);
        }
        let exporter = SpanExporter::builder().with_http().build()?;
        let mut about = Resource::builder();
        if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
            about = about.with_service_name("section55");
        }
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(about.build()).build();
        let ours = Targets::new().with_target("section55", LevelFilter::DEBUG);
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("section55")).with_filter(ours);
        Ok(Some((layer, Traces(provider))))
    }

    struct Headers<'a>(&'a HeaderMap);

    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key).and_then(|value| value.to_str().ok())
        }

        fn keys(&self) -> Vec<&str> {
            self.0.keys().map(actix_web::http::header::HeaderName::as_str).collect()
        }
    }

    /// Names a span anew: its route is not known when it begins.
    pub fn rename(span: &Span, name: String) {
        span.context().span().update_name(name);
    }

    /// Goes on the trace that the caller began.
    pub fn go_on(span: &Span, headers: &HeaderMap) {
        if !span.is_disabled() {
            // A trace that cannot be gone on is begun anew.
            let _ = span.set_parent(TraceContextPropagator::new().extract(&Headers(headers)));
        }
    }
}
