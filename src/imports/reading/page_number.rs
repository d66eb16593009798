//! Page numbers, alone or at the end of a footer: `- 2 -`, `page 2 of 4`, `tudalen 2 o 4`.

use super::text::{SpacedWords, is_dash};

/// Returns true for `- 2 -`.
pub(super) fn is_number_between_dashes(text: &str) -> bool {
    let inner = text.strip_prefix(is_dash).and_then(|rest| rest.strip_suffix(is_dash));
    inner
        .map(str::trim)
        .is_some_and(|number| (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns true for a line with columns of which the last is the page and the number of pages, such as `1 of 3`.
pub(super) fn ends_with_page_count(text: &str) -> bool {
    let Some(last) = text.rsplit(['\t', '|']).next().and_then(|cell| cell.rsplit("   ").next()) else { return false };
    let words = SpacedWords::new(last);
    let mut words: Vec<&str> = words.as_str().split(' ').collect();
    last.len() < text.len() && words.len() == 3 && strip_page_number(&mut words)
}

/// Removes `page 2 of 4`, `2 of 4`, `tudalen 2 o 4` from the end or the beginning of the words.
pub(super) fn strip_page_number(words: &mut Vec<&str>) -> bool {
    let number = |word: &&str| word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    let is_page = |word: &str| matches!(word, "page" | "tudalen" | "pg" | "p");
    let length = words.len();
    let ends: [(usize, bool); 5] = [
        (
            4,
            matches!(words.as_slice(), [.., page, a, of, b] if is_page(page) && number(a) && matches!(*of, "of" | "o") && number(b)),
        ),
        (3, matches!(words.as_slice(), [a, of, b] if number(a) && *of == "of" && number(b))),
        (3, matches!(words.as_slice(), [.., page, a, b] if is_page(page) && number(a) && number(b))),
        (2, matches!(words.as_slice(), [.., page, a] if is_page(page) && number(a))),
        (2, matches!(words.as_slice(), [a, page] if is_page(page) && number(a))),
    ];
    if let Some((count, _)) = ends.iter().find(|(_, matches)| *matches) {
        words.truncate(length - count);
        return true;
    }
    if let [page, a, of, b, ..] = words.as_slice()
        && is_page(page)
        && number(a)
        && matches!(*of, "of" | "o")
        && number(b)
    {
        words.drain(..4);
        return true;
    }
    false
}
