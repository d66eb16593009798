//! Tests of the times for action.

use super::*;

fn read(text: &str) -> (TargetKind, String, String) {
    let published_on = "2024-05-03".parse().ok();
    let read = read_target(text, published_on);
    let on = read.target.on.map(|on| on.to_string()).unwrap_or_default();
    (read.target.kind, read.target.text.unwrap_or_default(), on)
}

fn unclear(text: &str) -> Option<String> {
    read_target(text, None).unclear
}

#[test]
fn times_anywhere_in_the_first_sentence_are_read() {
    use TargetKind::{ByDate, Immediate, None, Ongoing, Within};
    for (text, kind, printed, on) in [
        ("Within six months, the force should act.", Within, "Within six months", "2024-11-03"),
        ("The force should, within three months:\n• act", Within, "within three months", "2024-08-03"),
        ("Within a year, count.", Within, "Within a year", "2025-05-03"),
        ("Within 6 months of this report, forces should act.", Within, "Within 6 months of this report", "2024-11-03"),
        ("The force should act within 28 days.", Within, "within 28 days", "2024-05-31"),
        (
            "Within the next three months chief constables should act.",
            Within,
            "Within the next three months",
            "2024-08-03",
        ),
        ("By 31 March 2024, chief constables should act.", ByDate, "By 31 March 2024", "2024-03-31"),
        ("By June 2024, the force should act.", ByDate, "By June 2024", "2024-06-30"),
        ("By the end of 2025, the force should act.", ByDate, "By the end of 2025", "2025-12-31"),
        ("By the end of March 2025 the force should act.", ByDate, "By the end of March 2025", "2025-03-31"),
        ("Before the end of March 2025, act.", ByDate, "Before the end of March 2025", "2025-03-31"),
        ("No later than 30 April 2023, the College should act.", ByDate, "No later than 30 April 2023", "2023-04-30"),
        ("Chief constables should, by 1 July 2024, act.", ByDate, "by 1 July 2024", "2024-07-01"),
        ("Chief constables should act by 1 July 2024.", ByDate, "by 1 July 2024", "2024-07-01"),
        ("A policy should be published by 1 July 2024.", ByDate, "by 1 July 2024", "2024-07-01"),
        ("By 01/07/2024 forces should act.", ByDate, "By 01/07/2024", "2024-07-01"),
        ("Immediately, tell a parent.", Immediate, "Immediately", ""),
        ("Forces should immediately stop.", Immediate, "immediately", ""),
        ("With immediate effect, chief constables should stop.", Immediate, "With immediate effect", ""),
        ("On an ongoing basis, forces should check.", Ongoing, "On an ongoing basis", ""),
        ("Erbyn 31 Mawrth 2024, dylai prif gwnstabliaid ofyn.", ByDate, "Erbyn 31 Mawrth 2024", "2024-03-31"),
        ("The force should act. It should finish by 1 July 2024.", None, "", ""),
        ("The force should see people immediately after arrest.", None, "", ""),
        ("Checks should be made by officers.", None, "", ""),
        ("The force should review cases that closed before 1 May 2023.", None, "", ""),
    ] {
        assert_eq!(read(text), (kind, printed.to_owned(), on.to_owned()), "{text}");
    }
}

#[test]
fn times_that_are_not_understood_are_returned() {
    for (text, expected) in [
        ("Within 12 months of joining, officers should be trained.", Some("Within 12 months of joining")),
        ("By summer 2024, the force should act.", Some("By summer 2024")),
        ("By the end of the financial year, the force should act.", Some("By the end of the financial year")),
        ("As soon as possible, the force should act.", Some("As soon as possible")),
        ("Before 1 May 2024, the force should act.", Some("Before 1 May 2024")),
        ("By 31 June 2024, the force should act.", Some("By 31 June 2024")),
        ("By the end of March, the force should act.", Some("By the end of March")),
        ("Within three months, act, and by 1 May 2025, report.", Some("by 1 May 2025")),
        ("The force should review cases closed before 1 May 2023.", Some("before 1 May 2023")),
        ("The force should act by 1 May 2024.", None),
        ("The force should check work done by supervisors.", None),
        ("Each year, the force should act.", None),
    ] {
        assert_eq!(unclear(text).as_deref(), expected, "{text}");
    }
}
