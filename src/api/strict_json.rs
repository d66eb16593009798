//! A strict JSON parser (RFC 8259, RFC 7493). Duplicate keys, the character NUL and integers beyond 2⁵³ are faults,
//! each with a pointer. A syntax error, or nesting deeper than 32, is one fault at the position where parsing stopped.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::problem::{Fault, Problem, ProblemKind, escape};

/// The maximum depth of nested arrays and objects.
pub const MAX_DEPTH: usize = 32;
/// The largest integer that every JSON parser represents exactly: 2⁵³ − 1 (RFC 7493 §2.2).
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

const OUT_OF_RANGE: &str = "The number must be between -(2^53 - 1) and 2^53 - 1.";

/// Parses a JSON text, and returns the value with the faults in it.
///
/// # Errors
///
/// Returns a 400 if the text is not JSON or is nested too deeply.
pub fn parse(bytes: &[u8]) -> Result<(Value, Vec<Fault>), Problem> {
    let faults = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let value = Node { pointer: String::new(), depth: 0, faults: &faults }
        .deserialize(serde_path_to_error::Deserializer::new(&mut deserializer, &mut track))
        .and_then(|value| deserializer.end().map(|()| value));
    let faults = faults.into_inner();
    match value {
        Err(error) => {
            let pointer = track.path().iter().fold(String::new(), |pointer, segment| match segment {
                serde_path_to_error::Segment::Seq { index } => format!("{pointer}/{index}"),
                serde_path_to_error::Segment::Map { key } => format!("{pointer}/{}", escape(key)),
                _ => pointer,
            });
            let detail = format!("The body is not valid JSON: {error}.");
            Err(Problem::with_faults(ProblemKind::Malformed, vec![Fault::body(pointer, "malformed", detail)]))
        }
        Ok(value) => Ok((value, faults)),
    }
}

/// The parser of one value, which knows the pointer to the value and its depth.
struct Node<'a> {
    pointer: String,
    depth: usize,
    faults: &'a RefCell<Vec<Fault>>,
}

impl Node<'_> {
    fn fault(&self, code: &'static str, detail: &str) {
        self.faults.borrow_mut().push(Fault::body(self.pointer.clone(), code, detail));
    }

    fn child(&self, token: &str) -> Self {
        Self { pointer: format!("{}/{}", self.pointer, escape(token)), depth: self.depth + 1, faults: self.faults }
    }

    fn check_depth<E: Error>(&self) -> Result<(), E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(format_args!("arrays and objects are nested more than {MAX_DEPTH} deep")));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > MAX_INTEGER {
            self.fault("number_out_of_range", OUT_OF_RANGE);
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        if value > MAX_INTEGER {
            self.fault("number_out_of_range", OUT_OF_RANGE);
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "the constant 2^53 - 1 converts exactly")]
        if value.abs() > MAX_INTEGER as f64 {
            self.fault("number_out_of_range", OUT_OF_RANGE);
        } else if value.fract() == 0.0 {
            // 3.0 is an integer (JSON Schema, Core §4.2.3). The published schemas accept it as one.
            #[expect(clippy::cast_possible_truncation, reason = "the value is whole and within 2^53")]
            return Ok(Value::Number((value as i64).into()));
        }
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        if value.contains('\0') {
            self.fault("nul", "Text must not contain the character NUL.");
        }
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.child(&list.len().to_string()))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let member = self.child(&name);
            if name.contains('\0') {
                member.fault("nul", "A name must not contain the character NUL.");
            }
            if object.contains_key(&name) {
                member.fault("duplicate_key", "This name occurs twice in the same object.");
            }
            let value = members.next_value_seed(member)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &[u8]) -> Vec<(String, &'static str)> {
        let faults = parse(text).map_or_else(|problem| problem.faults().to_vec(), |(_, faults)| faults);
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn every_fault_has_a_pointer() {
        let text = br#"{"a":"x\u0000y","b":[1,{"c/d":9007199254740992}],"a":2}"#;
        let found = codes(text);
        assert_eq!(found[0], ("/a".into(), "nul"));
        assert_eq!(found[1], ("/b/1/c~1d".into(), "number_out_of_range"));
        assert_eq!(found[2], ("/a".into(), "duplicate_key"));
    }

    #[test]
    fn a_syntax_error_has_a_pointer_to_where_parsing_stopped() {
        assert_eq!(codes(b"{\"a\":{\"b\":\"\xff\"}}"), [("/a/b".into(), "malformed")]);
        assert_eq!(codes(br#"{"a":"\ud800"}"#), [("/a".into(), "malformed")]);
        assert_eq!(codes(b"{} {}"), [(String::new(), "malformed")]);
        assert_eq!(codes(b""), [(String::new(), "malformed")]);
    }

    #[test]
    fn a_depth_of_32_is_accepted_and_33_is_rejected() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(32).as_bytes()).is_ok());
        assert!(parse(nested(33).as_bytes()).is_err());
        assert!(parse(nested(100_000).as_bytes()).is_err());
    }
}
