//! A clamd for the tests, which finds malware in a file that has the text EICAR.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Starts a clamd and returns its address. It runs until the test ends.
pub async fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(reply(stream));
        }
    });
    address
}

/// Returns an address at which no clamd runs.
pub fn unreachable_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

/// Reads one `INSTREAM` command, which ends with a chunk of length 0, and replies to it.
async fn reply(mut stream: TcpStream) -> std::io::Result<()> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut content = Vec::new();
    loop {
        let length = stream.read_u32().await? as usize;
        if length == 0 {
            break;
        }
        let from = content.len();
        content.resize(from + length, 0);
        stream.read_exact(&mut content[from..]).await?;
    }
    let found = content.windows(5).any(|bytes| bytes == b"EICAR");
    stream.write_all(if found { b"stream: Eicar-Test FOUND\0" } else { b"stream: OK\0" }).await
}
