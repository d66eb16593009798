//! English and Welsh labels of the values of enums, grouped by subject. The labels of each enum follow the order of its
//! values.

mod assurance;
mod changes;
mod imports;
mod people;
mod records;

/// The labels of several enums: the name of the enum in the OpenAPI document, and for each value its label in English and
/// in Welsh. A union of actions has the labels of its actions.
type Labels = &'static [(&'static str, &'static [(&'static str, &'static str, &'static str)])];

/// All labels.
pub(super) const TABLE: [Labels; 5] =
    [records::LABELS, assurance::LABELS, imports::LABELS, people::LABELS, changes::LABELS];
