//! Bodies of requests: strict JSON, and its validation against a published schema.
#![no_main]

use libfuzzer_sys::fuzz_target;
use section55::api::{parse_json, validate_json};
use section55::inspections::InspectionRegistration;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Ok((value, faults)) = parse_json(bytes) else { return };
    // A value without faults is what every other parser reads. A value with faults need not be: the items after the limit
    // of a list are not read.
    if faults.is_empty() {
        let plain: Value = serde_json::from_slice(bytes).expect("a text without faults is JSON");
        assert!(is_same(&value, &plain), "{value} is not {plain}");
    }
    let _ = validate_json::<InspectionRegistration>(value, faults);
});

/// Compares two values. The strict parser gives 3.0 as the integer 3, so numbers are compared by value.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| is_same(value, other)))
        }
        (one, other) => one == other,
    }
}
