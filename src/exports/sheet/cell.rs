//! The cells of a record: its members by the columns' names, what lies deeper as JSON text.

use serde_json::Value;

/// What stands in a cell.
#[derive(Debug, PartialEq)]
pub enum Cell<'r> {
    /// Nothing: null, an empty list, or a member that this caller is not shown.
    Empty,
    /// A text.
    Text(&'r str),
    /// A number.
    Number(&'r serde_json::Number),
    /// true or false.
    Flag(bool),
    /// A list or an object, as JSON text.
    Json(String),
}

/// Columns, each the path to a member.
pub struct Columns(Vec<Vec<&'static str>>);

impl Columns {
    /// Columns by their names: `target.on` is the member `on` of the member `target`.
    pub fn new(names: &'static [&'static str]) -> Self {
        Self(names.iter().map(|name| name.split('.').collect()).collect())
    }

    /// The cells of a record.
    pub fn cells<'r>(&'r self, record: &'r Value) -> impl Iterator<Item = Cell<'r>> {
        self.0.iter().map(move |path| {
            let found = path.iter().try_fold(record, |value, name| value.get(name));
            match found {
                None | Some(Value::Null) => Cell::Empty,
                Some(Value::String(text)) => Cell::Text(text),
                Some(Value::Number(number)) => Cell::Number(number),
                Some(Value::Bool(flag)) => Cell::Flag(*flag),
                Some(Value::Array(items)) if items.is_empty() => Cell::Empty,
                Some(deeper) => Cell::Json(deeper.to_string()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_is_found_by_its_path_and_what_lies_deeper_is_json() {
        let record =
            json!({ "id": "a", "target": { "on": null, "kind": "within" }, "n": 3, "list": ["a, b"], "none": [] });
        let columns = Columns::new(&["id", "target.kind", "target.on", "target.no", "n", "list", "none", "absent.on"]);
        let found: Vec<String> = columns.cells(&record).map(|cell| format!("{cell:?}")).collect();
        let wanted = [
            "Text(\"a\")",
            "Text(\"within\")",
            "Empty",
            "Empty",
            "Number(Number(3))",
            "Json(\"[\\\"a, b\\\"]\")",
            "Empty",
            "Empty",
        ];
        assert_eq!(found, wanted);
    }
}
