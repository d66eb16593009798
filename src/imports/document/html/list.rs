//! The lists of a page.

use super::super::DocumentFault;
use super::super::numbers::{NumberForm, list_prefix, number_text};
use super::Reader;
use super::element::has_style;
use super::tree::Element;

/// A list that is open.
pub(super) struct List {
    form: NumberForm,
    next: i64,
    step: i64,
}

impl List {
    fn new(element: Element<'_>) -> Self {
        let attribute = |name| element.attribute(name);
        let is_ordered = element.name() == "ol";
        let has = |word| has_style(element, "list-style", word);
        let form = match attribute("type").unwrap_or_default() {
            _ if has("none") => NumberForm::None,
            _ if !is_ordered => NumberForm::Bullet,
            "a" => NumberForm::LowerLetter,
            "A" => NumberForm::UpperLetter,
            "i" => NumberForm::LowerRoman,
            "I" => NumberForm::UpperRoman,
            _ if has("lower-alpha") || has("lower-latin") => NumberForm::LowerLetter,
            _ if has("upper-alpha") || has("upper-latin") => NumberForm::UpperLetter,
            _ if has("lower-roman") => NumberForm::LowerRoman,
            _ if has("upper-roman") => NumberForm::UpperRoman,
            _ => NumberForm::Decimal,
        };
        let is_reversed = attribute("reversed").is_some();
        let items = || element.elements().filter(|item| item.name() == "li").count();
        let first = if is_reversed { i64::try_from(items()).unwrap_or(1) } else { 1 };
        let start = attribute("start").and_then(|start| start.trim().parse::<i32>().ok());
        Self { form, next: start.map_or(first, i64::from), step: if is_reversed { -1 } else { 1 } }
    }

    /// Counts an item and returns its number or bullet. Browsers put a full stop after a number.
    fn label(&mut self, value: Option<i32>) -> String {
        let number = value.map_or(self.next, i64::from);
        self.next = number.saturating_add(self.step);
        match (self.form, u32::try_from(number)) {
            (NumberForm::Bullet | NumberForm::None, _) => number_text(0, self.form),
            (form, Ok(number)) => format!("{}.", number_text(number, form)),
            (_, Err(_)) => format!("{number}."),
        }
    }
}

impl Reader {
    pub(super) fn read_list(&mut self, element: Element<'_>) -> Result<(), DocumentFault> {
        self.end_line();
        self.lists.push(List::new(element));
        self.read_children(element)?;
        self.end_line();
        self.lists.pop();
        Ok(())
    }

    pub(super) fn read_list_item(&mut self, element: Element<'_>) -> Result<(), DocumentFault> {
        self.end_line();
        let level = self.lists.len().saturating_sub(1);
        let value = element.attribute("value").and_then(|value| value.trim().parse().ok());
        let label = self.lists.last_mut().map_or_else(|| "•".to_owned(), |list| list.label(value));
        self.label = if label.is_empty() { None } else { Some(list_prefix(level, &label)) };
        self.read_children(element)?;
        self.end_line();
        self.label = None;
        Ok(())
    }
}
