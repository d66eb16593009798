//! States of the world, built through the real API as people would build them.

use section55::auth::Role;
use serde_json::{Value, json};

use super::app::App;
use super::people::Reply;

/// A national inspection as it is registered: published on 25 February 2022, due by 21 April.
pub fn registration(reference: &str) -> Value {
    json!({
        "reference": reference, "title": format!("Thematic inspection {reference}"), "kind": "joint_thematic",
        "scope": "national", "published_on": "2022-02-25", "subjects": "all",
        "key_findings": "Victims were kept informed unevenly.",
    })
}

/// A recommendation as it is added.
pub fn recommendation(reference: &str) -> Value {
    json!({
        "reference": reference, "text": format!("Immediately, forces should do what {reference} says."),
        "addressees": ["chief_constables"], "target": { "kind": "immediate", "text": "Immediately" },
    })
}

impl App {
    /// A draft of Cumbria's with two recommendations and an area for improvement.
    pub async fn draft_inspection(&self, reference: &str) -> Reply {
        let opcc = self.person(Role::Opcc, "cumbria");
        let made = opcc.post("/v1/inspections", registration(reference)).await.expect(201);
        let path = format!("{}/recommendations", made.href());
        for n in 1..=2 {
            opcc.post(&path, recommendation(&format!("{reference}-{n}"))).await.expect(201);
        }
        let improvement = json!({
            "reference": format!("{reference}-3"), "kind": "area_for_improvement", "text": "The force should improve.",
        });
        opcc.post(&path, improvement).await.expect(201);
        opcc.get(&made.href()).await.expect(200)
    }

    /// The same, published: every area has its response.
    pub async fn published_inspection(&self, reference: &str) -> Reply {
        let draft = self.draft_inspection(reference).await;
        self.person(Role::Opcc, "cumbria").act(&draft.href(), json!({ "action": "publish" })).await.expect(200)
    }

    /// The address of an area's response to an inspection.
    pub async fn response(&self, inspection: &Reply, area: &str) -> String {
        let id = inspection.body["id"].as_str().expect("an id");
        let found =
            self.person(Role::Auditor, area).get(&format!("/v1/responses?inspection_id={id}&area={area}")).await;
        found.expect(200).body["items"][0]["links"]["self"].as_str().expect("a response").to_owned()
    }

    /// The address of an area's line of an inspection's first recommendation.
    pub async fn assignment(&self, inspection: &Reply, area: &str) -> String {
        let id = inspection.body["id"].as_str().expect("an id");
        let path = format!("/v1/assignments?inspection_id={id}&area={area}&sort=number");
        let found = self.person(Role::Auditor, area).get(&path).await.expect(200);
        found.body["items"][0]["links"]["self"].as_str().expect("an assignment").to_owned()
    }

    /// An item of evidence of an area's line, with these members beside its title and kind.
    pub async fn evidence(&self, line: &str, area: &str, members: Value) -> Reply {
        let mut sent = json!({ "title": "Minutes of the board", "kind": "minute" });
        for (name, value) in members.as_object().expect("members") {
            sent[name] = value.clone();
        }
        self.person(Role::Constabulary, area).post(&format!("{line}/evidence"), sent).await.expect(201)
    }

    /// The same with a file, submitted to the policing body.
    pub async fn submitted_evidence(&self, line: &str, area: &str, members: Value) -> Reply {
        let (item, force) = (self.evidence(line, area, members).await.href(), self.person(Role::Constabulary, area));
        force.upload(&format!("{item}/files"), "minutes.txt", b"Agreed: it is done.").await.expect(201);
        force.act(&item, json!({ "action": "submit" })).await.expect(200)
    }

    /// Takes an area's line from `awaiting_allocation` to a state of the force, by the shortest way.
    pub async fn bring_line_to(&self, line: &str, area: &str, state: &str) -> Reply {
        const ORDER: [&str; 6] =
            ["awaiting_allocation", "allocated", "in_progress", "embedding", "awaiting_sign_off", "force_complete"];
        let (force, chief) = (self.person(Role::Constabulary, area), self.person(Role::ChiefOfficer, area));
        let last = match state {
            "dependent_on_other" => {
                force.act(line, json!({ "action": "depend", "dependency": "The Home Office" })).await
            }
            "will_not_implement" => {
                chief.act(line, json!({ "action": "decline", "rationale": "It is not ours." })).await
            }
            "not_applicable" => chief.act(line, json!({ "action": "mark_not_applicable", "reason": "No unit." })).await,
            "superseded" => {
                let newer = self.published_inspection(&format!("S-{}", line.len() + area.len())).await;
                let newer = self.assignment(&newer, area).await;
                let newer = force.get(&newer).await.expect(200).body["recommendation_id"].clone();
                force.act(line, json!({ "action": "supersede", "superseded_by": newer })).await
            }
            _ => {
                let wanted = ORDER.iter().position(|known| *known == state).expect("a state");
                for next in &ORDER[1..=wanted] {
                    match *next {
                        "allocated" => force.act(line, json!({ "action": "allocate", "owner": "Insp. Owner" })).await,
                        "in_progress" => force.act(line, json!({ "action": "start" })).await,
                        "embedding" => force.act(line, json!({ "action": "embed" })).await,
                        "awaiting_sign_off" => {
                            self.submitted_evidence(line, area, json!({})).await;
                            force.act(line, json!({ "action": "submit_for_sign_off" })).await
                        }
                        _ => chief.act(line, json!({ "action": "sign_off" })).await,
                    }
                    .expect(200);
                }
                self.person(Role::Auditor, area).get(line).await
            }
        };
        last.expect(200)
    }

    /// Takes an area's response from `received` to a state, by the shortest way.
    pub async fn bring_to(&self, response: &str, area: &str, state: &str) -> Reply {
        const ORDER: [&str; 7] =
            ["received", "awaiting_comments", "drafting", "in_approval", "approved", "published", "complete"];
        let person = |role| self.person(role, area);
        let (opcc, approver, chief) = (person(Role::Opcc), person(Role::OpccApprover), person(Role::ChiefOfficer));
        if state == "not_required" {
            let asked = json!({ "action": "mark_not_required", "reason": "not_the_subject" });
            return approver.act(response, asked).await.expect(200);
        }
        let wanted = ORDER.iter().position(|known| *known == state).expect("a state");
        let today = self.clock.today().to_string();
        for next in &ORDER[1..=wanted] {
            match *next {
                "awaiting_comments" => opcc.act(response, json!({ "action": "invite" })).await.expect(200),
                "drafting" => {
                    let asked = json!({ "action": "submit_comments", "text": "The force accepts the report." });
                    chief.act(response, asked).await.expect(200)
                }
                "in_approval" => {
                    self.write_whole(response, area).await;
                    opcc.act(response, json!({ "action": "submit" })).await.expect(200)
                }
                "approved" => approver.act(response, json!({ "action": "approve" })).await.expect(200),
                "published" => approver.act(response, json!({ "action": "publish" })).await.expect(200),
                _ => {
                    let copy = |to: &str| json!({ "action": "record_copy", "recipient": to, "sent_on": today, "channel": "email" });
                    opcc.act(response, copy("inspectors")).await.expect(200);
                    opcc.act(response, copy("secretary_of_state")).await.expect(200)
                }
            };
        }
        self.person(Role::Auditor, area).get(response).await.expect(200)
    }

    /// Writes the policing body's texts and an explanation of every recommendation.
    pub async fn write_whole(&self, response: &str, area: &str) {
        let opcc = self.person(Role::Opcc, area);
        let texts =
            json!({ "policing_body_comments": "The body welcomes the report.", "reply_to_chief_officer": "We agree." });
        let now = opcc.patch(response, "*", texts).await.expect(200);
        for id in now.body["missing_explanations"].as_array().expect("a list") {
            let path = format!("{response}/explanations/{}", id.as_str().expect("an id"));
            opcc.put(&path, "*", json!({ "branch": "action_taken", "text": "It was done." })).await.expect(200);
        }
    }

    /// The same where the response is in a state that lets it be written; nothing where it is not.
    pub async fn write_whole_if_it_may_be(&self, response: &str) {
        let opcc = self.person(Role::Opcc, "cumbria");
        let now = opcc.patch(response, "*", json!({ "policing_body_comments": "The body welcomes the report." })).await;
        for id in now.body["missing_explanations"].as_array().into_iter().flatten() {
            let path = format!("{response}/explanations/{}", id.as_str().expect("an id"));
            opcc.put(&path, "*", json!({ "branch": "action_taken", "text": "It was done." })).await;
        }
    }
}
