//! The operations that a client performs, chosen at random: creations, amendments, transitions, explanations, uploads and
//! repeated requests.

use aws_lc_rs::digest::{SHA256, digest};
use reqwest::Method;
use serde_json::json;

use super::caller::{Answer, Body};
use super::client::{Client, KnownRecord, Person, read, registration};
use crate::common::BoxedError;

impl Client {
    /// Creates the client's records: a published inspection with its response and assignment, and a draft.
    pub async fn create_records(&mut self) -> Result<(), BoxedError> {
        self.create_draft().await?;
        let marker = self.marker();
        let intent = self.intent("recommendation", "add", &marker);
        let body = json!({
            "reference": format!("{}-R", self.name), "text": marker, "addressees": ["chief_constables"],
            "target": { "kind": "immediate", "text": "Immediately" },
        });
        let path = format!("{}/recommendations", self.draft.href);
        let added = self.post_once(Person::Opcc, path, intent, Body::Json(body)).await?;
        self.recommendation = added.body["id"].as_str().unwrap_or_default().to_owned();
        let inspection = self.draft.href.rsplit('/').next().unwrap_or_default().to_owned();
        while !self.publish_draft().await? {}
        let query = format!("inspection_id={inspection}&area={}", self.area);
        for (list, person) in [("responses", Person::Opcc), ("assignments", Person::Constabulary)] {
            let found = self.caller(person).get(&format!("/v1/{list}?{query}")).await?;
            let href = found.body["items"][0]["links"]["self"].as_str().ok_or("the inspection opened no record")?;
            let record = KnownRecord { href: href.to_owned(), ..KnownRecord::default() };
            if list == "responses" { self.response = record } else { self.assignment = record }
        }
        self.add_evidence().await
    }

    /// Performs one operation.
    pub async fn perform_one(&mut self) -> Result<(), BoxedError> {
        match self.random.below(20) {
            0..=3 => self.amend_draft().await,
            4..=7 => self.add_update().await,
            8..=9 => self.move_assignment().await,
            10..=11 => self.explain().await,
            12 => self.amend_response().await,
            13 => self.add_evidence().await,
            14..=15 => self.upload().await,
            16 if self.publishes => self.publish_draft().await.map(drop),
            16 => self.amend_draft().await,
            17 => self.repeat_request().await,
            _ => self.amend_shared().await,
        }
    }

    async fn create_draft(&mut self) -> Result<(), BoxedError> {
        let marker = self.marker();
        let intent = self.intent("inspection", "register", &marker);
        let body = registration(&format!("{}-{}", self.name, intent.operation), &self.area, &marker);
        let created = self.post_once(Person::Opcc, "/v1/inspections".to_owned(), intent, Body::Json(body)).await?;
        self.draft = KnownRecord { href: created.href()?, etag: None, state: "draft".to_owned() };
        Ok(())
    }

    async fn amend_draft(&mut self) -> Result<(), BoxedError> {
        let marker = self.marker();
        let intent = self.intent("inspection", "amend", &marker);
        let mut draft = self.draft.clone();
        let target = (Method::PATCH, draft.href.clone());
        let body = json!({ "key_findings": marker });
        self.write_conditionally(Person::Opcc, &mut draft, target, &intent, body).await?;
        self.draft = draft;
        Ok(())
    }

    /// Publishes the draft and registers the next one. Returns false when the draft could not be published yet.
    async fn publish_draft(&mut self) -> Result<bool, BoxedError> {
        let intent = self.intent("inspection", "publish", "");
        let mut draft = self.draft.clone();
        // A doubtful publication may have happened.
        read(&self.opcc, &mut draft).await?;
        if draft.state == "draft" {
            let target = (Method::POST, format!("{}/transitions", draft.href));
            let body = json!({ "action": "publish" });
            let published = self.write_conditionally(Person::Opcc, &mut draft, target, &intent, body).await?;
            if !published {
                return Ok(false);
            }
        }
        self.create_draft().await?;
        Ok(true)
    }

    async fn add_update(&mut self) -> Result<(), BoxedError> {
        let marker = self.marker();
        let intent = self.intent("assignment_update", "add", &marker);
        let path = format!("{}/updates", self.assignment.href);
        self.post_once(Person::Constabulary, path, intent, Body::Json(json!({ "text": marker }))).await.map(drop)
    }

    async fn move_assignment(&mut self) -> Result<(), BoxedError> {
        let mut assignment = self.assignment.clone();
        if assignment.etag.is_none() {
            read(&self.constabulary, &mut assignment).await?;
        }
        let (action, marker) = match assignment.state.as_str() {
            "dependent_on_other" => ("resume", String::new()),
            _ => ("depend", self.marker()),
        };
        let intent = self.intent("assignment", action, &marker);
        let mut body = json!({ "action": action });
        if action == "depend" {
            body["dependency"] = json!(marker);
        }
        let target = (Method::POST, format!("{}/transitions", assignment.href));
        self.write_conditionally(Person::Constabulary, &mut assignment, target, &intent, body).await?;
        self.assignment = assignment;
        Ok(())
    }

    async fn explain(&mut self) -> Result<(), BoxedError> {
        let marker = self.marker();
        let intent = self.intent("response", "amend", &marker);
        let mut response = self.response.clone();
        let target = (Method::PUT, format!("{}/explanations/{}", response.href, self.recommendation));
        let body = json!({ "branch": "action_taken", "text": marker });
        self.write_conditionally(Person::Opcc, &mut response, target, &intent, body).await?;
        self.response = response;
        Ok(())
    }

    async fn amend_response(&mut self) -> Result<(), BoxedError> {
        let marker = self.marker();
        let intent = self.intent("response", "amend", &marker);
        let mut response = self.response.clone();
        let target = (Method::PATCH, response.href.clone());
        let body = json!({ "policing_body_comments": marker });
        self.write_conditionally(Person::Opcc, &mut response, target, &intent, body).await?;
        self.response = response;
        Ok(())
    }

    async fn add_evidence(&mut self) -> Result<(), BoxedError> {
        let marker = self.marker();
        let intent = self.intent("evidence", "add", &marker);
        let path = format!("{}/evidence", self.assignment.href);
        let body = Body::Json(json!({ "title": marker, "kind": "minute" }));
        let added = self.post_once(Person::Constabulary, path, intent, body).await?;
        self.evidence.push(added.href()?);
        Ok(())
    }

    async fn upload(&mut self) -> Result<(), BoxedError> {
        let item = usize::try_from(self.random.below(self.evidence.len() as u64))?;
        let path = format!("{}/files", self.evidence[item]);
        let marker = self.marker();
        let lines = usize::try_from(self.random.below(600))?;
        let text = format!("Invented minutes.\n{}{marker}", "The board met.\n".repeat(lines));
        // The audit log stores the digest of a file.
        let sha256 = hex::encode(digest(&SHA256, text.as_bytes()));
        let intent = self.intent("evidence", "upload", &sha256);
        let uploaded = self.post_once(Person::Constabulary, path, intent, Body::File(text)).await?;
        if uploaded.body["sha256"] == sha256.as_str() {
            return Ok(());
        }
        Err(format!("the file with the digest {sha256} was stored as {}", uploaded.body["sha256"]).into())
    }

    /// Sends a request again whose response the client has. The service must send the same response.
    async fn repeat_request(&mut self) -> Result<(), BoxedError> {
        let n = usize::try_from(self.random.below(self.performed.len() as u64))?;
        let request = self.performed[n].clone();
        self.check_replay(&request).await;
        Ok(())
    }

    /// Changes the record that all clients share, at the version that was read. Others may be faster.
    async fn amend_shared(&mut self) -> Result<(), BoxedError> {
        let mut shared = KnownRecord { href: self.shared.clone(), ..KnownRecord::default() };
        read(&self.sharer, &mut shared).await?;
        let marker = self.marker();
        let intent = self.intent("inspection", "amend", &marker);
        let etag = shared.etag.ok_or("the shared record has no ETag")?;
        let body = Body::Json(json!({ "key_findings": marker }));
        let answer = self.sharer.write(&intent, Method::PATCH, &shared.href, &[("if-match", &etag)], &body).await;
        if !matches!(answer, Answer::Reply(_)) {
            tokio::time::sleep(std::time::Duration::from_millis(15)).await;
        }
        Ok(())
    }
}
