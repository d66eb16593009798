//! The upper bound for actix: a server that always sends the same body, with the service's own server options.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use actix_web::web::{Bytes, to};
use actix_web::{App, HttpResponse, HttpServer};

use crate::common::BoxedError;

/// Responds to every request with the content of a file, until the process is killed.
pub async fn serve(listen: SocketAddr, body: &Path) -> Result<(), BoxedError> {
    let body = Bytes::from(std::fs::read(body)?);
    let server = HttpServer::new(move || {
        let body = body.clone();
        let respond = move || {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type("application/json").body(body) }
        };
        App::new().default_service(to(respond))
    });
    server
        .client_request_timeout(Duration::from_secs(5))
        .client_disconnect_timeout(Duration::from_secs(2))
        .keep_alive(Duration::from_secs(30))
        .disable_signals()
        .bind(listen)?
        .run()
        .await?;
    Ok(())
}
