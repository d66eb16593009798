//! The cells of a record: the members that the columns name. A list or an object becomes JSON text.

use serde_json::Value;

/// The content of a cell.
#[derive(Debug, PartialEq)]
pub enum Cell<'r> {
    /// Nothing: null, an empty list, or a member that the caller cannot see.
    Empty,
    /// Text.
    Text(&'r str),
    /// A number.
    Number(&'r serde_json::Number),
    /// True or false.
    Boolean(bool),
    /// A list or an object, as JSON text.
    Json(String),
}

/// Columns. Each is the path of a member.
pub struct Columns(Vec<Vec<&'static str>>);

impl Columns {
    /// Creates columns from paths: `target.on` is the member `on` of the member `target`.
    pub fn new(names: &'static [&'static str]) -> Self {
        Self(names.iter().map(|name| name.split('.').collect()).collect())
    }

    /// Returns the cells of a record.
    pub fn cells<'r>(&'r self, record: &'r Value) -> impl Iterator<Item = Cell<'r>> {
        self.0.iter().map(move |path| {
            let found = path.iter().try_fold(record, |value, name| value.get(name));
            match found {
                None | Some(Value::Null) => Cell::Empty,
                Some(Value::String(text)) => Cell::Text(text),
                Some(Value::Number(number)) => Cell::Number(number),
                Some(Value::Bool(flag)) => Cell::Boolean(*flag),
                Some(Value::Array(items)) if items.is_empty() => Cell::Empty,
                Some(nested) => Cell::Json(nested.to_string()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_column_is_the_path_of_a_member_and_a_nested_value_is_json() {
        let record =
            json!({ "id": "a", "target": { "on": null, "kind": "within" }, "n": 3, "list": ["a, b"], "none": [] });
        let columns = Columns::new(&["id", "target.kind", "target.on", "target.no", "n", "list", "none", "absent.on"]);
        let found: Vec<String> = columns.cells(&record).map(|cell| format!("{cell:?}")).collect();
        let expected = [
            "Text(\"a\")",
            "Text(\"within\")",
            "Empty",
            "Empty",
            "Number(Number(3))",
            "Json(\"[\\\"a, b\\\"]\")",
            "Empty",
            "Empty",
        ];
        assert_eq!(found, expected);
    }
}
