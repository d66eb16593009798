//! The numbers and marks with which items begin: `1.`, `(1)`, `a)`, `2.3`, `A1.`, `one`.

use super::opening::Form;
use super::text::{is_blank, is_dash, trim};
use crate::recommendations::parse_number;

/// Parses the number of an item: `1`, `3.2`, `1a`, `A1`, `one`, `a`.
pub(super) fn item_number(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '.')).unwrap_or(text.len());
    let word = text[..end].trim_end_matches('.');
    let rest = &text[word.len()..];
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_numeric = word.starts_with(|c: char| c.is_ascii_digit())
        && word.len() <= 8
        && word.split('.').all(|part| {
            let letters = part.trim_start_matches(|c: char| c.is_ascii_digit());
            part.len() <= 4 && letters.len() <= 1 && part.len() > letters.len()
        });
    let is_mixed = word.len() <= 4 && digits > 0 && word.starts_with(|c: char| c.is_ascii_uppercase());
    // “A” and “I” can begin a sentence.
    let is_alone = trim(rest).is_empty() || rest.starts_with([':', '.', ')']) || trim(rest).starts_with(is_dash);
    let is_letter = word.len() == 1
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && (is_alone || !matches!(word, "A" | "I"));
    if is_numeric || is_mixed || is_letter {
        return Some((word.to_owned(), rest));
    }
    let lower = word.to_lowercase();
    let spelled = if lower == "a" { None } else { parse_number(&lower) };
    spelled.filter(|_| word.chars().all(char::is_alphabetic)).map(|number| (number.to_string(), rest))
}

/// Parses a number with its mark at the beginning of a line.
pub(super) fn parse_number_mark(text: &str) -> Option<(Form, String, &str)> {
    let (opened, inner) = text.strip_prefix('(').map_or((false, text), |inner| (true, inner));
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(inner.len());
    let (run, rest) = inner.split_at(end);
    let number = run.trim_end_matches('.');
    let has_stop = number.len() < run.len();
    let (has_bracket, after) = rest.strip_prefix(')').map_or((false, rest), |after| (true, after));
    let (has_colon, after) = after.strip_prefix(':').map_or((false, after), |after| (true, after));
    let value = after.trim_start_matches(is_blank);
    // “1 – By 31 March”, and not “3 – 8 July”.
    let dashed =
        value.strip_prefix(is_dash).filter(|rest| value.len() < after.len() && rest.starts_with(' ')).map(trim);
    let is_dashed = dashed.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '#'));
    let value = dashed.filter(|_| is_dashed).unwrap_or(value);
    if opened && !has_bracket || value.is_empty() || !value.starts_with('#') && value.len() == after.len() {
        return None;
    }
    // Four digits from 1900 are a year.
    let is_digits = |part: &str| {
        let is_number = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number && part.parse::<u32>().is_ok_and(|number| number < 1900)
    };
    let parts = number.split('.').count();
    let letters = number.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_mixed = letters == 1
        && number.len() > 1
        && is_digits(&number[1..])
        && number.starts_with(|c: char| c.is_ascii_uppercase());
    let is_roman = number.len() <= 5 && number.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
    let form = match parts {
        _ if is_mixed && (has_stop || has_bracket || has_colon) => Form::Stop,
        // “R. Marlowe” is a name.
        1 if number.len() == 1
            && letters == 1
            && (has_bracket || has_stop && number.starts_with(|c: char| c.is_ascii_lowercase())) =>
        {
            Form::Letter
        }
        1 if is_roman && !number.is_empty() && (has_bracket || has_stop) => Form::Letter,
        1 if is_digits(number) && has_bracket => Form::Bracket,
        1 if is_digits(number) && (has_stop || has_colon || is_dashed) => Form::Stop,
        1 if is_digits(number) => Form::Bare,
        2..=4 if number.split('.').all(is_digits) => Form::Parts,
        _ => return None,
    };
    Some((form, number.to_owned(), value))
}

/// Returns true if a number or letter follows another: 2 after 1, `b` after `a`, `A2` after `A1`, 1 after none.
pub(super) fn follows(last: Option<&str>, number: &str) -> bool {
    let Some(last) = last else { return matches!(number, "1" | "a" | "i" | "A1") };
    let tail = |text: &str| text.rsplit(['.', 'A', 'B', 'C', 'R']).next().and_then(|part| part.parse::<u32>().ok());
    if let (Some(last), Some(number)) = (tail(last), tail(number)) {
        return number == last + 1;
    }
    const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let roman = |text: &str| ROMAN.iter().position(|known| *known == text);
    if let (Some(last), Some(number)) = (roman(last), roman(number))
        && number == last + 1
    {
        return true;
    }
    match (last.as_bytes(), number.as_bytes()) {
        ([last], [number]) => last.is_ascii_alphabetic() && *number == last + 1,
        _ => false,
    }
}
