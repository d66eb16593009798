//! The issuers as an operator writes them.

use std::error::Error;

use section55::auth::token::{Algorithm, Fault, Issuer, KeySource, read_issuers};
use serde_json::{Value, json};

use super::support::with;

fn read(changes: Value) -> Result<Issuer, Fault> {
    let plain = json!({ "issuer": "https://issuer.example", "audiences": ["section55"], "jwks_file": "keys.json" });
    read_issuers(&json!([with(plain, changes)]).to_string()).map(|mut issuers| issuers.remove(0))
}

/// The fault, with its causes.
fn fault(changes: Value) -> String {
    let fault = read(changes).unwrap_err();
    let cause = fault.source().map(ToString::to_string).unwrap_or_default();
    format!("{fault}: {cause}")
}

#[test]
fn the_least_configuration_is_rfc_9068() {
    let issuer = read(json!({})).unwrap();
    assert_eq!((issuer.types, issuer.accept_untyped), (vec!["at+jwt".to_owned()], false));
    assert_eq!(issuer.algorithms.len(), 4);
    assert_eq!((issuer.claims.subject.as_str(), issuer.claims.areas.as_str()), ("sub", "areas"));
    assert!(matches!(issuer.keys, KeySource::File(_)));
}

#[test]
fn a_profile_gives_way_to_what_is_written() {
    let issuer = read(json!({
        "profile": "entra", "algorithms": ["PS256"], "types": ["application/AT+JWT"], "accept_untyped": true,
        "claims": { "areas": "https://section55.example/areas" },
    }));
    let issuer = issuer.unwrap();
    assert_eq!((issuer.algorithms, issuer.types), (vec![Algorithm::Ps256], vec!["at+jwt".to_owned()]));
    assert!(issuer.accept_untyped);
    assert_eq!((issuer.claims.subject.as_str(), issuer.claims.roles.as_str()), ("oid", "roles"));
    assert_eq!(issuer.claims.areas, "https://section55.example/areas");
}

#[test]
fn symmetric_and_unknown_algorithms_are_refused() {
    for name in ["HS256", "none", "RS512", "ES384", "rs256"] {
        let fault = fault(json!({ "algorithms": [name] }));
        assert!(fault.contains(&format!("`{name}`")) && fault.contains("`EdDSA`"), "{fault}");
    }
}

#[test]
fn nothing_may_be_empty() {
    for (changes, setting) in [
        (json!({ "issuer": " " }), "issuer"),
        (json!({ "audiences": [] }), "audiences"),
        (json!({ "audiences": ["section55", ""] }), "audiences"),
        (json!({ "algorithms": [] }), "algorithms"),
        (json!({ "types": [] }), "types"),
        (json!({ "types": ["at+jwt", ""] }), "types"),
        (json!({ "claims": { "roles": "" } }), "claims"),
    ] {
        assert!(fault(changes).contains(setting));
    }
    read(json!({ "types": [], "accept_untyped": true })).unwrap();
}

#[test]
fn settings_are_known_and_of_their_kind() {
    for changes in [
        json!({ "audience": "section55" }),
        json!({ "claims": { "role": "roles" } }),
        json!({ "profile": "okta" }),
        json!({ "audiences": "section55" }),
        json!({ "issuer": null }),
        json!({ "keys": { "keys": [] } }),
    ] {
        assert!(matches!(read(changes), Err(Fault::Json(_))));
    }
    assert!(matches!(read_issuers("{}"), Err(Fault::Json(_))));
}

#[test]
fn keys_come_over_https_or_from_this_machine() {
    let by = |url: &str| read(json!({ "jwks_file": null, "jwks_url": url }));
    for url in [
        "https://issuer.example/jwks",
        "http://127.0.0.1:9000/jwks",
        "http://localhost/jwks",
        "http://[::1]:9/jwks",
        "http://127.8.8.8/",
    ] {
        assert!(matches!(by(url).unwrap().keys, KeySource::Url(_)), "{url}");
    }
    for url in [
        "http://issuer.example/jwks",
        "http://localhost.example/",
        "http://127.0.0.1.example/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://[::2]/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "https://user:secret@issuer.example/jwks",
        "http://127.0.0.1@issuer.example/",
        "keys.json",
        "",
    ] {
        assert!(matches!(by(url), Err(Fault::Url { .. })), "{url}");
    }
}

#[test]
fn keys_have_one_place() {
    assert!(matches!(read(json!({ "jwks_file": null })), Err(Fault::KeySource(_))));
    assert!(matches!(read(json!({ "jwks_url": "https://issuer.example/" })), Err(Fault::KeySource(_))));
}

#[test]
fn an_issuer_is_read_by_serde_too() {
    let written = json!({ "issuer": "i", "audiences": ["a"], "jwks_url": "http://issuer.example/" });
    let fault = serde_json::from_value::<Issuer>(written).unwrap_err().to_string();
    assert!(fault.contains("not an https URL"), "{fault}");
}
