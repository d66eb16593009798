//! What people choose for themselves: kinds, digests, languages, and the addresses of their tokens.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, recipients};
use crate::support::Person;

/// Chooses notifications as a person whom the service has seen.
async fn choose(case: &Case, person: &Person, choices: Value) {
    person.patch("/v1/me/notifications", "*", choices).await.expect(200);
    case.app.record_sightings().await;
}

impl Case {
    /// Starts a service in whose settings no area has an address.
    async fn without_addresses() -> Self {
        let case = Self::new().await;
        case.set(json!({ "notification_addresses": [] })).await;
        case
    }

    fn officer(&self, name: &str, role: &str) -> Person {
        self.app.person_with_roles(&format!("{name}@cumbria.example"), &[role], &["cumbria"])
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_receives_what_the_person_chose_and_nothing_of_the_own_steps() {
    let case = Case::without_addresses().await;
    let (anna, ben) = (case.officer("anna", "opcc_approver"), case.officer("ben", "opcc_approver"));
    let before = anna.get("/v1/me/notifications").await.expect(200);
    assert_eq!(
        (&before.body["email"], &before.body["kinds"]["approved"]),
        (&json!("anna@cumbria.example"), &json!("never"))
    );
    for person in [&anna, &ben] {
        choose(&case, person, json!({ "kinds": { "waits_for_approval": "at_once", "approved": "at_once" } })).await;
    }
    choose(&case, &case.officer("carol", "opcc"), json!({ "language": "cy" })).await;
    let response = case.response("21866").await;
    case.app.advance_response_to(&response, "cumbria", "in_approval").await;
    anna.act(&response, json!({ "action": "approve" })).await.expect(200);
    case.settle().await;
    let mails = case.wait_for(3).await;
    assert_eq!(recipients(&mails), ["anna", "ben", "ben"], "anna is not told that she approved");
    assert!(mails.iter().all(|mail| mail.text.contains("You chose to receive this.")));
    // Who has left receives nothing more.
    let people = case.app.person(Role::Opcc, "cumbria").get("/v1/people?q=ben").await.expect(200);
    let entry = people.body["items"][0]["links"]["self"].as_str().expect("an entry").to_owned();
    case.app.person(Role::Opcc, "cumbria").patch(&entry, "*", json!({ "active": false })).await.expect(200);
    anna.act(&response, json!({ "action": "reopen", "reason": "A slip." })).await.expect(200);
    case.app.person(Role::Opcc, "cumbria").act(&response, json!({ "action": "submit" })).await.expect(200);
    case.settle().await;
    assert_eq!(recipients(&case.wait_for(4).await), ["anna", "anna", "ben", "ben"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daily_digest_is_one_e_mail_in_the_morning() {
    let case = Case::without_addresses().await;
    let anna = case.officer("anna", "opcc_approver");
    choose(&case, &anna, json!({ "language": "cy", "kinds": { "waits_for_approval": "daily", "published": "daily" } }))
        .await;
    for reference in ["21866", "21867"] {
        let response = case.response(reference).await;
        case.app.advance_response_to(&response, "cumbria", "in_approval").await;
    }
    case.app.sequence().await;
    let made = async || {
        let client = case.app.database.administrator().await;
        let count: i64 =
            client.query_one("select count(*) from record.notifications", &[]).await.expect("a count").get(0);
        (count == 4).then_some(())
    };
    super::until("the notifications are made", made).await;
    assert!(case.server.accepted().is_empty(), "not before the morning");
    case.app.clock.set("2022-03-23T07:00:01Z".parse().expect("an instant"));
    let mails = case.wait_for(1).await;
    assert_eq!((recipients(&mails), mails[0].subject.as_str()), (vec!["anna"], "Adran 55: 4 hysbysiad"));
    assert_eq!(mails[0].text.matches("yn aros am eich cymeradwyaeth").count(), 2);
    case.app.clock.set("2022-03-24T08:00:01Z".parse().expect("an instant"));
    case.settle().await;
    assert_eq!(case.server.accepted().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn choices_are_the_persons_own_and_need_an_address() {
    let case = Case::without_addresses().await;
    let anna = case.officer("anna", "opcc");
    choose(&case, &anna, json!({ "kinds": { "approved": "daily" } })).await;
    let own = anna.get("/v1/me/notifications").await.expect(200);
    assert_eq!((own.body["version"].clone(), own.body["kinds"]["approved"].clone()), (json!(1), json!("daily")));
    anna.patch("/v1/me/notifications", "\"0\"", json!({ "language": "cy" })).await.expect(412);
    let other = case.officer("ben", "opcc").get("/v1/me/notifications").await.expect(200);
    assert_eq!(other.body["kinds"]["approved"], "never");
    let nobody = case.app.person_with_roles("no address", &["opcc"], &["cumbria"]);
    let refused = nobody.patch("/v1/me/notifications", "*", json!({ "kinds": { "approved": "daily" } })).await;
    assert_eq!(refused.expect(422).faults()[0].1, "no_address");
    anna.patch("/v1/me/notifications", "*", json!({ "kinds": { "unknown": "daily" } })).await.expect(422);
    case.app.person(Role::Auditor, "cumbria").get("/v1/me/notifications").await.expect(403);
    // The log states the choice without the address.
    let client = case.app.database.administrator().await;
    let sql = "select string_agg(payload, '') from record.event_payloads where resource = 'notification_preferences'";
    let payload: String = client.query_one(sql, &[]).await.expect("a row").get(0);
    assert!(payload.contains("daily") && !payload.contains("cumbria.example"), "{payload}");
}
