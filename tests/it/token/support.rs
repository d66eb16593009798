//! Keys shared by all tests, tokens of any form signed with them, and a small HTTP server for key sets.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use section55::auth::token::{
    Algorithm, ClaimNames, Claims, Issuer, KeySource, RefreshIntervals, TokenError, Verifier, install_provider,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

pub const ISSUER: &str = "https://issuer.example";
pub const OTHER_ISSUER: &str = "https://other.example";
pub const AUDIENCE: &str = "section55";
/// The present of the tests, in seconds since 1970.
pub const NOW: i64 = 1_790_000_000;

pub static RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
pub static OTHER_RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
pub static EC: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());
pub static ED: LazyLock<Ed25519KeyPair> = LazyLock::new(|| Ed25519KeyPair::generate().unwrap());
pub static OTHER_ED: LazyLock<Ed25519KeyPair> = LazyLock::new(|| Ed25519KeyPair::generate().unwrap());

/// Trusts `ISSUER` with the keys `rsa`, `ec` and `ed`, and `OTHER_ISSUER` with `other-rsa`.
pub static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let keys = json!({ "keys": [rsa_jwk("rsa", &RSA), ec_jwk("ec", &EC), ed_jwk("ed", &ED)] });
    let other = Issuer {
        issuer: OTHER_ISSUER.to_owned(),
        algorithms: vec![Algorithm::Rs256],
        ..issuer(KeySource::Fixed(json!({ "keys": [rsa_jwk("other-rsa", &OTHER_RSA)] })))
    };
    Verifier::new(vec![issuer(KeySource::Fixed(keys)), other]).unwrap()
});

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

pub fn issuer(keys: KeySource) -> Issuer {
    install_provider();
    Issuer {
        issuer: ISSUER.to_owned(),
        audiences: vec![AUDIENCE.to_owned(), "https://section55.example".to_owned()],
        algorithms: vec![Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa],
        types: vec!["at+jwt".to_owned()],
        accept_untyped: false,
        claims: ClaimNames {
            subject: "sub".to_owned(),
            roles: "roles".to_owned(),
            areas: "areas".to_owned(),
            name: "name".to_owned(),
            email: "email".to_owned(),
        },
        keys,
    }
}

/// Returns a verifier that trusts `ISSUER` with these keys.
pub fn verifier_with_keys(keys: &[Value]) -> Verifier {
    Verifier::new(vec![issuer(KeySource::Fixed(json!({ "keys": keys })))]).unwrap()
}

pub fn verify(token: &str) -> Result<Claims, TokenError> {
    VERIFIER.verify(token, now())
}

pub fn verify_later(token: &str, seconds: i64) -> Result<Claims, TokenError> {
    VERIFIER.verify(token, now() + TimeDelta::seconds(seconds))
}

/// Returns `value` with the members of `changes`. A null removes a member.
pub fn with_changes(mut value: Value, changes: Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        match change {
            Value::Null => drop(value.as_object_mut().unwrap().remove(name)),
            _ => value[name] = change.clone(),
        }
    }
    value
}

pub fn header(changes: Value) -> Value {
    with_changes(json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "ed" }), changes)
}

pub fn claims(changes: Value) -> Value {
    with_changes(json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "u-17", "iat": NOW - 60, "exp": NOW + 600 }), changes)
}

/// Returns a token with exactly this header and these claims, signed with `sign` whatever algorithm the header states.
pub fn token(header: impl ToString, claims: impl ToString, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let signature = encode(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// Returns a token signed with `ED`.
pub fn ed_token(header: impl ToString, claims: impl ToString) -> String {
    token(header, claims, ed(&ED))
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn rs256(key: &RsaKeyPair) -> impl Fn(&[u8]) -> Vec<u8> {
    |message| rsa_sign(key, &RSA_PKCS1_SHA256, message)
}

pub fn ps256(key: &RsaKeyPair) -> impl Fn(&[u8]) -> Vec<u8> {
    |message| rsa_sign(key, &RSA_PSS_SHA256, message)
}

pub fn es256(key: &EcdsaKeyPair) -> impl Fn(&[u8]) -> Vec<u8> {
    |message| key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
}

pub fn ed(key: &Ed25519KeyPair) -> impl Fn(&[u8]) -> Vec<u8> {
    |message| key.sign(message).as_ref().to_vec()
}

fn rsa_sign(key: &RsaKeyPair, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}

pub fn rsa_jwk(kid: &str, key: &RsaKeyPair) -> Value {
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(key.public_key());
    json!({ "kty": "RSA", "use": "sig", "kid": kid, "n": encode(public.n), "e": encode(public.e) })
}

pub fn ec_jwk(kid: &str, key: &EcdsaKeyPair) -> Value {
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": encode(x), "y": encode(y) })
}

pub fn ed_jwk(kid: &str, key: &Ed25519KeyPair) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": kid, "x": encode(key.public_key()) })
}

/// A temporary folder, which is removed when it is dropped.
pub struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("section55-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Short intervals, for tests that wait for a refresh.
pub const SHORT_INTERVALS: RefreshIntervals =
    RefreshIntervals { regular: Duration::from_millis(40), minimum: Duration::from_millis(40) };

/// An HTTP server on a loopback address that sends the same response to every request.
pub struct KeyServer {
    pub url: reqwest::Url,
    response: Arc<Mutex<String>>,
    request_count: Arc<AtomicUsize>,
}

impl KeyServer {
    pub async fn start(keys: &[Value]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap()).parse().unwrap();
        let server = Self { url, response: Arc::default(), request_count: Arc::default() };
        server.serve_keys(keys);
        let (response, request_count) = (Arc::clone(&server.response), Arc::clone(&server.request_count));
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 4096]).await;
                let text = response.lock().unwrap().clone();
                let _ = stream.write_all(text.as_bytes()).await;
                let _ = stream.shutdown().await;
                request_count.fetch_add(1, Ordering::SeqCst);
            }
        });
        server
    }

    pub fn serve_keys(&self, keys: &[Value]) {
        self.serve("200 OK", &json!({ "keys": keys }).to_string());
    }

    /// Sets the response. `status` may contain further header lines.
    pub fn serve(&self, status: &str, body: &str) {
        let length = body.len();
        *self.response.lock().unwrap() =
            format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    }

    pub fn request_count(&self) -> usize {
        self.request_count.load(Ordering::SeqCst)
    }

    /// Waits until the server has answered `count` further requests.
    pub async fn wait_for_requests(&self, count: usize) {
        let expected = self.request_count() + count;
        eventually(|| self.request_count() >= expected).await;
    }
}

/// Waits until `condition` is true, at most 5 seconds.
pub async fn eventually(condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the condition was not true after 5 seconds");
}
