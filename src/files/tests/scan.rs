//! The scanner with a clamd that finds nothing, finds malware, sends errors, sends nothing, or cannot be reached.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinHandle;

use super::super::{FileContent, ScanStatus, Scanner};
use super::uploaded_file;

/// Reads one INSTREAM command and returns its bytes.
async fn read_command(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut name = [0; 10];
    stream.read_exact(&mut name).await.expect("a command");
    assert_eq!(&name, b"zINSTREAM\0");
    let mut all = Vec::new();
    loop {
        let length = stream.read_u32().await.expect("a length") as usize;
        if length == 0 {
            return all;
        }
        let at = all.len();
        all.resize(at + length, 0);
        stream.read_exact(&mut all[at..]).await.expect("a chunk");
    }
}

/// Starts a clamd that replies to one scan. The task returns the bytes it was sent.
async fn start_clamd(reply: &'static [u8]) -> (Scanner, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let sent = read_command(&mut stream).await;
        stream.write_all(reply).await.expect("the reply is sent");
        sent
    });
    (Scanner::new(Some(address)), serving)
}

#[actix_web::test]
async fn the_reply_of_clamd_decides_the_status() {
    let text = "some text\n".repeat(20_000);
    let file = uploaded_file(text.as_bytes()).await;
    let cases: [(&[u8], ScanStatus); 7] = [
        (b"stream: OK\0", ScanStatus::Clean),
        (b"stream: Eicar-Test-Signature FOUND\0", ScanStatus::Infected),
        (b"INSTREAM size limit exceeded. ERROR\0", ScanStatus::Pending),
        (b"stream: Can't allocate memory ERROR\0", ScanStatus::Pending),
        (b"NOT OK AT ALL\0", ScanStatus::Pending),
        (b"\xff\xfe\0", ScanStatus::Pending),
        (b"", ScanStatus::Pending),
    ];
    for (reply, expected) in cases {
        let (scanner, serving) = start_clamd(reply).await;
        assert_eq!(scanner.scan(&file).await, expected, "{:?}", String::from_utf8_lossy(reply));
        assert_eq!(serving.await.expect("no panic"), text.as_bytes());
    }
    let (scanner, serving) = start_clamd(b"stream: OK\0").await;
    assert_eq!(scanner.scan_stream(file.chunks(1000)).await, ScanStatus::Clean);
    assert_eq!(serving.await.expect("no panic"), text.as_bytes());
}

#[actix_web::test]
async fn a_file_is_unscanned_without_clamd_and_pending_if_clamd_cannot_be_reached() {
    let file = uploaded_file(b"x\n").await;
    assert_eq!(Scanner::new(None).scan(&file).await, ScanStatus::Unscanned);
    assert_eq!(Scanner::new(Some(String::new())).scan(&file).await, ScanStatus::Unscanned);
    for address in ["127.0.0.1:1", "/nowhere/clamd.sock", "nonsense"] {
        assert_eq!(Scanner::new(Some(address.to_owned())).scan(&file).await, ScanStatus::Pending, "{address}");
    }
}

#[actix_web::test]
async fn a_scan_ends_at_its_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mut scanner = Scanner::new(Some(listener.local_addr().expect("an address").to_string()));
    scanner.timeout = Duration::from_millis(100);
    let began = Instant::now();
    assert_eq!(scanner.scan(&uploaded_file(b"x\n").await).await, ScanStatus::Pending);
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[actix_web::test]
async fn an_address_can_be_the_path_of_a_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clamd");
    let listener = UnixListener::bind(&path).expect("a socket");
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        read_command(&mut stream).await;
        stream.write_all(b"stream: OK\0").await.expect("the reply is sent");
    });
    let scanner = Scanner::new(Some(path.to_string_lossy().into_owned()));
    assert_eq!(scanner.scan(&uploaded_file(b"x\n").await).await, ScanStatus::Clean);
    serving.await.expect("no panic");
}

#[actix_web::test]
async fn a_file_that_cannot_be_read_to_its_end_is_not_clean() {
    let (scanner, _serving) = start_clamd(b"stream: OK\0").await;
    let broken = futures_util::stream::iter([Ok("half".into()), Err(crate::api::Problem::internal("gone"))]);
    assert_eq!(scanner.scan_stream(Box::pin(broken)).await, ScanStatus::Pending);
}
