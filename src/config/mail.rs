//! The settings of e-mails.

use std::path::PathBuf;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::{ConfigError, read_setting};

/// The settings of e-mails.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "E-mails")]
pub struct MailSettings {
    /// Mail server: smtps://host:port (TLS from the start) or smtp://host:port (STARTTLS); without it, this instance makes
    /// and sends no notifications
    #[arg(long, env = "SECTION55_SMTP_URL", requires = "mail_from")]
    pub smtp_url: Option<String>,
    /// User name at the mail server
    #[arg(long, env = "SECTION55_SMTP_USER")]
    pub smtp_user: Option<String>,
    /// Password at the mail server
    #[arg(long, env = "SECTION55_SMTP_PASSWORD", hide_env_values = true)]
    pub smtp_password: Option<SecretString>,
    /// File that holds SECTION55_SMTP_PASSWORD
    #[arg(long, env = "SECTION55_SMTP_PASSWORD_FILE", conflicts_with = "smtp_password")]
    pub smtp_password_file: Option<PathBuf>,
    /// Certificate authorities in PEM to trust for the mail server, beside the machine's own
    #[arg(long, env = "SECTION55_SMTP_CA_FILE")]
    pub smtp_ca_file: Option<PathBuf>,
    /// Key of GOV.UK Notify, in place of a mail server
    #[arg(long, env = "SECTION55_NOTIFY_KEY", hide_env_values = true, conflicts_with = "smtp_url")]
    pub notify_key: Option<SecretString>,
    /// File that holds SECTION55_NOTIFY_KEY
    #[arg(long, env = "SECTION55_NOTIFY_KEY_FILE", conflicts_with_all = ["notify_key", "smtp_url"])]
    pub notify_key_file: Option<PathBuf>,
    /// JSON object with the ids of GOV.UK Notify's templates, for each language by kind; required with the key
    #[arg(long, env = "SECTION55_NOTIFY_TEMPLATES_FILE")]
    pub notify_templates_file: Option<PathBuf>,
    /// Address of GOV.UK Notify
    #[arg(long, env = "SECTION55_NOTIFY_URL", default_value = NOTIFY_URL)]
    pub notify_url: String,
    /// Sender of e-mails (Section 55 <no-reply@example.police.uk>)
    #[arg(long, env = "SECTION55_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Address of the frontend, to which each link adds a path such as /responses/{id}; without it, e-mails have no links
    #[arg(long, env = "SECTION55_FRONTEND_URL")]
    pub frontend_url: Option<String>,
}

/// The address of GOV.UK Notify.
const NOTIFY_URL: &str = "https://api.notifications.service.gov.uk";

impl MailSettings {
    /// Returns the key of GOV.UK Notify and the text of its templates, if there is a key.
    ///
    /// # Errors
    /// A file cannot be read, or there are no templates.
    pub fn notify(&self) -> Result<Option<(SecretString, String)>, ConfigError> {
        let key = read_setting("SECTION55_NOTIFY_KEY", self.notify_key.as_ref(), self.notify_key_file.as_ref())?;
        let Some(key) = key else { return Ok(None) };
        let setting = "SECTION55_NOTIFY_TEMPLATES_FILE";
        let path = self.notify_templates_file.clone().ok_or(ConfigError::Missing(setting))?;
        let templates = std::fs::read_to_string(&path);
        let templates = templates.map_err(|source| ConfigError::File { setting, path, source })?;
        Ok(Some((key, templates)))
    }

    /// Returns the user name and the password at the mail server, if there is a user name.
    ///
    /// # Errors
    /// The file of the password cannot be read, or there is no password.
    pub fn credentials(&self) -> Result<Option<(String, String)>, ConfigError> {
        let Some(user) = self.smtp_user.clone() else { return Ok(None) };
        let password =
            read_setting("SECTION55_SMTP_PASSWORD", self.smtp_password.as_ref(), self.smtp_password_file.as_ref())?;
        let password = password.ok_or(ConfigError::Missing("SECTION55_SMTP_PASSWORD"))?;
        Ok(Some((user, password.expose_secret().to_owned())))
    }
}
