//! Reads a table as JSON, `{"inspection": …, "rows": […]}`, row by row. Only one row is in memory at a time.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{RowBatches, RowLocation, TableRow, malformed};
use crate::api::{Fault, FaultList, Input, Problem, parse_json, quote, validate_json};
use crate::inspections::InspectionRegistration;

/// The most bytes of one row, or of the inspection. The longest text that a row may have needs less.
const MAX_ROW_BYTES: usize = 2 * 1024 * 1024;

/// Counts the bytes that were read since a row began, and fails if there are too many. A row is in memory as a whole.
struct RowLimit<'c, R> {
    from: R,
    count: &'c Cell<usize>,
}

impl<R: Read> Read for RowLimit<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.count.get() > MAX_ROW_BYTES {
            return Err(io::Error::other("a row is too long"));
        }
        let read = self.from.read(bytes)?;
        self.count.set(self.count.get() + read);
        Ok(read)
    }
}

/// Handles the two members of a table.
trait TableHandler {
    fn handle_inspection(&mut self, text: &RawValue) -> Result<(), Problem>;
    fn handle_row(&mut self, text: &RawValue) -> Result<(), Problem>;
    /// Returns false if the rows can be skipped.
    fn reads_rows(&self) -> bool;
}

/// Parses JSON as strictly as a request body, and validates it against the schema of the type.
fn parse_and_validate<T: Input>(text: &RawValue) -> Result<Result<T, FaultList>, Problem> {
    let (value, faults) = parse_json(text.get().as_bytes())?;
    validate_json(value, faults)
}

/// Reads the registration of an inspection. Returns none if the table has no member `inspection`.
pub(super) fn read_inspection(from: impl Read) -> Result<Option<Result<InspectionRegistration, FaultList>>, Problem> {
    struct InspectionHandler(Option<Result<InspectionRegistration, FaultList>>);
    impl TableHandler for InspectionHandler {
        fn handle_inspection(&mut self, text: &RawValue) -> Result<(), Problem> {
            let locate = |mut fault: Fault| {
                fault.pointer.insert_str(0, "/inspection");
                fault
            };
            let registration: Result<_, FaultList> = parse_and_validate(text)?;
            self.0 = Some(registration.map_err(|faults| faults.map(locate)));
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
        let number = self.next_number();
        let locate = |fault| TableRow::locate_fault(number, RowLocation::Item, fault);
        let row = parse_and_validate(text)?;
        self.add(RowLocation::Item, row.map_err(|faults: FaultList| faults.map(locate)), text.get().len())
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
    let (mut problem, count) = (None, Cell::new(0));
    let mut from = serde_json::Deserializer::from_reader(BufReader::new(RowLimit { from, count: &count }));
    let visitor = TableVisitor { handler, problem: &mut problem, count: &count };
    let result = from.deserialize_map(visitor).and_then(|()| from.end());
    match (problem, result) {
        (Some(problem), _) => Err(problem),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) if error.is_io() && count.get() > MAX_ROW_BYTES => {
            let detail = format!(
                "A row, or the inspection, has more than {MAX_ROW_BYTES} bytes. It is near line {}. Shorten it.",
                error.line()
            );
            Err(Problem::invalid(vec![Fault::body("/rows", "too_long", detail)]))
        }
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
    /// The bytes since the last row.
    count: &'p Cell<usize>,
}

impl<'de, H: TableHandler> Visitor<'de> for TableVisitor<'_, H> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member rows, and with inspection to register one")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { handler, problem, count } = self;
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
                    map.next_value_seed(RowsVisitor { handler, problem, count })?;
                }
                other => {
                    let (code, detail) = match other {
                        "inspection" | "rows" => {
                            ("duplicate_key", format!("The member {other} appears twice. Remove one of them."))
                        }
                        _ => (
                            "unknown_field",
                            format!("There is no member {}. The members are: inspection, rows.", quote(other)),
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
    count: &'p Cell<usize>,
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
        if !self.handler.reads_rows() {
            while rows.next_element::<IgnoredAny>()?.is_some() {
                self.count.set(0);
            }
            return Ok(());
        }
        while let Some(text) = rows.next_element::<Box<RawValue>>()? {
            self.count.set(0);
            if let Err(problem) = self.handler.handle_row(&text) {
                *self.problem = Some(problem);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts the rows.
    struct Counter(usize);

    impl TableHandler for Counter {
        fn handle_inspection(&mut self, _: &RawValue) -> Result<(), Problem> {
            Ok(())
        }
        fn handle_row(&mut self, _: &RawValue) -> Result<(), Problem> {
            self.0 += 1;
            Ok(())
        }
        fn reads_rows(&self) -> bool {
            true
        }
    }

    #[test]
    fn a_row_has_a_limit_and_a_table_has_none() {
        let rows = |row: &str, count: usize| format!("{{\"rows\":[{}{row}]}}", format!("{row},").repeat(count - 1));
        let mut counter = Counter(0);
        let row = format!("\"{}\"", "x".repeat(100_000));
        read(rows(&row, 50).as_bytes(), &mut counter).expect("rows");
        assert_eq!(counter.0, 50);
        assert!(read_inspection(rows(&row, 50).as_bytes()).expect("rows").is_none());
        let long = rows(&format!("[{}1]", "1,".repeat(5_000_000)), 1);
        let problem = read(long.as_bytes(), &mut counter).expect_err("a row that is too long");
        assert_eq!(problem.faults()[0].code, "too_long");
        assert!(read_inspection(long.as_bytes()).is_err());
    }
}
