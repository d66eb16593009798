//! Quotations of the chief officer: “The Chief Constable has told me:”, and the words that follow.

use super::text::{SpacedWords, ends_with_colon, sentences, trim};

/// Returns true if a sentence announces the words of the chief officer.
pub(super) fn announces_chief_officer(sentence: &str) -> bool {
    const HOLDERS: [&str; 14] = [
        "chief constable",
        "chief constables",
        "deputy chief constable",
        "chief officer",
        "the force",
        "the constabulary",
        "his",
        "her",
        "force",
        "constabulary",
        "commissioner of police",
        "police",
        "prif gwnstabl",
        "heddlu",
    ];
    const SAYING: [&str; 33] = [
        "told",
        "tells",
        "says",
        "said",
        "writes",
        "wrote",
        "written",
        "responded",
        "responds",
        "replied",
        "replies",
        "stated",
        "states",
        "commented",
        "comments",
        "view",
        "views",
        "response",
        "reply",
        "answer",
        "answered",
        "advised",
        "explained",
        "following",
        "added",
        "reports",
        "reported",
        "provided",
        "words",
        "assured",
        "informed",
        "dweud",
        "ymateb",
    ];
    let words = SpacedWords::new(sentence);
    // A list of tasks can also end with a colon: “The force should:”.
    let is_duty = words.contains_any(&[
        "should",
        "must",
        "dylai",
        "recommendations",
        "cause of concern",
        "areas for improvement",
    ]);
    ends_with_colon(sentence)
        && words.count() <= 40
        && words.contains_any(&HOLDERS)
        && words.contains_any(&SAYING)
        && !is_duty
}

/// A line split at the announcement of a quotation: the words before it, the announcement, and the words after it.
pub(super) struct Announcement<'t> {
    pub(super) before: &'t str,
    pub(super) announcement: &'t str,
    pub(super) quotation: &'t str,
}

/// Returns the announcement in a line, alone or before its quotation.
pub(super) fn find_announcement(line: &str) -> Option<Announcement<'_>> {
    // The quotation can follow on the same line: “The Chief Constable has told me: ‘We have …’”.
    let opening = line.char_indices().find(|(at, c)| matches!(c, '“' | '"' | '‘') && trim(&line[..*at]).ends_with(':'));
    let end = opening.map_or(line.len(), |(at, _)| at);
    let head = &line[..end];
    let last = sentences(head).pop()?;
    announces_chief_officer(&head[last.clone()]).then(|| Announcement {
        before: trim(&head[..last.start]),
        announcement: trim(&head[last]),
        quotation: trim(&line[end..]),
    })
}

/// Returns true if a text begins with an opening quotation mark.
pub(super) fn opens(text: &str) -> bool {
    text.starts_with(['“', '"', '‘'])
}

/// Returns the byte after the closing mark, if the quotation ends in this text. A mark opens each paragraph of a long
/// quotation, and closes the last.
pub(super) fn end_of(text: &str) -> Option<usize> {
    let mut open = 0_u32;
    let mut end = None;
    for (at, c) in text.char_indices() {
        match c {
            '“' => open += 1,
            '”' => {
                open = open.saturating_sub(1);
                end = (open == 0).then_some(at + c.len_utf8());
            }
            '"' if at > 0 => end = Some(at + 1),
            // A single mark closes a quotation that a single mark opened, and not a genitive.
            '’' if text.starts_with('‘') && trim(&text[at + c.len_utf8()..]).is_empty() => {
                end = Some(at + c.len_utf8());
            }
            _ => {}
        }
    }
    end.filter(|_| open == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_are_found_alone_and_before_a_quotation() {
        for line in [
            "The Chief Constable has told me:",
            "I have asked the Chief Constable for a view, and it is this:",
            "The Chief Constable has responded as follows:",
            "I agree. The Chief Constable writes: “We will act.”",
        ] {
            assert!(find_announcement(line).is_some(), "{line}");
        }
        let found = find_announcement("I agree. The Chief Constable writes: “We will act.”").expect("an announcement");
        assert_eq!((found.before, found.quotation), ("I agree.", "“We will act.”"));
        for line in
            ["The force should:", "Northmere Police should, within three months:", "The Chief Constable told me."]
        {
            assert!(find_announcement(line).is_none(), "{line}");
        }
        assert_eq!(end_of("“We act.” Then I"), Some("“We act.”".len()));
        assert_eq!(end_of("“We act."), None);
    }
}
