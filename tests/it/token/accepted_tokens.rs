//! Tokens that must be accepted.

use chrono::{DateTime, TimeDelta};
use section55::auth::token::{Issuer, KeySource, TokenError, Verifier, read_issuers};
use serde_json::{Value, json};

use super::support::*;

/// Returns a verifier for an issuer that is read from configuration, with these keys.
fn verifier_for(configuration: Value, keys: Value) -> Verifier {
    let issuers = read_issuers(&json!([configuration]).to_string()).unwrap();
    let with_keys = |issuer| Issuer { keys: KeySource::Fixed(keys.clone()), ..issuer };
    Verifier::new(issuers.into_iter().map(with_keys).collect()).unwrap()
}

#[test]
fn every_algorithm_is_accepted() {
    let head = |alg, kid| header(json!({ "alg": alg, "kid": kid }));
    let tokens = [
        token(head("RS256", "rsa"), claims(json!({})), rs256(&RSA)),
        token(head("PS256", "rsa"), claims(json!({})), ps256(&RSA)),
        token(head("ES256", "ec"), claims(json!({})), es256(&EC)),
        token(head("EdDSA", "ed"), claims(json!({})), ed(&ED)),
    ];
    for token in tokens {
        let claims = verify(&token).unwrap();
        assert_eq!((claims.issuer.as_str(), claims.subject.as_str()), (ISSUER, "u-17"));
        assert_eq!(claims.expires_at.timestamp(), NOW + 600);
        assert_eq!((claims.name, claims.roles, claims.areas), (None, vec![], vec![]));
    }
}

#[test]
fn each_issuer_has_its_own_keys() {
    let head = header(json!({ "alg": "RS256", "kid": "other-rsa" }));
    let token = token(head, claims(json!({ "iss": OTHER_ISSUER })), rs256(&OTHER_RSA));
    assert_eq!(verify(&token).unwrap().issuer, OTHER_ISSUER);
}

#[test]
fn a_token_may_have_several_audiences() {
    for audience in [
        json!(AUDIENCE),
        json!([AUDIENCE]),
        json!(["https://elsewhere.example", AUDIENCE]),
        json!("https://section55.example"),
    ] {
        verify(&ed_token(header(json!({})), claims(json!({ "aud": audience })))).unwrap();
    }
}

#[test]
fn the_type_is_compared_without_case_and_prefix() {
    for token_type in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        verify(&ed_token(header(json!({ "typ": token_type })), claims(json!({})))).unwrap();
    }
}

#[test]
fn a_token_without_a_type_is_accepted_only_when_configured() {
    let token = ed_token(header(json!({ "typ": null })), claims(json!({})));
    assert_eq!(verify(&token), Err(TokenError::Type(None)));
    let keys = KeySource::Fixed(json!({ "keys": [ed_jwk("ed", &ED)] }));
    let lenient = Verifier::new(vec![Issuer { accept_untyped: true, ..issuer(keys) }]).unwrap();
    lenient.verify(&token, now()).unwrap();
}

#[test]
fn times_may_have_fractions() {
    let token = ed_token(header(json!({})), claims(json!({ "exp": NOW as f64 + 0.5, "nbf": NOW as f64 - 0.25 })));
    assert_eq!(verify(&token).unwrap().expires_at, now() + TimeDelta::milliseconds(500));
}

#[test]
fn times_may_be_written_with_an_exponent() {
    let token = ed_token(header(json!({})), claims(json!({})).to_string().replace(&(NOW + 600).to_string(), "1.8e9"));
    assert_eq!(verify(&token).unwrap().expires_at.timestamp(), 1_800_000_000);
}

#[test]
fn clocks_may_differ_by_thirty_seconds() {
    let token = ed_token(header(json!({})), claims(json!({ "nbf": NOW, "iat": NOW, "exp": NOW })));
    assert_eq!(verify_later(&token, -31), Err(TokenError::NotYetValid));
    verify_later(&token, -30).unwrap();
    verify_later(&token, 29).unwrap();
    assert_eq!(verify_later(&token, 30), Err(TokenError::Expired));
}

#[test]
fn a_token_may_expire_in_the_last_second_of_the_year_9999() {
    let token = ed_token(header(json!({})), claims(json!({ "exp": 253_402_300_799_i64 })));
    assert_eq!(verify(&token).unwrap().expires_at, DateTime::from_timestamp(253_402_300_799, 0).unwrap());
}

#[test]
fn a_token_needs_no_key_id_when_one_key_suits_it() {
    let without_key_id = |alg| header(json!({ "alg": alg, "kid": null }));
    verify(&token(without_key_id("ES256"), claims(json!({})), es256(&EC))).unwrap();
    verify(&ed_token(without_key_id("EdDSA"), claims(json!({})))).unwrap();
    let two_keys = verifier_with_keys(&[ed_jwk("a", &ED), ed_jwk("b", &OTHER_ED)]);
    assert_eq!(
        two_keys.verify(&ed_token(without_key_id("EdDSA"), claims(json!({}))), now()),
        Err(TokenError::AmbiguousKey)
    );
}

#[test]
fn harmless_header_parameters_are_ignored() {
    let head = header(json!({ "x5t": "abc", "x5t#S256": "def", "nonce": "n", "cty": "json" }));
    verify(&ed_token(head, claims(json!({ "jti": "1", "nested": { "a": [1, 2.5, null, true] } })))).unwrap();
}

#[test]
fn roles_and_areas_may_be_arrays_or_text() {
    for (sent, expected) in [
        (json!(["opcc", "auditor"]), vec!["opcc", "auditor"]),
        (json!("opcc auditor"), vec!["opcc", "auditor"]),
        (json!("opcc"), vec!["opcc"]),
        (json!(["opcc", ""]), vec!["opcc"]),
        (json!(" opcc  auditor "), vec!["opcc", "auditor"]),
        (json!(""), vec![]),
        (json!([]), vec![]),
    ] {
        let claims = claims(json!({ "roles": sent, "areas": sent }));
        let claims = verify(&ed_token(header(json!({})), claims)).unwrap();
        assert_eq!((&claims.roles, &claims.areas), (&expected.iter().map(|s| s.to_string()).collect(), &claims.roles));
    }
    let nulls = claims(json!({})).to_string().replace("\"sub\"", r#""roles":null,"areas":null,"name":null,"sub""#);
    verify(&ed_token(header(json!({})), nulls)).unwrap();
}

#[test]
fn a_name_that_cannot_be_shown_is_ignored() {
    for (sent, expected) in [("Ann Ó Broin", Some("Ann Ó Broin")), ("a\u{7}b", None), (" ", None)] {
        let token = ed_token(header(json!({})), claims(json!({ "name": sent })));
        assert_eq!(verify(&token).unwrap().name.as_deref(), expected);
    }
}

#[test]
fn the_profile_rfc9068_needs_no_further_settings() {
    let verifier = verifier_for(
        json!({ "issuer": ISSUER, "audiences": [AUDIENCE], "profile": "rfc9068", "jwks_file": "x" }),
        json!({ "keys": [rsa_jwk("rsa", &RSA)] }),
    );
    let claims = claims(json!({ "client_id": "s6BhdRkqt3", "jti": "1", "roles": ["opcc"], "areas": "cumbria" }));
    let token = token(header(json!({ "alg": "RS256", "kid": "rsa" })), claims, rs256(&RSA));
    let claims = verifier.verify(&token, now()).unwrap();
    assert_eq!((claims.roles, claims.areas), (vec!["opcc".to_owned()], vec!["cumbria".to_owned()]));
}

const TENANT: &str = "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0";

fn entra_token(changes: Value) -> String {
    let claims = json!({
        "iss": TENANT, "aud": AUDIENCE, "iat": NOW, "nbf": NOW, "exp": NOW + 3600, "ver": "2.0",
        "sub": "pairwise", "oid": "0b9c0f7e-93f5-4f5c-a4c1-1a52a6a3f0f2", "name": "Ann", "roles": ["opcc"],
    });
    let head = json!({ "alg": "RS256", "typ": "JWT", "kid": "rsa", "x5t": "abc" });
    token(head, with_changes(claims, changes), rs256(&RSA))
}

fn entra(claims: Value) -> Verifier {
    verifier_for(
        json!({ "issuer": TENANT, "audiences": [AUDIENCE], "profile": "entra", "claims": claims,
                "jwks_url": "https://login.microsoftonline.com/common/discovery/v2.0/keys" }),
        json!({ "keys": [rsa_jwk("rsa", &RSA)] }),
    )
}

#[test]
fn the_profile_entra_identifies_people_by_object_id() {
    let verifier = entra(json!({}));
    let claims = verifier.verify(&entra_token(json!({ "extn.areas": ["cumbria"] })), now()).unwrap();
    assert_eq!(claims.subject, "0b9c0f7e-93f5-4f5c-a4c1-1a52a6a3f0f2");
    assert_eq!((claims.roles, claims.areas), (vec!["opcc".to_owned()], vec!["cumbria".to_owned()]));
    assert_eq!(claims.name.as_deref(), Some("Ann"));
    let without = |claim: &str| verifier.verify(&entra_token(json!({ claim: null })), now());
    assert_eq!(without("oid"), Err(TokenError::MissingClaim("subject")));
    assert_eq!(without("sub"), Err(TokenError::MissingClaim("sub")));
}

#[test]
fn areas_may_be_in_a_claim_with_dots_or_a_nested_claim() {
    for (name, claims) in [
        ("https://section55.example/areas", json!({ "https://section55.example/areas": "cumbria" })),
        ("extn.areas", json!({ "extn": { "areas": ["cumbria"] } })),
        ("a.b.c", json!({ "a": { "b": { "c": "cumbria" } } })),
        ("extn.areas", json!({ "extn": { "areas": ["kent"] }, "extn.areas": ["cumbria"] })),
    ] {
        let claims = entra(json!({ "areas": name })).verify(&entra_token(claims), now()).unwrap();
        assert_eq!(claims.areas, ["cumbria"], "{name}");
    }
    let through_text = entra(json!({ "areas": "name.areas" })).verify(&entra_token(json!({})), now()).unwrap();
    assert_eq!(through_text.areas, Vec::<String>::new());
}
