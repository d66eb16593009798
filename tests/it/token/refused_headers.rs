//! Attacks by algorithm, key and header; every one must be refused, for the reason it should be.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use section55::auth::token::Refused;
use serde_json::{Value, json};

use super::support::*;

/// Why a well-signed token with this change to its header is refused.
fn header_refused(changes: Value) -> Refused {
    verify(&ed_token(header(changes), claims(json!({})))).unwrap_err()
}

#[test]
fn no_algorithm_is_no_signature() {
    for alg in ["none", "None", "NONE", "nOnE", "NoNe", "eddsa", "EDDSA", "EdDSA ", "rs256"] {
        let head = header(json!({ "alg": alg }));
        assert_eq!(header_refused(json!({ "alg": alg })), Refused::Algorithm(alg.to_owned()));
        assert!(verify(&token(&head, claims(json!({})), |_| vec![])).is_err());
    }
    assert!(verify(&token(header(json!({})), claims(json!({})), |_| vec![])).is_err());
    for alg in [json!(null), json!(""), json!(256), json!(["EdDSA"]), json!("A".repeat(129))] {
        assert_eq!(header_refused(json!({ "alg": alg })), Refused::Header("alg"));
    }
}

#[test]
fn a_public_key_is_no_shared_secret() {
    let der = AsDer::<PublicKeyX509Der<'_>>::as_der(RSA.public_key()).unwrap().as_ref().to_vec();
    let base64 = STANDARD.encode(&der);
    let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
    let pkcs1 = RSA.public_key().as_ref().to_vec();
    let jwk = rsa_jwk("rsa", &RSA).to_string().into_bytes();
    let trimmed = pem.trim_end().as_bytes().to_vec();
    for secret in [trimmed, pem.into_bytes(), der, pkcs1, jwk, vec![]] {
        for alg in ["HS256", "RS256", "HS384", "HS512"] {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
            let head = header(json!({ "alg": alg, "kid": "rsa" }));
            let token = token(head, claims(json!({})), |message| hmac::sign(&key, message).as_ref().to_vec());
            let expected = if alg == "RS256" { Refused::Signature } else { Refused::Algorithm(alg.to_owned()) };
            assert_eq!(verify(&token), Err(expected));
        }
    }
}

#[test]
fn the_token_does_not_choose_the_kind_of_key() {
    let with = |alg, kid, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        verify(&token(header(json!({ "alg": alg, "kid": kid })), claims(json!({})), sign)).unwrap_err()
    };
    assert_eq!(with("RS256", "rsa", &ps256(&RSA)), Refused::Signature);
    assert_eq!(with("PS256", "rsa", &rs256(&RSA)), Refused::Signature);
    assert_eq!(with("RS256", "ed", &rs256(&RSA)), Refused::UnfitKey("ed".to_owned()));
    assert_eq!(with("EdDSA", "ec", &ed(&ED)), Refused::UnfitKey("ec".to_owned()));
    assert_eq!(with("RS512", "rsa", &rs256(&RSA)), Refused::Algorithm("RS512".to_owned()));
    assert_eq!(with("ES384", "ec", &es256(&EC)), Refused::Algorithm("ES384".to_owned()));
}

#[test]
fn an_algorithm_the_issuer_is_not_configured_for_is_refused() {
    let head = header(json!({ "alg": "PS256", "kid": "other-rsa" }));
    let token = token(head, claims(json!({ "iss": OTHER_ISSUER })), ps256(&OTHER_RSA));
    assert_eq!(verify(&token), Err(Refused::Algorithm("PS256".to_owned())));
}

#[test]
fn one_issuer_cannot_speak_for_another() {
    let head = |kid| header(json!({ "alg": "RS256", "kid": kid }));
    let forged = token(head("rsa"), claims(json!({ "iss": ISSUER })), rs256(&OTHER_RSA));
    assert_eq!(verify(&forged), Err(Refused::Signature));
    let forged = token(head("other-rsa"), claims(json!({ "iss": ISSUER })), rs256(&OTHER_RSA));
    assert_eq!(verify(&forged), Err(Refused::UnknownKey("other-rsa".to_owned())));
}

#[test]
fn a_header_brings_no_key_and_no_extension() {
    let chain = json!(["MIIB"]);
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!("exp")),
        ("jwk", ed_jwk("ed", &ED)),
        ("jku", json!("https://attacker.example/jwks")),
        ("x5u", json!("https://attacker.example/cert")),
        ("x5c", chain),
        ("b64", json!(false)),
        ("enc", json!("A128GCM")),
        ("zip", json!("DEF")),
    ] {
        assert_eq!(header_refused(json!({ name: value })), Refused::Forbidden(name));
    }
    let embedded = header(json!({ "jwk": ed_jwk("ed", &OTHER_ED) }));
    assert_eq!(verify(&token(embedded, claims(json!({})), ed(&OTHER_ED))), Err(Refused::Forbidden("jwk")));
    let null = header(json!({})).to_string().replace("\"typ\"", "\"jku\":null,\"typ\"");
    assert_eq!(verify(&ed_token(null, claims(json!({})))), Err(Refused::Forbidden("jku")));
}

#[test]
fn key_names_are_only_names() {
    for kid in [
        "../../../../dev/null",
        "/etc/passwd",
        "x' UNION SELECT 'secret' --",
        "ed; rm -rf /",
        "ED",
        "ed ",
        "ed\u{0}",
        "https://attacker.example/key",
    ] {
        assert_eq!(header_refused(json!({ "kid": kid })), Refused::UnknownKey(kid.to_owned()));
    }
    for kid in [json!(""), json!("k".repeat(129)), json!(0), json!(["ed"]), json!({ "kid": "ed" }), json!(true)] {
        assert_eq!(header_refused(json!({ "kid": kid })), Refused::Header("kid"));
    }
}

#[test]
fn other_kinds_of_token_are_refused() {
    for kind in ["JWT", "id+jwt", "logout+jwt", "application/jwt", "text/at+jwt", "application/x/at+jwt", "at+jwt "] {
        assert_eq!(header_refused(json!({ "typ": kind })), Refused::Type(Some(kind.to_owned())));
    }
    assert_eq!(header_refused(json!({ "typ": null })), Refused::Type(None));
    assert_eq!(header_refused(json!({ "typ": 1 })), Refused::Header("typ"));
}

#[test]
fn hints_repeat_nothing_of_the_token() {
    for refused in [Refused::UnknownKey("canary".to_owned()), Refused::Type(Some("canary".to_owned()))] {
        assert!(!refused.hint().contains("canary"));
        assert!(refused.to_string().contains("canary"));
    }
    let log = Refused::UnknownKey("a\nb".to_owned()).to_string();
    assert!(!log.contains('\n'), "{log}");
}
