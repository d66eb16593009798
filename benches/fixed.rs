//! The most that actix gives: one body that is there already, with the service's own server options and nothing else.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use actix_web::web::{Bytes, to};
use actix_web::{App, HttpResponse, HttpServer};

use crate::Fault;

/// Answers everything with the file's bytes, until it is killed.
pub async fn serve(listen: SocketAddr, body: &Path) -> Result<(), Fault> {
    let body = Bytes::from(std::fs::read(body)?);
    let server = HttpServer::new(move || {
        let body = body.clone();
        let answer = move || {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type("application/json").body(body) }
        };
        App::new().default_service(to(answer))
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
