//! The statements on notifications and e-mails. Row security limits each call to the areas and sides of its actor.

mod emails;
mod insertion;
mod lines;
mod making;
mod preferences;
mod progress;

pub use emails::{begin_hand_over, claim, delete_settled, find_backlog, find_claimed, postpone, settle};
pub use insertion::insert_notification;
pub use lines::list_lines;
pub use making::{Change, find_concerned, find_event_person, list_changes, list_recipients};
pub use preferences::{find_preferences, write_preferences};
pub use progress::{
    Progress, ReminderSettings, find_progress, find_reminder_settings, is_opened, lock_position, set_position,
    set_reminders_on,
};
