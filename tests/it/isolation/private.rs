//! Two areas at work on the same inspections, with a string of its own in every place that is not for everyone.

use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::{App, Reply};

/// The two areas.
pub const AREAS: [&str; 2] = ["cumbria", "kent"];

/// Whose a private place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The policing body's: its drafts and internal notes.
    Body,
    /// The force's: what the chief officer has not submitted.
    Force,
    /// The whole area's.
    Area,
    /// The whole area's and the registrars': an inspection that is not published.
    Draft,
    /// The whole area's: how the work on a line goes.
    Line,
    /// The whole area's: what shows that a line is done.
    Evidence,
    /// The same, marked OFFICIAL-SENSITIVE.
    Sensitive,
}

/// A string that stands in one private place.
#[derive(Clone, Debug)]
pub struct Secret {
    pub area: &'static str,
    pub of: Of,
    pub text: String,
}

/// Everything private, and the addresses of the records it is in.
#[derive(Debug, Default)]
pub struct Private {
    pub secrets: Vec<Secret>,
    /// Each area's responses, by area.
    pub responses: Vec<(&'static str, String)>,
    /// Published inspections, shared by all.
    pub inspections: Vec<String>,
    /// Inspections that were not published, by area.
    pub drafts: Vec<(&'static str, String)>,
    /// Their recommendations.
    pub recommendations: Vec<(&'static str, String)>,
    /// Lines of which nobody else sees anything, by area.
    pub lines: Vec<(&'static str, String)>,
    /// Lines of which everybody sees how they stand, by area.
    pub shown_lines: Vec<(&'static str, String)>,
    /// Who owns them, by area.
    pub owners: Vec<(&'static str, String)>,
    /// Items of evidence, by area.
    pub evidence: Vec<(&'static str, String)>,
    /// Their files, by area.
    pub files: Vec<(&'static str, String)>,
    /// Legal holds, by area.
    pub holds: Vec<(&'static str, String)>,
    /// Disposals, by area.
    pub disposals: Vec<(&'static str, String)>,
    /// Reviews of what is kept, by area.
    pub reviews: Vec<(&'static str, String)>,
    /// Some events of the log, by their ids.
    pub events: Vec<String>,
}

impl Private {
    /// Builds it as people would.
    pub async fn build(app: &App) -> Self {
        let mut all = Self::default();
        let mut inspections = Vec::new();
        for n in 1..=5 {
            inspections.push(app.published_inspection(&format!("7200{n}")).await);
        }
        for area in AREAS {
            all.settings(app, area).await;
            all.drafts(app, area).await;
            let mut responses = Vec::new();
            for inspection in &inspections {
                responses.push(app.response(inspection, area).await);
            }
            all.awaiting(app, area, &responses[0]).await;
            all.reopened(app, area, &responses[1]).await;
            all.corrected(app, area, &responses[2]).await;
            all.not_required(app, area, &responses[3]).await;
            all.approved(app, area, &responses[4]).await;
            all.lines(app, area, &inspections[0], &inspections[2]).await;
            all.kept(app, area).await;
            all.responses.extend(responses.into_iter().map(|response| (area, response)));
        }
        all.inspections = inspections.iter().map(Reply::href).collect();
        app.sequence().await;
        let sql = "select id::text from events where action in ('amend', 'return', 'correct', 'reopen', 'register')";
        let rows = app.database.administrator().await.query(sql, &[]).await.expect("events");
        all.events = rows.iter().map(|row| row.get(0)).collect();
        all
    }

    /// The strings of an area's drafts.
    pub fn of_drafts(&self, area: &str) -> Vec<&str> {
        let own = self.secrets.iter().filter(|secret| secret.of == Of::Draft && secret.area == area);
        own.map(|secret| secret.text.as_str()).collect()
    }

    /// Who owns an area's lines.
    pub fn owners_of(&self, area: &str) -> Vec<&str> {
        self.owners.iter().filter(|(whose, _)| *whose == area).map(|(_, owner)| owner.as_str()).collect()
    }

    /// The first of an area.
    pub fn first<'a>(of: &'a [(&'static str, String)], area: &str) -> &'a str {
        &of.iter().find(|(whose, _)| *whose == area).expect("one").1
    }

    /// A new string for a private place.
    pub(super) fn secret(&mut self, area: &'static str, of: Of) -> String {
        let text = format!("zq{area}{}x", self.secrets.len());
        self.secrets.push(Secret { area, of, text: text.clone() });
        text
    }

    async fn settings(&mut self, app: &App, area: &'static str) {
        let days = if area == "kent" { 37 } else { 41 };
        let settings = json!({ "settings": { "comments_days": days, "reminder_days": [days + 1, days + 2] } });
        app.person(Role::OpccApprover, area).patch(&format!("/v1/areas/{area}"), "*", settings).await.expect(200);
        for text in [format!("\"comments_days\":{days}"), format!("[{},{}]", days + 1, days + 2)] {
            self.secrets.push(Secret { area, of: Of::Area, text });
        }
    }

    async fn drafts(&mut self, app: &App, area: &'static str) {
        let opcc = app.person(Role::Opcc, area);
        for n in 1..=2 {
            let registration = json!({
                "reference": self.secret(area, Of::Draft), "title": self.secret(area, Of::Draft),
                "legal_basis": self.secret(area, Of::Draft), "key_findings": self.secret(area, Of::Draft),
                "published_on": "2022-02-25",
            });
            let draft = opcc.post("/v1/inspections", registration).await.expect(201).href();
            let recommendation = json!({
                "reference": self.secret(area, Of::Draft), "text": self.secret(area, Of::Draft),
                "themes": [self.secret(area, Of::Draft)],
            });
            let added = opcc.post(&format!("{draft}/recommendations"), recommendation).await.expect(201).href();
            if n == 2 {
                let withdraw = json!({ "action": "withdraw", "reason": self.secret(area, Of::Area) });
                app.person(Role::OpccApprover, area).act(&draft, withdraw).await.expect(200);
            }
            self.drafts.push((area, draft));
            self.recommendations.push((area, added));
        }
    }

    /// The policing body's texts, and an explanation of each recommendation.
    async fn write(&mut self, app: &App, area: &'static str, response: &str) {
        let opcc = app.person(Role::Opcc, area);
        let texts = json!({
            "policing_body_comments": self.secret(area, Of::Body), "reply_to_chief_officer": self.secret(area, Of::Body),
        });
        let now = opcc.patch(response, "*", texts).await.expect(200);
        let missing = now.body["missing_explanations"].as_array().expect("a list").iter();
        let explained = now.body["explanations"].as_array().expect("a list").iter();
        let ids: Vec<Value> = missing.cloned().chain(explained.map(|each| each["recommendation_id"].clone())).collect();
        for id in ids {
            let explanation = json!({ "branch": "no_action", "text": self.secret(area, Of::Body) });
            let path = format!("{response}/explanations/{}", id.as_str().expect("an id"));
            opcc.put(&path, "*", explanation).await.expect(200);
        }
    }

    async fn draft_comments(&mut self, app: &App, area: &'static str, response: &str) {
        let draft = json!({ "chief_officer_comments": self.secret(area, Of::Force) });
        app.person(Role::Constabulary, area).patch(response, "*", draft).await.expect(200);
    }

    async fn awaiting(&mut self, app: &App, area: &'static str, response: &str) {
        app.bring_to(response, area, "awaiting_comments").await;
        self.write(app, area, response).await;
        self.draft_comments(app, area, response).await;
    }

    async fn reopened(&mut self, app: &App, area: &'static str, response: &str) {
        let person = |role| app.person(role, area);
        let (opcc, approver) = (person(Role::Opcc), person(Role::OpccApprover));
        app.bring_to(response, area, "awaiting_comments").await;
        let comments = json!({
            "action": "submit_comments", "text": self.secret(area, Of::Area), "signed_by": self.secret(area, Of::Area),
        });
        person(Role::ChiefOfficer).act(response, comments).await.expect(200);
        self.write(app, area, response).await;
        self.draft_comments(app, area, response).await;
        let submit = json!({ "action": "submit", "note": self.secret(area, Of::Body) });
        opcc.act(response, submit.clone()).await.expect(200);
        let back = json!({ "action": "return", "reason": self.secret(area, Of::Body) });
        approver.act(response, back).await.expect(200);
        opcc.act(response, submit).await.expect(200);
        approver.act(response, json!({ "action": "approve" })).await.expect(200);
        let reopen = json!({ "action": "reopen", "reason": self.secret(area, Of::Body) });
        opcc.act(response, reopen).await.expect(200);
    }

    async fn corrected(&mut self, app: &App, area: &'static str, response: &str) {
        app.bring_to(response, area, "published").await;
        let correct = json!({ "action": "correct", "reason": self.secret(area, Of::Area) });
        app.person(Role::OpccApprover, area).act(response, correct).await.expect(200);
        self.write(app, area, response).await;
        self.draft_comments(app, area, response).await;
    }

    async fn not_required(&mut self, app: &App, area: &'static str, response: &str) {
        let approver = app.person(Role::OpccApprover, area);
        for reinstated in [true, false] {
            let note = self.secret(area, Of::Area);
            let not = json!({ "action": "mark_not_required", "reason": "not_the_subject", "note": note });
            approver.act(response, not).await.expect(200);
            if reinstated {
                let again = json!({ "action": "reinstate", "reason": self.secret(area, Of::Area) });
                approver.act(response, again).await.expect(200);
            }
        }
    }

    async fn approved(&mut self, app: &App, area: &'static str, response: &str) {
        app.bring_to(response, area, "drafting").await;
        self.write(app, area, response).await;
        app.person(Role::Opcc, area).act(response, json!({ "action": "submit" })).await.expect(200);
        let approver = app.person(Role::OpccApprover, area);
        // No copy is recorded of what is not published.
        let copy =
            json!({ "action": "record_copy", "recipient": "inspectors", "sent_on": "2022-03-22", "channel": "post" });
        let approved = approver.act(response, json!({ "action": "approve" })).await.expect(200);
        approver.act(response, copy).await.expect(409);
        // Whoever has the digest can try out what the draft might say.
        let text = approved.body["approval"]["content_sha256"].as_str().expect("a digest").to_owned();
        self.secrets.push(Secret { area, of: Of::Body, text });
    }
}
