//! What the scanner makes of a clamd that is clean, finds something, talks nonsense, is silent, or is away.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinHandle;

use super::super::{Scan, Scanner};
use super::received;

/// The bytes of one INSTREAM command, put together again.
async fn command(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut begin = [0; 10];
    stream.read_exact(&mut begin).await.expect("a command");
    assert_eq!(&begin, b"zINSTREAM\0");
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

/// A clamd that answers one scan; what it was sent.
async fn clamd(answer: &'static [u8]) -> (Scanner, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let sent = command(&mut stream).await;
        stream.write_all(answer).await.expect("it is heard");
        sent
    });
    (Scanner::new(Some(address)), serving)
}

#[actix_web::test]
async fn what_clamd_says_is_what_is_known() {
    let text = "some text\n".repeat(20_000);
    let file = received(text.as_bytes()).await;
    let cases: [(&[u8], Scan); 7] = [
        (b"stream: OK\0", Scan::Clean),
        (b"stream: Eicar-Test-Signature FOUND\0", Scan::Infected),
        (b"INSTREAM size limit exceeded. ERROR\0", Scan::Pending),
        (b"stream: Can't allocate memory ERROR\0", Scan::Pending),
        (b"NOT OK AT ALL\0", Scan::Pending),
        (b"\xff\xfe\0", Scan::Pending),
        (b"", Scan::Pending),
    ];
    for (answer, expected) in cases {
        let (scanner, serving) = clamd(answer).await;
        assert_eq!(scanner.scan(&file).await, expected, "{:?}", String::from_utf8_lossy(answer));
        assert_eq!(serving.await.expect("no panic"), text.as_bytes());
    }
    let (scanner, serving) = clamd(b"stream: OK\0").await;
    assert_eq!(scanner.scan_stream(file.chunks(1000)).await, Scan::Clean);
    assert_eq!(serving.await.expect("no panic"), text.as_bytes());
}

#[actix_web::test]
async fn without_clamd_a_file_is_unscanned_and_with_one_away_pending() {
    let file = received(b"x\n").await;
    assert_eq!(Scanner::new(None).scan(&file).await, Scan::Unscanned);
    assert_eq!(Scanner::new(Some(String::new())).scan(&file).await, Scan::Unscanned);
    for away in ["127.0.0.1:1", "/nowhere/clamd.sock", "nonsense"] {
        assert_eq!(Scanner::new(Some(away.to_owned())).scan(&file).await, Scan::Pending, "{away}");
    }
}

#[actix_web::test]
async fn a_silent_clamd_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mut scanner = Scanner::new(Some(listener.local_addr().expect("an address").to_string()));
    scanner.limit = Duration::from_millis(100);
    let began = Instant::now();
    assert_eq!(scanner.scan(&received(b"x\n").await).await, Scan::Pending);
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[actix_web::test]
async fn a_socket_is_dialled_by_its_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clamd");
    let listener = UnixListener::bind(&path).expect("a socket");
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        command(&mut stream).await;
        stream.write_all(b"stream: OK\0").await.expect("it is heard");
    });
    let scanner = Scanner::new(Some(path.to_string_lossy().into_owned()));
    assert_eq!(scanner.scan(&received(b"x\n").await).await, Scan::Clean);
    serving.await.expect("no panic");
}

#[actix_web::test]
async fn a_content_that_breaks_off_is_not_said_to_be_clean() {
    let (scanner, _serving) = clamd(b"stream: OK\0").await;
    let broken = futures_util::stream::iter([Ok("half".into()), Err(crate::api::Problem::internal("gone"))]);
    assert_eq!(scanner.scan_stream(Box::pin(broken)).await, Scan::Pending);
}
