//! Sends e-mails to a mail server by SMTP, always over TLS. The steps are separate, so that the hand-over is recorded after
//! the server has accepted the recipient and before it can accept the text.

use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use reqwest::Url;

use super::Outcome;
use crate::api::Problem;
use crate::notifications::email::Mail;
use crate::telemetry::with_causes;

/// The time limit for the steps before the text, and again for the text.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why the settings of SMTP cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// The address of the server.
    #[error(
        "the address of the mail server must be smtp://host:port or smtps://host:port, without a user name or a path"
    )]
    Address,
    /// The sender.
    #[error("the sender of e-mails must be an address such as `Section 55 <no-reply@example.police.uk>`")]
    Sender,
    /// TLS cannot be set up.
    #[error("TLS to the mail server cannot be set up: {0}")]
    Tls(#[from] lettre::transport::smtp::Error),
}

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    /// True if TLS begins with the connection; false if STARTTLS begins it.
    is_implicit: bool,
    tls: TlsParameters,
    credentials: Option<Credentials>,
    from: Mailbox,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}, from {}", self.host, self.port, self.from)
    }
}

impl Smtp {
    /// Makes a client of the server at `smtps://host:port` (TLS from the start, by default port 465) or `smtp://host:port`
    /// (STARTTLS, by default port 587). `authorities` are certificates in PEM to trust beside the machine's own.
    ///
    /// # Errors
    /// [`SmtpError`].
    pub fn new(address: &str, from: &str, authorities: Option<&[u8]>) -> Result<Self, SmtpError> {
        let url = Url::parse(address).map_err(|_| SmtpError::Address)?;
        let (is_implicit, port) = match url.scheme() {
            "smtps" => (true, 465),
            "smtp" => (false, 587),
            _ => return Err(SmtpError::Address),
        };
        let is_bare = url.username().is_empty() && url.password().is_none() && matches!(url.path(), "" | "/");
        let host = url.host_str().filter(|_| is_bare).ok_or(SmtpError::Address)?.to_owned();
        let mut tls = TlsParameters::builder(host.trim_matches(['[', ']']).to_owned());
        if let Some(pem) = authorities {
            tls = tls.add_root_certificate(Certificate::from_pem(pem)?);
        }
        let tls = tls.build_rustls()?;
        let from = from.parse().map_err(|_| SmtpError::Sender)?;
        Ok(Self { host, port: url.port().unwrap_or(port), is_implicit, tls, credentials: None, from })
    }

    /// Signs in with a user name and a password.
    #[must_use]
    pub fn with_credentials(self, user: String, password: String) -> Self {
        Self { credentials: Some(Credentials::new(user, password)), ..self }
    }

    /// Connects, and takes every step up to the text.
    async fn prepare(&self, message: &Message) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
        let client = ClientId::Domain(self.from.email.domain().to_owned());
        let server = (self.host.trim_matches(['[', ']']).to_owned(), self.port);
        let implicit = self.is_implicit.then(|| self.tls.clone());
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(TIMEOUT), &client, implicit, None).await?;
        if !self.is_implicit {
            // Without STARTTLS this is an error: nothing is sent in the clear.
            connection.starttls(self.tls.clone(), &client).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        let envelope = message.envelope();
        connection.command(MailFrom::new(envelope.from().cloned(), Vec::new())).await?;
        for to in envelope.to() {
            connection.command(Rcpt::new(to.clone(), Vec::new())).await?;
        }
        connection.command(Data).await?;
        Ok(connection)
    }

    pub(super) async fn send(
        &self,
        mail: &Mail,
        at: DateTime<Utc>,
        hand_over: impl AsyncFnOnce() -> Result<bool, Problem>,
    ) -> Result<Outcome, Problem> {
        let message = match mail.to_mime(&self.from, at) {
            Ok(message) => message,
            Err(error) => return Ok(Outcome::Failed(error)),
        };
        let mut connection = match tokio::time::timeout(TIMEOUT, self.prepare(&message)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Ok(Outcome::Failed(with_causes(&error))),
            Err(_) => return Ok(Outcome::Failed("the mail server did not answer in time".to_owned())),
        };
        if !hand_over().await? {
            return Ok(Outcome::LeaseLost);
        }
        let outcome = match tokio::time::timeout(TIMEOUT, connection.message(&message.formatted())).await {
            Ok(Ok(_)) => Outcome::Accepted,
            // The server answered that it did not accept the text.
            Ok(Err(error)) if error.is_permanent() || error.is_transient() => Outcome::Failed(with_causes(&error)),
            Ok(Err(error)) => Outcome::Unknown(with_causes(&error)),
            Err(_) => Outcome::Unknown("the mail server did not confirm the text in time".to_owned()),
        };
        // The outcome is recorded without waiting for the end of the connection.
        tokio::spawn(async move {
            let _ = tokio::time::timeout(TIMEOUT, connection.quit()).await;
        });
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::Smtp;

    #[test]
    fn only_servers_with_tls_are_accepted() {
        let from = "Section 55 <no-reply@section55.example>";
        let port = |address: &str| Smtp::new(address, from, None).map(|smtp| (smtp.port, smtp.is_implicit)).ok();
        assert_eq!(port("smtps://mail.example"), Some((465, true)));
        assert_eq!(port("smtp://mail.example"), Some((587, false)));
        assert_eq!(port("smtp://mail.example:2525"), Some((2525, false)));
        for wrong in ["mail.example", "http://mail.example", "smtp://user:secret@mail.example", "smtp://mail.example/x"]
        {
            assert_eq!(port(wrong), None, "{wrong}");
        }
        assert!(Smtp::new("smtps://mail.example", "nobody", None).is_err());
    }
}
