//! The ids of notifications and e-mails. They are made of what happened and to whom it is told, so that the same one has
//! the same id however often it is made: after a restart, on a second instance, or after a restore.

use aws_lc_rs::digest::{SHA256, digest};
use chrono::NaiveDate;
use uuid::Uuid;

use super::kind::NotificationKind;
use crate::vocabulary::WireName;

/// Returns the id that these parts make (RFC 9562, version 8).
fn id_of(parts: &[&str]) -> Uuid {
    let hash = digest(&SHA256, parts.join("\0").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Returns the id of a notification of an event.
pub fn of_event(event: Uuid, kind: NotificationKind, recipient: &str) -> Uuid {
    id_of(&["event", &event.to_string(), kind.as_str(), &recipient.to_lowercase()])
}

/// Returns the id of a notification of a day of a record. `lead` is the number of days before it, below 0 after it.
pub fn of_day(deadline: Uuid, day: NaiveDate, lead: i32, kind: NotificationKind, recipient: &str) -> Uuid {
    let (deadline, day, lead) = (deadline.to_string(), day.to_string(), lead.to_string());
    id_of(&["day", &deadline, &day, &lead, kind.as_str(), &recipient.to_lowercase()])
}

/// Returns the id of the digest of a day.
pub fn of_digest(area: &str, side: &str, day: NaiveDate, recipient: &str) -> Uuid {
    id_of(&["digest", area, side, &day.to_string(), &recipient.to_lowercase()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_notification_has_the_same_id_and_no_other_has_it() {
        let (event, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let id = of_event(event, NotificationKind::Approved, "Office@example.org");
        assert_eq!(id, of_event(event, NotificationKind::Approved, "office@example.org"));
        assert_ne!(id, of_event(other, NotificationKind::Approved, "office@example.org"));
        assert_ne!(id, of_event(event, NotificationKind::Returned, "office@example.org"));
        assert_ne!(id, of_event(event, NotificationKind::Approved, "other@example.org"));
        let day: NaiveDate = "2022-04-21".parse().expect("a day");
        let of_lead = |lead| of_day(event, day, lead, NotificationKind::DayAhead, "office@example.org");
        assert_ne!(of_lead(7), of_lead(1));
        assert_eq!(of_lead(7).get_version_num(), 8);
    }
}
