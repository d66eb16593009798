//! `section55 receive`: a receiver of webhooks for who tries them. It takes whatever is posted and prints it, a line of JSON
//! each, so that a signature can be checked by hand.

use std::net::SocketAddr;

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde_json::{Map, Value, json};

use super::{Fault, listen, say};

/// Receives at this address until the program is stopped.
pub async fn receive(address: SocketAddr) -> Result<(), Fault> {
    let server = HttpServer::new(|| App::new().default_service(web::to(taken))).workers(1);
    Ok(server.listen(listen(address)?)?.run().await?)
}

async fn taken(request: HttpRequest, body: Bytes) -> HttpResponse {
    let headers: Map<String, Value> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    let body = String::from_utf8_lossy(&body);
    say(json!({ "method": request.method().as_str(), "path": request.path(), "headers": headers, "body": body }));
    HttpResponse::NoContent().finish()
}
