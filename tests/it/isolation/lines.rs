//! The lines of an area and their evidence, with a string of its own in every place that is not for everyone. Whoever
//! works on them has a name that is a secret too.

use section55::auth::Role;
use serde_json::json;

use super::private::{Of, Private, Secret};
use crate::support::{App, Person, Reply};

/// The people of one area who work on its lines.
struct People {
    force: Person,
    chief: Person,
    opcc: Person,
    auditor: Person,
}

impl Private {
    fn named(&mut self, app: &App, area: &'static str, role: Role) -> Person {
        let subject = self.secret(area, Of::Line);
        app.somebody(&subject, &[&role.to_string()], &[area])
    }

    /// An area's lines of two inspections: to the first its response is not published, to the second it is.
    pub(super) async fn lines(&mut self, app: &App, area: &'static str, hidden: &Reply, shown: &Reply) {
        let people = People {
            force: self.named(app, area, Role::Constabulary),
            chief: self.named(app, area, Role::ChiefOfficer),
            opcc: self.named(app, area, Role::Opcc),
            auditor: self.named(app, area, Role::Auditor),
        };
        for (inspection, shown) in [(hidden, false), (shown, true)] {
            let line = app.assignment(inspection, area).await;
            self.worked(area, &people, &line).await;
            self.evidenced(area, &people, &line).await;
            let of = if shown { &mut self.shown_lines } else { &mut self.lines };
            of.push((area, line));
        }
        let id = hidden.body["id"].as_str().expect("an id");
        let path = format!("/v1/assignments?inspection_id={id}&area={area}&sort=-number");
        let list = people.force.get(&path).await.expect(200);
        for (at, action, why) in [(0, "decline", "rationale"), (1, "mark_not_applicable", "reason")] {
            let line = list.body["items"][at]["links"]["self"].as_str().expect("a line").to_owned();
            let end = json!({ "action": action, why: self.secret(area, Of::Line) });
            people.chief.act(&line, end).await.expect(200);
            self.lines.push((area, line));
        }
    }

    async fn worked(&mut self, area: &'static str, people: &People, line: &str) {
        let People { force, chief, opcc, auditor } = people;
        let owner = self.secret(area, Of::Line);
        self.owners.push((area, owner.clone()));
        force.act(line, json!({ "action": "allocate", "owner": owner })).await.expect(200);
        // A day can be a secret too: the area's own target.
        let day = if area == "kent" { "2031-03-17" } else { "2031-03-18" };
        self.secrets.push(Secret { area, of: Of::Line, text: day.to_owned() });
        let amended = json!({
            "local_target_on": day, "reason": self.secret(area, Of::Line), "dependency": "The Home Office",
        });
        force.patch(line, "*", amended).await.expect(200);
        force.act(line, json!({ "action": "depend", "reason": self.secret(area, Of::Line) })).await.expect(200);
        force.act(line, json!({ "action": "resume", "note": self.secret(area, Of::Line) })).await.expect(200);
        force.patch(line, "*", json!({ "dependency": self.secret(area, Of::Line) })).await.expect(200);
        for side in [force, opcc] {
            let update = json!({ "text": self.secret(area, Of::Line) });
            side.post(&format!("{line}/updates"), update).await.expect(201);
        }
        for (who, position, value) in [
            (opcc, "body_view", "partially_assured"),
            (auditor, "assurance_opinion", "limited"),
            (force, "inspectorate_status", "closed"),
        ] {
            let taken = json!({
                "value": value, "note": self.secret(area, Of::Line), "source": self.secret(area, Of::Line),
                "date": "2022-03-21",
            });
            who.put(&format!("{line}/positions/{position}"), "*", taken).await.expect(200);
        }
        force.act(line, json!({ "action": "embed" })).await.expect(200);
        let item = self.item(area, people, line, Of::Evidence).await;
        let submit = json!({ "action": "submit_for_sign_off", "note": self.secret(area, Of::Line) });
        force.act(line, submit).await.expect(200);
        let back = json!({ "action": "send_back", "reason": self.secret(area, Of::Line) });
        chief.act(line, back).await.expect(200);
        for (action, version) in [("request_changes", 1), ("accept", 2)] {
            let review = json!({ "action": action, "note": self.secret(area, Of::Evidence), "file_version": version });
            opcc.act(&item, review).await.expect(200);
            if version == 1 {
                self.file(area, people, &item, Of::Evidence).await;
            }
        }
    }

    async fn evidenced(&mut self, area: &'static str, people: &People, line: &str) {
        let taken = self.item(area, people, line, Of::Evidence).await;
        let withdraw = json!({ "action": "withdraw", "reason": self.secret(area, Of::Evidence) });
        people.force.act(&taken, withdraw).await.expect(200);
        let sensitive = self.item(area, people, line, Of::Sensitive).await;
        let reject = json!({ "action": "reject", "note": self.secret(area, Of::Sensitive) });
        people.opcc.act(&sensitive, reject).await.expect(200);
        let lowered = self.item(area, people, line, Of::Evidence).await;
        let mark = async |item: &str, who: &Person, action: serde_json::Value| {
            let path = format!("{item}/marking/transitions");
            who.send_json(reqwest::Method::POST, &path, Some("*"), &action).await.expect(200);
        };
        let why = self.secret(area, Of::Evidence);
        mark(&lowered, &people.opcc, json!({ "action": "raise", "reason": why })).await;
        let why = self.secret(area, Of::Evidence);
        mark(&lowered, &people.force, json!({ "action": "request_lowering", "reason": why })).await;
        mark(&lowered, &people.opcc, json!({ "action": "confirm_lowering" })).await;
        let why = self.secret(area, Of::Sensitive);
        mark(&sensitive, &people.opcc, json!({ "action": "request_lowering", "reason": why })).await;
    }

    /// An item with a file, submitted.
    async fn item(&mut self, area: &'static str, people: &People, line: &str, of: Of) -> String {
        let marking = if of == Of::Sensitive { "official_sensitive" } else { "official" };
        let added = json!({
            "title": self.secret(area, of), "description": self.secret(area, of), "kind": "data", "marking": marking,
        });
        let item = people.force.post(&format!("{line}/evidence"), added).await.expect(201).href();
        self.file(area, people, &item, of).await;
        let submit = json!({ "action": "submit", "note": self.secret(area, of) });
        people.force.act(&item, submit).await.expect(200);
        self.evidence.push((area, item.clone()));
        item
    }

    async fn file(&mut self, area: &'static str, people: &People, item: &str, of: Of) {
        let (name, content) = (self.secret(area, of), self.secret(area, of));
        let sent = people.force.upload(&format!("{item}/files"), &format!("{name}.txt"), content.as_bytes()).await;
        let sent = sent.expect(201);
        let text = sent.body["sha256"].as_str().expect("a digest").to_owned();
        self.secrets.push(Secret { area, of, text });
        self.files.push((area, sent.href()));
    }
}
