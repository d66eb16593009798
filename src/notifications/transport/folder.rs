//! A folder that holds each e-mail as a file, for development and for tests. The file has the id of the e-mail as its name,
//! so writing it again leaves one file.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use lettre::message::Mailbox;

use super::Outcome;
use crate::api::Problem;
use crate::notifications::email::Mail;

/// A folder of e-mails.
#[derive(Clone, Debug)]
pub struct MailFolder {
    path: PathBuf,
    from: Mailbox,
}

impl MailFolder {
    /// Creates the folder.
    ///
    /// # Errors
    /// The error of the operating system if it cannot be created.
    pub fn create(path: PathBuf) -> std::io::Result<Self> {
        fs::create_dir_all(&path)?;
        let from = "Section 55 <section55@localhost>".parse().map_err(std::io::Error::other)?;
        Ok(Self { path, from })
    }

    /// Returns the path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn send(
        &self,
        mail: &Mail,
        at: DateTime<Utc>,
        hand_over: impl AsyncFnOnce() -> Result<bool, Problem>,
    ) -> Result<Outcome, Problem> {
        let message = match mail.to_mime(&self.from, at) {
            Ok(message) => message.formatted(),
            Err(error) => return Ok(Outcome::Failed(error)),
        };
        if !hand_over().await? {
            return Ok(Outcome::LeaseLost);
        }
        let (unfinished, finished) =
            (self.path.join(format!("{}.part", mail.id)), self.path.join(format!("{}.eml", mail.id)));
        let written = fs::write(&unfinished, message).and_then(|()| fs::rename(&unfinished, &finished));
        Ok(written.map_or_else(|error| Outcome::Failed(error.to_string()), |()| Outcome::Accepted))
    }
}
