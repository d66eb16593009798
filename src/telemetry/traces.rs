//! A span for each request, which continues the trace of the request's `traceparent` (W3C Trace Context). With the
//! feature `otlp`, spans are sent to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`, under the name
//! `OTEL_SERVICE_NAME`.

use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use tracing::Span;
use tracing::field::Empty;

/// Creates the span of a request. It is disabled when no subscriber records it.
pub fn request_span(method: &Method, id: &str, headers: &HeaderMap) -> Span {
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
    otlp::continue_trace(&span, headers);
    #[cfg(not(feature = "otlp"))]
    let _ = headers;
    span
}

/// Records the response of a request. `route` is the path template, never the path.
pub fn record_response(span: &Span, method: &Method, route: &str, status: u16) {
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

    /// Sends spans to the collector. Dropping it sends the last of them.
    #[derive(Debug)]
    pub struct Traces(SdkTracerProvider);

    impl Drop for Traces {
        fn drop(&mut self) {
            if let Err(error) = self.0.shutdown() {
                eprintln!("section55: the last spans could not be sent: {error}");
            }
        }
    }

    /// Creates the layer that passes spans to the collector; none when `OTEL_EXPORTER_OTLP_ENDPOINT` is not set. Must
    /// be called outside a runtime, because it sends from a thread of its own.
    ///
    /// # Errors
    /// When the exporter cannot be created.
    pub fn layer<S>() -> Result<Option<(impl Layer<S>, Traces)>, ExporterBuildError>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        if std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_none() {
            return Ok(None);
        }
        let exporter = SpanExporter::builder().with_http().build()?;
        let mut resource = Resource::builder();
        if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name("section55");
        }
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
        let filter = Targets::new().with_target("section55", LevelFilter::DEBUG);
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("section55")).with_filter(filter);
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

    /// Sets the name of a span. The route is not known when the span is created.
    pub fn rename(span: &Span, name: String) {
        span.context().span().update_name(name);
    }

    /// Makes the span part of the caller's trace.
    pub fn continue_trace(span: &Span, headers: &HeaderMap) {
        if !span.is_disabled() {
            // Without a readable `traceparent` the span begins a new trace.
            let _ = span.set_parent(TraceContextPropagator::new().extract(&Headers(headers)));
        }
    }
}
