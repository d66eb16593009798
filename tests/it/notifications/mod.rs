//! Notifications, tested with a mail server on a local port: what makes one, to whom it goes, what it holds, and how often it
//! is sent.

mod content;
mod events;
mod notify;
mod people;
mod reminders;
mod sending;

use std::time::Duration;

use mail_parser::MessageParser;
use section55::auth::Role;
use section55::notifications::{Settings, Smtp, Transport};
use serde_json::{Value, json};

use crate::support::App;
use crate::support::app::Setup;
use crate::support::mail_server::{Accepted, MailServer, Tls};

const FROM: &str = "Section 55 <no-reply@section55.example>";

/// Returns settings with which an instance sends to this server.
fn settings(server: &MailServer) -> Setup {
    let smtp = Smtp::new(&server.url(), FROM, Some(server.authority().as_bytes())).expect("a server");
    let smtp = smtp.with_credentials("user".to_owned(), "secret".to_owned());
    let transport = Some(Transport::Smtp(smtp));
    let frontend = Some("https://app.example/record/".to_owned());
    Setup { notifications: Settings { transport, frontend, reminder_hour: 7 }, ..Setup::default() }
}

/// A service that sends to a mail server.
struct Case {
    app: App,
    server: MailServer,
}

impl Case {
    /// Starts a service. Cumbria has an address for each role.
    async fn new() -> Self {
        Self::with_tls(Tls::Implicit).await
    }

    async fn with_tls(tls: Tls) -> Self {
        let server = MailServer::start(tls).await;
        let app = App::start_with_setup(settings(&server)).await;
        let case = Self { app, server };
        let roles = ["opcc", "opcc_approver", "constabulary", "chief_officer"];
        let address =
            |role: &str| json!({ "role": role, "address": format!("{role}@cumbria.example"), "language": "en" });
        case.set(json!({ "notification_addresses": roles.map(address) })).await;
        case
    }

    /// Changes settings of Cumbria.
    async fn set(&self, settings: Value) {
        let approver = self.app.person(Role::OpccApprover, "cumbria");
        approver.patch("/v1/areas/cumbria", "*", json!({ "settings": settings })).await.expect(200);
    }

    /// Publishes an inspection, and returns the path of Cumbria's response. The notification of it is waited for.
    async fn response(&self, reference: &str) -> String {
        let inspection = self.app.create_published_inspection(reference).await;
        self.app.response_path(&inspection, "cumbria").await
    }

    /// Waits until this number of e-mails is accepted, and returns them.
    async fn wait_for(&self, count: usize) -> Vec<Mail> {
        let found = async || Some(self.server.accepted()).filter(|all| all.len() >= count);
        let found = until(&format!("{count} e-mails"), found).await;
        found.iter().map(Mail::parse).collect()
    }

    /// Sequences the events and waits until the service has made the notifications of them.
    async fn settle(&self) {
        self.app.sequence().await;
        let client = self.app.database.administrator().await;
        let sql = "select position >= (select max(position) from record.stream_heads)
                          and not exists (select from record.emails where state = 'pending' and tries = 0)
                   from record.notification_progress";
        let made = async || client.query_one(sql, &[]).await.expect("a row").get::<_, bool>(0).then_some(());
        until("the notifications are made", made).await;
    }

    /// Returns the state, the number of failed attempts and the number of unknown outcomes of each e-mail.
    async fn states(&self) -> Vec<(String, i32, i32)> {
        let client = self.app.database.administrator().await;
        let sql = "select state, tries, unknown from record.emails order by created_at, id";
        client.query(sql, &[]).await.expect("rows").iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
    }
}

/// An e-mail that was accepted.
#[derive(Clone, Debug)]
struct Mail {
    to: String,
    id: String,
    subject: String,
    text: String,
    html: String,
    raw: String,
}

impl Mail {
    fn parse(accepted: &Accepted) -> Self {
        let message = MessageParser::default().parse(accepted.text.as_bytes()).expect("an e-mail");
        Self {
            to: accepted.to.clone(),
            id: accepted.id(),
            subject: message.subject().expect("a subject").to_owned(),
            text: message.body_text(0).expect("a text").into_owned(),
            html: message.body_html(0).expect("HTML").into_owned(),
            raw: accepted.text.clone(),
        }
    }
}

/// Returns the recipients, sorted.
fn recipients(mails: &[Mail]) -> Vec<&str> {
    let mut all: Vec<&str> = mails.iter().map(|mail| mail.to.split('@').next().expect("a name")).collect();
    all.sort_unstable();
    all
}

/// Repeats a question until it has an answer, for at most 30 seconds.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within 30 seconds: {what}");
}
