//! Where keys come from: which are usable, how they change, and what happens when they cannot be had.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use section55::auth::token::{Claims, Fault, KeySource, KeysFault, Pace, Refused, Verifier};
use serde_json::{Value, json};

use super::support::*;

const SMALL_MODULUS: &str = "prPcU9YdC3CJ3osWbbC7gihc5Ypbo_RiBTrpGs1SXxivKj2UbygRTq5WcAX4ORsagOPi_4vMXylbYFv7_KXhWpu7K13Hgt\
    -_WwilvKm3TNmDDLGlI0-BZVdGWEZcdKfcIQKbVIevTuJdYBBMwN0wjfpNFzqT3n7JSsTASgStSyM";
/// Signed with the 1024-bit key of `SMALL_MODULUS`, good at `NOW`.
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

fn check(verifier: &Verifier, token: &str) -> Result<Claims, Refused> {
    verifier.verify(token, now())
}

/// A verifier of the server's keys that is ready.
async fn fetching(server: &KeyServer, pace: Pace) -> Arc<Verifier> {
    let verifier = Arc::new(Verifier::new(vec![issuer(KeySource::Url(server.url.clone()))]).unwrap());
    verifier.spawn_refresh(pace);
    eventually(|| verifier.ready()).await;
    verifier
}

fn none_usable(keys: &[Value]) -> usize {
    match Verifier::new(vec![issuer(KeySource::Fixed(json!({ "keys": keys })))]).map(drop) {
        Err(Fault::Keys { fault: KeysFault::NoneUsable(all), .. }) => all,
        other => panic!("{other:?} {keys:?}"),
    }
}

#[test]
fn unusable_keys_are_left_out() {
    let rsa = |changes| with(rsa_jwk("k", &RSA), changes);
    let ec = |changes| with(ec_jwk("k", &EC), changes);
    let okp = |changes| with(ed_jwk("k", &ED), changes);
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
        assert_eq!(none_usable(std::slice::from_ref(key)), 1);
    }
    let mixed = trusting(&[&unusable[..], &[old_key()]].concat());
    check(&mixed, &old_token()).unwrap();
    assert_eq!(none_usable(&[]), 0);
}

#[test]
fn a_1024_bit_key_signs_nothing() {
    let small = json!({ "kty": "RSA", "kid": "small", "n": SMALL_MODULUS, "e": "AQAB" });
    let verifier = trusting(&[small, old_key()]);
    assert_eq!(check(&verifier, SMALL_TOKEN), Err(Refused::UnknownKey("small".to_owned())));
}

#[test]
fn a_key_bound_to_an_algorithm_checks_no_other() {
    let verifier = trusting(&[with(rsa_jwk("rsa", &RSA), json!({ "alg": "PS256", "key_ops": ["verify"] }))]);
    let head = |alg| header(json!({ "alg": alg, "kid": "rsa" }));
    check(&verifier, &token(head("PS256"), claims(json!({})), ps256(&RSA))).unwrap();
    let other = token(head("RS256"), claims(json!({})), rs256(&RSA));
    assert_eq!(check(&verifier, &other), Err(Refused::UnfitKey("rsa".to_owned())));
}

#[test]
fn a_name_shared_by_keys_of_different_kinds_is_no_doubt() {
    let verifier = trusting(&[rsa_jwk("old", &RSA), old_key()]);
    check(&verifier, &old_token()).unwrap();
    let verifier = trusting(&[old_key(), ed_jwk("old", &OTHER_ED)]);
    assert_eq!(check(&verifier, &old_token()), Err(Refused::UnfitKey("old".to_owned())));
}

/// A signature is computed once for a token under a set of keys; nothing but that very token gains by it.
#[test]
fn a_token_known_by_sight_is_judged_anew_in_all_but_its_signature() {
    let verifier = trusting(&[old_key()]);
    let genuine = old_token();
    for _ in 0..3 {
        check(&verifier, &genuine).unwrap();
    }
    let late = verifier.verify(&genuine, now() + TimeDelta::hours(1));
    assert!(matches!(late, Err(Refused::Expired)), "{late:?}");
    let (signed, signature) = genuine.rsplit_once('.').unwrap();
    let (head, _) = signed.split_once('.').unwrap();
    let other_claims = format!("{head}.{}.{signature}", encode(claims(json!({ "sub": "somebody else" })).to_string()));
    let other_signature = token(header(json!({ "kid": "old" })), claims(json!({})), ed(&OTHER_ED));
    assert_eq!(other_signature.rsplit_once('.').unwrap().0, signed);
    for forged in [other_claims, other_signature] {
        for _ in 0..2 {
            assert_eq!(check(&verifier, &forged), Err(Refused::Signature));
        }
    }
    let changed = trusting(&[ed_jwk("old", &OTHER_ED)]);
    assert_eq!(check(&changed, &genuine), Err(Refused::Signature));
    check(&verifier, &genuine).unwrap();
}

#[test]
fn an_issuer_is_configured_once() {
    let keys = || KeySource::Fixed(json!({ "keys": [old_key()] }));
    assert!(matches!(Verifier::new(vec![issuer(keys()), issuer(keys())]), Err(Fault::Twice(_))));
}

#[tokio::test]
async fn a_key_file_must_load_and_is_read_again() {
    let folder = Folder::new();
    let path = folder.path().join("keys.json");
    let open = || Verifier::new(vec![issuer(KeySource::File(path.clone()))]);
    assert!(matches!(open(), Err(Fault::Keys { fault: KeysFault::File(_), .. })));
    std::fs::write(&path, " ".repeat(300 * 1024)).unwrap();
    assert!(matches!(open(), Err(Fault::Keys { fault: KeysFault::TooLong, .. })));
    std::fs::write(&path, json!({ "keys": [old_key()] }).to_string()).unwrap();
    let verifier = Arc::new(open().unwrap());
    assert!(verifier.ready());
    check(&verifier, &old_token()).unwrap();

    verifier.spawn_refresh(QUICK);
    std::fs::write(&path, json!({ "keys": [new_key()] }).to_string()).unwrap();
    eventually(|| check(&verifier, &new_token()).is_ok()).await;
    assert_eq!(check(&verifier, &old_token()), Err(Refused::UnknownKey("old".to_owned())));

    std::fs::remove_file(&path).unwrap();
    tokio::time::sleep(Duration::from_millis(150)).await;
    check(&verifier, &new_token()).unwrap();
}

#[tokio::test]
async fn keys_by_url_are_fetched_and_rotate() {
    let server = KeyServer::start(&[old_key()]).await;
    let verifier = Arc::new(Verifier::new(vec![issuer(KeySource::Url(server.url.clone()))]).unwrap());
    assert!(!verifier.ready());
    assert_eq!(check(&verifier, &old_token()), Err(Refused::KeysNotLoaded));
    let refreshing = verifier.spawn_refresh(QUICK);
    eventually(|| verifier.ready()).await;
    check(&verifier, &old_token()).unwrap();

    server.serve_keys(&[old_key(), new_key()]);
    eventually(|| check(&verifier, &new_token()).is_ok()).await;
    check(&verifier, &old_token()).unwrap();
    server.serve_keys(&[new_key()]);
    eventually(|| check(&verifier, &old_token()).is_err()).await;

    refreshing.abort();
    assert!(refreshing.await.unwrap_err().is_cancelled());
    let answered = server.answered();
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(server.answered(), answered);
}

#[tokio::test]
async fn the_last_good_keys_are_kept() {
    let server = KeyServer::start(&[old_key()]).await;
    let verifier = fetching(&server, QUICK).await;
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
        server.wait_for(2).await;
        check(&verifier, &old_token()).unwrap();
        assert_eq!(check(&verifier, &new_token()), Err(Refused::UnknownKey("new".to_owned())), "{status} {body}");
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
    verifier.spawn_refresh(QUICK);
    server.wait_for(3).await;
    assert!(!verifier.ready());
    assert_eq!(elsewhere.answered(), 0);
}

#[tokio::test]
async fn an_issuer_is_not_ready_until_its_keys_are_good() {
    let server = KeyServer::start(&[]).await;
    let verifier = Arc::new(Verifier::new(vec![issuer(KeySource::Url(server.url.clone()))]).unwrap());
    verifier.spawn_refresh(QUICK);
    server.serve("200 OK", &format!("{{\"keys\":[{}]{}}}", old_key(), " ".repeat(256 * 1024)));
    server.wait_for(3).await;
    assert!(!verifier.ready());
    server.serve_keys(&[old_key()]);
    eventually(|| verifier.ready()).await;
}

#[tokio::test]
async fn an_unknown_key_is_fetched_soon_but_not_often() {
    let server = KeyServer::start(&[old_key()]).await;
    let pace = Pace { refresh: Duration::from_secs(3600), soonest: Duration::from_millis(500) };
    let started = Instant::now();
    let verifier = fetching(&server, pace).await;
    server.serve_keys(&[old_key(), new_key()]);
    assert_eq!(check(&verifier, &new_token()), Err(Refused::UnknownKey("new".to_owned())));
    for attempt in 0..100 {
        let strange = ed_token(header(json!({ "kid": format!("strange-{attempt}") })), claims(json!({})));
        assert!(check(&verifier, &strange).is_err());
        tokio::time::sleep(Duration::from_millis(10)).await;
        let most = 1 + started.elapsed().as_millis() / pace.soonest.as_millis();
        assert!(server.answered() as u128 <= most);
    }
    eventually(|| check(&verifier, &new_token()).is_ok()).await;
}

#[tokio::test]
async fn tokens_of_the_past_are_judged_by_the_time_given() {
    let server = KeyServer::start(&[old_key()]).await;
    let verifier = fetching(&server, QUICK).await;
    verifier.verify(&old_token(), now()).unwrap();
    assert_eq!(verifier.verify(&old_token(), now() + TimeDelta::days(1)), Err(Refused::Expired));
}
