//! Well-signed tokens whose claims must not be believed.

use section55::auth::token::Refused;
use serde_json::{Value, json};

use super::support::*;

/// Why a well-signed token with this change to its claims is refused.
fn claims_refused(changes: Value) -> Refused {
    verify(&ed_token(header(json!({})), claims(changes))).unwrap_err()
}

#[test]
fn required_claims_are_required() {
    for name in ["iss", "aud", "exp", "sub"] {
        assert_eq!(claims_refused(json!({ name: null })), Refused::MissingClaim(name));
    }
}

#[test]
fn an_issuer_is_exactly_the_issuer() {
    for name in
        ["https://issuer.example/", "HTTPS://issuer.example", "https://issuer.exampl", " https://issuer.example"]
    {
        assert_eq!(claims_refused(json!({ "iss": name })), Refused::UnknownIssuer(name.to_owned()));
    }
    for name in [json!([ISSUER]), json!(1), json!(""), json!("i".repeat(256)), json!({ "iss": ISSUER })] {
        assert_eq!(claims_refused(json!({ "iss": name })), Refused::BadClaim("iss"));
    }
}

#[test]
fn a_token_for_somebody_else_is_refused() {
    for audience in [json!("section5"), json!("Section55"), json!(""), json!([]), json!(["a", "section55 "])] {
        assert_eq!(claims_refused(json!({ "aud": audience })), Refused::Audience);
    }
    for audience in [json!(55), json!({ "section55": 1 }), json!([AUDIENCE, 1]), json!([[AUDIENCE]]), json!(true)] {
        assert_eq!(claims_refused(json!({ "aud": audience })), Refused::BadClaim("aud"));
    }
}

#[test]
fn times_are_honoured() {
    assert_eq!(claims_refused(json!({ "exp": NOW - 30 })), Refused::Expired);
    assert_eq!(claims_refused(json!({ "exp": 0 })), Refused::Expired);
    assert_eq!(claims_refused(json!({ "nbf": NOW + 31 })), Refused::NotYetValid);
    assert_eq!(claims_refused(json!({ "iat": NOW + 31 })), Refused::IssuedInFuture);
    assert_eq!(claims_refused(json!({ "nbf": NOW as f64 + 30.5 })), Refused::NotYetValid);
}

#[test]
fn times_are_numbers_within_the_calendar() {
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
            assert_eq!(claims_refused(json!({ name: time })), Refused::BadClaim(name), "{name} {time}");
        }
    }
    let null = claims(json!({})).to_string().replace(&(NOW + 600).to_string(), "null");
    assert_eq!(verify(&ed_token(header(json!({})), null)), Err(Refused::BadClaim("exp")));
    for odd in ["1e400", "NaN", "Infinity", "+1790000600", "0x6AB0", "01790000600", "-"] {
        let claims = claims(json!({})).to_string().replace(&(NOW + 600).to_string(), odd);
        assert!(verify(&ed_token(header(json!({})), claims)).is_err(), "{odd}");
    }
}

#[test]
fn subjects_and_lists_keep_their_form() {
    for subject in
        [json!(""), json!("  "), json!("a\nb"), json!("a\u{0}"), json!("s".repeat(256)), json!(7), json!(["a"])]
    {
        assert_eq!(claims_refused(json!({ "sub": subject })), Refused::BadClaim("sub"));
    }
    for list in [json!(1), json!(true), json!({ "opcc": true }), json!(["opcc", 1]), json!([["opcc"]]), json!([null])] {
        assert_eq!(claims_refused(json!({ "roles": list })), Refused::BadClaim("roles"));
        assert_eq!(claims_refused(json!({ "areas": list })), Refused::BadClaim("areas"));
    }
    assert_eq!(claims_refused(json!({ "name": 1 })), Refused::BadClaim("name"));
}
