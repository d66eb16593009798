//! Tokens that are not exactly of the form they should have.

use section55::auth::token::Refused;
use serde_json::json;

use super::support::*;

fn good() -> String {
    ed_token(header(json!({})), claims(json!({})))
}

#[test]
fn a_name_given_twice_is_refused() {
    let head = header(json!({})).to_string();
    let body = claims(json!({})).to_string();
    for repeated in [r#"{"alg":"none","#, r#"{"kid":"x","#, r#"{"\u0061lg":"none","#, r#"{"a":{"b":1,"b":2},"#] {
        let head = head.replacen('{', repeated, 1);
        assert_eq!(verify(&ed_token(head, &body)), Err(Refused::Json("header")), "{repeated}");
    }
    for repeated in [r#"{"sub":"root","#, r#"{"exp":1,"#, r#"{"x":1,"x":1,"#, r#"{"x":[{"y":1,"y":2}],"#] {
        let body = body.replacen('{', repeated, 1);
        assert_eq!(verify(&ed_token(&head, body)), Err(Refused::Json("claims")), "{repeated}");
    }
}

#[test]
fn parts_are_json_objects() {
    let head = header(json!({}));
    for text in
        ["", "null", "[]", "\"\"", "1", "{", "{}{}", "{\"a\":1,}", "\u{feff}{}", "{\"a\":\"\\ud800\"}", "{'a':1}"]
    {
        assert_eq!(verify(&ed_token(text, claims(json!({})))), Err(Refused::Json("header")), "{text}");
        assert_eq!(verify(&ed_token(&head, text)), Err(Refused::Json("claims")), "{text}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(2000), "]".repeat(2000));
    assert_eq!(verify(&ed_token(&head, deep)), Err(Refused::Json("claims")));
    let not_utf8 = format!("{}.{}.", encode(head.to_string()), encode(b"{\"a\":\"\xff\"}"));
    assert_eq!(verify(&not_utf8), Err(Refused::Json("claims")));
}

#[test]
fn the_form_of_a_token_is_strict() {
    let good = good();
    let [head, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { unreachable!() };
    let not_three = [format!("{head}.{body}"), head.to_owned(), String::new(), format!("{good}."), format!(".{good}")];
    for token in not_three {
        assert_eq!(verify(&token), Err(Refused::NotThreeParts), "{token}");
    }
    assert_eq!(verify(&format!("{head}.{body}.{signature}.{signature}")), Err(Refused::NotThreeParts));
    for token in [
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        format!("{good}="),
        format!("{head}=.{body}.{signature}"),
        format!("{head}.{body}=.{signature}"),
        format!("{head}.{body}."),
        format!("{head}..{signature}"),
        format!(".{body}.{signature}"),
        format!("{head} .{body}.{signature}"),
        format!("{head}.{body}\n.{signature}"),
        format!("{head}+.{body}.{signature}"),
        format!("{head}.{body}/.{signature}"),
        format!("Bearer {good}"),
        "..".to_owned(),
    ] {
        assert!(verify(&token).is_err(), "{token}");
    }
}

#[test]
fn a_token_is_at_most_8_kib() {
    let of_length = |length: usize| {
        let pad = |size: usize| ed_token(header(json!({})), claims(json!({ "pad": "p".repeat(size) })));
        let base = pad(0).len();
        (0..).map(|extra| pad((length - base) * 3 / 4 - 4 + extra)).find(|token| token.len() >= length).unwrap()
    };
    let fits = of_length(8190);
    assert!(fits.len() <= 8192);
    verify(&fits).unwrap();
    assert_eq!(verify(&of_length(8193)), Err(Refused::TooLong));
    assert_eq!(verify(&of_length(9 * 1024)), Err(Refused::TooLong));
    assert_eq!(verify(&"a".repeat(9 * 1024)), Err(Refused::TooLong));
}

#[test]
fn no_character_of_a_token_can_be_changed() {
    let head = header(json!({ "alg": "ES256", "kid": "ec" }));
    for good in [good(), token(head, claims(json!({})), es256(&EC))] {
        verify(&good).unwrap();
        for place in 0..good.len() {
            for other in ["A", "B", "_", ".", "=", ""] {
                let mut changed = good.clone();
                changed.replace_range(place..=place, other);
                assert!(changed == good || verify(&changed).is_err(), "{place} {other}");
            }
            assert!(verify(&good[..place]).is_err());
        }
    }
}

#[test]
fn signatures_have_their_exact_form() {
    let head = || header(json!({ "alg": "ES256", "kid": "ec" }));
    for forge in
        [|_: &[u8]| vec![0; 64], |m: &[u8]| [es256(&EC)(m), vec![0]].concat(), |m: &[u8]| es256(&EC)(m)[..63].to_vec()]
    {
        assert_eq!(verify(&token(head(), claims(json!({})), forge)), Err(Refused::Signature));
    }
    assert_eq!(verify(&token(header(json!({})), claims(json!({})), |_| vec![0; 64])), Err(Refused::Signature));
}
