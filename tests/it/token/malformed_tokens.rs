//! Tokens whose encoding is not exactly right.

use section55::auth::token::TokenError;
use serde_json::json;

use super::support::*;

fn valid_token() -> String {
    ed_token(header(json!({})), claims(json!({})))
}

#[test]
fn a_repeated_member_name_is_refused() {
    let head = header(json!({})).to_string();
    let body = claims(json!({})).to_string();
    for repeated in [r#"{"alg":"none","#, r#"{"kid":"x","#, r#"{"\u0061lg":"none","#, r#"{"a":{"b":1,"b":2},"#] {
        let head = head.replacen('{', repeated, 1);
        assert_eq!(verify(&ed_token(head, &body)), Err(TokenError::Json("header")), "{repeated}");
    }
    for repeated in [r#"{"sub":"root","#, r#"{"exp":1,"#, r#"{"x":1,"x":1,"#, r#"{"x":[{"y":1,"y":2}],"#] {
        let body = body.replacen('{', repeated, 1);
        assert_eq!(verify(&ed_token(&head, body)), Err(TokenError::Json("claims")), "{repeated}");
    }
}

#[test]
fn header_and_claims_must_be_json_objects() {
    let head = header(json!({}));
    for text in
        ["", "null", "[]", "\"\"", "1", "{", "{}{}", "{\"a\":1,}", "\u{feff}{}", "{\"a\":\"\\ud800\"}", "{'a':1}"]
    {
        assert_eq!(verify(&ed_token(text, claims(json!({})))), Err(TokenError::Json("header")), "{text}");
        assert_eq!(verify(&ed_token(&head, text)), Err(TokenError::Json("claims")), "{text}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(2000), "]".repeat(2000));
    assert_eq!(verify(&ed_token(&head, deep)), Err(TokenError::Json("claims")));
    let not_utf8 = format!("{}.{}.", encode(head.to_string()), encode(b"{\"a\":\"\xff\"}"));
    assert_eq!(verify(&not_utf8), Err(TokenError::Json("claims")));
}

#[test]
fn a_token_must_have_exactly_three_parts_in_base64url() {
    let valid = valid_token();
    let [head, body, signature] = valid.split('.').collect::<Vec<_>>()[..] else { unreachable!() };
    let not_three =
        [format!("{head}.{body}"), head.to_owned(), String::new(), format!("{valid}."), format!(".{valid}")];
    for token in not_three {
        assert_eq!(verify(&token), Err(TokenError::NotThreeParts), "{token}");
    }
    assert_eq!(verify(&format!("{head}.{body}.{signature}.{signature}")), Err(TokenError::NotThreeParts));
    for token in [
        format!(" {valid}"),
        format!("{valid} "),
        format!("{valid}\n"),
        format!("{valid}="),
        format!("{head}=.{body}.{signature}"),
        format!("{head}.{body}=.{signature}"),
        format!("{head}.{body}."),
        format!("{head}..{signature}"),
        format!(".{body}.{signature}"),
        format!("{head} .{body}.{signature}"),
        format!("{head}.{body}\n.{signature}"),
        format!("{head}+.{body}.{signature}"),
        format!("{head}.{body}/.{signature}"),
        format!("Bearer {valid}"),
        "..".to_owned(),
    ] {
        assert!(verify(&token).is_err(), "{token}");
    }
}

#[test]
fn a_token_longer_than_8_kib_is_refused() {
    let of_length = |length: usize| {
        let pad = |size: usize| ed_token(header(json!({})), claims(json!({ "pad": "p".repeat(size) })));
        let base = pad(0).len();
        (0..).map(|extra| pad((length - base) * 3 / 4 - 4 + extra)).find(|token| token.len() >= length).unwrap()
    };
    let fits = of_length(8190);
    assert!(fits.len() <= 8192);
    verify(&fits).unwrap();
    assert_eq!(verify(&of_length(8193)), Err(TokenError::TooLong));
    assert_eq!(verify(&of_length(9 * 1024)), Err(TokenError::TooLong));
    assert_eq!(verify(&"a".repeat(9 * 1024)), Err(TokenError::TooLong));
}

#[test]
fn changing_any_character_of_a_token_makes_it_invalid() {
    let head = header(json!({ "alg": "ES256", "kid": "ec" }));
    for valid in [valid_token(), token(head, claims(json!({})), es256(&EC))] {
        verify(&valid).unwrap();
        for index in 0..valid.len() {
            for other in ["A", "B", "_", ".", "=", ""] {
                let mut changed = valid.clone();
                changed.replace_range(index..=index, other);
                assert!(changed == valid || verify(&changed).is_err(), "{index} {other}");
            }
            assert!(verify(&valid[..index]).is_err());
        }
    }
}

#[test]
fn a_signature_must_have_its_exact_length() {
    let head = || header(json!({ "alg": "ES256", "kid": "ec" }));
    for forge in
        [|_: &[u8]| vec![0; 64], |m: &[u8]| [es256(&EC)(m), vec![0]].concat(), |m: &[u8]| es256(&EC)(m)[..63].to_vec()]
    {
        assert_eq!(verify(&token(head(), claims(json!({})), forge)), Err(TokenError::Signature));
    }
    assert_eq!(verify(&token(header(json!({})), claims(json!({})), |_| vec![0; 64])), Err(TokenError::Signature));
}
