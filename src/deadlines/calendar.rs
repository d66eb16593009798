//! Deadlines as a calendar (RFC 5545): one all-day event for each, with the reminders that the area sets.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike};

use super::model::{Deadline, DeadlineKind};
use crate::calendar::london_date;

/// Returns the title of a deadline's event.
fn summary(deadline: &Deadline) -> String {
    let what = match deadline.kind {
        DeadlineKind::ResponseDue => "Response due",
        DeadlineKind::CommentsDue => "Chief officer's comments due",
        DeadlineKind::AssignmentDue => "Recommendation due",
        DeadlineKind::EvidenceExpires => "Evidence expires",
    };
    let reference = deadline.reference.as_deref().map(|reference| format!(" #{reference}")).unwrap_or_default();
    format!("{what}:{reference} ({})", deadline.area)
}

/// Returns the deadlines as a calendar. Two calls on the same day in London return the same text.
pub fn calendar(deadlines: &[Deadline], at: DateTime<Utc>) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN")] {
        calendar.append_property((name, value));
    }
    calendar.name("Section 55 deadlines");
    let stamp = london_date(at).and_time(NaiveTime::MIN).and_utc();
    for deadline in deadlines {
        let mut event = Event::new();
        event
            .uid(&format!("{}@section55", deadline.id))
            .timestamp(stamp)
            .summary(&one_kind_of_line_end(&summary(deadline)))
            .description(&one_kind_of_line_end(&deadline.title))
            .starts(deadline.on)
            // The end is the first day that is no longer part of the event (RFC 5545 section 3.6.1).
            .ends(deadline.on.succ_opt().unwrap_or(deadline.on))
            // A deadline takes no time of the day that it ends on.
            .add_property("TRANSP", "TRANSPARENT");
        if let Some(path) = deadline.links.get("self") {
            event.add_property("X-SECTION55-RECORD", path);
        }
        for days in &deadline.reminder_days {
            let text = one_kind_of_line_end(&summary(deadline));
            let mut alarm = Alarm::display(&text, -TimeDelta::days(i64::from(*days)));
            // A fixed id: the library would make a random one, and no two calendars would be equal.
            event.alarm(alarm.uid(&format!("{}-{days}@section55", deadline.id)).done());
        }
        calendar.push(event.done());
    }
    fold(&calendar.to_string())
}

/// The product that made the calendar (RFC 5545 section 3.7.3).
const PRODUCT: &str = "-//Section 55//Deadlines//EN";

/// The most octets of a line, without its end (RFC 5545 section 3.1).
const MAX_LINE: usize = 75;

/// Returns the text with each line end as one line feed, which the library escapes. It does not escape other controls.
fn one_kind_of_line_end(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Folds the lines anew: some of the library's lines have 76 octets.
fn fold(calendar: &str) -> String {
    let mut folded = String::with_capacity(calendar.len() + calendar.len() / 20);
    for line in calendar.replace("\r\n ", "").split_terminator("\r\n") {
        let mut rest = line;
        // A continuation begins with a space, which counts.
        let mut room = MAX_LINE;
        while rest.len() > room {
            let (first, next) = rest.split_at(rest.floor_char_boundary(room));
            folded.push_str(first);
            folded.push_str("\r\n ");
            rest = next;
            room = MAX_LINE - 1;
        }
        folded.push_str(rest);
        folded.push_str("\r\n");
    }
    folded
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn deadline(title: &str) -> Deadline {
        Deadline {
            id: Uuid::from_u128(1),
            kind: DeadlineKind::ResponseDue,
            on: "2024-02-29".parse().expect("a day"),
            days_left: 1,
            overdue: false,
            not_yet_recorded: false,
            area: "cumbria".to_owned(),
            reference: Some("R;1,2".to_owned()),
            title: title.to_owned(),
            resource: "response".to_owned(),
            resource_id: Uuid::from_u128(2),
            reminder_days: vec![7],
            links: [("self", "/v1/responses/2".to_owned())].into(),
        }
    }

    fn lines_of(title: &str) -> Vec<String> {
        let at = "2024-02-28T09:30:00Z".parse().expect("an instant");
        let text = calendar(&[deadline(title)], at);
        assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{text}");
        text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_event_ends_on_the_day_after_its_last_day() {
        let lines = lines_of("A title");
        for line in [
            "PRODID:-//Section 55//Deadlines//EN",
            "VERSION:2.0",
            "DTSTART;VALUE=DATE:20240229",
            "DTEND;VALUE=DATE:20240301",
            "DTSTAMP:20240228T000000Z",
            "UID:00000000-0000-0000-0000-000000000001@section55",
            "TRANSP:TRANSPARENT",
            "SUMMARY:Response due: #R\\;1\\,2 (cumbria)",
        ] {
            assert!(lines.iter().any(|found| found == line), "{line} is not in {lines:#?}");
        }
        assert_eq!(lines.iter().filter(|line| line.starts_with("PRODID")).count(), 1);
    }

    #[test]
    fn a_title_of_any_length_and_with_any_line_end_is_folded_and_escaped() {
        for length in 1..400 {
            for letter in ["x", "ŵ", "€", "😀", " "] {
                let title = format!("{}.", letter.repeat(length));
                assert!(lines_of(&title).contains(&format!("DESCRIPTION:{title}")), "{length} times {letter:?}");
            }
        }
        let lines = lines_of("One\r\ntwo\rthree\nfour; five, six\\seven");
        let expected = "DESCRIPTION:One\\ntwo\\nthree\\nfour\\; five\\, six\\\\seven".to_owned();
        assert!(lines.contains(&expected), "{lines:#?}");
    }
}
