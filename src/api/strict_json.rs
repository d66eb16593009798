//! A strict JSON parser (RFC 8259, RFC 7493). Duplicate keys, the character NUL and integers beyond 2⁵³ are faults,
//! each with a pointer. A syntax error, or nesting deeper than 32, is one fault at the position where parsing stopped. The
//! memory of the value is limited, because a short text can stand for a value that needs much.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::problem::{Fault, FaultList, Problem, ProblemKind, escape};

/// The maximum depth of nested arrays and objects.
pub const MAX_DEPTH: usize = 32;
/// The largest integer that every JSON parser represents exactly: 2⁵³ − 1 (RFC 7493 §2.2).
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The maximum memory of a value in bytes, estimated from the number of its items and members.
const MAX_MEMORY: usize = 24 * 1024 * 1024;
/// The memory of an item of a list, whose buffer can be twice as long as needed.
const ITEM_BYTES: usize = 64;
/// The memory of a member of an object, without the text of its name.
const MEMBER_BYTES: usize = 192;
/// The memory of an object with at least one member, whose buffer has room for several.
const OBJECT_BYTES: usize = 640;
/// The maximum number of items in a list. No published schema allows more.
pub const MAX_ITEMS: usize = 5_000;

const OUT_OF_RANGE: &str = "The number must be between -(2^53 - 1) and 2^53 - 1.";

/// Parses a JSON text, and returns the value with the faults in it.
///
/// # Errors
///
/// Returns a 400 if the text is not JSON or is nested too deeply, and a 422 if its value needs too much memory.
pub fn parse(bytes: &[u8]) -> Result<(Value, FaultList), Problem> {
    let found = Found::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let value = Node { pointer: String::new(), depth: 0, found: &found }
        .deserialize(serde_path_to_error::Deserializer::new(&mut deserializer, &mut track))
        .and_then(|value| deserializer.end().map(|()| value));
    match value {
        Err(error) => {
            let pointer = track.path().iter().fold(String::new(), |pointer, segment| match segment {
                serde_path_to_error::Segment::Seq { index } => format!("{pointer}/{index}"),
                serde_path_to_error::Segment::Map { key } => format!("{pointer}/{}", escape(key)),
                _ => pointer,
            });
            if found.memory.get() > MAX_MEMORY {
                let detail = "The body has too many items and members. Send less in one request.";
                return Err(Problem::invalid(vec![Fault::body(pointer, "too_many", detail)]));
            }
            let detail = format!("The body is not valid JSON: {error}.");
            Err(Problem::with_faults(ProblemKind::Malformed, vec![Fault::body(pointer, "malformed", detail)]))
        }
        Ok(value) => Ok((value, found.faults.into_inner())),
    }
}

/// What has been found in a text so far.
#[derive(Default)]
struct Found {
    faults: RefCell<FaultList>,
    /// The memory of the value so far, estimated in bytes.
    memory: Cell<usize>,
}

/// The parser of one value, which knows the pointer to the value and its depth.
struct Node<'a> {
    pointer: String,
    depth: usize,
    found: &'a Found,
}

impl Node<'_> {
    fn fault(&self, code: &'static str, detail: &str) {
        self.found.faults.borrow_mut().add_with(|| Fault::body(self.pointer.clone(), code, detail));
    }

    fn child(&self, token: &str) -> Self {
        Self { pointer: format!("{}/{}", self.pointer, escape(token)), depth: self.depth + 1, found: self.found }
    }

    fn check_depth<E: Error>(&self) -> Result<(), E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(format_args!("arrays and objects are nested more than {MAX_DEPTH} deep")));
        }
        Ok(())
    }

    /// Adds to the memory of the value, and stops the parsing if it is too much.
    fn count<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let memory = &self.found.memory;
        memory.set(memory.get() + bytes);
        if memory.get() > MAX_MEMORY { Err(E::custom("there are too many values")) } else { Ok(()) }
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
            self.count(ITEM_BYTES)?;
            list.push(item);
            if list.len() == MAX_ITEMS {
                // The other items are not examined: the length of the list is the fault.
                if items.next_element::<IgnoredAny>()?.is_some() {
                    self.fault("too_many", &format!("The list must have at most {MAX_ITEMS} items."));
                    while items.next_element::<IgnoredAny>()?.is_some() {}
                }
                break;
            }
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            self.count(if object.is_empty() { OBJECT_BYTES } else { MEMBER_BYTES })?;
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
        let faults =
            parse(text).map_or_else(|problem| problem.faults().to_vec(), |(_, faults)| faults.first().to_vec());
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

    #[test]
    fn the_memory_of_a_value_is_limited() {
        let list = |items: usize| format!("{{\"a\":[{}1]}}", "1,".repeat(items - 1));
        assert!(codes(list(MAX_ITEMS).as_bytes()).is_empty());
        assert_eq!(codes(list(1_000_000).as_bytes()), [("/a".into(), "too_many")]);
        let (value, _) = parse(list(1_000_000).as_bytes()).expect("a value");
        assert_eq!(value["a"].as_array().map(Vec::len), Some(MAX_ITEMS));
        let lists = |item: &str, items: usize, lists: usize| {
            let list = format!("[{}{item}],", format!("{item},").repeat(items - 1));
            format!("[{}0]", list.repeat(lists))
        };
        assert!(codes(lists("1", 1000, 100).as_bytes()).is_empty());
        assert_eq!(codes(lists("1", 1000, 900).as_bytes())[0].1, "too_many");
        assert_eq!(codes(lists("{\"a\":1}", 1000, 100).as_bytes())[0].1, "too_many");
        let members: Vec<String> = (0..180_000).map(|at| format!("\"m{at}\":1e300")).collect();
        assert_eq!(codes(format!("{{{}}}", members.join(",")).as_bytes())[0].1, "too_many");
        let (_, faults) = parse(format!("{{{}}}", members[..100_000].join(",")).as_bytes()).expect("a value");
        assert_eq!((faults.first().len(), faults.count()), (500, 100_000));
        // A damaged end of a list that is too long is still a damaged text.
        assert_eq!(codes(list(1_000_000).replace("1]}", "1}").as_bytes())[0].1, "malformed");
    }
}
