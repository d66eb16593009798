//! One section of a number format, such as `#,##0.00`, and its rendering.

use super::super::decimal::Decimal;

/// The longest format code that is read. Spreadsheets allow 255 characters.
const MAX_CODE: usize = 1000;

/// Divides a format code at the semicolons between its sections. Returns none if the code is damaged.
pub(super) fn split_sections(code: &str) -> Option<Vec<String>> {
    if code.len() > MAX_CODE {
        return None;
    }
    let mut sections = vec![String::new()];
    let mut characters = code.chars();
    while let Some(c) = characters.next() {
        let section = sections.last_mut()?;
        match c {
            ';' => {
                sections.push(String::new());
                continue;
            }
            '"' => {
                section.push(c);
                loop {
                    let c = characters.next()?;
                    section.push(c);
                    if c == '"' {
                        break;
                    }
                }
            }
            '\\' | '_' | '*' => {
                section.push(c);
                section.push(characters.next()?);
            }
            '[' => {
                section.push(c);
                loop {
                    let c = characters.next()?;
                    section.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            c => section.push(c),
        }
    }
    (sections.len() <= 4).then_some(sections)
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Text that is shown as it is.
    Literal(String),
    /// The place of a digit: `0`, `#` or `?`.
    Digit(char),
    /// The decimal point.
    Point,
    /// The whole number without a format, or the text of a cell.
    Content,
}

/// A section, divided into its parts.
#[derive(Debug)]
pub(super) struct Section {
    parts: Vec<Part>,
    /// Whether the digits of thousands are grouped.
    is_grouped: bool,
    /// The power of ten by which the number is multiplied: 2 for each percent sign, −3 for each comma at the end.
    power: i32,
}

impl Section {
    /// Parses a section. Returns none if it is empty, which hides the content of the cell, or not understood.
    pub(super) fn parse(section: &str) -> Option<Self> {
        let mut parsed = Self { parts: Vec::new(), is_grouped: false, power: 0 };
        let mut characters = section.chars().peekable();
        // Commas after a digit: they group if another digit follows, and else divide by a thousand.
        let mut commas = 0;
        while let Some(c) = characters.next() {
            if c == ',' && matches!(parsed.parts.last(), Some(Part::Digit(_))) {
                commas += 1;
                continue;
            }
            if commas > 0 {
                match c {
                    '0' | '#' | '?' => parsed.is_grouped = true,
                    _ => parsed.power -= 3 * commas,
                }
                commas = 0;
            }
            let literal = match c {
                '0' | '#' | '?' => {
                    parsed.parts.push(Part::Digit(c));
                    continue;
                }
                '.' => {
                    parsed.parts.push(Part::Point);
                    continue;
                }
                '@' => {
                    parsed.parts.push(Part::Content);
                    continue;
                }
                '%' => {
                    parsed.power += 2;
                    "%".to_owned()
                }
                '"' => characters.by_ref().take_while(|c| *c != '"').collect(),
                '\\' => characters.next()?.to_string(),
                // The width of the next character, and a fill with it.
                '_' => {
                    characters.next()?;
                    " ".to_owned()
                }
                '*' => {
                    characters.next()?;
                    continue;
                }
                '[' => bracket(&characters.by_ref().take_while(|c| *c != ']').collect::<String>())?,
                'G' | 'g' => {
                    let rest: String = characters.by_ref().take(6).collect();
                    if !rest.eq_ignore_ascii_case("eneral") {
                        return None;
                    }
                    parsed.parts.push(Part::Content);
                    continue;
                }
                // A fraction, an exponent or a letter that must be quoted.
                '/' | ',' => return None,
                c if c.is_alphanumeric() => return None,
                c => c.to_string(),
            };
            parsed.parts.push(Part::Literal(literal));
        }
        parsed.power -= 3 * commas;
        parsed.is_sure().then_some(parsed)
    }

    /// Returns true if the parts have one meaning.
    fn is_sure(&self) -> bool {
        let count = |is_counted: fn(&Part) -> bool| self.parts.iter().filter(|part| is_counted(part)).count();
        let (digits, points) = (count(|part| matches!(part, Part::Digit(_))), count(|part| *part == Part::Point));
        let contents = count(|part| *part == Part::Content);
        let first = self.parts.iter().position(|part| matches!(part, Part::Digit(_)));
        let last = self.parts.iter().rposition(|part| matches!(part, Part::Digit(_)));
        let is_interrupted = first
            .zip(last)
            .is_some_and(|(first, last)| self.parts[first..=last].iter().any(|part| matches!(part, Part::Literal(_))));
        !self.parts.is_empty()
            && points <= 1
            && (points == 0 || digits > 0)
            && contents <= 1
            && (contents == 0 || digits == 0)
            // Text between digits, as in a telephone number, is clear without a point and groups.
            && !(is_interrupted && (points > 0 || self.is_grouped))
    }

    /// Returns the text for a number that is not negative, or none if it is not sure.
    pub(super) fn render(&self, number: &mut Decimal) -> Option<String> {
        number.shift(self.power);
        let point = self.parts.iter().position(|part| *part == Part::Point).unwrap_or(self.parts.len());
        let (integer, fraction) = self.parts.split_at(point);
        let places = fraction.iter().filter(|part| matches!(part, Part::Digit(_))).count();
        let has_digits = self.parts.iter().any(|part| matches!(part, Part::Digit(_)));
        if has_digits {
            number.round(i32::try_from(places).ok()?);
        }
        Some(format!("{}{}", self.render_integer(integer, number), render_fraction(fraction, number)))
    }

    fn render_integer(&self, parts: &[Part], number: &Decimal) -> String {
        let mut digits = number.integer_digits();
        let first = parts.iter().position(|part| matches!(part, Part::Digit(_)));
        let (mut shown, mut written): (Vec<String>, usize) = (Vec::new(), 0);
        for (at, part) in parts.iter().enumerate().rev() {
            match part {
                Part::Literal(text) => shown.push(text.clone()),
                Part::Content => shown.push(number.to_plain()),
                Part::Point => {}
                Part::Digit(place) => {
                    // The first place shows all digits that are left.
                    let count = if Some(at) == first { digits.len().max(1) } else { 1 };
                    for _ in 0..count {
                        let text = match (digits.pop(), place) {
                            (Some(digit), _) => char::from(b'0' + digit).to_string(),
                            (None, '0') => "0".to_owned(),
                            (None, '?') => " ".to_owned(),
                            (None, _) => continue,
                        };
                        if self.is_grouped && written > 0 && written.is_multiple_of(3) {
                            shown.push(",".to_owned());
                        }
                        written += 1;
                        shown.push(text);
                    }
                }
            }
        }
        shown.into_iter().rev().collect()
    }

    /// Returns the text for the text of a cell, or none if it is not sure.
    pub(super) fn render_text(&self, content: &str) -> Option<String> {
        let mut shown = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => shown.push_str(text),
                Part::Content => shown.push_str(content),
                Part::Digit(_) | Part::Point => return None,
            }
        }
        // A section without `@` hides the text.
        self.parts.contains(&Part::Content).then(|| shown.trim().to_owned())
    }
}

/// Returns the text of a code in brackets: the symbol of a currency. Returns none for a condition.
fn bracket(code: &str) -> Option<String> {
    const COLOURS: [&str; 8] = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    if let Some(currency) = code.strip_prefix('$') {
        return Some(currency.split('-').next().unwrap_or_default().to_owned());
    }
    let code = code.to_ascii_lowercase();
    let is_colour = COLOURS.contains(&code.as_str()) || code.starts_with("color");
    is_colour.then(String::new)
}

fn render_fraction(parts: &[Part], number: &Decimal) -> String {
    let digits = number.fraction_digits();
    let (mut shown, mut at) = (String::new(), 0);
    for part in parts {
        match part {
            Part::Literal(text) => shown.push_str(text),
            Part::Content => {}
            Part::Point => shown.push('.'),
            Part::Digit(place) => {
                match (digits.get(at), place) {
                    (Some(digit), _) => shown.push(char::from(b'0' + digit)),
                    (None, '0') => shown.push('0'),
                    (None, '?') => shown.push(' '),
                    (None, _) => {}
                }
                at += 1;
            }
        }
    }
    shown
}
