//! Styles of a Word document: what a paragraph has from its style and the styles on which that is based.

use std::collections::HashMap;

use super::super::xml::Element;

/// The most styles in a chain of styles.
const MAX_CHAIN: usize = 20;

/// The styles of a document, by id.
#[derive(Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    default_paragraph: Option<String>,
}

/// What one style states itself.
#[derive(Default)]
struct Style {
    based_on: Option<String>,
    properties: Properties,
}

/// Properties of a paragraph or of a run of text. None means that another style states it.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    pub(super) is_heading: Option<bool>,
    pub(super) is_contents: Option<bool>,
    pub(super) is_bold: Option<bool>,
    pub(super) is_hidden: Option<bool>,
    pub(super) is_struck: Option<bool>,
    pub(super) font: Option<String>,
    pub(super) list: Option<String>,
    pub(super) level: Option<usize>,
}

impl Properties {
    /// Reads paragraph and run properties (`w:pPr` and `w:rPr`).
    pub(super) fn new(paragraph: Option<&Element>, run: Option<&Element>) -> Self {
        let value = |name| paragraph?.child(name)?.attribute("w:val");
        let list = |name| paragraph?.path(&["w:numPr", name])?.attribute("w:val");
        let toggle = |name: &str| Some(is_on(run?.child(name)?));
        let font = run.and_then(|run| {
            let fonts = run.child("w:rFonts")?;
            fonts.attribute("w:ascii").or_else(|| fonts.attribute("w:hAnsi"))
        });
        Self {
            is_heading: value("w:outlineLvl").map(|level| level.parse().is_ok_and(|level: u8| level < 9)),
            is_contents: None,
            is_bold: toggle("w:b"),
            is_hidden: toggle("w:vanish").or_else(|| toggle("w:webHidden")),
            is_struck: toggle("w:strike").or_else(|| toggle("w:dstrike")),
            font: font.map(str::to_owned),
            list: list("w:numId").map(str::to_owned),
            level: list("w:ilvl").and_then(|level| level.parse().ok()),
        }
    }

    /// Fills what is not stated from other properties.
    pub(super) fn or(self, other: &Self) -> Self {
        Self {
            is_heading: self.is_heading.or(other.is_heading),
            is_contents: self.is_contents.or(other.is_contents),
            is_bold: self.is_bold.or(other.is_bold),
            is_hidden: self.is_hidden.or(other.is_hidden),
            is_struck: self.is_struck.or(other.is_struck),
            font: self.font.or_else(|| other.font.clone()),
            // A level belongs to the list that is stated with it.
            level: if self.list.is_some() { self.level } else { self.level.or(other.level) },
            list: self.list.or_else(|| other.list.clone()),
        }
    }
}

/// Returns true if a property such as `w:b` is on.
pub(super) fn is_on(property: &Element) -> bool {
    !matches!(property.attribute("w:val"), Some("0" | "false" | "off" | "none"))
}

impl Styles {
    /// Reads the part with the styles.
    pub(super) fn new(part: &Element) -> Self {
        let mut styles = Self::default();
        for element in part.all("w:style") {
            let Some(id) = element.attribute("w:styleId") else { continue };
            let mut properties = Properties::new(element.child("w:pPr"), element.child("w:rPr"));
            let name = element.child("w:name").and_then(|name| name.attribute("w:val")).unwrap_or_default();
            let name = name.to_lowercase();
            if name.starts_with("heading ") || name == "title" || name == "subtitle" {
                properties.is_heading = Some(true);
            }
            if name.starts_with("toc ") || name == "table of figures" {
                properties.is_contents = Some(true);
            }
            let based_on = element.child("w:basedOn").and_then(|on| on.attribute("w:val"));
            if element.attribute("w:type") == Some("paragraph") && element.attribute("w:default") == Some("1") {
                styles.default_paragraph = Some(id.to_owned());
            }
            styles.by_id.insert(id.to_owned(), Style { based_on: based_on.map(str::to_owned), properties });
        }
        styles
    }

    /// Returns the properties of a style with those of the styles on which it is based.
    pub(super) fn properties(&self, id: &str) -> Properties {
        let mut properties = Properties::default();
        let mut next = Some(id);
        for _ in 0..MAX_CHAIN {
            let Some(style) = next.and_then(|id| self.by_id.get(id)) else { break };
            properties = properties.or(&style.properties);
            next = style.based_on.as_deref();
        }
        properties
    }

    /// Returns the id of the style that paragraphs without a style have.
    pub(super) fn default_paragraph(&self) -> Option<&str> {
        self.default_paragraph.as_deref()
    }
}
