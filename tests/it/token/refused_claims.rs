//! Tokens with a valid signature whose claims are refused.

use section55::auth::token::TokenError;
use serde_json::{Value, json};

use super::support::*;

/// Returns why a token with a valid signature and these changes to its claims is refused.
fn error_for_claims(changes: Value) -> TokenError {
    verify(&ed_token(header(json!({})), claims(changes))).unwrap_err()
}

#[test]
fn a_missing_required_claim_is_refused() {
    for name in ["iss", "aud", "exp", "sub"] {
        assert_eq!(error_for_claims(json!({ name: null })), TokenError::MissingClaim(name));
    }
}

#[test]
fn the_issuer_must_match_exactly() {
    for name in
        ["https://issuer.example/", "HTTPS://issuer.example", "https://issuer.exampl", " https://issuer.example"]
    {
        assert_eq!(error_for_claims(json!({ "iss": name })), TokenError::UnknownIssuer(name.to_owned()));
    }
    for name in [json!([ISSUER]), json!(1), json!(""), json!("i".repeat(256)), json!({ "iss": ISSUER })] {
        assert_eq!(error_for_claims(json!({ "iss": name })), TokenError::MalformedClaim("iss"));
    }
}

#[test]
fn a_token_for_another_audience_is_refused() {
    for audience in [json!("section5"), json!("Section55"), json!(""), json!([]), json!(["a", "section55 "])] {
        assert_eq!(error_for_claims(json!({ "aud": audience })), TokenError::Audience);
    }
    for audience in [json!(55), json!({ "section55": 1 }), json!([AUDIENCE, 1]), json!([[AUDIENCE]]), json!(true)] {
        assert_eq!(error_for_claims(json!({ "aud": audience })), TokenError::MalformedClaim("aud"));
    }
}

#[test]
fn a_token_is_refused_outside_its_time() {
    assert_eq!(error_for_claims(json!({ "exp": NOW - 30 })), TokenError::Expired);
    assert_eq!(error_for_claims(json!({ "exp": 0 })), TokenError::Expired);
    assert_eq!(error_for_claims(json!({ "nbf": NOW + 31 })), TokenError::NotYetValid);
    assert_eq!(error_for_claims(json!({ "iat": NOW + 31 })), TokenError::IssuedInFuture);
    assert_eq!(error_for_claims(json!({ "nbf": NOW as f64 + 30.5 })), TokenError::NotYetValid);
}

#[test]
fn a_time_must_be_a_number_that_is_a_valid_date() {
    let far = 9_007_199_254_740_993_i64;
    for time in [
        json!((NOW + 600).to_string()),
        json!("never"),
        json!(far),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(253_402_300_800_i64),
        json!(-1),
        json!(-0.5),
        json!(i64::MIN),
        json!([NOW + 600]),
        json!({}),
        json!(true),
    ] {
        for name in ["exp", "nbf", "iat"] {
            assert_eq!(error_for_claims(json!({ name: time })), TokenError::MalformedClaim(name), "{name} {time}");
        }
    }
    let null = claims(json!({})).to_string().replace(&(NOW + 600).to_string(), "null");
    assert_eq!(verify(&ed_token(header(json!({})), null)), Err(TokenError::MalformedClaim("exp")));
    for odd in ["1e400", "NaN", "Infinity", "+1790000600", "0x6AB0", "01790000600", "-"] {
        let claims = claims(json!({})).to_string().replace(&(NOW + 600).to_string(), odd);
        assert!(verify(&ed_token(header(json!({})), claims)).is_err(), "{odd}");
    }
}

#[test]
fn subjects_and_lists_of_the_wrong_form_are_refused() {
    for subject in
        [json!(""), json!("  "), json!("a\nb"), json!("a\u{0}"), json!("s".repeat(256)), json!(7), json!(["a"])]
    {
        assert_eq!(error_for_claims(json!({ "sub": subject })), TokenError::MalformedClaim("sub"));
    }
    for list in [json!(1), json!(true), json!({ "opcc": true }), json!(["opcc", 1]), json!([["opcc"]]), json!([null])] {
        assert_eq!(error_for_claims(json!({ "roles": list })), TokenError::MalformedClaim("roles"));
        assert_eq!(error_for_claims(json!({ "areas": list })), TokenError::MalformedClaim("areas"));
    }
    assert_eq!(error_for_claims(json!({ "name": 1 })), TokenError::MalformedClaim("name"));
}
