//! A connection of HTTP/1.1 that sends one request after another. It takes less of the machine than a complete client.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::common::BoxedError;

/// An open connection.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Opens a connection.
    pub async fn open(address: SocketAddr) -> Result<Self, BoxedError> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a GET request and returns the body. Another status than 200 is an error.
    pub async fn get(&mut self, path: &str) -> Result<String, BoxedError> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n");
        self.0.get_mut().write_all(request.as_bytes()).await?;
        let (mut line, mut status, mut length) = (String::new(), String::new(), 0);
        loop {
            line.clear();
            if self.0.read_line(&mut line).await? == 0 {
                return Err("the service closed the connection".into());
            }
            let text = line.trim_end();
            if status.is_empty() {
                text.clone_into(&mut status);
            } else if text.is_empty() {
                break;
            } else if let Some((name, value)) = text.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await?;
        let body = String::from_utf8(body)?;
        if status.contains(" 200 ") { Ok(body) } else { Err(format!("{path}: {status}: {body}").into()) }
    }
}
