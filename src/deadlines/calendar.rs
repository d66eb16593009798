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
            // A fixed id: the library would make a random one, and no two calendars would be equal.
            event.alarm(alarm.uid(&format!("{}-{days}@section55", deadline.id)).done());
        }
        calendar.push(event.done());
    }
    calendar.to_string()
}
