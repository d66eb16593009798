//! Two areas that work on the same inspections. Every member that is not for everyone has a text of its own, a secret.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Reply};

/// The two areas.
pub const AREAS: [&str; 2] = ["cumbria", "kent"];

/// The kind of member that a secret is in, which decides who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// Drafts and internal notes of the policing body.
    Body,
    /// Comments that the chief officer has not submitted, for the force.
    Force,
    /// Members for the whole area.
    Area,
    /// Unpublished inspections, for the whole area and for registrars.
    Draft,
    /// Progress of an assignment, for the whole area.
    Assignment,
    /// Evidence, for the whole area.
    Evidence,
    /// Evidence marked OFFICIAL-SENSITIVE, for the whole area.
    Sensitive,
}

/// A text that is in one private member.
#[derive(Clone, Debug)]
pub struct Secret {
    pub area: &'static str,
    pub kind: SecretKind,
    pub text: String,
}

/// All secrets, and the addresses of the records that they are in.
#[derive(Debug, Default)]
pub struct PrivateData {
    pub secrets: Vec<Secret>,
    /// Responses, by area.
    pub responses: Vec<(&'static str, String)>,
    /// Published inspections, which all areas share.
    pub inspections: Vec<String>,
    /// Unpublished inspections, by area.
    pub drafts: Vec<(&'static str, String)>,
    /// Recommendations of the unpublished inspections, by area.
    pub recommendations: Vec<(&'static str, String)>,
    /// Assignments that no other area sees, by area.
    pub assignments: Vec<(&'static str, String)>,
    /// Assignments whose headline state is published, by area.
    pub published_assignments: Vec<(&'static str, String)>,
    /// Owners of the assignments, by area.
    pub owners: Vec<(&'static str, String)>,
    /// Items of evidence, by area.
    pub evidence: Vec<(&'static str, String)>,
    /// Files of the evidence, by area.
    pub files: Vec<(&'static str, String)>,
    /// Legal holds, by area.
    pub holds: Vec<(&'static str, String)>,
    /// Disposals, by area.
    pub disposals: Vec<(&'static str, String)>,
    /// Retention reviews, by area.
    pub reviews: Vec<(&'static str, String)>,
    /// Imported proposals, by area.
    pub imports: Vec<(&'static str, String)>,
    /// Imported positions, by area.
    pub imported_positions: Vec<(&'static str, String)>,
    /// The ids of the imports that they come from.
    pub position_imports: Vec<String>,
    /// Entries of people, by area.
    pub people: Vec<(&'static str, String)>,
    /// Remarks on responses, by area.
    pub remarks: Vec<(&'static str, String)>,
    /// The ids of some events.
    pub events: Vec<String>,
}

impl PrivateData {
    /// Creates all records over HTTP, as people would.
    pub async fn build(app: &App) -> Self {
        let mut all = Self::default();
        let mut inspections = Vec::new();
        for n in 1..=5 {
            inspections.push(app.create_published_inspection(&format!("7200{n}")).await);
        }
        for area in AREAS {
            all.set_settings(app, area).await;
            all.add_drafts(app, area).await;
            let mut responses = Vec::new();
            for inspection in &inspections {
                responses.push(app.response_path(inspection, area).await);
            }
            all.make_awaiting_comments(app, area, &responses[0]).await;
            all.make_reopened(app, area, &responses[1]).await;
            all.make_corrected(app, area, &responses[2]).await;
            all.make_not_required(app, area, &responses[3]).await;
            all.make_approved(app, area, &responses[4]).await;
            all.add_assignments(app, area, &inspections[0], &inspections[2]).await;
            all.add_retention_records(app, area).await;
            all.add_import(app, area).await;
            all.add_imported_positions(app, area, &inspections[1]).await;
            all.keep_import_profile(app, area).await;
            all.add_people(app, area).await;
            all.add_remarks(app, area, &responses[0]).await;
            all.responses.extend(responses.into_iter().map(|response| (area, response)));
        }
        all.inspections = inspections.iter().map(Reply::href).collect();
        // The names of all who have called are then in the directories.
        app.record_sightings().await;
        app.sequence().await;
        let sql = "select id::text from events where action in ('amend', 'return', 'correct', 'reopen', 'register')";
        let rows = app.database.administrator().await.query(sql, &[]).await.expect("events");
        all.events = rows.iter().map(|row| row.get(0)).collect();
        all
    }

    /// Returns the secrets in an area's drafts.
    pub fn draft_texts_of(&self, area: &str) -> Vec<&str> {
        let own = self.secrets.iter().filter(|secret| secret.kind == SecretKind::Draft && secret.area == area);
        own.map(|secret| secret.text.as_str()).collect()
    }

    /// Returns the owners of an area's assignments.
    pub fn owners_of(&self, area: &str) -> Vec<&str> {
        self.owners.iter().filter(|(owner_area, _)| *owner_area == area).map(|(_, owner)| owner.as_str()).collect()
    }

    /// Returns the first record of an area.
    pub fn first<'a>(records: &'a [(&'static str, String)], area: &str) -> &'a str {
        &records.iter().find(|(owner_area, _)| *owner_area == area).expect("a record of the area").1
    }

    /// Returns a new secret for a private member.
    pub(super) fn new_secret(&mut self, area: &'static str, kind: SecretKind) -> String {
        let text = format!("zq{area}{}x", self.secrets.len());
        self.secrets.push(Secret { area, kind, text: text.clone() });
        text
    }

    async fn set_settings(&mut self, app: &App, area: &'static str) {
        let days = if area == "kent" { 37 } else { 41 };
        let settings = json!({ "settings": { "comments_days": days, "reminder_days": [days + 1, days + 2] } });
        app.person(Role::OpccApprover, area).patch(&format!("/v1/areas/{area}"), "*", settings).await.expect(200);
        for text in [format!("\"comments_days\":{days}"), format!("[{},{}]", days + 1, days + 2)] {
            self.secrets.push(Secret { area, kind: SecretKind::Area, text });
        }
    }

    async fn add_drafts(&mut self, app: &App, area: &'static str) {
        let opcc = app.person(Role::Opcc, area);
        for n in 1..=2 {
            let registration = json!({
                "reference": self.new_secret(area, SecretKind::Draft),
                "title": self.new_secret(area, SecretKind::Draft),
                "legal_basis": self.new_secret(area, SecretKind::Draft),
                "key_findings": self.new_secret(area, SecretKind::Draft),
                "published_on": "2022-02-25",
            });
            let draft = opcc.post("/v1/inspections", registration).await.expect(201).href();
            let recommendation = json!({
                "reference": self.new_secret(area, SecretKind::Draft), "text": self.new_secret(area, SecretKind::Draft),
                "themes": [self.new_secret(area, SecretKind::Draft)],
            });
            let added = opcc.post(&format!("{draft}/recommendations"), recommendation).await.expect(201).href();
            if n == 2 {
                let withdraw = json!({ "action": "withdraw", "reason": self.new_secret(area, SecretKind::Area) });
                app.person(Role::OpccApprover, area).act(&draft, withdraw).await.expect(200);
            }
            self.drafts.push((area, draft));
            self.recommendations.push((area, added));
        }
    }

    /// Writes the policing body's texts, and an explanation for each recommendation.
    async fn write_texts(&mut self, app: &App, area: &'static str, response: &str) {
        let opcc = app.person(Role::Opcc, area);
        let texts = json!({
            "policing_body_comments": self.new_secret(area, SecretKind::Body),
            "reply_to_chief_officer": self.new_secret(area, SecretKind::Body),
        });
        let saved = opcc.patch(response, "*", texts).await.expect(200);
        let missing = saved.body["missing_explanations"].as_array().expect("a list").iter();
        let explained = saved.body["explanations"].as_array().expect("a list").iter();
        let ids: Vec<Value> = missing.cloned().chain(explained.map(|each| each["recommendation_id"].clone())).collect();
        for id in ids {
            let explanation = json!({ "branch": "no_action", "text": self.new_secret(area, SecretKind::Body) });
            let path = format!("{response}/explanations/{}", id.as_str().expect("an id"));
            opcc.put(&path, "*", explanation).await.expect(200);
        }
    }

    async fn draft_comments(&mut self, app: &App, area: &'static str, response: &str) {
        let draft = json!({ "chief_officer_comments": self.new_secret(area, SecretKind::Force) });
        app.person(Role::Constabulary, area).patch(response, "*", draft).await.expect(200);
    }

    async fn make_awaiting_comments(&mut self, app: &App, area: &'static str, response: &str) {
        app.advance_response_to(response, area, "awaiting_comments").await;
        self.write_texts(app, area, response).await;
        self.draft_comments(app, area, response).await;
    }

    async fn make_reopened(&mut self, app: &App, area: &'static str, response: &str) {
        let person = |role| app.person(role, area);
        let (opcc, approver) = (person(Role::Opcc), person(Role::OpccApprover));
        app.advance_response_to(response, area, "awaiting_comments").await;
        let comments = json!({
            "action": "submit_comments",
            "text": self.new_secret(area, SecretKind::Area),
            "signed_by": self.new_secret(area, SecretKind::Area),
        });
        person(Role::ChiefOfficer).act(response, comments).await.expect(200);
        self.write_texts(app, area, response).await;
        self.draft_comments(app, area, response).await;
        let submit = json!({ "action": "submit", "note": self.new_secret(area, SecretKind::Body) });
        opcc.act(response, submit.clone()).await.expect(200);
        let return_it = json!({ "action": "return", "reason": self.new_secret(area, SecretKind::Body) });
        approver.act(response, return_it).await.expect(200);
        opcc.act(response, submit).await.expect(200);
        approver.act(response, json!({ "action": "approve" })).await.expect(200);
        let reopen = json!({ "action": "reopen", "reason": self.new_secret(area, SecretKind::Body) });
        opcc.act(response, reopen).await.expect(200);
    }

    async fn make_corrected(&mut self, app: &App, area: &'static str, response: &str) {
        app.advance_response_to(response, area, "published").await;
        let correct = json!({ "action": "correct", "reason": self.new_secret(area, SecretKind::Body) });
        app.person(Role::OpccApprover, area).act(response, correct).await.expect(200);
        self.write_texts(app, area, response).await;
        self.draft_comments(app, area, response).await;
    }

    async fn make_not_required(&mut self, app: &App, area: &'static str, response: &str) {
        let approver = app.person(Role::OpccApprover, area);
        for reinstated in [true, false] {
            let note = self.new_secret(area, SecretKind::Area);
            let mark = json!({ "action": "mark_not_required", "reason": "not_the_subject", "note": note });
            approver.act(response, mark).await.expect(200);
            if reinstated {
                let again = json!({ "action": "reinstate", "reason": self.new_secret(area, SecretKind::Area) });
                approver.act(response, again).await.expect(200);
            }
        }
    }

    async fn make_approved(&mut self, app: &App, area: &'static str, response: &str) {
        app.advance_response_to(response, area, "drafting").await;
        self.write_texts(app, area, response).await;
        app.person(Role::Opcc, area).act(response, json!({ "action": "submit" })).await.expect(200);
        let approver = app.person(Role::OpccApprover, area);
        // A copy cannot be recorded before publication.
        let copy =
            json!({ "action": "record_copy", "recipient": "inspectors", "sent_on": "2022-03-22", "channel": "post" });
        let approved = approver.act(response, json!({ "action": "approve" })).await.expect(200);
        approver.act(response, copy).await.expect(409);
        // With the digest, a reader could test guesses about the draft.
        let text = approved.body["approval"]["content_sha256"].as_str().expect("a digest").to_owned();
        self.secrets.push(Secret { area, kind: SecretKind::Body, text });
    }

    /// Adds a legal hold, a refused disposal and a retention review of an area's evidence, with a secret in every
    /// reason.
    pub(super) async fn add_retention_records(&mut self, app: &App, area: &'static str) {
        let evidence = Self::first(&self.evidence, area).rsplit('/').next().expect("an id").to_owned();
        let approver = app.person(Role::OpccApprover, area);
        let about = |reason: String, more: Value| {
            let mut body = json!({ "resource": "evidence", "resource_id": evidence, "reason": reason });
            body.as_object_mut().expect("an object").extend(more.as_object().expect("members").clone());
            body
        };
        let erase = about(self.new_secret(area, SecretKind::Area), json!({ "ground": "erasure" }));
        let disposal = approver.post("/v1/disposals", erase).await.expect(201).href();
        let refuse = json!({ "action": "refuse", "reason": self.new_secret(area, SecretKind::Area) });
        approver.act(&disposal, refuse).await.expect(200);
        let review = about(self.new_secret(area, SecretKind::Area), json!({ "review_on": "2032-05-05" }));
        let review = approver.post("/v1/retention-reviews", review).await.expect(201).href();
        let hold = approver
            .post("/v1/legal-holds", about(self.new_secret(area, SecretKind::Area), json!({})))
            .await
            .expect(201)
            .href();
        approver
            .act(&hold, json!({ "action": "lift", "reason": self.new_secret(area, SecretKind::Area) }))
            .await
            .expect(200);
        self.disposals.push((area, disposal));
        self.reviews.push((area, review));
        self.holds.push((area, hold));
    }
}
