//! The numbers of lists and headings of an OpenDocument text.

use std::collections::HashMap;

use super::super::numbers::number_text;
use super::super::xml::Element;
use super::styles::{LEVELS, ListStyle};

/// The last number of each level.
pub(super) type Numbers = [Option<u32>; LEVELS];

/// A list that is open, with the lists inside it.
pub(super) struct OpenList {
    style: String,
    id: Option<String>,
    numbers: Numbers,
    /// The level of the innermost list, from 0.
    pub(super) level: usize,
}

/// The lists that have ended, which later lists can continue.
#[derive(Default)]
pub(super) struct EndedLists {
    by_id: HashMap<String, Numbers>,
    by_style: HashMap<String, Numbers>,
}

impl OpenList {
    /// Begins a list, or continues an earlier one if the element says so.
    pub(super) fn new(element: &Element, style: &str, ended: &EndedLists) -> Self {
        let earlier = match element.attribute("text:continue-list") {
            Some(id) => ended.by_id.get(id),
            None if element.attribute("text:continue-numbering") == Some("true") => ended.by_style.get(style),
            None => None,
        };
        Self {
            style: style.to_owned(),
            id: element.attribute("xml:id").map(str::to_owned),
            numbers: earlier.copied().unwrap_or_default(),
            level: 0,
        }
    }

    /// Begins the numbers of the levels below the innermost list again.
    pub(super) fn end_levels_below(&mut self) {
        self.numbers.iter_mut().skip(self.level + 1).for_each(|number| *number = None);
    }

    /// Counts an item of the innermost list.
    pub(super) fn count(&mut self, style: Option<&ListStyle>, start: Option<u32>) {
        count(&mut self.numbers, self.level, style, start);
    }

    /// Returns the number or bullet of the item that was counted last, and its indentation.
    pub(super) fn label(&self, style: Option<&ListStyle>) -> Option<(String, usize)> {
        label(&self.numbers, self.level, style?)
    }

    /// Ends the list.
    pub(super) fn end(self, ended: &mut EndedLists) {
        if let Some(id) = self.id {
            ended.by_id.insert(id, self.numbers);
        }
        ended.by_style.insert(self.style, self.numbers);
    }
}

/// Counts an item.
pub(super) fn count(numbers: &mut Numbers, level: usize, style: Option<&ListStyle>, start: Option<u32>) {
    let level = level.min(LEVELS - 1);
    let first = |level: usize| style.and_then(|style| style.get(level)).map_or(1, |level| level.start);
    numbers[level] = Some(match (start, numbers[level]) {
        (Some(start), _) => start,
        (None, Some(number)) => number.saturating_add(1),
        (None, None) => first(level),
    });
    numbers.iter_mut().skip(level + 1).for_each(|number| *number = None);
    for (higher, number) in numbers.iter_mut().enumerate().take(level) {
        number.get_or_insert_with(|| first(higher));
    }
}

/// Returns the number or bullet of a level and its indentation, or none if the level has none.
pub(super) fn label(numbers: &Numbers, level: usize, style: &ListStyle) -> Option<(String, usize)> {
    let level = level.min(LEVELS - 1);
    let this = style.get(level)?;
    let one = |level: usize| Some(number_text(numbers.get(level).copied().flatten()?, style.get(level)?.form));
    let is_bullet = this.form == super::super::numbers::NumberForm::Bullet;
    if is_bullet {
        return Some(("•".to_owned(), level));
    }
    let (mut text, mut has_higher) = (String::new(), false);
    match &this.pattern {
        // Each number stands between signs of percent, as in `%1%.%2%)`.
        Some(pattern) => {
            for (index, part) in pattern.split('%').enumerate() {
                match part.parse::<usize>() {
                    Ok(of) if index % 2 == 1 && of > 0 => {
                        has_higher |= of <= level;
                        text.push_str(&one(of - 1).unwrap_or_default());
                    }
                    _ => text.push_str(part),
                }
            }
        }
        None => {
            let first = (level + 1).saturating_sub(this.shown.max(1));
            let shown: Vec<_> = (first..=level).filter_map(one).filter(|number| !number.is_empty()).collect();
            has_higher = shown.len() > 1;
            if shown.is_empty() && this.prefix.trim().is_empty() {
                return None;
            }
            text = format!("{}{}{}", this.prefix, shown.join("."), this.suffix);
        }
    }
    let text = text.trim().to_owned();
    // A number that repeats the numbers above it, such as 2.1, shows its level itself.
    if text.is_empty() { None } else { Some((text, if has_higher { 0 } else { level })) }
}
