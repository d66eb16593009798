//! Text types for request bodies: `ShortText`, `SingleLineText` and `LongText`, each with a maximum length and
//! forbidden characters. The same limits go into the OpenAPI schemas. A text of one line is a label in its normal form.

use std::borrow::Cow;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{Fault, Problem};
use crate::label;

macro_rules! text_types {
    ($($(#[$doc:meta])* $name:ident = $max:literal $pattern:literal $form:expr;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let form: fn(String, usize) -> Result<String, (&'static str, &'static str)> = $form;
                let text = String::deserialize(from)?;
                form(text, $max).map(Self).map_err(|(_, detail)| serde::de::Error::custom(detail))
            }
        }

        impl $name {
            const PATTERN: &'static str = $pattern;

            /// Returns the text as a string.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some(1))
                    .max_length(Some($max))
                    .pattern(Some(Self::PATTERN))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+ };
}

/// Returns the normal form of a label, or the code and detail of its fault.
fn normal_label(text: String, max: usize) -> Result<String, (&'static str, &'static str)> {
    let normal = label::normal_form(&text);
    if normal.is_empty() {
        return Err(("too_short", BLANK));
    }
    // The key is in an index, whose entries are limited. It is longer than the label only if the label has characters
    // that stand for several, such as U+FDFA for eighteen.
    if label::key(&normal).len() > 4 * max {
        return Err(("too_long", "The text has characters that stand for several others. Write the others instead."));
    }
    Ok(normal)
}

const BLANK: &str = "The text must contain a character other than white space and invisible characters.";

/// Deserializes a `SingleLineText` as a string, for a member of a record that callers also send.
///
/// # Errors
///
/// Returns the error of the deserializer, or states that the text is blank.
pub fn single_line<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    SingleLineText::deserialize(from).map(SingleLineText::into_string)
}

/// Returns the code and detail for a text that does not match the pattern of a text type, or `None` for other patterns.
pub(super) fn pattern_fault(pattern: &str, text: &str) -> Option<(&'static str, &'static str)> {
    let is_text_type = [SingleLineText::PATTERN, LongText::PATTERN].contains(&pattern);
    is_text_type.then_some(match text.trim().is_empty() {
        true => ("blank", "The text must contain a character other than white space."),
        false => ("control_character", "The text contains a control character that is not allowed here."),
    })
}

text_types! {
    /// One line of 1 to 500 characters: not blank, no control characters.
    SingleLineText = 500 r"^[^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$" normal_label;
    /// One line of 1 to 100 characters, short enough for a database index: not blank, no control characters.
    ShortText = 100 r"^[^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$" normal_label;
    /// Text of 1 to 100,000 characters: not blank, no control characters except tab, line feed and carriage return.
    LongText = 100_000 r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$" |text, _| Ok(text);
}

/// Validates texts that do not come from a JSON body by the rules of the text types, and collects all faults.
#[derive(Debug, Default)]
pub struct TextValidator {
    faults: Vec<Fault>,
}

impl TextValidator {
    /// Returns a single-line text, and records a fault at the pointer if it breaks a rule.
    pub fn single_line(&mut self, pointer: &str, text: &str) -> SingleLineText {
        SingleLineText(self.label(pointer, text, 500))
    }

    /// Returns a short text, and records a fault at the pointer if it breaks a rule.
    pub fn short_text(&mut self, pointer: &str, text: &str) -> ShortText {
        ShortText(self.label(pointer, text, 100))
    }

    /// Returns a long text, and records a fault at the pointer if it breaks a rule.
    pub fn long_text(&mut self, pointer: &str, text: &str) -> LongText {
        self.validate(pointer, text, 100_000, |c| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r'));
        LongText(text.to_owned())
    }

    fn label(&mut self, pointer: &str, text: &str, max: usize) -> String {
        self.validate(pointer, text, max, |c| c.is_ascii_control());
        let is_reported = self.faults.last().is_some_and(|fault| fault.pointer == pointer);
        normal_label(text.to_owned(), max).unwrap_or_else(|(code, detail)| {
            if !is_reported {
                self.faults.push(Fault::body(pointer, code, detail));
            }
            String::new()
        })
    }

    fn validate(&mut self, pointer: &str, text: &str, max: usize, forbidden: fn(char) -> bool) {
        if text.trim().is_empty() {
            self.faults.push(Fault::body(pointer, "too_short", "The text must not be blank."));
        }
        if text.chars().count() > max {
            self.faults.push(Fault::body(pointer, "too_long", format!("The text must have at most {max} characters.")));
        }
        if text.contains(forbidden) {
            self.faults.push(Fault::body(
                pointer,
                "wrong_format",
                "The text contains a control character that is not allowed here.",
            ));
        }
    }

    /// Completes the validation.
    ///
    /// # Errors
    ///
    /// Returns a 422 that lists every recorded fault.
    pub fn finish(self) -> Result<(), Problem> {
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::invalid(self.faults)) }
    }
}
