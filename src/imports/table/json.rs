//! A table as JSON: `{"inspection": …, "rows": […]}`, read row by row; no more of it is held than one row.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Batches, Place, malformed};
use crate::api::{Fault, Input, Problem, held, read_json};
use crate::inspections::Registration;

/// What is done with the two members.
trait Parts {
    fn inspection(&mut self, text: &RawValue) -> Result<(), Problem>;
    fn row(&mut self, text: &RawValue) -> Result<(), Problem>;
    /// Whether rows are looked at.
    fn reads_rows(&self) -> bool;
}

/// One text held against a schema, read as strictly as a body.
fn checked<T: Input>(text: &RawValue) -> Result<Result<T, Vec<Fault>>, Problem> {
    let (value, faults) = read_json(text.get().as_bytes())?;
    held(&value, faults)
}

/// The inspection that it would register.
pub(super) fn inspection(from: impl Read) -> Result<Option<Result<Registration, Vec<Fault>>>, Problem> {
    struct Found(Option<Result<Registration, Vec<Fault>>>);
    impl Parts for Found {
        fn inspection(&mut self, text: &RawValue) -> Result<(), Problem> {
            let told = |mut fault: Fault| {
                fault.pointer.insert_str(0, "/inspection");
                fault
            };
            let found: Result<_, Vec<Fault>> = checked(text)?;
            self.0 = Some(found.map_err(|faults| faults.into_iter().map(told).collect()));
            Ok(())
        }
        fn row(&mut self, _: &RawValue) -> Result<(), Problem> {
            Ok(())
        }
        fn reads_rows(&self) -> bool {
            false
        }
    }
    let mut found = Found(None);
    read(from, &mut found)?;
    Ok(found.0)
}

impl Parts for Batches {
    fn inspection(&mut self, _: &RawValue) -> Result<(), Problem> {
        Ok(())
    }
    fn row(&mut self, text: &RawValue) -> Result<(), Problem> {
        self.add(Place::Item, checked(text)?)
    }
    fn reads_rows(&self) -> bool {
        true
    }
}

/// Every row, held against the schema of one.
pub(super) fn rows(from: impl Read, out: &mut Batches) -> Result<(), Problem> {
    read(from, out)
}

fn read(from: impl Read, parts: &mut impl Parts) -> Result<(), Problem> {
    let mut stopped = None;
    let mut from = serde_json::Deserializer::from_reader(BufReader::new(from));
    let whole = Whole { parts, stopped: &mut stopped };
    let read = from.deserialize_map(whole).and_then(|()| from.end());
    match (stopped, read) {
        (Some(problem), _) => Err(problem),
        (None, Ok(())) => Ok(()),
        // JSON, but something else than an object with a list of rows.
        (None, Err(error)) if error.is_data() => {
            Err(Problem::invalid(vec![Fault::body("", "wrong_type", format!("This has the wrong type: {error}."))]))
        }
        (None, Err(error)) => Err(malformed("", format!("Not JSON that can be read: {error}."))),
    }
}

/// The whole; a problem of a part stops the reading.
struct Whole<'p, P> {
    parts: &'p mut P,
    stopped: &'p mut Option<Problem>,
}

impl<'de, P: Parts> Visitor<'de> for Whole<'_, P> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member rows, and inspection where one is to be registered")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { parts, stopped } = self;
        let (mut has_inspection, mut has_rows) = (false, false);
        let stop = |stopped: &mut Option<Problem>, problem: Problem| {
            *stopped = Some(problem);
            A::Error::custom("stopped")
        };
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "inspection" if !has_inspection => {
                    has_inspection = true;
                    let text: Box<RawValue> = map.next_value()?;
                    parts.inspection(&text).map_err(|problem| stop(stopped, problem))?;
                }
                "rows" if !has_rows => {
                    has_rows = true;
                    match parts.reads_rows() {
                        true => map.next_value_seed(Rows { parts, stopped })?,
                        false => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                other => {
                    let (code, detail) = match other {
                        "inspection" | "rows" => ("duplicate_key", format!("{other} stands here twice.")),
                        _ => {
                            ("unknown_field", format!("There is no field {other:?} here; there are: inspection, rows."))
                        }
                    };
                    let fault = Fault::body(format!("/{}", crate::api::escape(other)), code, detail);
                    return Err(stop(stopped, Problem::invalid(vec![fault])));
                }
            }
        }
        if has_rows {
            return Ok(());
        }
        Err(stop(stopped, Problem::invalid(vec![Fault::body("/rows", "required", "rows is needed.")])))
    }
}

struct Rows<'p, P> {
    parts: &'p mut P,
    stopped: &'p mut Option<Problem>,
}

impl<'de, P: Parts> DeserializeSeed<'de> for Rows<'_, P> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, P: Parts> Visitor<'de> for Rows<'_, P> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(text) = rows.next_element::<Box<RawValue>>()? {
            if let Err(problem) = self.parts.row(&text) {
                *self.stopped = Some(problem);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
