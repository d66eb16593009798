//! Tick boxes of forms: `☒ National ☐ Local`, `[x] National`, `National (X)  Regional ( )`, `PEEL ✓  Thematic`.

use super::text::{collapse, trim};

/// A choice of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) label: String,
    pub(super) is_ticked: bool,
}

/// Returns the choices in a text. Returns none if it has no tick boxes.
pub(super) fn choices(text: &str) -> Option<Vec<Choice>> {
    let marks = marks(text);
    let has_boxes = !marks.is_empty();
    if !has_boxes {
        return None;
    }
    // Either each mark stands before its label, or after it.
    let first = trim(&text[..marks[0].start]);
    let is_before = first.is_empty() || first.ends_with(['?', ':']);
    let mut found = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let label = if is_before {
            let end = marks.get(at + 1).map_or(text.len(), |next| next.start);
            vec![&text[mark.end..end]]
        } else {
            let start = if at == 0 { 0 } else { marks[at - 1].end };
            // Labels without a mark stand between wide gaps: “PEEL ✓    Thematic    Custody”.
            let parts = text[start..mark.start]
                .split("  ")
                .flat_map(|part| part.split(" / "))
                .flat_map(|part| part.split([',', '|', '\t']));
            parts.filter(|part| !trim(part).is_empty()).collect()
        };
        let count = label.len();
        for (index, label) in label.into_iter().enumerate() {
            push(&mut found, label, mark.is_ticked && index + 1 == count);
        }
    }
    if !is_before && let Some(last) = marks.last() {
        text[last.end..]
            .split("  ")
            .filter(|part| !trim(part).is_empty())
            .for_each(|label| push(&mut found, label, false));
    }
    Some(found)
}

fn push(found: &mut Vec<Choice>, label: &str, is_ticked: bool) {
    let label = collapse(label).trim_matches([',', ';', '/', ' ']).to_owned();
    if !label.is_empty() {
        found.push(Choice { label, is_ticked });
    }
}

struct Mark {
    start: usize,
    end: usize,
    is_ticked: bool,
}

fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut skip_to = 0;
    for (at, c) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        let alone = match c {
            '☒' | '☑' | '✓' | '✔' | '✗' | '✘' | '🗹' | '🗷' | '\u{f0fe}' | '\u{f052}' => Some(true),
            '☐' | '□' | '❏' | '❑' | '\u{f0a8}' | '\u{f06f}' => Some(false),
            _ => None,
        };
        if let Some(is_ticked) = alone {
            marks.push(Mark { start: at, end: at + c.len_utf8(), is_ticked });
            continue;
        }
        let close = match c {
            '[' => ']',
            '(' => ')',
            _ => continue,
        };
        let Some(length) = text[at + 1..].char_indices().take(4).find(|(_, c)| *c == close).map(|(length, _)| length)
        else {
            continue;
        };
        let inner = trim(&text[at + 1..at + 1 + length]);
        let is_ticked = matches!(inner, "x" | "X" | "✓" | "✔" | "*" | "yes" | "Yes");
        if is_ticked || inner.is_empty() || inner == "_" {
            skip_to = at + length + 2;
            marks.push(Mark { start: at, end: skip_to, is_ticked });
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticked(text: &str) -> Vec<String> {
        let found = choices(text).expect("the text has tick boxes");
        found.into_iter().filter(|choice| choice.is_ticked).map(|choice| choice.label).collect()
    }

    #[test]
    fn ticked_labels_are_found_before_and_after_their_marks() {
        assert_eq!(
            ticked("☒ Westmoor Constabulary Specific\n☐ Thematic\n☐ National"),
            ["Westmoor Constabulary Specific"]
        );
        assert_eq!(ticked("[ ] PEEL\n[x] National thematic\n[ ] Revisit"), ["National thematic"]);
        assert_eq!(ticked("National ( )  Regional ( )  This force (X)"), ["This force"]);
        assert_eq!(ticked("PEEL ✓    Thematic    Custody"), ["PEEL"]);
        assert_eq!(ticked("PEEL / Thematic ✓ / Joint"), ["Thematic"]);
        assert_eq!(ticked("Fellshire only ✓    All forces"), ["Fellshire only"]);
        assert!(ticked("☐ National ☐ Local").is_empty());
        assert!(choices("National Inspection (2023)").is_none());
    }
}
