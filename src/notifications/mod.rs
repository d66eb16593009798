//! Notifications: what a day or a step of a record means for the people who must act, sent to them by e-mail. They are
//! made from the change feed and from the deadlines, each once, and sent beside the requests.

mod context;
mod dispatch;
mod email;
mod follow;
pub mod http;
mod identity;
mod kind;
mod model;
mod preferences;
mod reminders;
mod service;
mod store;
mod transport;
mod wording;

pub use context::{NotificationContext, Settings};
pub use dispatch::{backlog, delete_old_emails};
pub use model::EmailBacklog;
pub use transport::{MailFolder, Notify, NotifyError, Smtp, SmtpError, Transport};
