//! Creates records through the API, in the states that tests start from.

use section55::auth::Role;
use serde_json::{Value, json};

use super::app::App;
use super::people::Reply;

/// Returns the registration of a national inspection, published on 25 February 2022 and due by 21 April.
pub fn registration(reference: &str) -> Value {
    json!({
        "reference": reference, "title": format!("Thematic inspection {reference}"), "kind": "joint_thematic",
        "scope": "national", "published_on": "2022-02-25", "subjects": "all",
        "key_findings": "Victims were kept informed unevenly.",
    })
}

/// Returns the body that adds a recommendation.
pub fn recommendation(reference: &str) -> Value {
    json!({
        "reference": reference, "text": format!("Immediately, forces should do what {reference} says."),
        "addressees": ["chief_constables"], "target": { "kind": "immediate", "text": "Immediately" },
    })
}

impl App {
    /// Creates a draft inspection of Cumbria with two recommendations and an area for improvement.
    pub async fn create_draft_inspection(&self, reference: &str) -> Reply {
        let opcc = self.person(Role::Opcc, "cumbria");
        let created = opcc.post("/v1/inspections", registration(reference)).await.expect(201);
        let path = format!("{}/recommendations", created.href());
        for n in 1..=2 {
            opcc.post(&path, recommendation(&format!("{reference}-{n}"))).await.expect(201);
        }
        let improvement = json!({
            "reference": format!("{reference}-3"), "kind": "area_for_improvement", "text": "The force should improve.",
        });
        opcc.post(&path, improvement).await.expect(201);
        opcc.get(&created.href()).await.expect(200)
    }

    /// Creates the same inspection and publishes it, which creates the response of every area.
    pub async fn create_published_inspection(&self, reference: &str) -> Reply {
        let draft = self.create_draft_inspection(reference).await;
        self.person(Role::Opcc, "cumbria").act(&draft.href(), json!({ "action": "publish" })).await.expect(200)
    }

    /// Returns the path of an area's response to an inspection.
    pub async fn response_path(&self, inspection: &Reply, area: &str) -> String {
        let id = inspection.body["id"].as_str().expect("an id");
        let found =
            self.person(Role::Auditor, area).get(&format!("/v1/responses?inspection_id={id}&area={area}")).await;
        found.expect(200).body["items"][0]["links"]["self"].as_str().expect("a response").to_owned()
    }

    /// Returns the path of an area's assignment for the first recommendation of an inspection.
    pub async fn assignment_path(&self, inspection: &Reply, area: &str) -> String {
        let id = inspection.body["id"].as_str().expect("an id");
        let path = format!("/v1/assignments?inspection_id={id}&area={area}&sort=number");
        let found = self.person(Role::Auditor, area).get(&path).await.expect(200);
        found.body["items"][0]["links"]["self"].as_str().expect("an assignment").to_owned()
    }

    /// Adds an item of evidence to an assignment. `members` are sent besides the title and the kind.
    pub async fn add_evidence(&self, assignment: &str, area: &str, members: Value) -> Reply {
        let mut body = json!({ "title": "Minutes of the board", "kind": "minute" });
        for (name, value) in members.as_object().expect("members") {
            body[name] = value.clone();
        }
        self.person(Role::Constabulary, area).post(&format!("{assignment}/evidence"), body).await.expect(201)
    }

    /// Adds an item of evidence with a file and submits it to the policing body.
    pub async fn add_submitted_evidence(&self, assignment: &str, area: &str, members: Value) -> Reply {
        let (evidence, force) =
            (self.add_evidence(assignment, area, members).await.href(), self.person(Role::Constabulary, area));
        force.upload(&format!("{evidence}/files"), "minutes.txt", b"Agreed: it is done.").await.expect(201);
        force.act(&evidence, json!({ "action": "submit" })).await.expect(200)
    }

    /// Takes an area's assignment from `awaiting_allocation` to a `force_status`, by the fewest transitions.
    pub async fn advance_assignment_to(&self, assignment: &str, area: &str, state: &str) -> Reply {
        const ORDER: [&str; 6] =
            ["awaiting_allocation", "allocated", "in_progress", "embedding", "awaiting_sign_off", "force_complete"];
        let (force, chief) = (self.person(Role::Constabulary, area), self.person(Role::ChiefOfficer, area));
        let outcome = match state {
            "dependent_on_other" => {
                force.act(assignment, json!({ "action": "depend", "dependency": "The Home Office" })).await
            }
            "will_not_implement" => {
                chief.act(assignment, json!({ "action": "decline", "rationale": "It is not ours." })).await
            }
            "not_applicable" => {
                chief.act(assignment, json!({ "action": "mark_not_applicable", "reason": "No unit." })).await
            }
            "superseded" => {
                let newer = self.create_published_inspection(&format!("S-{}", assignment.len() + area.len())).await;
                let newer = self.assignment_path(&newer, area).await;
                let newer = force.get(&newer).await.expect(200).body["recommendation_id"].clone();
                force.act(assignment, json!({ "action": "supersede", "superseded_by": newer })).await
            }
            _ => {
                let target = ORDER.iter().position(|step| *step == state).expect("a state");
                for next in &ORDER[1..=target] {
                    match *next {
                        "allocated" => {
                            force.act(assignment, json!({ "action": "allocate", "owner": "Insp. Owner" })).await
                        }
                        "in_progress" => force.act(assignment, json!({ "action": "start" })).await,
                        "embedding" => force.act(assignment, json!({ "action": "embed" })).await,
                        "awaiting_sign_off" => {
                            self.add_submitted_evidence(assignment, area, json!({})).await;
                            force.act(assignment, json!({ "action": "submit_for_sign_off" })).await
                        }
                        _ => chief.act(assignment, json!({ "action": "sign_off" })).await,
                    }
                    .expect(200);
                }
                self.person(Role::Auditor, area).get(assignment).await
            }
        };
        outcome.expect(200)
    }

    /// Takes an area's response from `received` to a state, by the fewest transitions.
    pub async fn advance_response_to(&self, response: &str, area: &str, state: &str) -> Reply {
        const ORDER: [&str; 7] =
            ["received", "awaiting_comments", "drafting", "in_approval", "approved", "published", "complete"];
        let person = |role| self.person(role, area);
        let (opcc, approver, chief) = (person(Role::Opcc), person(Role::OpccApprover), person(Role::ChiefOfficer));
        if state == "not_required" {
            let transition = json!({ "action": "mark_not_required", "reason": "not_the_subject" });
            return approver.act(response, transition).await.expect(200);
        }
        let target = ORDER.iter().position(|step| *step == state).expect("a state");
        let today = self.clock.today().to_string();
        for next in &ORDER[1..=target] {
            match *next {
                "awaiting_comments" => opcc.act(response, json!({ "action": "invite" })).await.expect(200),
                "drafting" => {
                    let comments = json!({ "action": "submit_comments", "text": "The force accepts the report." });
                    chief.act(response, comments).await.expect(200)
                }
                "in_approval" => {
                    self.write_all_texts(response, area).await;
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

    /// Writes the policing body's texts and an explanation for every recommendation.
    pub async fn write_all_texts(&self, response: &str, area: &str) {
        let opcc = self.person(Role::Opcc, area);
        let texts =
            json!({ "policing_body_comments": "The body welcomes the report.", "reply_to_chief_officer": "We agree." });
        let written = opcc.patch(response, "*", texts).await.expect(200);
        for id in written.body["missing_explanations"].as_array().expect("a list") {
            let path = format!("{response}/explanations/{}", id.as_str().expect("an id"));
            opcc.put(&path, "*", json!({ "branch": "action_taken", "text": "It was done." })).await.expect(200);
        }
    }

    /// Writes the same as an officer of Cumbria and ignores refusals, for a response that may not be editable.
    pub async fn try_to_write_all_texts(&self, response: &str) {
        let opcc = self.person(Role::Opcc, "cumbria");
        let written =
            opcc.patch(response, "*", json!({ "policing_body_comments": "The body welcomes the report." })).await;
        for id in written.body["missing_explanations"].as_array().into_iter().flatten() {
            let path = format!("{response}/explanations/{}", id.as_str().expect("an id"));
            opcc.put(&path, "*", json!({ "branch": "action_taken", "text": "It was done." })).await;
        }
    }
}
