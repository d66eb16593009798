//! The assignments of an area and their evidence, with a secret in every private member. The names of the people who
//! work on them are secrets too.

use section55::auth::Role;
use serde_json::json;

use super::private_data::{PrivateData, Secret, SecretKind};
use crate::support::{App, Person, Reply};

/// The people of one area who work on its assignments.
struct People {
    force: Person,
    chief: Person,
    opcc: Person,
    auditor: Person,
}

impl PrivateData {
    fn person_with_secret_name(&mut self, app: &App, area: &'static str, role: Role) -> Person {
        let subject = self.new_secret(area, SecretKind::Assignment);
        app.person_with_roles(&subject, &[&role.to_string()], &[area])
    }

    /// Adds progress to an area's assignments of two inspections. The area's response to the first inspection is
    /// unpublished; its response to the second is published.
    pub(super) async fn add_assignments(&mut self, app: &App, area: &'static str, hidden: &Reply, published: &Reply) {
        let people = People {
            force: self.person_with_secret_name(app, area, Role::Constabulary),
            chief: self.person_with_secret_name(app, area, Role::ChiefOfficer),
            opcc: self.person_with_secret_name(app, area, Role::Opcc),
            auditor: self.person_with_secret_name(app, area, Role::Auditor),
        };
        for (inspection, published) in [(hidden, false), (published, true)] {
            let assignment = app.assignment_path(inspection, area).await;
            self.add_progress(area, &people, &assignment).await;
            self.add_evidence_of_each_kind(area, &people, &assignment).await;
            let list = if published { &mut self.published_assignments } else { &mut self.assignments };
            list.push((area, assignment));
        }
        let id = hidden.body["id"].as_str().expect("an id");
        let path = format!("/v1/assignments?inspection_id={id}&area={area}&sort=-number");
        let list = people.force.get(&path).await.expect(200);
        for (index, action, reason) in [(0, "decline", "rationale"), (1, "mark_not_applicable", "reason")] {
            let assignment = list.body["items"][index]["links"]["self"].as_str().expect("an address").to_owned();
            let close = json!({ "action": action, reason: self.new_secret(area, SecretKind::Assignment) });
            people.chief.act(&assignment, close).await.expect(200);
            self.assignments.push((area, assignment));
        }
    }

    async fn add_progress(&mut self, area: &'static str, people: &People, assignment: &str) {
        let People { force, chief, opcc, auditor } = people;
        let owner = self.new_secret(area, SecretKind::Assignment);
        self.owners.push((area, owner.clone()));
        force.act(assignment, json!({ "action": "allocate", "owner": owner })).await.expect(200);
        // A date can be a secret too: the area's own target.
        let day = if area == "kent" { "2031-03-17" } else { "2031-03-18" };
        self.secrets.push(Secret { area, kind: SecretKind::Assignment, text: day.to_owned() });
        let amended = json!({
            "local_target_on": day,
            "reason": self.new_secret(area, SecretKind::Assignment),
            "dependency": "The Home Office",
        });
        force.patch(assignment, "*", amended).await.expect(200);
        force
            .act(assignment, json!({ "action": "depend", "reason": self.new_secret(area, SecretKind::Assignment) }))
            .await
            .expect(200);
        force
            .act(assignment, json!({ "action": "resume", "note": self.new_secret(area, SecretKind::Assignment) }))
            .await
            .expect(200);
        force
            .patch(assignment, "*", json!({ "dependency": self.new_secret(area, SecretKind::Assignment) }))
            .await
            .expect(200);
        for person in [force, opcc] {
            let update = json!({ "text": self.new_secret(area, SecretKind::Assignment) });
            person.post(&format!("{assignment}/updates"), update).await.expect(201);
        }
        for (person, position, value) in [
            (opcc, "body_view", "partially_assured"),
            (auditor, "assurance_opinion", "limited"),
            (force, "inspectorate_status", "closed"),
        ] {
            let entry = json!({
                "value": value,
                "note": self.new_secret(area, SecretKind::Assignment),
                "source": self.new_secret(area, SecretKind::Assignment),
                "date": "2022-03-21",
            });
            person.put(&format!("{assignment}/positions/{position}"), "*", entry).await.expect(200);
        }
        force.act(assignment, json!({ "action": "embed" })).await.expect(200);
        let evidence = self.add_evidence_item(area, people, assignment, SecretKind::Evidence).await;
        let submit = json!({ "action": "submit_for_sign_off", "note": self.new_secret(area, SecretKind::Assignment) });
        force.act(assignment, submit).await.expect(200);
        let send_back = json!({ "action": "send_back", "reason": self.new_secret(area, SecretKind::Assignment) });
        chief.act(assignment, send_back).await.expect(200);
        for (action, version) in [("request_changes", 1), ("accept", 2)] {
            let review = json!({
                "action": action,
                "note": self.new_secret(area, SecretKind::Evidence),
                "file_version": version,
            });
            opcc.act(&evidence, review).await.expect(200);
            if version == 1 {
                self.upload_file(area, people, &evidence, SecretKind::Evidence).await;
            }
        }
    }

    async fn add_evidence_of_each_kind(&mut self, area: &'static str, people: &People, assignment: &str) {
        let withdrawn = self.add_evidence_item(area, people, assignment, SecretKind::Evidence).await;
        let withdraw = json!({ "action": "withdraw", "reason": self.new_secret(area, SecretKind::Evidence) });
        people.force.act(&withdrawn, withdraw).await.expect(200);
        let sensitive = self.add_evidence_item(area, people, assignment, SecretKind::Sensitive).await;
        let reject = json!({ "action": "reject", "note": self.new_secret(area, SecretKind::Sensitive) });
        people.opcc.act(&sensitive, reject).await.expect(200);
        let lowered = self.add_evidence_item(area, people, assignment, SecretKind::Evidence).await;
        let change_marking = async |evidence: &str, person: &Person, action: serde_json::Value| {
            let path = format!("{evidence}/marking/transitions");
            person.send_json(reqwest::Method::POST, &path, Some("*"), &action).await.expect(200);
        };
        let reason = self.new_secret(area, SecretKind::Evidence);
        change_marking(&lowered, &people.opcc, json!({ "action": "raise", "reason": reason })).await;
        let reason = self.new_secret(area, SecretKind::Evidence);
        change_marking(&lowered, &people.force, json!({ "action": "request_lowering", "reason": reason })).await;
        change_marking(&lowered, &people.opcc, json!({ "action": "confirm_lowering" })).await;
        let reason = self.new_secret(area, SecretKind::Sensitive);
        change_marking(&sensitive, &people.opcc, json!({ "action": "request_lowering", "reason": reason })).await;
    }

    /// Adds an item of evidence with a file, and submits it.
    async fn add_evidence_item(
        &mut self,
        area: &'static str,
        people: &People,
        assignment: &str,
        kind: SecretKind,
    ) -> String {
        let marking = if kind == SecretKind::Sensitive { "official_sensitive" } else { "official" };
        let added = json!({
            "title": self.new_secret(area, kind),
            "description": self.new_secret(area, kind),
            "kind": "data",
            "marking": marking,
        });
        let evidence = people.force.post(&format!("{assignment}/evidence"), added).await.expect(201).href();
        self.upload_file(area, people, &evidence, kind).await;
        let submit = json!({ "action": "submit", "note": self.new_secret(area, kind) });
        people.force.act(&evidence, submit).await.expect(200);
        self.evidence.push((area, evidence.clone()));
        evidence
    }

    async fn upload_file(&mut self, area: &'static str, people: &People, evidence: &str, kind: SecretKind) {
        let (name, content) = (self.new_secret(area, kind), self.new_secret(area, kind));
        let sent = people.force.upload(&format!("{evidence}/files"), &format!("{name}.txt"), content.as_bytes()).await;
        let sent = sent.expect(201);
        let text = sent.body["sha256"].as_str().expect("a digest").to_owned();
        self.secrets.push(Secret { area, kind, text });
        self.files.push((area, sent.href()));
    }
}
