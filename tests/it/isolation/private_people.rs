//! The people of an area, with a secret in each member that the area enters, and their remarks on a response.

use section55::auth::Role;
use serde_json::json;

use super::private_data::{PrivateData, SecretKind};
use crate::support::App;

impl PrivateData {
    /// Adds an entry of each side, and changes its name.
    pub(super) async fn add_people(&mut self, app: &App, area: &'static str) {
        for role in [Role::Opcc, Role::Constabulary] {
            let [subject, name, other] = [(); 3].map(|()| self.new_secret(area, SecretKind::Area));
            let person = app.person(role, area);
            let entry = json!({ "subject": subject, "name": name, "issuer": self.new_secret(area, SecretKind::Area) });
            let made = person.post("/v1/people", entry).await.expect(201).href();
            person.patch(&made, "*", json!({ "name": other, "active": false })).await.expect(200);
            self.people.push((area, made));
        }
    }

    /// Makes remarks of each side on a response, with an answer, and changes one.
    pub(super) async fn add_remarks(&mut self, app: &App, area: &'static str, response: &str) {
        for (role, kind) in [(Role::Opcc, SecretKind::Body), (Role::Constabulary, SecretKind::Force)] {
            let [text, answer, other] = [(); 3].map(|()| self.new_secret(area, kind));
            let (person, path) = (app.person(role, area), format!("{response}/remarks"));
            let made = person.post(&path, json!({ "text": text })).await.expect(201);
            person.post(&path, json!({ "text": answer, "answers": made.body["id"] })).await.expect(201);
            let kept = person.post(&path, json!({ "text": other })).await.expect(201).href();
            person.act(&kept, json!({ "action": "resolve" })).await.expect(200);
            self.remarks.extend([(area, made.href()), (area, kept)]);
        }
    }
}
