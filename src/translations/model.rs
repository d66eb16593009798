//! The labels as callers see them.

use serde::Serialize;
use utoipa::ToSchema;

use super::table::TABLE;

/// The labels of every enum.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = VocabularyList)]
pub struct Vocabulary {
    /// The enums, in alphabetical order.
    pub items: Vec<LabelledEnum>,
}

/// One enum with the labels of its values.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = VocabularyEnum)]
pub struct LabelledEnum {
    /// The name of the enum in the OpenAPI document. `ResponseTransition` and the like name the actions.
    #[schema(example = "ResponseState")]
    pub name: &'static str,
    /// The values, in the order of the OpenAPI document.
    pub values: Vec<LabelledValue>,
}

/// One value of an enum with its labels.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = VocabularyValue)]
pub struct LabelledValue {
    /// The value, as records have it.
    #[schema(example = "in_approval")]
    pub value: &'static str,
    /// The labels to show to people.
    pub label: BilingualLabel,
}

/// A label in both languages. It begins with a capital letter and has no full stop.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BilingualLabel {
    /// In English.
    #[schema(example = "In approval")]
    pub en: &'static str,
    /// In Welsh.
    #[schema(example = "Yn aros am gymeradwyaeth")]
    pub cy: &'static str,
}

impl Vocabulary {
    /// Returns the labels of every enum.
    pub fn new() -> Self {
        let labelled = |&(value, en, cy): &(_, _, _)| LabelledValue { value, label: BilingualLabel { en, cy } };
        let enums = TABLE.iter().copied().flatten();
        let mut items: Vec<LabelledEnum> =
            enums.map(|&(name, values)| LabelledEnum { name, values: values.iter().map(labelled).collect() }).collect();
        items.sort_unstable_by_key(|item| item.name);
        Self { items }
    }
}
