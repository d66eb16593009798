//! Kills the service with SIGKILL while it sends e-mails to a mail server, and counts how often each one arrived.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use section55::auth::token::TokenContents;
use section55::clock::Clock;
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::Context;
use crate::common::BoxedError;
use crate::figures::{FaultKind, Figures};
use crate::load::AREAS;
use crate::mail_server::{MailServer, Tls};
use crate::stage::{START_TIMEOUT, Stage};

/// How long the last e-mails may take: longer than the lease of an instance that was killed, and the wait after one failure.
const LIMIT: Duration = Duration::from_secs(200);
/// The addresses of each area. Each publication is told to each of them.
const ADDRESSES: usize = 6;

/// Publishes inspections all the time. What becomes of a single request does not matter: the record tells what was published.
struct Publisher {
    base: String,
    tokens: Vec<(&'static str, String)>,
    client: reqwest::Client,
    today: String,
}

impl Publisher {
    fn new(context: &Context, base: String) -> Result<Self, BoxedError> {
        let now = Clock::system().now();
        let token = |area: &'static str| {
            let contents = TokenContents {
                subject: format!("opcc@{area}.example"),
                name: None,
                roles: vec!["opcc".to_owned()],
                areas: vec![area.to_owned()],
                issued_at: now,
                lifetime: TimeDelta::hours(12),
            };
            (area, context.installation.token_key.sign(&contents))
        };
        let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
        let today = Clock::system().today().to_string();
        Ok(Self { base, tokens: AREAS.map(token).to_vec(), client, today })
    }

    fn start(self) -> tokio::task::JoinHandle<()> {
        tokio::spawn(async move {
            for n in 0.. {
                let (area, token) = &self.tokens[n % self.tokens.len()];
                if self.publish(n, area, token).await.is_err() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> Result<Value, BoxedError> {
        let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(token).header("if-match", "*");
        let request = request.header("content-type", "application/json").body(body.to_string());
        Ok(serde_json::from_str(&request.send().await?.error_for_status()?.text().await?)?)
    }

    async fn publish(&self, n: usize, area: &str, token: &str) -> Result<(), BoxedError> {
        let report = json!({
            "reference": format!("mail-{n}"), "title": "An inspection of the campaign", "kind": "force_specific",
            "published_on": self.today, "subjects": [area],
        });
        let created = self.post("/v1/inspections", token, &report).await?;
        let href = created["links"]["self"].as_str().ok_or("no links.self")?;
        self.post(&format!("{href}/transitions"), token, &json!({ "action": "publish" })).await.map(drop)
    }
}

/// Sets the addresses of the areas of the clients.
async fn set_addresses(database: &Client) -> Result<(), BoxedError> {
    let address =
        "jsonb_build_object('role', 'opcc', 'address', 'office' || n || '@' || area || '.example', 'language', 'en')";
    let sql = format!(
        "update record.area_settings
         set notification_addresses = (select jsonb_agg({address}) from generate_series(1, {ADDRESSES}) n)
         where area = any ($1)"
    );
    database.execute(&sql, &[&AREAS.as_slice()]).await?;
    Ok(())
}

async fn count(database: &Client, sql: &str) -> Result<i64, BoxedError> {
    Ok(database.query_one(sql, &[]).await?.get(0))
}

/// The e-mails that the record says there must be: one for each response that was opened in time, and each address.
const EXPECTED: &str = "
    select coalesce(sum(jsonb_array_length(s.notification_addresses)), 0)::bigint
    from record.changes c
    join record.responses r on r.id = c.resource_id
    join record.inspections i on i.id = r.inspection_id
    join record.area_settings s on s.area = c.area
    where c.kind = 'response.open' and i.due_on >= (c.at at time zone 'Europe/London')::date";

/// Runs the scenario.
pub async fn run(context: &Context) -> Result<Figures, BoxedError> {
    let mut figures = Figures::new("mail");
    let server = MailServer::start(Tls::Implicit).await;
    server.take(Duration::from_millis(15));
    let mut stage = Stage::create(context, "mail")?;
    let authority = stage.folder.join("mail-authority.pem");
    std::fs::write(&authority, server.authority())?;
    stage.service.environment.extend([
        ("SECTION55_SMTP_URL", server.url()),
        ("SECTION55_SMTP_CA_FILE", authority.display().to_string()),
        ("SECTION55_MAIL_FROM", "Section 55 <no-reply@section55.example>".to_owned()),
    ]);
    stage.start().await?;
    let database = stage.postgres.administrator().await?;
    set_addresses(&database).await?;
    let publishing = Publisher::new(context, stage.service.base())?.start();
    let kills = context.options.count_or(5, 100);
    for _ in 0..kills {
        // A kill is in the middle of sending: at least one more e-mail has arrived since the last start.
        let (began, before) = (Instant::now(), server.accepted().len());
        while server.accepted().len() == before && began.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(stage.random.milliseconds(0, 60)).await;
        stage.service.kill().await;
        stage.service.start()?;
    }
    stage.service.wait_until_ready(START_TIMEOUT).await?;
    publishing.abort();
    // What a publication that was just interrupted has committed is in the log by then.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let waiting = "select count(*) from record.emails where state = 'pending'";
    let behind = "select (select max(position) from record.stream_heads) - position from record.notification_progress";
    let began = Instant::now();
    while count(&database, waiting).await? > 0 || count(&database, behind).await? > 0 {
        if began.elapsed() > LIMIT {
            figures.fault(FaultKind::Lost, format!("{} e-mails still wait", count(&database, waiting).await?));
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    compare(&database, &server, &mut figures).await?;
    figures.did("kills", kills);
    Ok(figures)
}

/// Holds what arrived against what the record says.
async fn compare(database: &Client, server: &MailServer, figures: &mut Figures) -> Result<(), BoxedError> {
    let mut arrived: HashMap<String, i32> = HashMap::new();
    for mail in server.accepted() {
        *arrived.entry(mail.id()).or_default() += 1;
    }
    let expected = usize::try_from(count(database, EXPECTED).await?)?;
    if expected != arrived.len() {
        figures.fault(
            FaultKind::Lost,
            format!("{} e-mails arrived of {expected} that the record asks for", arrived.len()),
        );
    }
    let rows = database.query("select id::text, state, unknown from record.emails", &[]).await?;
    if rows.len() != expected {
        figures
            .fault(FaultKind::Other, format!("{} e-mails were made, and the record asks for {expected}", rows.len()));
    }
    let mut repeated = 0;
    for row in &rows {
        let (id, state, unknown): (String, String, i32) = (row.get(0), row.get(1), row.get(2));
        let times = arrived.remove(&format!("<{id}@section55.example>")).unwrap_or_default();
        figures.promise(state == "sent", format!("the e-mail {id} is {state}"));
        if times == 0 {
            figures.fault(FaultKind::Lost, format!("the e-mail {id} never arrived"));
        }
        // One that arrived twice must be one whose outcome the service itself recorded as unknown.
        if times > 1 + unknown {
            figures.fault(FaultKind::Doubled, format!("the e-mail {id} arrived {times} times"));
        }
        repeated += usize::try_from(times - 1).unwrap_or_default();
    }
    figures.promise(arrived.is_empty(), format!("{} e-mails arrived that are not in the record", arrived.len()));
    let unknown = count(database, "select coalesce(sum(unknown), 0)::bigint from record.emails").await?;
    figures.did("e-mails, each with its own Message-ID", rows.len());
    figures.did("deliveries", server.accepted().len());
    figures.did("unknown outcomes, sent again", usize::try_from(unknown)?);
    figures.did("of these arrived twice", repeated);
    Ok(())
}
