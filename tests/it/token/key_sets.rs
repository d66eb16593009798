//! Key sets: which keys can be used, how sets are refreshed, and what happens when a set cannot be loaded.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use section55::auth::token::{
    Claims, Issuer, IssuerConfigError, KeySetError, KeySource, RefreshIntervals, TokenError, Verifier,
};
use serde_json::{Value, json};

use super::support::*;

const SMALL_MODULUS: &str = "prPcU9YdC3CJ3osWbbC7gihc5Ypbo_RiBTrpGs1SXxivKj2UbygRTq5WcAX4ORsagOPi_4vMXylbYFv7_KXhWpu7K13Hgt\
    -_WwilvKm3TNmDDLGlI0-BZVdGWEZcdKfcIQKbVIevTuJdYBBMwN0wjfpNFzqT3n7JSsTASgStSyM";
/// A token signed with the 1024-bit key of `SMALL_MODULUS`, valid at `NOW`.
const SMALL_TOKEN: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6InNtYWxsIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFt\
    cGxlIiwiYXVkIjoic2VjdGlvbjU1Iiwic3ViIjoiYSIsImV4cCI6MTc5MDAwMDYwMH0.WsgmMyClDpHK0NzWwayVv2-Bh5c_HaJuQX5G8jWa7rzcYNVbCdc\
    lwTyzx2l-4hHqQeCIe0lF8NWuEXtMypnfMGe59QqldQ3hU4qvBteKwxoQ5ZJTwoSPbUFxBTMFR9nK7W87QOv6u-o6dsZCa2U6qr_XUvc4ZBdqa7ZLjFiklmY";

fn old_token() -> String {
    ed_token(header(json!({ "kid": "old" })), claims(json!({})))
}

fn new_token() -> String {
    token(header(json!({ "kid": "new" })), claims(json!({})), ed(&OTHER_ED))
}

fn old_key() -> Value {
    ed_jwk("old", &ED)
}

fn new_key() -> Value {
    ed_jwk("new", &OTHER_ED)
}

fn check(verifier: &Verifier, token: &str) -> Result<Claims, TokenError> {
    verifier.verify(token, now())
}

/// Returns a verifier that has fetched the server's keys.
async fn verifier_of_server(server: &KeyServer, intervals: RefreshIntervals) -> Arc<Verifier> {
    let verifier = Arc::new(Verifier::new(vec![issuer(KeySource::Url(server.url.clone()))]).unwrap());
    verifier.spawn_refresh(intervals);
    eventually(|| verifier.ready()).await;
    verifier
}

fn count_when_no_key_is_usable(keys: &[Value]) -> usize {
    match Verifier::new(vec![issuer(KeySource::Fixed(json!({ "keys": keys })))]).map(drop) {
        Err(IssuerConfigError::Keys { error: KeySetError::NoUsableKey(count), .. }) => count,
        other => panic!("{other:?} {keys:?}"),
    }
}

#[test]
fn unusable_keys_are_left_out() {
    let rsa = |changes| with_changes(rsa_jwk("k", &RSA), changes);
    let ec = |changes| with_changes(ec_jwk("k", &EC), changes);
    let okp = |changes| with_changes(ed_jwk("k", &ED), changes);
    let unusable = [
        json!({ "kty": "oct", "kid": "k", "k": encode("a secret that is shared with others") }),
        rsa(json!({ "use": "enc" })),
        rsa(json!({ "use": null, "key_ops": ["encrypt"] })),
        rsa(json!({ "use": null, "key_ops": [] })),
        rsa(json!({ "alg": "RS512" })),
        rsa(json!({ "alg": "RSA-OAEP" })),
        rsa(json!({ "alg": "HS256" })),
        rsa(json!({ "n": SMALL_MODULUS })),
        rsa(json!({ "n": encode([255; 1025]) })),
        rsa(json!({ "n": "" })),
        rsa(json!({ "e": "AQ" })),
        rsa(json!({ "e": "Ag" })),
        rsa(json!({ "e": null })),
        rsa(json!({ "d": "AQAB" })),
        ec(json!({ "alg": "EdDSA" })),
        ec(json!({ "crv": "P-384" })),
        ec(json!({ "crv": "secp256k1" })),
        ec(json!({ "x": encode([1; 32]) })),
        ec(json!({ "x": encode([1; 31]) })),
        okp(json!({ "crv": "X25519" })),
        okp(json!({ "crv": "Ed448" })),
        okp(json!({ "crv": "P-256" })),
        okp(json!({ "x": encode([1; 31]) })),
        okp(json!({ "x": "not base64url!" })),
        json!({ "kty": "AKP", "kid": "k" }),
        json!("a key"),
        json!(null),
    ];
    for key in &unusable {
        assert_eq!(count_when_no_key_is_usable(std::slice::from_ref(key)), 1);
    }
    let mixed = verifier_with_keys(&[&unusable[..], &[old_key()]].concat());
    check(&mixed, &old_token()).unwrap();
    assert_eq!(count_when_no_key_is_usable(&[]), 0);
}

#[test]
fn a_1024_bit_rsa_key_is_not_used() {
    let small = json!({ "kty": "RSA", "kid": "small", "n": SMALL_MODULUS, "e": "AQAB" });
    let verifier = verifier_with_keys(&[small, old_key()]);
    assert_eq!(check(&verifier, SMALL_TOKEN), Err(TokenError::UnknownKey("small".to_owned())));
}

#[test]
fn a_key_for_one_algorithm_verifies_no_other() {
    let verifier =
        verifier_with_keys(&[with_changes(rsa_jwk("rsa", &RSA), json!({ "alg": "PS256", "key_ops": ["verify"] }))]);
    let head = |alg| header(json!({ "alg": alg, "kid": "rsa" }));
    check(&verifier, &token(head("PS256"), claims(json!({})), ps256(&RSA))).unwrap();
    let other = token(head("RS256"), claims(json!({})), rs256(&RSA));
    assert_eq!(check(&verifier, &other), Err(TokenError::UnsuitableKey("rsa".to_owned())));
}

#[test]
fn keys_of_different_types_may_share_an_id() {
    let verifier = verifier_with_keys(&[rsa_jwk("old", &RSA), old_key()]);
    check(&verifier, &old_token()).unwrap();
    let verifier = verifier_with_keys(&[old_key(), ed_jwk("old", &OTHER_ED)]);
    assert_eq!(check(&verifier, &old_token()), Err(TokenError::UnsuitableKey("old".to_owned())));
}

/// A signature is verified once for each token and key set. Only that exact token benefits.
#[test]
fn a_verified_signature_is_reused_only_for_the_same_token_and_keys() {
    let verifier = verifier_with_keys(&[old_key()]);
    let valid = old_token();
    for _ in 0..3 {
        check(&verifier, &valid).unwrap();
    }
    let late = verifier.verify(&valid, now() + TimeDelta::hours(1));
    assert!(matches!(late, Err(TokenError::Expired)), "{late:?}");
    let (signed, signature) = valid.rsplit_once('.').unwrap();
    let (head, _) = signed.split_once('.').unwrap();
    let other_claims = format!("{head}.{}.{signature}", encode(claims(json!({ "sub": "another person" })).to_string()));
    let other_signature = token(header(json!({ "kid": "old" })), claims(json!({})), ed(&OTHER_ED));
    assert_eq!(other_signature.rsplit_once('.').unwrap().0, signed);
    for forged in [other_claims, other_signature] {
        for _ in 0..2 {
            assert_eq!(check(&verifier, &forged), Err(TokenError::Signature));
        }
    }
    let changed = verifier_with_keys(&[ed_jwk("old", &OTHER_ED)]);
    assert_eq!(check(&changed, &valid), Err(TokenError::Signature));
    check(&verifier, &valid).unwrap();
}

#[test]
fn an_issuer_cannot_be_configured_twice() {
    let keys = || KeySource::Fixed(json!({ "keys": [old_key()] }));
    assert!(matches!(Verifier::new(vec![issuer(keys()), issuer(keys())]), Err(IssuerConfigError::Duplicate(_))));
}

#[tokio::test]
async fn a_key_file_must_load_and_is_read_again_at_intervals() {
    let folder = TemporaryFolder::new();
    let path = folder.path().join("keys.json");
    let open = || Verifier::new(vec![issuer(KeySource::File(path.clone()))]);
    assert!(matches!(open(), Err(IssuerConfigError::Keys { error: KeySetError::File(_), .. })));
    std::fs::write(&path, " ".repeat(300 * 1024)).unwrap();
    assert!(matches!(open(), Err(IssuerConfigError::Keys { error: KeySetError::TooLong, .. })));
    std::fs::write(&path, json!({ "keys": [old_key()] }).to_string()).unwrap();
    let verifier = Arc::new(open().unwrap());
    assert!(verifier.ready());
    check(&verifier, &old_token()).unwrap();

    verifier.spawn_refresh(SHORT_INTERVALS);
    std::fs::write(&path, json!({ "keys": [new_key()] }).to_string()).unwrap();
    eventually(|| check(&verifier, &new_token()).is_ok()).await;
    assert_eq!(check(&verifier, &old_token()), Err(TokenError::UnknownKey("old".to_owned())));

    std::fs::remove_file(&path).unwrap();
    tokio::time::sleep(Duration::from_millis(150)).await;
    check(&verifier, &new_token()).unwrap();
}

#[tokio::test]
async fn keys_at_a_url_are_fetched_and_can_be_rotated() {
    let server = KeyServer::start(&[old_key()]).await;
    let verifier = Arc::new(Verifier::new(vec![issuer(KeySource::Url(server.url.clone()))]).unwrap());
    assert!(!verifier.ready());
    assert_eq!(check(&verifier, &old_token()), Err(TokenError::KeysNotLoaded));
    let refreshing = verifier.spawn_refresh(SHORT_INTERVALS);
    eventually(|| verifier.ready()).await;
    check(&verifier, &old_token()).unwrap();

    server.serve_keys(&[old_key(), new_key()]);
    eventually(|| check(&verifier, &new_token()).is_ok()).await;
    check(&verifier, &old_token()).unwrap();
    server.serve_keys(&[new_key()]);
    eventually(|| check(&verifier, &old_token()).is_err()).await;

    refreshing.abort();
    assert!(refreshing.await.unwrap_err().is_cancelled());
    let request_count = server.request_count();
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(server.request_count(), request_count);
}

#[tokio::test]
async fn the_last_valid_key_set_stays_in_use_after_a_failure() {
    let server = KeyServer::start(&[old_key()]).await;
    let verifier = verifier_of_server(&server, SHORT_INTERVALS).await;
    let huge = json!({ "keys": [new_key()], "padding": " ".repeat(300 * 1024) }).to_string();
    let other = json!({ "keys": [new_key()] }).to_string();
    for (status, body) in [
        ("500 Internal Server Error", ""),
        ("404 Not Found", other.as_str()),
        ("204 No Content", ""),
        ("200 OK", ""),
        ("200 OK", "<html>"),
        ("200 OK", "{}"),
        ("200 OK", r#"{"keys":[]}"#),
        ("200 OK", r#"{"keys":[{"kty":"oct","kid":"new","k":"AAAA"}]}"#),
        ("200 OK", huge.as_str()),
    ] {
        server.serve(status, body);
        server.wait_for_requests(2).await;
        check(&verifier, &old_token()).unwrap();
        assert_eq!(check(&verifier, &new_token()), Err(TokenError::UnknownKey("new".to_owned())), "{status} {body}");
    }
    server.serve_keys(&[new_key()]);
    eventually(|| check(&verifier, &new_token()).is_ok()).await;
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = KeyServer::start(&[new_key()]).await;
    let server = KeyServer::start(&[]).await;
    server.serve(&format!("302 Found\r\nLocation: {}", elsewhere.url), "");
    let verifier = Arc::new(Verifier::new(vec![issuer(KeySource::Url(server.url.clone()))]).unwrap());
    verifier.spawn_refresh(SHORT_INTERVALS);
    server.wait_for_requests(3).await;
    assert!(!verifier.ready());
    assert_eq!(elsewhere.request_count(), 0);
}

#[tokio::test]
async fn an_issuer_is_not_ready_until_its_key_set_is_valid() {
    let server = KeyServer::start(&[]).await;
    let verifier = Arc::new(Verifier::new(vec![issuer(KeySource::Url(server.url.clone()))]).unwrap());
    verifier.spawn_refresh(SHORT_INTERVALS);
    server.serve("200 OK", &format!("{{\"keys\":[{}]{}}}", old_key(), " ".repeat(256 * 1024)));
    server.wait_for_requests(3).await;
    assert!(!verifier.ready());
    server.serve_keys(&[old_key()]);
    eventually(|| verifier.ready()).await;
}

#[tokio::test]
async fn an_unknown_key_id_reloads_the_key_set_at_a_limited_rate() {
    let server = KeyServer::start(&[old_key()]).await;
    let intervals = RefreshIntervals { regular: Duration::from_secs(3600), minimum: Duration::from_millis(500) };
    let started = Instant::now();
    let verifier = verifier_of_server(&server, intervals).await;
    for attempt in 0..100 {
        let unknown = ed_token(header(json!({ "kid": format!("unknown-{attempt}") })), claims(json!({})));
        assert!(check(&verifier, &unknown).is_err());
        let _ = tokio::time::timeout(Duration::from_millis(10), verifier.fetch_missing_key(&unknown)).await;
        assert!(server.request_count() as u128 <= 1 + started.elapsed().as_millis() / intervals.minimum.as_millis());
    }
}

#[tokio::test]
async fn the_first_token_of_a_new_key_waits_for_one_fetch() {
    let server = KeyServer::start(&[old_key()]).await;
    let (regular, minimum) = (Duration::from_secs(3600), Duration::from_secs(600));
    let verifier = verifier_of_server(&server, RefreshIntervals { regular, minimum }).await;
    server.serve_keys(&[old_key(), new_key()]);
    assert_eq!(check(&verifier, &new_token()), Err(TokenError::UnknownKey("new".to_owned())));
    let (before, token) = (server.request_count(), new_token());
    let all = futures_util::future::join_all((0..20).map(|_| verifier.fetch_missing_key(&token))).await;
    assert_eq!(all, [true; 20]);
    check(&verifier, &token).unwrap();
    assert_eq!(server.request_count() - before, 1, "all that wait share one fetch");
}

#[tokio::test]
async fn one_issuer_that_cannot_be_reached_does_not_stop_the_others() {
    let reachable = KeyServer::start(&[old_key()]).await;
    let unreachable = KeyServer::start(&[]).await;
    unreachable.serve("503 Service Unavailable", "");
    let other =
        Issuer { issuer: "https://other.example".to_owned(), ..issuer(KeySource::Url(unreachable.url.clone())) };
    let verifier = Arc::new(Verifier::new(vec![issuer(KeySource::Url(reachable.url.clone())), other]).unwrap());
    verifier.spawn_refresh(SHORT_INTERVALS);
    eventually(|| verifier.ready()).await;
    unreachable.wait_for_requests(3).await;
    assert_eq!(verifier.issuers().map(|(_, loaded)| loaded).collect::<Vec<_>>(), [true, false]);
    assert!(verifier.ready());
    check(&verifier, &old_token()).unwrap();
}

#[tokio::test]
async fn a_token_is_checked_at_the_time_that_is_passed_in() {
    let server = KeyServer::start(&[old_key()]).await;
    let verifier = verifier_of_server(&server, SHORT_INTERVALS).await;
    verifier.verify(&old_token(), now()).unwrap();
    assert_eq!(verifier.verify(&old_token(), now() + TimeDelta::days(1)), Err(TokenError::Expired));
}
