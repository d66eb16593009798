//! Styles of an OpenDocument text: what paragraphs and spans have from their styles, and the levels of list styles.

use std::collections::HashMap;

use super::super::numbers::NumberForm;
use super::super::xml::Element;

/// The most styles in a chain of styles.
const MAX_CHAIN: usize = 20;
/// The most levels of a list.
pub(super) const LEVELS: usize = 10;

/// The styles of a document.
#[derive(Default)]
pub(super) struct Styles {
    /// The styles of paragraphs, spans and sections, by family and name.
    styles: HashMap<(String, String), Style>,
    lists: HashMap<String, ListStyle>,
    /// The numbers of headings.
    pub(super) outline: ListStyle,
}

/// The levels of a list, from the first.
pub(super) type ListStyle = Vec<Level>;

/// What one style states itself.
struct Style {
    parent: Option<String>,
    properties: Properties,
}

/// Properties of a paragraph or span. None means that another style states it.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    pub(super) is_bold: Option<bool>,
    pub(super) is_hidden: Option<bool>,
    pub(super) is_struck: Option<bool>,
    pub(super) is_title: Option<bool>,
    pub(super) list: Option<String>,
}

impl Properties {
    /// Fills what is not stated from other properties.
    pub(super) fn or(self, other: &Self) -> Self {
        Self {
            is_bold: self.is_bold.or(other.is_bold),
            is_hidden: self.is_hidden.or(other.is_hidden),
            is_struck: self.is_struck.or(other.is_struck),
            is_title: self.is_title.or(other.is_title),
            list: self.list.or_else(|| other.list.clone()),
        }
    }
}

/// A level of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    pub(super) start: u32,
    pub(super) form: NumberForm,
    pub(super) prefix: String,
    pub(super) suffix: String,
    /// How many levels the number shows.
    pub(super) shown: usize,
    /// The form of the whole number in newer files, such as `%1%.%2%)`.
    pub(super) pattern: Option<String>,
}

impl Level {
    fn new(element: &Element) -> Self {
        let is_bullet = matches!(element.name(), "text:list-level-style-bullet" | "text:list-level-style-image");
        let letters_repeat = element.attribute("style:num-letter-sync") == Some("true");
        let form = match element.attribute("style:num-format") {
            _ if is_bullet => NumberForm::Bullet,
            Some("a") if letters_repeat => NumberForm::LowerLetterRepeated,
            Some("A") if letters_repeat => NumberForm::UpperLetterRepeated,
            Some("a") => NumberForm::LowerLetter,
            Some("A") => NumberForm::UpperLetter,
            Some("i") => NumberForm::LowerRoman,
            Some("I") => NumberForm::UpperRoman,
            Some("1st") => NumberForm::Ordinal,
            Some("01, 02, 03, ...") => NumberForm::DecimalZero,
            None | Some("") => NumberForm::None,
            Some(_) => NumberForm::Decimal,
        };
        let text = |name| element.attribute(name).unwrap_or_default().chars().take(200).collect();
        Self {
            start: element.attribute("text:start-value").and_then(|start| start.parse().ok()).unwrap_or(1),
            form,
            prefix: text("style:num-prefix"),
            suffix: text("style:num-suffix"),
            shown: element.attribute("text:display-levels").and_then(|shown| shown.parse().ok()).unwrap_or(1),
            pattern: element.attribute("loext:num-list-format").map(|pattern| pattern.chars().take(200).collect()),
        }
    }
}

/// Returns the levels of a list style.
fn levels(element: &Element) -> ListStyle {
    let mut levels = vec![Level::default(); LEVELS];
    for element in element.elements() {
        let level = element.attribute("text:level").and_then(|level| level.parse::<usize>().ok());
        if let Some(level) = level.filter(|level| (1..=LEVELS).contains(level)) {
            levels[level - 1] = Level::new(element);
        }
    }
    levels
}

impl Styles {
    /// Reads the styles in the parts of a document.
    pub(super) fn new<'a>(parts: impl Iterator<Item = &'a Element>) -> Self {
        let mut styles = Self::default();
        for part in parts {
            for group in ["office:styles", "office:automatic-styles"] {
                part.child(group).into_iter().flat_map(Element::elements).for_each(|element| styles.add(element));
            }
        }
        styles
    }

    fn add(&mut self, element: &Element) {
        if element.name() == "text:outline-style" {
            self.outline = levels(element);
            return;
        }
        let Some(name) = element.attribute("style:name") else { return };
        if element.name() == "text:list-style" {
            self.lists.insert(name.to_owned(), levels(element));
        }
        if element.name() != "style:style" {
            return;
        }
        let text = element.child("style:text-properties");
        let value = |name| text.and_then(|text| text.attribute(name));
        let is_struck = value("style:text-line-through-style").or(value("style:text-line-through-type"));
        let weight = value("fo:font-weight");
        let shown_name = element.attribute("style:display-name").unwrap_or(name);
        let properties = Properties {
            is_bold: weight.map(|weight| weight == "bold" || weight.parse().is_ok_and(|weight: u16| weight >= 600)),
            is_hidden: value("text:display").map(|display| display == "none"),
            is_struck: is_struck.map(|style| style != "none"),
            is_title: matches!(shown_name, "Title" | "Subtitle").then_some(true),
            list: element.attribute("style:list-style-name").filter(|list| !list.is_empty()).map(str::to_owned),
        };
        let family = element.attribute("style:family").unwrap_or_default();
        let parent = element.attribute("style:parent-style-name").map(str::to_owned);
        self.styles.insert((family.to_owned(), name.to_owned()), Style { parent, properties });
    }

    /// Returns the properties of a style with those of the styles on which it is based.
    pub(super) fn properties(&self, family: &str, name: Option<&str>) -> Properties {
        let mut properties = Properties::default();
        let mut next = name;
        for _ in 0..MAX_CHAIN {
            let style = next.and_then(|name| self.styles.get(&(family.to_owned(), name.to_owned())));
            let Some(style) = style else { break };
            properties = properties.or(&style.properties);
            next = style.parent.as_deref();
        }
        properties
    }

    /// Returns the levels of a list style.
    pub(super) fn list(&self, name: &str) -> Option<&ListStyle> {
        self.lists.get(name)
    }
}
