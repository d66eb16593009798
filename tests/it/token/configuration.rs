//! The list of issuers that an operator writes.

use std::error::Error;

use section55::auth::token::{Algorithm, Issuer, IssuerConfigError, KeySource, read_issuers};
use serde_json::{Value, json};

use super::support::with_changes;

fn read(changes: Value) -> Result<Issuer, IssuerConfigError> {
    let minimal = json!({ "issuer": "https://issuer.example", "audiences": ["section55"], "jwks_file": "keys.json" });
    read_issuers(&json!([with_changes(minimal, changes)]).to_string()).map(|mut issuers| issuers.remove(0))
}

/// Returns the error and its cause.
fn error(changes: Value) -> String {
    let error = read(changes).unwrap_err();
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    format!("{error}: {cause}")
}

#[test]
fn the_default_profile_is_rfc9068() {
    let issuer = read(json!({})).unwrap();
    assert_eq!((issuer.types, issuer.accept_untyped), (vec!["at+jwt".to_owned()], false));
    assert_eq!(issuer.algorithms.len(), 4);
    assert_eq!((issuer.claims.subject.as_str(), issuer.claims.areas.as_str()), ("sub", "areas"));
    assert!(matches!(issuer.keys, KeySource::File(_)));
}

#[test]
fn a_setting_overrides_the_profile() {
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
        let error = error(json!({ "algorithms": [name] }));
        assert!(error.contains(&format!("`{name}`")) && error.contains("`EdDSA`"), "{error}");
    }
}

#[test]
fn an_empty_setting_is_refused() {
    for (changes, setting) in [
        (json!({ "issuer": " " }), "issuer"),
        (json!({ "audiences": [] }), "audiences"),
        (json!({ "audiences": ["section55", ""] }), "audiences"),
        (json!({ "algorithms": [] }), "algorithms"),
        (json!({ "types": [] }), "types"),
        (json!({ "types": ["at+jwt", ""] }), "types"),
        (json!({ "claims": { "roles": "" } }), "claims"),
    ] {
        assert!(error(changes).contains(setting));
    }
    read(json!({ "types": [], "accept_untyped": true })).unwrap();
}

#[test]
fn an_unknown_setting_or_a_setting_of_the_wrong_type_is_refused() {
    for changes in [
        json!({ "audience": "section55" }),
        json!({ "claims": { "role": "roles" } }),
        json!({ "profile": "okta" }),
        json!({ "audiences": "section55" }),
        json!({ "issuer": null }),
        json!({ "keys": { "keys": [] } }),
    ] {
        assert!(matches!(read(changes), Err(IssuerConfigError::Json(_))));
    }
    assert!(matches!(read_issuers("{}"), Err(IssuerConfigError::Json(_))));
}

#[test]
fn a_key_set_url_is_https_or_on_this_machine() {
    let with_url = |url: &str| read(json!({ "jwks_file": null, "jwks_url": url }));
    for url in [
        "https://issuer.example/jwks",
        "http://127.0.0.1:9000/jwks",
        "http://localhost/jwks",
        "http://[::1]:9/jwks",
        "http://127.8.8.8/",
    ] {
        assert!(matches!(with_url(url).unwrap().keys, KeySource::Url(_)), "{url}");
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
        assert!(matches!(with_url(url), Err(IssuerConfigError::Url { .. })), "{url}");
    }
}

#[test]
fn exactly_one_source_of_keys_is_required() {
    assert!(matches!(read(json!({ "jwks_file": null })), Err(IssuerConfigError::KeySource(_))));
    assert!(matches!(read(json!({ "jwks_url": "https://issuer.example/" })), Err(IssuerConfigError::KeySource(_))));
}

#[test]
fn an_issuer_is_checked_when_serde_deserializes_it() {
    let config = json!({ "issuer": "i", "audiences": ["a"], "jwks_url": "http://issuer.example/" });
    let error = serde_json::from_value::<Issuer>(config).unwrap_err().to_string();
    assert!(error.contains("not an https URL"), "{error}");
}
