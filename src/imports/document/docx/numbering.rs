//! Numbering of a Word document: the definitions of its lists, and the counters that give each paragraph its number.

use std::collections::{HashMap, HashSet};

use super::super::numbers::{NumberForm, number_text};
use super::super::xml::Element;
use super::styles::Styles;

/// The number of levels of a list.
const LEVELS: usize = 9;

/// The lists of a document, and their counters.
#[derive(Default)]
pub(super) struct Numbering {
    definitions: HashMap<String, HashMap<usize, Level>>,
    lists: HashMap<String, List>,
    /// The last number of each level, by definition. Lists of one definition continue each other.
    counters: HashMap<String, [Option<u32>; LEVELS]>,
    /// The lists and levels that have begun with their own start.
    started: HashSet<(String, usize)>,
}

/// A list, which has the levels of a definition, and can change them.
struct List {
    definition: String,
    starts: HashMap<usize, u32>,
    levels: HashMap<usize, Level>,
}

/// A level of a list.
#[derive(Clone, Default)]
struct Level {
    start: u32,
    form: NumberForm,
    /// Whether the form is written in digits because it is not supported.
    is_approximate: bool,
    /// The text of the number, with `%1` for the number of the first level.
    text: String,
    /// The level after which the numbers begin again: 0 for never.
    restart: Option<usize>,
    is_legal: bool,
    style: Option<String>,
}

/// The number or bullet of a paragraph.
pub(super) struct Label {
    /// The number or bullet.
    pub(super) text: String,
    /// How deep to indent the paragraph.
    pub(super) indentation: usize,
    /// Whether the number is written in digits because its form is not supported.
    pub(super) is_approximate: bool,
}

impl Level {
    fn new(element: &Element) -> Self {
        let value = |name| element.child(name).and_then(|child| child.attribute("w:val"));
        // Word writes forms that its first version did not have as the choice of an alternative.
        let choice = element.path(&["mc:AlternateContent", "mc:Choice", "w:numFmt"]);
        let form = value("w:numFmt").or_else(|| choice?.attribute("w:val")).unwrap_or("decimal");
        let (form, is_approximate) = match form {
            "decimal" => (NumberForm::Decimal, false),
            "decimalZero" => (NumberForm::DecimalZero, false),
            "lowerLetter" => (NumberForm::LowerLetterRepeated, false),
            "upperLetter" => (NumberForm::UpperLetterRepeated, false),
            "lowerRoman" => (NumberForm::LowerRoman, false),
            "upperRoman" => (NumberForm::UpperRoman, false),
            "ordinal" => (NumberForm::Ordinal, false),
            "bullet" => (NumberForm::Bullet, false),
            "none" => (NumberForm::None, false),
            _ => (NumberForm::Decimal, true),
        };
        Self {
            start: value("w:start").and_then(|start| start.parse().ok()).unwrap_or(0),
            form,
            is_approximate,
            text: value("w:lvlText").unwrap_or_default().chars().take(200).collect(),
            restart: value("w:lvlRestart").and_then(|level| level.parse().ok()),
            is_legal: element.child("w:isLgl").is_some(),
            style: value("w:pStyle").map(str::to_owned),
        }
    }
}

/// Returns the levels in an element, by index.
fn levels(parent: &Element) -> HashMap<usize, Level> {
    let index = |level: &Element| level.attribute("w:ilvl")?.parse().ok().filter(|index| *index < LEVELS);
    parent.all("w:lvl").filter_map(|level| Some((index(level)?, Level::new(level)))).collect()
}

impl Numbering {
    /// Reads the part with the numbering.
    pub(super) fn new(part: &Element, styles: &Styles) -> Self {
        let mut numbering = Self::default();
        let mut links = Vec::new();
        for element in part.all("w:abstractNum") {
            let Some(id) = element.attribute("w:abstractNumId") else { continue };
            if let Some(style) = element.child("w:numStyleLink").and_then(|link| link.attribute("w:val")) {
                links.push((id.to_owned(), style.to_owned()));
            }
            numbering.definitions.insert(id.to_owned(), levels(element));
        }
        for element in part.all("w:num") {
            let definition = element.child("w:abstractNumId").and_then(|id| id.attribute("w:val"));
            let (Some(id), Some(definition)) = (element.attribute("w:numId"), definition) else { continue };
            let mut list = List { definition: definition.to_owned(), starts: HashMap::new(), levels: HashMap::new() };
            for change in element.all("w:lvlOverride") {
                let index = change.attribute("w:ilvl").and_then(|index| index.parse().ok());
                let Some(index) = index.filter(|index| *index < LEVELS) else { continue };
                let start = change.child("w:startOverride").and_then(|start| start.attribute("w:val"));
                if let Some(start) = start.and_then(|start| start.parse().ok()) {
                    list.starts.insert(index, start);
                }
                list.levels.extend(levels(change));
            }
            numbering.lists.insert(id.to_owned(), list);
        }
        // A definition can name a style, whose list has the levels.
        for (id, style) in links {
            let list = styles.properties(&style).list.and_then(|list| numbering.lists.get(&list));
            let linked = list.and_then(|list| numbering.definitions.get(&list.definition)).cloned();
            if let Some(linked) = linked.filter(|levels| !levels.is_empty()) {
                numbering.definitions.insert(id, linked);
            }
        }
        numbering
    }

    /// Counts a paragraph and returns its number or bullet, or none if it is not in a list. `style` is the id of its
    /// style, if the style names the list.
    pub(super) fn label(&mut self, list_id: &str, level: Option<usize>, style: Option<&str>) -> Option<Label> {
        let list = self.lists.get(list_id)?;
        let definition = self.definitions.get(&list.definition)?;
        let level_of = |index: usize| list.levels.get(&index).or_else(|| definition.get(&index));
        let of_style =
            |style: &str| (0..LEVELS).find(|i| level_of(*i).is_some_and(|l| l.style.as_deref() == Some(style)));
        let index = style.and_then(of_style).or(level).unwrap_or(0).min(LEVELS - 1);
        let this = level_of(index)?;
        let counters = self.counters.entry(list.definition.clone()).or_default();
        let own_start = list.starts.get(&index).copied();
        let begins = own_start.is_some() && self.started.insert((list_id.to_owned(), index));
        counters[index] = Some(match counters[index] {
            Some(number) if !begins => number.saturating_add(1),
            _ => own_start.unwrap_or(this.start),
        });
        for (deeper, counter) in counters.iter_mut().enumerate().skip(index + 1) {
            let restart = level_of(deeper).and_then(|level| level.restart);
            if restart.is_none_or(|after| after > 0 && index < after) {
                *counter = None;
            }
        }
        for (higher, counter) in counters.iter_mut().enumerate().take(index) {
            counter.get_or_insert_with(|| level_of(higher).map_or(1, |level| level.start));
        }
        let mut is_approximate = this.is_approximate;
        let (text, has_higher) = if this.form == NumberForm::Bullet {
            ("•".to_owned(), false)
        } else {
            let (mut text, mut has_higher) = (String::new(), false);
            let mut characters = this.text.chars().peekable();
            while let Some(character) = characters.next() {
                let digit = characters.peek().and_then(|next| next.to_digit(10)).filter(|digit| *digit > 0);
                let (Some(digit), '%') = (digit, character) else {
                    text.push(character);
                    continue;
                };
                characters.next();
                let of = digit as usize - 1;
                has_higher |= of < index;
                let (number, other) = (counters.get(of).copied().flatten(), level_of(of));
                let form = other.map_or(NumberForm::Decimal, |level| level.form);
                is_approximate |= other.is_some_and(|level| level.is_approximate);
                let form = if this.is_legal { NumberForm::Decimal } else { form };
                text.push_str(&number.map(|number| number_text(number, form)).unwrap_or_default());
            }
            (text.trim().to_owned(), has_higher)
        };
        // A number that repeats the numbers above it, such as 2.1, shows its level itself.
        Some(Label { text, indentation: if has_higher { 0 } else { index }, is_approximate })
    }
}
