//! A random history of one report in one area: its response, one assignment with evidence, and drafts of other reports.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::world::{recommendation, registration};
use crate::support::{App, Person};

/// The records of a random history, and the generator of its choices. The same seed gives the same choices.
pub struct RandomHistory {
    choices: u64,
    pub inspection: String,
    pub response: String,
    pub assignment: String,
    pub recommendation: String,
    evidence: Vec<String>,
    drafts: Vec<String>,
}

impl RandomHistory {
    pub async fn begin(app: &App, seed: u64) -> Self {
        let published = app.create_published_inspection("99001").await;
        let (inspection, response) = (published.href(), app.response_path(&published, "cumbria").await);
        let assignment = app.assignment_path(&published, "cumbria").await;
        let found = app.person(Role::Opcc, "cumbria").get(&assignment).await.expect(200);
        let recommendation = found.body["links"]["recommendation"].as_str().expect("a link").to_owned();
        Self {
            choices: seed,
            inspection,
            response,
            assignment,
            recommendation,
            evidence: Vec::new(),
            drafts: Vec::new(),
        }
    }

    fn choose_below(&mut self, most: usize) -> usize {
        self.choices = self.choices.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.choices >> 33).expect("31 bits") % most
    }

    fn choose<'a>(&mut self, of: &'a [String]) -> Option<&'a String> {
        if of.is_empty() { None } else { Some(&of[self.choose_below(of.len())]) }
    }

    /// Sends one random request. The service may refuse it.
    pub async fn step(&mut self, app: &App, n: u64) {
        match self.choose_below(5) {
            0 | 1 => self.respond(app, n).await,
            2 => self.assure(app, n).await,
            3 => self.evidence(app, n).await,
            _ => self.register(app, n).await,
        }
    }

    async fn respond(&mut self, app: &App, n: u64) {
        let person = |role| app.person(role, "cumbria");
        let (opcc, approver) = (person(Role::Opcc), person(Role::OpccApprover));
        let (liaison, chief) = (person(Role::Constabulary), person(Role::ChiefOfficer));
        let response = self.response.clone();
        let act = async |who: &Person, what: Value| drop(who.act(&response, what).await);
        match self.choose_below(15) {
            0 => act(&opcc, json!({ "action": "invite" })).await,
            1 => drop(opcc.patch(&response, "*", json!({ "policing_body_comments": format!("Comments {n}.") })).await),
            2 => drop(opcc.patch(&response, "*", json!({ "reply_to_chief_officer": format!("Reply {n}.") })).await),
            3 => drop(liaison.patch(&response, "*", json!({ "chief_officer_comments": format!("Draft {n}.") })).await),
            4 => act(&chief, json!({ "action": "submit_comments", "text": format!("Comments {n}.") })).await,
            5 => app.try_to_write_all_texts(&response).await,
            6 => act(&opcc, json!({ "action": "submit" })).await,
            7 => act(&approver, json!({ "action": "approve" })).await,
            8 | 9 => {
                // Try the whole way to publication at once.
                act(&opcc, json!({ "action": "invite" })).await;
                act(&chief, json!({ "action": "nil_return" })).await;
                app.try_to_write_all_texts(&response).await;
                act(&opcc, json!({ "action": "submit" })).await;
                act(&approver, json!({ "action": "approve" })).await;
                act(&approver, json!({ "action": "publish" })).await;
            }
            10 => act(&approver, json!({ "action": "correct", "reason": format!("Slip {n}.") })).await,
            11 => {
                let copy = json!({ "action": "record_copy", "recipient": "inspectors", "sent_on": "2022-03-22", "channel": "post" });
                act(&opcc, copy).await;
            }
            12 => {
                let published = json!({
                    "action": "record_published", "published_on": "2022-03-22", "explanations_incomplete": true,
                    "policing_body_comments": format!("Published {n}."), "signed_by": format!("Signatory {n}"),
                    "chief_officer_comments": { "text": format!("Theirs {n}.") },
                });
                act(&approver, published).await;
            }
            13 => {
                let required = self.choose_below(2) == 0;
                let settings = json!({ "settings": { "afi_explanation_required": required } });
                drop(approver.patch("/v1/areas/cumbria", "*", settings).await);
            }
            _ => act(&approver, json!({ "action": "reopen", "reason": "Again." })).await,
        }
    }

    async fn assure(&mut self, app: &App, n: u64) {
        let person = |role| app.person(role, "cumbria");
        let (opcc, force, chief) = (person(Role::Opcc), person(Role::Constabulary), person(Role::ChiefOfficer));
        let assignment = self.assignment.clone();
        let act = async |who: &Person, what: Value| drop(who.act(&assignment, what).await);
        match self.choose_below(10) {
            0 => act(&force, json!({ "action": "allocate", "owner": format!("Insp. {n}") })).await,
            1 => act(&force, json!({ "action": "start" })).await,
            2 => {
                let day = format!("2022-0{}-15", 4 + self.choose_below(3));
                drop(force.patch(&assignment, "*", json!({ "local_target_on": day, "reason": format!("{n}.") })).await);
            }
            3 => drop(force.patch(&assignment, "*", json!({ "owner": format!("Supt. {n}") })).await),
            4 => act(&force, json!({ "action": "embed" })).await,
            5 => {
                act(&force, json!({ "action": "submit_for_sign_off" })).await;
                act(&chief, json!({ "action": "sign_off" })).await;
            }
            6 => {
                let value = ["assured", "not_assured"][self.choose_below(2)];
                let view = json!({ "value": value, "note": format!("View {n}.") });
                drop(opcc.put(&format!("{assignment}/positions/body_view"), "*", view).await);
            }
            7 => {
                let opinion = json!({ "value": "limited", "note": format!("Opinion {n}.") });
                drop(
                    person(Role::Auditor).put(&format!("{assignment}/positions/assurance_opinion"), "*", opinion).await,
                );
            }
            8 => act(&force, json!({ "action": "depend", "dependency": format!("Body {n}") })).await,
            _ => act(&force, json!({ "action": "resume" })).await,
        }
    }

    async fn evidence(&mut self, app: &App, n: u64) {
        let (opcc, force) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Constabulary, "cumbria"));
        let all = self.evidence.clone();
        let Some(item) = self.choose(&all).filter(|_| all.len() > 1).cloned() else {
            let marking = ["official", "official_sensitive"][self.choose_below(2)];
            let item = app.add_submitted_evidence(&self.assignment, "cumbria", json!({ "marking": marking })).await;
            self.evidence.push(item.href());
            return;
        };
        match self.choose_below(6) {
            0 => {
                let created =
                    app.add_evidence(&self.assignment, "cumbria", json!({ "title": format!("Minutes {n}") })).await;
                self.evidence.push(created.href());
            }
            1 => drop(opcc.act(&item, json!({ "action": "accept", "note": format!("Note {n}.") })).await),
            2 => drop(opcc.act(&item, json!({ "action": "reject", "note": format!("Note {n}.") })).await),
            3 => drop(force.act(&item, json!({ "action": "withdraw", "reason": format!("{n}.") })).await),
            4 => drop(force.patch(&item, "*", json!({ "marking": "official_sensitive" })).await),
            _ => {
                let path = format!("{item}/marking/transitions");
                let ask = json!({ "action": "request_lowering", "reason": format!("{n}.") });
                drop(force.send_json(Method::POST, &path, Some("*"), &ask).await);
                drop(opcc.send_json(Method::POST, &path, Some("*"), &json!({ "action": "confirm_lowering" })).await);
            }
        }
    }

    async fn register(&mut self, app: &App, n: u64) {
        let (opcc, approver) = (app.person(Role::Opcc, "cumbria"), app.person(Role::OpccApprover, "cumbria"));
        let all = self.drafts.clone();
        let Some(draft) = self.choose(&all).cloned() else {
            let created = opcc.post("/v1/inspections", registration(&format!("D-{n}"))).await.expect(201);
            self.drafts.push(created.href());
            return;
        };
        let recommendations = format!("{draft}/recommendations");
        match self.choose_below(8) {
            0 => drop(opcc.post(&recommendations, recommendation(&format!("D-{n}-1"))).await),
            1 => drop(opcc.patch(&draft, "*", json!({ "key_findings": format!("Findings {n}.") })).await),
            2 => {
                let created = opcc.post(&recommendations, recommendation(&format!("D-{n}-2"))).await;
                if created.status == 201 {
                    drop(opcc.patch(&created.href(), "*", json!({ "text": format!("Text {n}.") })).await);
                }
            }
            3 => {
                let last = opcc.get(&format!("{recommendations}?sort=-created_at&limit=1")).await.expect(200);
                if let Some(last) = last.body["items"][0]["links"]["self"].as_str() {
                    drop(opcc.delete(last, "*").await);
                }
            }
            4 => drop(opcc.act(&draft, json!({ "action": "publish" })).await),
            5 => {
                drop(approver.act(&draft, json!({ "action": "withdraw", "reason": format!("{n}.") })).await);
                self.drafts.retain(|it| *it != draft);
            }
            6 => {
                let erratum = json!({ "text": format!("Put right {n}."), "reason": "A slip." });
                drop(opcc.patch(&self.recommendation, "*", erratum).await);
            }
            _ => {
                let correct = json!({ "action": "correct", "reason": "A slip.", "title": format!("Title {n}"), "published_on": "2022-02-20" });
                drop(approver.act(&self.inspection, correct).await);
            }
        }
    }
}
