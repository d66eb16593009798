//! A record behind every path of the OpenAPI document, and somebody who may do everything with it.

use reqwest::Method;
use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::app::App;
use super::people::Person;

/// One record of each kind.
pub struct Places {
    /// A draft inspection's address.
    pub draft: String,
    /// The address of a recommendation in it.
    pub recommendation: String,
    /// A published inspection's address.
    pub inspection: String,
    /// The address of Cumbria's response to it, published.
    pub response: String,
    /// The address of Cumbria's line of its first recommendation.
    pub assignment: String,
    /// The address of an item of evidence of that line, with a file.
    pub evidence: String,
    /// The address of that file.
    pub file: String,
    /// The address of an import of Cumbria's.
    pub import: String,
    /// The address of a webhook of Cumbria's policing body, which is stopped.
    pub webhook: String,
    /// A message to it.
    delivery: String,
    /// The address of a legal hold on that response.
    pub hold: String,
    /// The address of a disposal of that item, proposed.
    pub disposal: String,
    /// The address of a review of that item.
    pub review: String,
    explained: String,
    /// An event of the log.
    event: String,
}

/// One operation of the document, at a real address.
pub struct Operation {
    pub method: Method,
    pub template: String,
    pub path: String,
    pub described: Value,
}

impl App {
    /// Somebody who holds every role, in Cumbria and in Kent.
    pub fn everyone(&self) -> Person {
        let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        self.somebody("everyone", &roles, &["cumbria", "kent"])
    }

    /// Makes the records.
    pub async fn places(&self) -> Places {
        let draft = self.draft_inspection("80001").await;
        let own =
            self.person(Role::Opcc, "cumbria").get(&format!("{}/recommendations", draft.href())).await.expect(200);
        let inspection = self.published_inspection("80002").await;
        let response = self.response(&inspection, "cumbria").await;
        let published = self.bring_to(&response, "cumbria", "published").await;
        let assignment = self.assignment(&inspection, "cumbria").await;
        let force = self.person(Role::Constabulary, "cumbria");
        force.post(&format!("{assignment}/updates"), json!({ "text": "Begun." })).await.expect(201);
        let evidence = self.evidence(&assignment, "cumbria", json!({})).await;
        let file = force.upload(&format!("{}/files", evidence.href()), "minutes.txt", b"Agreed.").await.expect(201);
        let table = b"reference,text,inspection.reference\nP-1,Fine.,80003\n".to_vec();
        let opcc = self.person(Role::Opcc, "cumbria");
        let import =
            opcc.send(Method::POST, "/v1/imports", &[("content-type", "text/csv")], Some(table)).await.expect(201);
        let webhook = self.stopped_webhook("cumbria").await;
        let approver = self.person(Role::OpccApprover, "cumbria");
        let delivery = approver.post(&format!("{webhook}/ping"), Value::Null).await.expect(200);
        let kept = self.kept(&response, &evidence.href()).await;
        self.sequence().await;
        let events = self.person(Role::Auditor, "cumbria").get("/v1/audit-events?limit=1").await.expect(200);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Places {
            draft: draft.href(),
            recommendation: text(&own.body["items"][0]["links"]["self"]),
            inspection: inspection.href(),
            response,
            assignment,
            evidence: evidence.href(),
            file: file.href(),
            event: text(&events.body["items"][0]["id"]),
            import: import.href(),
            webhook,
            delivery: text(&delivery.body["id"]),
            hold: kept.0,
            disposal: kept.1,
            review: kept.2,
            explained: text(&published.body["explanations"][0]["recommendation_id"]),
        }
    }

    /// The address of a webhook of an area's policing body that is not told of anything, and that nobody answers for.
    pub async fn stopped_webhook(&self, area: &str) -> String {
        let approver = self.person(Role::OpccApprover, area);
        let made = approver.post("/v1/webhooks", json!({ "url": "http://127.0.0.1:1/" })).await.expect(201);
        approver.patch(&made.href(), "*", json!({ "state": "disabled" })).await.expect(200);
        made.href()
    }

    /// A hold on Cumbria's file, a disposal of an item and a review of it, by their addresses.
    async fn kept(&self, response: &str, item: &str) -> (String, String, String) {
        let approver = self.person(Role::OpccApprover, "cumbria");
        let id = |path: &str| path.rsplit('/').next().expect("an id").to_owned();
        let erase =
            json!({ "ground": "erasure", "resource": "evidence", "resource_id": id(item), "reason": "Asked for." });
        let disposal = approver.post("/v1/disposals", erase).await.expect(201);
        let review =
            json!({ "resource": "evidence", "resource_id": id(item), "review_on": "2030-01-01", "reason": "A claim." });
        let review = approver.post("/v1/retention-reviews", review).await.expect(201);
        let hold = json!({ "resource": "response", "resource_id": id(response), "reason": "An inquiry." });
        let hold = approver.post("/v1/legal-holds", hold).await.expect(201);
        (hold.href(), disposal.href(), review.href())
    }

    /// Every operation of the document, at an address where there is a record.
    pub fn operations(&self, places: &Places) -> Vec<Operation> {
        let paths = self.contract.document["paths"].as_object().expect("paths");
        let each = paths.iter().flat_map(|(template, methods)| {
            methods.as_object().expect("operations").iter().map(move |(method, described)| Operation {
                method: method.to_uppercase().parse().expect("a method"),
                template: template.clone(),
                path: places.path(template) + required(described),
                described: described.clone(),
            })
        });
        each.collect()
    }
}

/// The query that an operation cannot do without.
fn required(described: &Value) -> &'static str {
    let parameters = described["parameters"].as_array().into_iter().flatten();
    let mut needed = parameters.filter(|it| it["in"] == "query" && it["required"] == true);
    match needed.next().map(|it| it["name"].as_str()) {
        None => "",
        Some(Some("q")) => "?q=words",
        Some(name) => panic!("no value is known for {name:?}"),
    }
}

impl Operation {
    /// The row of the grid it needs; none where it is for anyone.
    pub fn permission(&self) -> Option<&str> {
        self.described["x-permission"].as_str()
    }

    /// Whether it takes a body.
    pub fn takes_a_body(&self) -> bool {
        self.described.get("requestBody").is_some()
    }

    /// Whether that body is a form with a file.
    pub fn takes_a_form(&self) -> bool {
        self.described["requestBody"]["content"].get("multipart/form-data").is_some()
    }

    /// Whether its answer is sent while it is made, and so has neither a length nor a tag beforehand.
    pub fn is_streamed(&self) -> bool {
        self.described["responses"]["200"]["content"].get("application/jsonl").is_some()
    }

    /// How a failed assertion names it.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }
}

impl Places {
    fn path(&self, template: &str) -> String {
        let record = match template {
            "/v1/inspections/{id}/transitions" => &self.inspection,
            _ if template.starts_with("/v1/inspections/") => &self.draft,
            _ if template.starts_with("/v1/recommendations/") => &self.recommendation,
            _ if template.starts_with("/v1/assignments/") => &self.assignment,
            _ if template.starts_with("/v1/evidence/") => &self.evidence,
            _ if template.starts_with("/v1/files/") => &self.file,
            _ if template.starts_with("/v1/audit/events/") => &self.event,
            _ if template.starts_with("/v1/imports/") => &self.import,
            _ if template.starts_with("/v1/webhooks/") => &self.webhook,
            _ if template.starts_with("/v1/legal-holds/") => &self.hold,
            _ if template.starts_with("/v1/disposals/") => &self.disposal,
            _ if template.starts_with("/v1/retention-reviews/") => &self.review,
            _ => &self.response,
        };
        let id = record.rsplit('/').next().expect("an id");
        let parts = [
            ("{id}", id),
            ("{delivery_id}", self.delivery.as_str()),
            ("{recommendation_id}", self.explained.as_str()),
            ("{code}", if template.starts_with("/problems") { "invalid" } else { "cumbria" }),
            ("{n}", "1"),
            ("{name}", "response"),
            ("{file}", "swagger-ui.css"),
        ];
        let path = parts.iter().fold(template.to_owned(), |path, (part, value)| path.replace(part, value));
        assert!(!path.contains('{'), "no record is known for {template}");
        path
    }
}
