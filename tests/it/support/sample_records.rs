//! Creates a record for every path of the OpenAPI document, and a client with every role.

use reqwest::Method;
use section55::assignments::imported::ImportedPosition;
use section55::assignments::positions::{BodyView, InspectorateStatus};
use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::app::App;
use super::people::Person;

/// The paths of one record of each kind.
pub struct SampleRecords {
    /// A draft inspection.
    pub draft: String,
    /// A recommendation of the draft inspection.
    pub recommendation: String,
    /// A published inspection.
    pub inspection: String,
    /// Cumbria's published response to the published inspection.
    pub response: String,
    /// Cumbria's assignment for the first recommendation of the published inspection.
    pub assignment: String,
    /// An item of evidence of that assignment, with a file.
    pub evidence: String,
    /// That file.
    pub file: String,
    /// A proposal of Cumbria.
    pub import: String,
    /// An imported position of Cumbria's force, which is proposed.
    pub imported_position: String,
    /// A disabled webhook of Cumbria's policing body.
    pub webhook: String,
    /// The id of a delivery to that webhook.
    delivery: String,
    /// A legal hold on the response.
    pub hold: String,
    /// A proposed disposal of the item of evidence.
    pub disposal: String,
    /// A retention review of the item of evidence.
    pub review: String,
    /// An officer of Cumbria's policing body.
    pub person: String,
    /// A remark on the published response by the person with every role.
    pub remark: String,
    /// A calendar of the person with every role.
    pub calendar: String,
    /// The secret in the address of that calendar.
    secret: String,
    /// The id of a recommendation that the response explains.
    explained: String,
    /// The id of an audit event.
    event: String,
}

/// One operation of the document, with the path of a record that exists.
pub struct Operation {
    pub method: Method,
    pub template: String,
    pub path: String,
    pub described: Value,
}

impl App {
    /// Returns a client with every role, in Cumbria and in Kent.
    pub fn person_with_every_role(&self) -> Person {
        let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        self.person_with_roles("everyone@section55.example", &roles, &["cumbria", "kent"])
    }

    /// Creates the records.
    pub async fn create_sample_records(&self) -> SampleRecords {
        let draft = self.create_draft_inspection("80001").await;
        let recommendations =
            self.person(Role::Opcc, "cumbria").get(&format!("{}/recommendations", draft.href())).await.expect(200);
        let inspection = self.create_published_inspection("80002").await;
        let response = self.response_path(&inspection, "cumbria").await;
        let published = self.advance_response_to(&response, "cumbria", "published").await;
        let assignment = self.assignment_path(&inspection, "cumbria").await;
        let force = self.person(Role::Constabulary, "cumbria");
        force.post(&format!("{assignment}/updates"), json!({ "text": "Begun." })).await.expect(201);
        let evidence = self.add_evidence(&assignment, "cumbria", json!({})).await;
        let file = force.upload(&format!("{}/files", evidence.href()), "minutes.txt", b"Agreed.").await.expect(201);
        let opcc = self.person(Role::Opcc, "cumbria");
        let table = json!({
            "inspection": { "reference": "80003", "title": "A report in a table" },
            "rows": [{ "reference": "P-1", "text": "Fine." }],
        });
        let import = opcc.post("/v1/imports?area=cumbria", table).await.expect(201);
        let position = ImportedPosition {
            owner: Some("Supt O. Owner".to_owned()),
            body_view: Some(BodyView::NotAssured),
            inspectorate_status: Some(InspectorateStatus::Closed),
            ..ImportedPosition::default()
        };
        let imported_position = self.propose_position(&inspection, 1, position).await.remove(0);
        let webhook = self.create_disabled_webhook("cumbria").await;
        let approver = self.person(Role::OpccApprover, "cumbria");
        let delivery = approver.post(&format!("{webhook}/ping"), Value::Null).await.expect(200);
        let retention = self.create_retention_records(&response, &evidence.href()).await;
        let remark = self
            .person_with_every_role()
            .post(&format!("{response}/remarks"), json!({ "text": "Is it so?" }))
            .await
            .expect(201);
        let calendar = self.person_with_every_role().post("/v1/calendars", json!({})).await.expect(201);
        let address = calendar.body["address"].as_str().expect("an address");
        let secret = address.trim_start_matches("/calendars/").trim_end_matches(".ics").to_owned();
        self.record_sightings().await;
        let people = opcc.get("/v1/people?q=opcc@cumbria").await.expect(200);
        self.sequence().await;
        let events = self.person(Role::Auditor, "cumbria").get("/v1/audit-events?limit=1").await.expect(200);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        SampleRecords {
            draft: draft.href(),
            recommendation: text(&recommendations.body["items"][0]["links"]["self"]),
            inspection: inspection.href(),
            response,
            assignment,
            evidence: evidence.href(),
            file: file.href(),
            event: text(&events.body["items"][0]["id"]),
            import: import.href(),
            imported_position,
            webhook,
            delivery: text(&delivery.body["id"]),
            remark: remark.href(),
            calendar: calendar.href(),
            secret,
            hold: retention.0,
            disposal: retention.1,
            review: retention.2,
            person: text(&people.body["items"][0]["links"]["self"]),
            explained: text(&published.body["explanations"][0]["recommendation_id"]),
        }
    }

    /// Creates a disabled webhook of an area's policing body, to a URL where nothing listens, and returns its path.
    pub async fn create_disabled_webhook(&self, area: &str) -> String {
        let approver = self.person(Role::OpccApprover, area);
        let created = approver.post("/v1/webhooks", json!({ "url": "http://127.0.0.1:1/" })).await.expect(201);
        approver.patch(&created.href(), "*", json!({ "state": "disabled" })).await.expect(200);
        created.href()
    }

    /// Creates a hold on a response, a disposal and a review of an item of evidence. Returns their paths in this order.
    async fn create_retention_records(&self, response: &str, evidence: &str) -> (String, String, String) {
        let approver = self.person(Role::OpccApprover, "cumbria");
        let id = |path: &str| path.rsplit('/').next().expect("an id").to_owned();
        let erase =
            json!({ "ground": "erasure", "resource": "evidence", "resource_id": id(evidence), "reason": "Asked for." });
        let disposal = approver.post("/v1/disposals", erase).await.expect(201);
        let review = json!({ "resource": "evidence", "resource_id": id(evidence), "review_on": "2030-01-01", "reason": "A claim." });
        let review = approver.post("/v1/retention-reviews", review).await.expect(201);
        let hold = json!({ "resource": "response", "resource_id": id(response), "reason": "An inquiry." });
        let hold = approver.post("/v1/legal-holds", hold).await.expect(201);
        (hold.href(), disposal.href(), review.href())
    }

    /// Returns every operation of the document with the path of a sample record.
    pub fn operations(&self, records: &SampleRecords) -> Vec<Operation> {
        let paths = self.contract.document["paths"].as_object().expect("paths");
        let each = paths.iter().flat_map(|(template, methods)| {
            methods.as_object().expect("operations").iter().map(move |(method, described)| Operation {
                method: method.to_uppercase().parse().expect("a method"),
                template: template.clone(),
                path: records.path(template) + required_query(described),
                described: described.clone(),
            })
        });
        each.collect()
    }
}

/// Returns the query string with the required parameter of an operation, if there is one.
fn required_query(described: &Value) -> &'static str {
    let parameters = described["parameters"].as_array().into_iter().flatten();
    let mut needed = parameters.filter(|it| it["in"] == "query" && it["required"] == true);
    match needed.next().map(|it| it["name"].as_str()) {
        None => "",
        Some(Some("q")) => "?q=words",
        Some(name) => panic!("no value for the required parameter {name:?}: add one here"),
    }
}

impl Operation {
    /// Returns the permission that the operation needs, or none when anyone may call it.
    pub fn permission(&self) -> Option<&str> {
        self.described["x-permission"].as_str()
    }

    /// True when the operation takes a body.
    pub fn takes_a_body(&self) -> bool {
        self.described.get("requestBody").is_some()
    }

    /// True when the body is a form with a file.
    pub fn takes_a_form(&self) -> bool {
        self.described["requestBody"]["content"].get("multipart/form-data").is_some()
    }

    /// True when the response is streamed: it has neither `Content-Length` nor `ETag`.
    pub fn is_streamed(&self) -> bool {
        self.described["responses"]["200"]["content"].get("application/jsonl").is_some()
    }

    /// Returns the method and the path template, for messages of failed assertions.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }
}

impl SampleRecords {
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
            _ if template.starts_with("/v1/imported-positions/") => &self.imported_position,
            _ if template.starts_with("/v1/webhooks/") => &self.webhook,
            _ if template.starts_with("/v1/legal-holds/") => &self.hold,
            _ if template.starts_with("/v1/disposals/") => &self.disposal,
            _ if template.starts_with("/v1/retention-reviews/") => &self.review,
            _ if template.starts_with("/v1/people/") => &self.person,
            _ if template.starts_with("/v1/remarks/") => &self.remark,
            _ if template.starts_with("/v1/calendars/") => &self.calendar,
            _ => &self.response,
        };
        let id = record.rsplit('/').next().expect("an id");
        let parts = [
            ("{id}", id),
            ("{delivery_id}", self.delivery.as_str()),
            ("{recommendation_id}", self.explained.as_str()),
            ("{code}", if template.starts_with("/problems") { "invalid" } else { "cumbria" }),
            ("{secret}", self.secret.as_str()),
            ("{n}", "1"),
            ("{day}", "2022-12-27"),
            ("{name}", "response"),
            ("{file}", "swagger-ui.css"),
        ];
        let path = parts.iter().fold(template.to_owned(), |path, (part, value)| path.replace(part, value));
        assert!(!path.contains('{'), "no sample record for {template}: add one here");
        path
    }
}
