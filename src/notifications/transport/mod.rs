//! How an e-mail leaves the service: by SMTP, through GOV.UK Notify, or into a folder in development.

mod folder;
mod notify;
mod smtp;

use chrono::{DateTime, Utc};

pub use folder::MailFolder;
pub use notify::{Notify, NotifyError};
pub use smtp::{Smtp, SmtpError};

use super::email::Mail;
use crate::api::Problem;

/// The outcome of one attempt to send an e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server accepted it.
    Accepted,
    /// The mail server did not accept it.
    Failed(String),
    /// The mail server may have accepted it: the connection broke before its answer.
    Unknown(String),
    /// Another instance may be sending it, so it was not handed over.
    LeaseLost,
}

/// How e-mails are sent.
#[derive(Clone, Debug)]
pub enum Transport {
    /// To a mail server.
    Smtp(Smtp),
    /// Through GOV.UK Notify.
    Notify(Box<Notify>),
    /// Into a folder, in development.
    Folder(MailFolder),
}

impl Transport {
    /// Makes one attempt to send an e-mail. Calls `hand_over` as late as possible before the mail server can accept it, and
    /// hands it over only if that returns true.
    ///
    /// # Errors
    /// The error of `hand_over`. A failure to send is an outcome.
    pub async fn send(
        &self,
        mail: &Mail,
        at: DateTime<Utc>,
        hand_over: impl AsyncFnOnce() -> Result<bool, Problem>,
    ) -> Result<Outcome, Problem> {
        match self {
            Self::Smtp(smtp) => smtp.send(mail, at, hand_over).await,
            Self::Notify(notify) => notify.send(mail, at, hand_over).await,
            Self::Folder(folder) => folder.send(mail, at, hand_over).await,
        }
    }
}
