//! Bearer tokens, the claims in them, and the key sets of issuers. The first byte chooses.
#![no_main]

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;
use section55::auth::token::Issuer;
use section55::auth::token::fuzzing;

static ISSUER: LazyLock<Issuer> = LazyLock::new(|| {
    let json = r#"[{"issuer": "https://issuer.example", "jwks_url": "https://issuer.example/keys", "audiences": ["section55"],
        "algorithms": ["ES256"]}]"#;
    fuzzing::issuers(json).pop().expect("an issuer")
});

fuzz_target!(|bytes: &[u8]| {
    let now: DateTime<Utc> = DateTime::from_timestamp(1_700_000_000, 0).expect("an instant");
    let Some((choice, bytes)) = bytes.split_first() else { return };
    match choice % 4 {
        0 => fuzzing::token(&String::from_utf8_lossy(bytes), &ISSUER, now),
        // The fuzzer seldom finds base64, so the claims are encoded for it.
        1 => {
            let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","typ":"at+jwt"}"#);
            fuzzing::token(&format!("{header}.{}.x", URL_SAFE_NO_PAD.encode(bytes)), &ISSUER, now);
        }
        2 => {
            let claims = URL_SAFE_NO_PAD.encode(r#"{"iss":"https://issuer.example"}"#);
            fuzzing::token(&format!("{}.{claims}.x", URL_SAFE_NO_PAD.encode(bytes)), &ISSUER, now);
        }
        _ => fuzzing::key_set(bytes),
    }
});
