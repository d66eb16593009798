//! Text that callers send: a label, one line, or prose. Lengths and forbidden characters are said here and published from here.

use std::borrow::Cow;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{Fault, Problem};

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $most:literal $pattern:literal;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            const PATTERN: &'static str = $pattern;

            /// The text itself.
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
                    .max_length(Some($most))
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

/// What is wrong with a text that has not the form of [`Line`] or [`Prose`]; none for any other pattern.
pub(super) fn told(pattern: &str, text: &str) -> Option<(&'static str, &'static str)> {
    let ours = [Line::PATTERN, Prose::PATTERN].contains(&pattern);
    ours.then_some(match text.trim().is_empty() {
        true => ("blank", "There is nothing but white space here."),
        false => ("control_character", "There is a control character here."),
    })
}

texts! {
    /// One line of 1 to 500 characters: not blank, no control characters.
    Line = 500 r"^[^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$";
    /// A source's own reference, or its name: one line of 1 to 100 characters, short enough for an index.
    Label = 100 r"^[^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$";
    /// Prose of 1 to 100,000 characters: not blank, no control characters but tab and the ends of lines.
    Prose = 100_000 r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$";
}

/// Texts that come from elsewhere than a JSON body, held to the same rules; every fault is kept until the end.
#[derive(Debug, Default)]
pub struct Checked {
    faults: Vec<Fault>,
}

impl Checked {
    /// One line; a fault at the pointer where it is none.
    pub fn line(&mut self, pointer: &str, text: &str) -> Line {
        self.hold(pointer, text, 500, |c| c.is_ascii_control());
        Line(text.to_owned())
    }

    /// A label; a fault at the pointer where it is none.
    pub fn label(&mut self, pointer: &str, text: &str) -> Label {
        self.hold(pointer, text, 100, |c| c.is_ascii_control());
        Label(text.to_owned())
    }

    /// Prose; a fault at the pointer where it is none.
    pub fn prose(&mut self, pointer: &str, text: &str) -> Prose {
        self.hold(pointer, text, 100_000, |c| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r'));
        Prose(text.to_owned())
    }

    fn hold(&mut self, pointer: &str, text: &str, most: usize, forbidden: fn(char) -> bool) {
        if text.trim().is_empty() {
            self.faults.push(Fault::body(pointer, "too_short", "There is no text here."));
        }
        if text.chars().count() > most {
            self.faults.push(Fault::body(pointer, "too_long", format!("At most {most} characters are taken.")));
        }
        if text.contains(forbidden) {
            self.faults.push(Fault::body(pointer, "wrong_format", "There is a control character here."));
        }
    }

    /// Every fault at once, if there is one.
    pub fn finish(self) -> Result<(), Problem> {
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::invalid(self.faults)) }
    }
}

/// An amendment (RFC 7396) of a member that can be taken away: absent leaves it, null takes it away.
pub fn amendment<'de, T, D>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Option::<T>::deserialize(from).map(Some)
}
