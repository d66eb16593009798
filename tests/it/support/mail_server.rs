//! A mail server for tests: SMTP over TLS on a local port, with a certificate of its own authority. It stores what it
//! accepts, and answers the next texts as a test has set.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// How TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// With the connection.
    Implicit,
    /// With STARTTLS.
    Starttls,
    /// Never: the server offers no TLS.
    Absent,
}

/// The answer to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The text is accepted.
    Accept,
    /// The text is refused for now.
    Refuse,
    /// The text is accepted, and the connection is closed before the answer.
    AcceptSilently,
    /// The text is accepted, and there is never an answer.
    Hang,
}

/// An accepted e-mail.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The address of the envelope.
    pub to: String,
    /// The headers and the body.
    pub text: String,
}

impl Accepted {
    /// Returns the Message-ID.
    pub fn id(&self) -> String {
        let line = self.text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
        line.unwrap_or_default().to_owned()
    }
}

#[derive(Default)]
struct State {
    accepted: Vec<Accepted>,
    next: VecDeque<Answer>,
    default: Option<Answer>,
    /// The time that the server takes for each text.
    delay: Duration,
    /// The answers to AUTH PLAIN.
    credentials: Vec<String>,
}

/// A mail server that listens until it is dropped.
pub struct MailServer {
    address: SocketAddr,
    tls: Tls,
    authority: String,
    state: Arc<Mutex<State>>,
    listening: tokio::task::JoinHandle<()>,
}

/// Returns a certificate authority, in PEM, and a configuration with its certificate for `localhost`.
fn certificate() -> (String, ServerConfig) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a configuration");
    (authority.pem(), config)
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MailServer {
    /// Starts a server.
    pub async fn start(tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (authority, config) = certificate();
        let (acceptor, state) = (TlsAcceptor::from(Arc::new(config)), Arc::new(Mutex::new(State::default())));
        let shared = state.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, shared) = (acceptor.clone(), shared.clone());
                tokio::spawn(async move {
                    // A client that goes away in the middle is part of the tests.
                    let _ = serve(stream, tls, acceptor, &shared).await;
                });
            }
        });
        Self { address, tls, authority, state, listening }
    }

    /// Returns the address, as the setting of the service has it.
    pub fn url(&self) -> String {
        let scheme = if self.tls == Tls::Implicit { "smtps" } else { "smtp" };
        format!("{scheme}://localhost:{}", self.address.port())
    }

    /// Returns the certificate authority in PEM.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Sets the answers to the next texts.
    pub fn answer_next_with(&self, answers: &[Answer]) {
        lock(&self.state).next.extend(answers);
    }

    /// Sets the answer to all texts that have no answer of their own.
    pub fn answer_with(&self, answer: Answer) {
        lock(&self.state).default = Some(answer);
    }

    /// Sets the time that the server takes for each text, before and again after it accepts the text.
    pub fn take(&self, delay: Duration) {
        lock(&self.state).delay = delay;
    }

    /// Returns what was accepted so far.
    pub fn accepted(&self) -> Vec<Accepted> {
        lock(&self.state).accepted.clone()
    }

    /// Returns the credentials that clients sent, in base64.
    pub fn credentials(&self) -> Vec<String> {
        lock(&self.state).credentials.clone()
    }

    /// Returns the next answer to a text.
    fn next_answer(state: &Mutex<State>) -> Answer {
        let mut state = lock(state);
        state.next.pop_front().or(state.default).unwrap_or(Answer::Accept)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(mut stream: TcpStream, tls: Tls, acceptor: TlsAcceptor, state: &Mutex<State>) -> std::io::Result<()> {
    if tls == Tls::Implicit {
        return converse(acceptor.accept(stream).await?, false, true, state).await.map(drop);
    }
    let offers_tls = tls == Tls::Starttls;
    if converse(&mut stream, offers_tls, true, state).await? {
        converse(acceptor.accept(stream).await?, false, false, state).await?;
    }
    Ok(())
}

/// Answers the commands of a client. Returns true if the client begins TLS.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    offers_tls: bool,
    greets: bool,
    state: &Mutex<State>,
) -> std::io::Result<bool> {
    let mut stream = BufReader::new(stream);
    if greets {
        stream.write_all(b"220 localhost ready\r\n").await?;
        stream.flush().await?;
    }
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        let line = line.trim_end();
        let command = line.to_uppercase();
        let answer = match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" if offers_tls => "250-localhost\r\n250 STARTTLS\r\n",
            "EHLO" => "250-localhost\r\n250 AUTH PLAIN\r\n",
            "STARTTLS" if offers_tls => {
                stream.write_all(b"220 go ahead\r\n").await?;
                stream.flush().await?;
                return Ok(true);
            }
            "AUTH" => {
                lock(state).credentials.push(line.rsplit(' ').next().unwrap_or_default().to_owned());
                "235 signed in\r\n"
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 OK\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 the text\r\n").await?;
                stream.flush().await?;
                let Some(text) = read_text(&mut stream).await? else { return Ok(false) };
                let delay = lock(state).delay;
                tokio::time::sleep(delay).await;
                let answer = MailServer::next_answer(state);
                if answer != Answer::Refuse {
                    lock(state).accepted.push(Accepted { to: to.clone(), text });
                }
                tokio::time::sleep(delay).await;
                match answer {
                    Answer::Accept => "250 accepted\r\n",
                    Answer::Refuse => "451 try later\r\n",
                    Answer::AcceptSilently => return Ok(false),
                    Answer::Hang => std::future::pending().await,
                }
            }
            "QUIT" => {
                stream.write_all(b"221 goodbye\r\n").await?;
                stream.flush().await?;
                return Ok(false);
            }
            "MAIL" | "RSET" | "NOOP" => "250 OK\r\n",
            _ => "502 not known\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await?;
    }
}

/// Reads a text up to its last dot. Returns `None` if the connection ends before.
async fn read_text<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> std::io::Result<Option<String>> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        if line == ".\r\n" {
            return Ok(Some(text));
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
