//! JSON read strictly (RFC 8259 with the cautions of RFC 7493): duplicate keys, NUL, depth over 32 and numbers that
//! lose digits are faults, each with its place; what cannot be read at all is one fault where reading stopped.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::problem::{Fault, Kind, Problem, escape};

/// How deep arrays and objects may lie in one another.
pub const DEPTH: usize = 32;
/// The largest integer every JSON reader keeps exact: 2⁵³ − 1 (RFC 7493 §2.2).
pub const EXACT: u64 = (1 << 53) - 1;

/// Reads one JSON text: 400 where it is not JSON; where it is, the value with every fault of what cannot be taken.
pub fn read(bytes: &[u8]) -> Result<(Value, Vec<Fault>), Problem> {
    let faults = RefCell::new(Vec::new());
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let value = Node { pointer: String::new(), depth: 0, faults: &faults }
        .deserialize(serde_path_to_error::Deserializer::new(&mut from, &mut track))
        .and_then(|value| from.end().map(|()| value));
    let faults = faults.into_inner();
    match value {
        Err(error) => {
            let at = track.path().iter().fold(String::new(), |at, segment| match segment {
                serde_path_to_error::Segment::Seq { index } => format!("{at}/{index}"),
                serde_path_to_error::Segment::Map { key } => format!("{at}/{}", escape(key)),
                _ => at,
            });
            let detail = format!("Not JSON that can be read: {error}.");
            Err(Problem::with_faults(Kind::Malformed, vec![Fault::body(at, "malformed", detail)]))
        }
        Ok(value) => Ok((value, faults)),
    }
}

/// One value at its place.
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

    fn deepen<E: Error>(&self) -> Result<(), E> {
        if self.depth >= DEPTH {
            return Err(E::custom(format_args!("arrays and objects lie more than {DEPTH} deep")));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
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
        if value.unsigned_abs() > EXACT {
            self.fault("number_out_of_range", "Numbers past 2^53 are not kept exactly; none is taken.");
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        if value > EXACT {
            self.fault("number_out_of_range", "Numbers past 2^53 are not kept exactly; none is taken.");
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "2^53 - 1 is the largest that is exact")]
        if value.abs() > EXACT as f64 {
            self.fault("number_out_of_range", "Numbers past 2^53 are not kept exactly; none is taken.");
        } else if value.fract() == 0.0 {
            // 3.0 is an integer (JSON Schema, Core §4.2.3), as the published schemas take it.
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 2^53")]
            return Ok(Value::Number((value as i64).into()));
        }
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        if value.contains('\0') {
            self.fault("nul", "Text cannot hold the character NUL.");
        }
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.deepen()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.child(&list.len().to_string()))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        self.deepen()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let member = self.child(&name);
            if name.contains('\0') {
                member.fault("nul", "A name cannot hold the character NUL.");
            }
            if object.contains_key(&name) {
                member.fault("duplicate_key", "This name stands twice in one object.");
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
        let faults = read(text).map_or_else(|problem| problem.faults().to_vec(), |(_, faults)| faults);
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn every_fault_is_found_with_its_place() {
        let text = br#"{"a":"x\u0000y","b":[1,{"c/d":9007199254740992}],"a":2}"#;
        let found = codes(text);
        assert_eq!(found[0], ("/a".into(), "nul"));
        assert_eq!(found[1], ("/b/1/c~1d".into(), "number_out_of_range"));
        assert_eq!(found[2], ("/a".into(), "duplicate_key"));
    }

    #[test]
    fn what_is_not_json_says_where_reading_stopped() {
        assert_eq!(codes(b"{\"a\":{\"b\":\"\xff\"}}"), [("/a/b".into(), "malformed")]);
        assert_eq!(codes(br#"{"a":"\ud800"}"#), [("/a".into(), "malformed")]);
        assert_eq!(codes(b"{} {}"), [(String::new(), "malformed")]);
        assert_eq!(codes(b""), [(String::new(), "malformed")]);
    }

    #[test]
    fn a_depth_of_32_is_taken_and_33_is_not() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(32).as_bytes()).is_ok());
        assert!(read(nested(33).as_bytes()).is_err());
        assert!(read(nested(100_000).as_bytes()).is_err());
    }
}
