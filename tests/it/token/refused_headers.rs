//! Attacks through the algorithm, the key and the header. Each must be refused for the right reason.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use section55::auth::token::TokenError;
use serde_json::{Value, json};

use super::support::*;

/// Returns why a token with a valid signature and these changes to its header is refused.
fn error_for_header(changes: Value) -> TokenError {
    verify(&ed_token(header(changes), claims(json!({})))).unwrap_err()
}

#[test]
fn a_token_with_the_algorithm_none_is_refused() {
    for alg in ["none", "None", "NONE", "nOnE", "NoNe", "eddsa", "EDDSA", "EdDSA ", "rs256"] {
        let head = header(json!({ "alg": alg }));
        assert_eq!(error_for_header(json!({ "alg": alg })), TokenError::Algorithm(alg.to_owned()));
        assert!(verify(&token(&head, claims(json!({})), |_| vec![])).is_err());
    }
    assert!(verify(&token(header(json!({})), claims(json!({})), |_| vec![])).is_err());
    for alg in [json!(null), json!(""), json!(256), json!(["EdDSA"]), json!("A".repeat(129))] {
        assert_eq!(error_for_header(json!({ "alg": alg })), TokenError::MalformedParameter("alg"));
    }
}

#[test]
fn a_public_key_is_not_accepted_as_a_shared_secret() {
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
            let expected = if alg == "RS256" { TokenError::Signature } else { TokenError::Algorithm(alg.to_owned()) };
            assert_eq!(verify(&token), Err(expected));
        }
    }
}

#[test]
fn the_algorithm_must_suit_the_key() {
    let error_with = |alg, kid, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        verify(&token(header(json!({ "alg": alg, "kid": kid })), claims(json!({})), sign)).unwrap_err()
    };
    assert_eq!(error_with("RS256", "rsa", &ps256(&RSA)), TokenError::Signature);
    assert_eq!(error_with("PS256", "rsa", &rs256(&RSA)), TokenError::Signature);
    assert_eq!(error_with("RS256", "ed", &rs256(&RSA)), TokenError::UnsuitableKey("ed".to_owned()));
    assert_eq!(error_with("EdDSA", "ec", &ed(&ED)), TokenError::UnsuitableKey("ec".to_owned()));
    assert_eq!(error_with("RS512", "rsa", &rs256(&RSA)), TokenError::Algorithm("RS512".to_owned()));
    assert_eq!(error_with("ES384", "ec", &es256(&EC)), TokenError::Algorithm("ES384".to_owned()));
}

#[test]
fn an_algorithm_that_is_not_configured_for_the_issuer_is_refused() {
    let head = header(json!({ "alg": "PS256", "kid": "other-rsa" }));
    let token = token(head, claims(json!({ "iss": OTHER_ISSUER })), ps256(&OTHER_RSA));
    assert_eq!(verify(&token), Err(TokenError::Algorithm("PS256".to_owned())));
}

#[test]
fn the_key_of_one_issuer_cannot_sign_for_another() {
    let head = |kid| header(json!({ "alg": "RS256", "kid": kid }));
    let forged = token(head("rsa"), claims(json!({ "iss": ISSUER })), rs256(&OTHER_RSA));
    assert_eq!(verify(&forged), Err(TokenError::Signature));
    let forged = token(head("other-rsa"), claims(json!({ "iss": ISSUER })), rs256(&OTHER_RSA));
    assert_eq!(verify(&forged), Err(TokenError::UnknownKey("other-rsa".to_owned())));
}

#[test]
fn a_header_with_a_key_or_an_extension_is_refused() {
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
        assert_eq!(error_for_header(json!({ name: value })), TokenError::ForbiddenParameter(name));
    }
    let embedded = header(json!({ "jwk": ed_jwk("ed", &OTHER_ED) }));
    assert_eq!(verify(&token(embedded, claims(json!({})), ed(&OTHER_ED))), Err(TokenError::ForbiddenParameter("jwk")));
    let null = header(json!({})).to_string().replace("\"typ\"", "\"jku\":null,\"typ\"");
    assert_eq!(verify(&ed_token(null, claims(json!({})))), Err(TokenError::ForbiddenParameter("jku")));
}

#[test]
fn a_key_id_is_only_compared_with_the_issuers_keys() {
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
        assert_eq!(error_for_header(json!({ "kid": kid })), TokenError::UnknownKey(kid.to_owned()));
    }
    for kid in [json!(""), json!("k".repeat(129)), json!(0), json!(["ed"]), json!({ "kid": "ed" }), json!(true)] {
        assert_eq!(error_for_header(json!({ "kid": kid })), TokenError::MalformedParameter("kid"));
    }
}

#[test]
fn tokens_of_another_type_are_refused() {
    for token_type in
        ["JWT", "id+jwt", "logout+jwt", "application/jwt", "text/at+jwt", "application/x/at+jwt", "at+jwt "]
    {
        assert_eq!(error_for_header(json!({ "typ": token_type })), TokenError::Type(Some(token_type.to_owned())));
    }
    assert_eq!(error_for_header(json!({ "typ": null })), TokenError::Type(None));
    assert_eq!(error_for_header(json!({ "typ": 1 })), TokenError::MalformedParameter("typ"));
}

#[test]
fn the_hint_for_the_client_contains_no_text_of_the_token() {
    for error in [TokenError::UnknownKey("canary".to_owned()), TokenError::Type(Some("canary".to_owned()))] {
        assert!(!error.hint().contains("canary"));
        assert!(error.to_string().contains("canary"));
    }
    let log = TokenError::UnknownKey("a\nb".to_owned()).to_string();
    assert!(!log.contains('\n'), "{log}");
}
