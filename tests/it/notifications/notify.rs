//! GOV.UK Notify, as a server on a local port that checks tokens, templates and parameters.

use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use section55::auth::Role;
use section55::notifications::{Notify, Settings, Transport};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::until;
use crate::support::App;
use crate::support::app::{Setup, noon};

const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";

#[derive(Default)]
struct State {
    accepted: Vec<Value>,
    asked: usize,
    /// True: the next request is accepted, and its connection closed before the answer.
    is_silent_once: bool,
}

/// Returns the claims of a token that is signed with the secret.
fn claims(head: &str) -> Value {
    let token = head.lines().find_map(|line| line.strip_prefix("authorization: Bearer ")).expect("a token");
    let (signed, signature) = token.trim().rsplit_once('.').expect("a signature");
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    hmac::verify(&key, signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).expect("base64")).expect("the secret");
    let (_, claims) = signed.split_once('.').expect("claims");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("JSON")
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let (mut head_end, mut buffer) = (None, [0; 4096]);
        let body = loop {
            if let Some(end) = head_end.or_else(|| bytes.windows(4).position(|four| four == b"\r\n\r\n")) {
                head_end = Some(end);
                let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
                let length =
                    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
                if bytes.len() >= end + 4 + length {
                    break bytes[end + 4..end + 4 + length].to_vec();
                }
            }
            let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
            bytes.extend_from_slice(&buffer[..count]);
        };
        let head = String::from_utf8_lossy(&bytes[..head_end?]).into_owned();
        bytes.clear();
        assert_eq!(claims(&head), json!({ "iss": SERVICE, "iat": claims(&head)["iat"] }));
        let answer = {
            let mut state = state.lock().expect("no panic");
            if let Some(rest) = head.strip_prefix("GET /v2/notifications?reference=") {
                state.asked += 1;
                let reference = rest.split(' ').next().unwrap_or_default();
                let found: Vec<&Value> = state.accepted.iter().filter(|it| it["reference"] == reference).collect();
                Some((200, json!({ "notifications": found })))
            } else {
                assert!(head.starts_with("POST /v2/notifications/email "), "{head}");
                state.accepted.push(serde_json::from_slice(&body).expect("JSON"));
                (!std::mem::take(&mut state.is_silent_once)).then(|| (201, json!({ "id": SERVICE })))
            }
        };
        let (status, body) = answer?;
        let body = body.to_string();
        let head =
            format!("HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).await.ok()?;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notify_gets_the_template_of_the_kind_and_is_asked_before_a_repetition() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let state = Arc::new(Mutex::new(State { is_silent_once: true, ..State::default() }));
    let shared = state.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, shared.clone()));
        }
    });
    let templates =
        json!({ "en": { "default": "en-default", "published": "en-published" }, "cy": { "default": "cy-default" } });
    let notify = Notify::new(&base, &format!("a-key-{SERVICE}-{SECRET}"), &templates.to_string()).expect("a client");
    let frontend = Some("https://app.example".to_owned());
    let notifications = Settings { transport: Some(Transport::Notify(Box::new(notify))), frontend, reminder_hour: 7 };
    let app = App::start_with_setup(Setup { notifications, ..Setup::default() }).await;
    let address = |role: &str, language: &str| json!({ "role": role, "address": format!("{role}@cumbria.example"), "language": language });
    let addresses = [address("opcc", "en"), address("opcc_approver", "cy")];
    let approver = app.person(Role::OpccApprover, "cumbria");
    approver
        .patch("/v1/areas/cumbria", "*", json!({ "settings": { "notification_addresses": addresses } }))
        .await
        .expect(200);
    let inspection = app.create_published_inspection("21866").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.sequence().await;
    let client = app.database.administrator().await;
    let states = async || -> Vec<(String, i32)> {
        let sql = "select state, unknown from record.emails order by created_at";
        client.query(sql, &[]).await.expect("rows").iter().map(|row| (row.get(0), row.get(1))).collect()
    };
    // Notify accepted it, and the answer was lost.
    let tried = "select count(*) from record.emails where tries = 1";
    let lost = async || (client.query_one(tried, &[]).await.expect("a count").get::<_, i64>(0) == 1).then_some(());
    until("the answer is lost", lost).await;
    app.clock.set(noon() + chrono::TimeDelta::minutes(2));
    until("it is sent", async || (states().await == [("sent".to_owned(), 0)]).then_some(())).await;
    {
        let state = state.lock().expect("no panic");
        assert_eq!((state.accepted.len(), state.asked), (1, 1), "asked, and not sent again");
        let sent = &state.accepted[0];
        assert_eq!(
            (&sent["template_id"], &sent["email_address"]),
            (&json!("en-published"), &json!("opcc@cumbria.example"))
        );
        let told = &sent["personalisation"];
        assert_eq!(told["headline"], "Inspection report #21866 was published: the response is due by 21 April 2022");
        assert_eq!((&told["day"], &told["report"]), (&json!("21 April 2022"), &json!("Thematic inspection 21866")));
        assert_eq!(told["link"], format!("https://app.example{}", response.trim_start_matches("/v1")));
    }
    app.advance_response_to(&response, "cumbria", "in_approval").await;
    app.sequence().await;
    until("the second", async || (states().await.len() == 2 && states().await[1].0 == "sent").then_some(())).await;
    let state = state.lock().expect("no panic");
    assert_eq!(state.accepted[1]["template_id"], "cy-default");
    assert_eq!(state.accepted.len(), 2);
}
