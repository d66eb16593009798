//! Reads a table as JSON, `{"inspection": …, "rows": […]}`, row by row. Only one row is in memory at a time.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{RowBatches, RowLocation, malformed};
use crate::api::{Fault, Input, Problem, parse_json, validate_json};
use crate::inspections::InspectionRegistration;

/// Handles the two members of a table.
trait TableHandler {
    fn handle_inspection(&mut self, text: &RawValue) -> Result<(), Problem>;
    fn handle_row(&mut self, text: &RawValue) -> Result<(), Problem>;
    /// Returns false if the rows can be skipped.
    fn reads_rows(&self) -> bool;
}

/// Parses JSON as strictly as a request body, and validates it against the schema of the type.
fn parse_and_validate<T: Input>(text: &RawValue) -> Result<Result<T, Vec<Fault>>, Problem> {
    let (value, faults) = parse_json(text.get().as_bytes())?;
    validate_json(&value, faults)
}

/// Reads the registration of an inspection. Returns none if the table has no member `inspection`.
pub(super) fn read_inspection(from: impl Read) -> Result<Option<Result<InspectionRegistration, Vec<Fault>>>, Problem> {
    struct InspectionHandler(Option<Result<InspectionRegistration, Vec<Fault>>>);
    impl TableHandler for InspectionHandler {
        fn handle_inspection(&mut self, text: &RawValue) -> Result<(), Problem> {
            let locate = |mut fault: Fault| {
                fault.pointer.insert_str(0, "/inspection");
                fault
            };
            let registration: Result<_, Vec<Fault>> = parse_and_validate(text)?;
            self.0 = Some(registration.map_err(|faults| faults.into_iter().map(locate).collect()));
            Ok(())
        }
        fn handle_row(&mut self, _: &RawValue) -> Result<(), Problem> {
            Ok(())
        }
        fn reads_rows(&self) -> bool {
            false
        }
    }
    let mut handler = InspectionHandler(None);
    read(from, &mut handler)?;
    Ok(handler.0)
}

impl TableHandler for RowBatches {
    fn handle_inspection(&mut self, _: &RawValue) -> Result<(), Problem> {
        Ok(())
    }
    fn handle_row(&mut self, text: &RawValue) -> Result<(), Problem> {
        self.add(RowLocation::Item, parse_and_validate(text)?)
    }
    fn reads_rows(&self) -> bool {
        true
    }
}

/// Reads all rows, and validates each against the schema of a row.
pub(super) fn read_rows(from: impl Read, batches: &mut RowBatches) -> Result<(), Problem> {
    read(from, batches)
}

fn read(from: impl Read, handler: &mut impl TableHandler) -> Result<(), Problem> {
    let mut problem = None;
    let mut from = serde_json::Deserializer::from_reader(BufReader::new(from));
    let visitor = TableVisitor { handler, problem: &mut problem };
    let result = from.deserialize_map(visitor).and_then(|()| from.end());
    match (problem, result) {
        (Some(problem), _) => Err(problem),
        (None, Ok(())) => Ok(()),
        // The text is JSON, but not an object with a list of rows.
        (None, Err(error)) if error.is_data() => {
            let detail = format!("The table has the wrong structure: {error}.");
            Err(Problem::invalid(vec![Fault::body("", "wrong_type", detail)]))
        }
        (None, Err(error)) => Err(malformed("", format!("The table cannot be read as JSON: {error}."))),
    }
}

/// Visits the members of a table. A problem that the handler returns stops the reading.
struct TableVisitor<'p, H> {
    handler: &'p mut H,
    problem: &'p mut Option<Problem>,
}

impl<'de, H: TableHandler> Visitor<'de> for TableVisitor<'_, H> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member rows, and with inspection to register one")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { handler, problem } = self;
        let (mut has_inspection, mut has_rows) = (false, false);
        let stop = |stopped_by: &mut Option<Problem>, cause: Problem| {
            *stopped_by = Some(cause);
            A::Error::custom("stopped")
        };
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "inspection" if !has_inspection => {
                    has_inspection = true;
                    let text: Box<RawValue> = map.next_value()?;
                    handler.handle_inspection(&text).map_err(|cause| stop(problem, cause))?;
                }
                "rows" if !has_rows => {
                    has_rows = true;
                    match handler.reads_rows() {
                        true => map.next_value_seed(RowsVisitor { handler, problem })?,
                        false => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                other => {
                    let (code, detail) = match other {
                        "inspection" | "rows" => {
                            ("duplicate_key", format!("The member {other} appears twice. Remove one of them."))
                        }
                        _ => (
                            "unknown_field",
                            format!("There is no member {other:?}. The members are: inspection, rows."),
                        ),
                    };
                    let fault = Fault::body(format!("/{}", crate::api::escape(other)), code, detail);
                    return Err(stop(problem, Problem::invalid(vec![fault])));
                }
            }
        }
        if has_rows {
            return Ok(());
        }
        let detail = "`rows` is required: the list of recommendations.";
        Err(stop(problem, Problem::invalid(vec![Fault::body("/rows", "required", detail)])))
    }
}

/// Visits the rows of a table one after the other.
struct RowsVisitor<'p, H> {
    handler: &'p mut H,
    problem: &'p mut Option<Problem>,
}

impl<'de, H: TableHandler> DeserializeSeed<'de> for RowsVisitor<'_, H> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, H: TableHandler> Visitor<'de> for RowsVisitor<'_, H> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(text) = rows.next_element::<Box<RawValue>>()? {
            if let Err(problem) = self.handler.handle_row(&text) {
                *self.problem = Some(problem);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
