//! What a calendar has shown and shows now. Calendar programs keep what they have read: an event whose day or words change
//! must have a higher SEQUENCE, and one that falls away must be cancelled (RFC 5545 sections 3.8.1.11 and 3.8.7.4).

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::deadlines::calendar::CalendarEvent;
use crate::deadlines::model::Deadline;

/// How long a cancelled event stays in the calendar, so that every program that reads it in this time learns of it.
const CANCELLED_FOR: TimeDelta = TimeDelta::days(60);

/// An event as the calendar showed it last. It holds no words of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownEvent {
    /// The id of the deadline.
    pub id: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// The number of changes since the calendar first showed the event.
    pub sequence: u32,
    /// When the calendar first showed this state of the event.
    pub changed_at: DateTime<Utc>,
    /// A digest of the day, the words and the reminders.
    pub digest: String,
    /// True if the deadline has fallen away.
    pub cancelled: bool,
}

/// Returns the events that the calendar shows at an instant, with what it showed before. `limit` is the number of deadlines
/// at which the list was cut off: later ones may exist, and are not cancelled.
pub fn update(shown: &[ShownEvent], deadlines: &[Deadline], limit: usize, at: DateTime<Utc>) -> Vec<ShownEvent> {
    let present: BTreeSet<Uuid> = deadlines.iter().map(|deadline| deadline.id).collect();
    let last_day = (deadlines.len() >= limit).then(|| deadlines.iter().map(|it| it.on).max()).flatten();
    let current = deadlines.iter().map(|deadline| {
        let before = shown.iter().find(|event| event.id == deadline.id);
        let (on, digest) = (deadline.on, content_digest(deadline));
        match before {
            Some(before) if before.digest == digest && !before.cancelled => before.clone(),
            _ => ShownEvent {
                id: deadline.id,
                on,
                sequence: before.map_or(0, |before| before.sequence + 1),
                changed_at: at,
                digest,
                cancelled: false,
            },
        }
    });
    let absent = shown.iter().filter(|event| !present.contains(&event.id));
    let gone = absent.filter_map(|event| match event.cancelled {
        true => (event.changed_at + CANCELLED_FOR > at).then(|| event.clone()),
        false if last_day.is_some_and(|last| event.on >= last) => Some(event.clone()),
        false => Some(ShownEvent { sequence: event.sequence + 1, changed_at: at, cancelled: true, ..event.clone() }),
    });
    current.chain(gone).collect()
}

/// Returns the events to write into the calendar. One that is cancelled, or is beyond the limit, has no words.
pub fn to_write<'a>(events: &[ShownEvent], deadlines: &'a [Deadline]) -> Vec<CalendarEvent<'a>> {
    let written = events.iter().filter_map(|event| {
        let deadline = deadlines.iter().find(|deadline| deadline.id == event.id);
        (event.cancelled || deadline.is_some()).then_some(CalendarEvent {
            id: event.id,
            on: event.on,
            sequence: event.sequence,
            stamp: event.changed_at,
            deadline,
        })
    });
    written.collect()
}

fn content_digest(deadline: &Deadline) -> String {
    let Deadline { on, last_working_day, kind, area, reference, title, reminder_days, .. } = deadline;
    let content = format!("{on}\n{last_working_day}\n{kind}\n{area}\n{reference:?}\n{title:?}\n{reminder_days:?}");
    hex::encode(&digest(&SHA256, content.as_bytes()).as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadlines::model::sample_deadline;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn states(events: &[ShownEvent]) -> Vec<(u128, u32, bool)> {
        events.iter().map(|event| (event.id.as_u128(), event.sequence, event.cancelled)).collect()
    }

    #[test]
    fn what_stays_the_same_stays_what_changes_counts_and_what_falls_away_is_cancelled() {
        let (one, two) = (sample_deadline(1, "2026-03-01"), sample_deadline(2, "2026-03-02"));
        let first = update(&[], &[one.clone(), two.clone()], 10, at("2026-02-01T10:00:00Z"));
        assert_eq!(states(&first), [(1, 0, false), (2, 0, false)]);
        assert_eq!(update(&first, &[one.clone(), two.clone()], 10, at("2026-02-02T10:00:00Z")), first);

        let moved = Deadline { on: "2026-03-09".parse().expect("a day"), ..one.clone() };
        let second = update(&first, std::slice::from_ref(&moved), 10, at("2026-02-03T10:00:00Z"));
        assert_eq!(states(&second), [(1, 1, false), (2, 1, true)]);
        assert_eq!((second[0].on, second[1].on), (moved.on, two.on));

        let back = update(&second, &[moved.clone(), two], 10, at("2026-02-04T10:00:00Z"));
        assert_eq!(states(&back), [(1, 1, false), (2, 2, false)]);
        let renamed = Deadline { title: "Another title".to_owned(), ..moved.clone() };
        assert_eq!(states(&update(&second, &[renamed], 10, at("2026-02-04T10:00:00Z")))[0], (1, 2, false));

        let later = update(&second, std::slice::from_ref(&moved), 10, at("2026-04-03T10:00:00Z"));
        assert_eq!(states(&later), [(1, 1, false), (2, 1, true)], "59 days after it was cancelled");
        let much_later = update(&second, &[moved], 10, at("2026-04-05T10:00:00Z"));
        assert_eq!(states(&much_later), [(1, 1, false)]);
    }

    #[test]
    fn what_the_limit_cuts_off_is_not_cancelled() {
        let all: Vec<Deadline> = (1..=3).map(|n| sample_deadline(n, &format!("2026-03-0{n}"))).collect();
        let first = update(&[], &all, 10, at("2026-02-01T10:00:00Z"));
        let cut = update(&first, &all[..2], 2, at("2026-02-02T10:00:00Z"));
        assert_eq!(states(&cut), [(1, 0, false), (2, 0, false), (3, 0, false)]);
        let written = to_write(&cut, &all[..2]);
        assert_eq!(written.iter().map(|event| event.id.as_u128()).collect::<Vec<_>>(), [1, 2]);
    }
}
