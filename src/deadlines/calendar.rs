//! Deadlines as a calendar (RFC 5545): a whole day for each, with a reminder on each day that the area wants one.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike};

use super::model::{Deadline, DeadlineKind};
use crate::calendar::london_date;

/// What the day is, in the words of a calendar.
fn summary(deadline: &Deadline) -> String {
    let what = match deadline.kind {
        DeadlineKind::ResponseDue => "Response due",
        DeadlineKind::CommentsDue => "Chief officer's comments due",
        DeadlineKind::LineDue => "Recommendation due",
        DeadlineKind::EvidenceExpires => "Evidence expires",
    };
    let reference = deadline.reference.as_deref().map(|reference| format!(" #{reference}")).unwrap_or_default();
    format!("{what}:{reference} ({})", deadline.area)
}

/// The calendar of these deadlines, as of a day; the same for all of that day.
pub fn calendar(deadlines: &[Deadline], at: DateTime<Utc>) -> String {
    let mut calendar = Calendar::new();
    calendar.name("Section 55 deadlines");
    let stamp = london_date(at).and_time(NaiveTime::MIN).and_utc();
    for deadline in deadlines {
        let mut event = Event::new();
        event
            .uid(&format!("{}@section55", deadline.id))
            .timestamp(stamp)
            .summary(&summary(deadline))
            .description(&deadline.title)
            .all_day(deadline.on);
        if let Some(path) = deadline.links.get("self") {
            event.add_property("X-SECTION55-RECORD", path);
        }
        for days in &deadline.reminder_days {
            let mut alarm = Alarm::display(&summary(deadline), -TimeDelta::days(i64::from(*days)));
            // Of its own, so that the calendar is the same each time it is asked for.
            event.alarm(alarm.uid(&format!("{}-{days}@section55", deadline.id)).done());
        }
        calendar.push(event.done());
    }
    calendar.to_string()
}
