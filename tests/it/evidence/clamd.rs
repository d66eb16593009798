//! A clamd of the tests' own: it finds something wherever a file says EICAR.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Its address; it answers as long as the test runs.
pub async fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    address
}

/// An address where nothing answers.
pub fn away() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

/// `zINSTREAM`, then chunks with their lengths, the last of none.
async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
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
