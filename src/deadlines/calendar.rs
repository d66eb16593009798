//! Deadlines as a calendar (RFC 5545): one all-day event for each, with the reminders that the area sets.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus};
use uuid::Uuid;

use super::model::{Deadline, DeadlineKind};
use crate::calendar::london_date;

/// The maximum number of deadlines in a calendar.
pub const MAX_EVENTS: usize = 2_000;

/// One event of a calendar.
#[derive(Clone, Debug)]
pub struct CalendarEvent<'a> {
    /// The id of the deadline.
    pub id: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// The number of changes of the event (RFC 5545 section 3.8.7.4).
    pub sequence: u32,
    /// When the event took this form.
    pub stamp: DateTime<Utc>,
    /// The deadline; none if it has fallen away and the event is cancelled.
    pub deadline: Option<&'a Deadline>,
}

impl<'a> CalendarEvent<'a> {
    /// Returns the event of a deadline in a calendar that does not know what it showed before. It is the same on one day
    /// in London.
    pub fn today(deadline: &'a Deadline, at: DateTime<Utc>) -> Self {
        let stamp = london_date(at).and_time(NaiveTime::MIN).and_utc();
        Self { id: deadline.id, on: deadline.on, sequence: 0, stamp, deadline: Some(deadline) }
    }
}

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

/// Returns the description of a deadline's event: its title, and the last working day if the deadline is on none.
fn description(deadline: &Deadline) -> String {
    if deadline.working_day {
        return deadline.title.clone();
    }
    let last = deadline.last_working_day.format("%-d %B %Y");
    format!("{}\nNot a working day. The last working day before it is {last}.", deadline.title)
}

/// Returns the events as a calendar.
pub fn calendar(events: &[CalendarEvent<'_>]) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")] {
        calendar.append_property((name, value));
    }
    calendar.name("Section 55 deadlines");
    for event in events {
        calendar.push(written(event));
    }
    fold(&calendar.to_string())
}

fn written(event: &CalendarEvent<'_>) -> Event {
    let mut written = Event::new();
    written
        .uid(&format!("{}@section55", event.id))
        .timestamp(event.stamp)
        .sequence(event.sequence)
        .starts(event.on)
        // The end is the first day that is no longer part of the event (RFC 5545 section 3.6.1).
        .ends(event.on.succ_opt().unwrap_or(event.on))
        // A deadline takes no time of the day that it ends on.
        .add_property("TRANSP", "TRANSPARENT");
    let Some(deadline) = event.deadline else {
        return written.status(EventStatus::Cancelled).summary("No longer due").done();
    };
    let summary = one_kind_of_line_end(&summary(deadline));
    written.status(EventStatus::Confirmed).summary(&summary).description(&one_kind_of_line_end(&description(deadline)));
    if let Some(path) = deadline.links.get("self") {
        written.add_property("X-SECTION55-RECORD", path);
    }
    for days in &deadline.reminder_days {
        let mut alarm = Alarm::display(&summary, -TimeDelta::days(i64::from(*days)));
        // A fixed id and time: the library would take a random one and the clock's, and no two calendars would be equal.
        let id = format!("{}-{days}@section55", deadline.id);
        written.alarm(alarm.uid(&id).timestamp(event.stamp).done());
    }
    written.done()
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
    use super::*;
    use crate::deadlines::model::sample_deadline;

    fn lines_of(title: &str) -> Vec<String> {
        let at = "2024-02-28T09:30:00Z".parse().expect("an instant");
        let deadline = Deadline { title: title.to_owned(), ..sample_deadline(1, "2024-02-29") };
        let text = calendar(&[CalendarEvent::today(&deadline, at)]);
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
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
            "SUMMARY:Response due: #R\\;1\\,2 (cumbria)",
        ] {
            assert!(lines.iter().any(|found| found == line), "{line} is not in {lines:#?}");
        }
        assert_eq!(lines.iter().filter(|line| line.starts_with("PRODID")).count(), 1);
        let stamps: Vec<&String> = lines.iter().filter(|line| line.starts_with("DTSTAMP:")).collect();
        assert_eq!(stamps, ["DTSTAMP:20240228T000000Z"; 2], "the event and its reminder have no time of the clock");
    }

    #[test]
    fn a_cancelled_event_has_no_words_of_the_record() {
        let (id, stamp) = (Uuid::from_u128(1), "2024-02-28T09:30:00Z".parse().expect("an instant"));
        let on = "2024-02-29".parse().expect("a day");
        let text = calendar(&[CalendarEvent { id, on, sequence: 3, stamp, deadline: None }]);
        for line in ["STATUS:CANCELLED", "SEQUENCE:3", "SUMMARY:No longer due", "DTSTAMP:20240228T093000Z"] {
            assert!(text.lines().any(|found| found == line), "{line} is not in {text}");
        }
        assert!(!text.contains("DESCRIPTION") && !text.contains("VALARM"), "{text}");
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
