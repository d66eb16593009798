//! The answers that the command line gives to the questions of a proposal.

use serde_json::Value;

use crate::imports::proposal::Answers;

/// An answer: a JSON Pointer to a fact, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pointer: String,
    value: Value,
}

impl Answer {
    /// Parses `POINTER=VALUE`. A value that begins as a JSON object, list or string is JSON; so are `true` and `false`.
    /// Any other value is text, so that a reference such as 30101 needs no quotation marks.
    pub fn parse(written: &str) -> Result<Self, String> {
        let (pointer, value) = written
            .split_once('=')
            .filter(|(pointer, _)| pointer.starts_with('/'))
            .ok_or_else(|| "must be POINTER=VALUE, such as /inspection/reference=30101".to_owned())?;
        let is_json = value.starts_with(['{', '[', '"']) || matches!(value, "true" | "false");
        let value = if is_json {
            serde_json::from_str(value).map_err(|error| format!("the value of {pointer} is not JSON: {error}"))?
        } else {
            Value::from(value)
        };
        Ok(Self { pointer: pointer.to_owned(), value })
    }
}

/// Returns the answers by pointer. The last of two answers to one fact counts.
pub fn collect(answers: &[Answer]) -> Answers {
    answers.iter().map(|answer| (answer.pointer.clone(), answer.value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_text_unless_it_begins_as_json() {
        for (written, value) in [
            ("/inspection/reference=30101", json!("30101")),
            ("/inspection/title=A = B", json!("A = B")),
            ("/recommendations/0/included=false", json!(false)),
            ("/recommendations/0/addressees=[\"npcc\"]", json!(["npcc"])),
            ("/recommendations/2={\"text\": \"Invented.\"}", json!({ "text": "Invented." })),
            ("/response/signed_by=", json!("")),
        ] {
            assert_eq!(Answer::parse(written).expect("an answer").value, value, "{written}");
        }
        for written in ["/inspection/reference", "reference=1", "/x={"] {
            Answer::parse(written).expect_err(written);
        }
    }
}
