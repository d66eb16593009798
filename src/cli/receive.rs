//! `section55 receive`: receives webhooks for a trial. It accepts every request and prints it as one line of JSON, so
//! that the signature can be checked by hand.

use std::net::SocketAddr;

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde_json::{Map, Value, json};

use super::{BoxedError, listening, say};

/// Receives requests on this address until the process receives a stop signal.
pub async fn receive(address: SocketAddr) -> Result<(), BoxedError> {
    let server = HttpServer::new(|| App::new().default_service(web::to(print))).workers(1);
    Ok(server.listen(listening::open(address)?)?.run().await?)
}

async fn print(request: HttpRequest, body: Bytes) -> HttpResponse {
    let headers: Map<String, Value> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    let body = String::from_utf8_lossy(&body);
    say(json!({ "method": request.method().as_str(), "path": request.path(), "headers": headers, "body": body }));
    HttpResponse::NoContent().finish()
}
