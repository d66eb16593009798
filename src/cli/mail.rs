//! How `serve` sends e-mails, from its settings.

use secrecy::ExposeSecret;

use super::BoxedError;
use crate::config::MailSettings;
use crate::notifications::{self, Notify, Smtp, Transport};

/// The hour in London from which the reminders of a day are sent.
const REMINDER_HOUR: u32 = 7;

/// Returns the settings of notifications.
///
/// # Errors
/// A setting is missing or wrong, or a file cannot be read.
pub fn notification_settings(mail: &MailSettings) -> Result<notifications::Settings, BoxedError> {
    let transport = match mail.notify()? {
        Some((key, templates)) => {
            Some(Transport::Notify(Box::new(Notify::new(&mail.notify_url, key.expose_secret(), &templates)?)))
        }
        None => smtp(mail)?.map(Transport::Smtp),
    };
    match &transport {
        Some(transport) => tracing::info!(?transport, "this instance sends notifications by e-mail"),
        None => {
            tracing::info!("neither SECTION55_SMTP_URL nor a key of GOV.UK Notify is set: no notifications are sent");
        }
    }
    Ok(notifications::Settings { transport, frontend: mail.frontend_url.clone(), reminder_hour: REMINDER_HOUR })
}

fn smtp(mail: &MailSettings) -> Result<Option<Smtp>, BoxedError> {
    let Some((url, from)) = mail.smtp_url.as_ref().zip(mail.mail_from.as_ref()) else { return Ok(None) };
    let authorities = mail.smtp_ca_file.as_ref().map(std::fs::read).transpose()?;
    let smtp = Smtp::new(url, from, authorities.as_deref())?;
    Ok(Some(match mail.credentials()? {
        Some((user, password)) => smtp.with_credentials(user, password),
        None => smtp,
    }))
}
