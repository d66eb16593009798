//! Traces: what a collector receives from the running service over OTLP/HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The example of W3C Trace Context, and its ids as bytes.
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACE: [u8; 16] = [75, 249, 47, 53, 119, 179, 77, 166, 163, 206, 146, 157, 14, 14, 71, 54];
const PARENT: [u8; 8] = [0, 240, 103, 170, 11, 169, 2, 183];

/// Starts a collector, which passes on the path and body of each POST.
fn start_collector() -> (SocketAddr, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let head: Vec<String> =
                stream.by_ref().lines().map_while(Result::ok).take_while(|it| !it.is_empty()).collect();
            let length =
                head.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            stream.read_exact(&mut body).expect("a body");
            let path = head[0].split(' ').nth(1).unwrap_or_default().to_owned();
            let response = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.get_mut().write_all(response).expect("a written response");
            if send.send((path, body)).is_err() {
                return;
            }
        }
    });
    (address, receive)
}

/// A process that is killed at the end of the test.
struct RunningProcess(Child);

impl Drop for RunningProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_receives_a_span_of_each_request_in_the_trace_of_the_caller() {
    let (collector, received) = start_collector();
    let folder = crate::support::Folder::new();
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_section55"));
    command.args(["dev", "--no-demo", "--listen", &free, "--data-dir"]).arg(folder.path().join("dev"));
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"));
    let mut running = RunningProcess(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process"));
    let (client, url) = (reqwest::Client::new(), format!("http://{free}/v1/areas/cumbria"));
    let mut is_up = false;
    for _ in 0..600 {
        let response = client.get(&url).header("traceparent", TRACEPARENT).send().await;
        is_up = response.is_ok_and(|response| response.status() == 200);
        if is_up {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(is_up, "the service did not start");
    kill(Pid::from_raw(i32::try_from(running.0.id()).expect("a pid")), Signal::SIGTERM).expect("a signal");
    assert!(running.0.wait().expect("an exit status").success());
    let received: Vec<(String, Vec<u8>)> = received.try_iter().collect();
    assert!(
        !received.is_empty() && received.iter().all(|(path, _)| path == "/v1/traces"),
        "pending spans are sent at shutdown"
    );
    let bodies: Vec<u8> = received.into_iter().flat_map(|(_, body)| body).collect();
    let contains = |part: &[u8]| bodies.windows(part.len()).any(|window| window == part);
    for part in [&b"GET /v1/areas/{code}"[..], b"http.response.status_code", b"database", b"section55", &TRACE, &PARENT]
    {
        assert!(contains(part), "{} is missing in the traces", String::from_utf8_lossy(part));
    }
    assert!(!contains(b"cumbria"), "the path reveals which record was read");
}
