//! Bundles of the audit log as `section55 verify` reads them, checkpoints, keys and canonical JSON. The first byte chooses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use section55::ledger::{Checkpoint, Verifier, VerifyingKey, canonical_json};
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(bytes);
    match choice % 3 {
        0 => {
            let mut verifier = Verifier::new(None);
            // Lines that are not canonical are refused at once, so they are made canonical.
            let canonical = |line: &str| {
                let value: Result<Value, _> = serde_json::from_str(line);
                value.map_or_else(|_| line.to_owned(), |value| canonical_json(&value))
            };
            if text.lines().all(|line| verifier.verify_line(&canonical(line)).is_ok()) {
                let _ = verifier.finish();
            }
        }
        1 => {
            let _ = Checkpoint::parse(&text);
            if let Ok(key) = VerifyingKey::parse(text.lines().next().unwrap_or_default()) {
                let _ = Checkpoint::open(&text, &key);
            }
        }
        _ => {
            let Ok(value) = serde_json::from_str::<Value>(&text) else { return };
            let once = canonical_json(&value);
            let again: Value = serde_json::from_str(&once).expect("canonical JSON is JSON");
            assert_eq!(canonical_json(&again), once);
        }
    }
});
