//! The imported positions and the import profile of an area, with a secret in every member that is not for everyone.

use section55::assignments::imported::ImportedPosition;
use section55::assignments::positions::{BodyView, InspectorateStatus};
use section55::auth::Role;
use serde_json::json;
use uuid::Uuid;

use super::private_data::{PrivateData, SecretKind};
use crate::support::{App, Reply};

impl PrivateData {
    /// Adds an imported proposal with a secret in the name of the file, in its text and in an answer.
    pub(super) async fn add_import(&mut self, app: &App, area: &'static str) {
        let [name, text, answer] = [(); 3].map(|()| self.new_secret(area, SecretKind::Body));
        let path = format!("/v1/imports?area={area}&filename={name}.json");
        let opcc = app.person(Role::Opcc, area);
        let rows = json!({ "rows": [{ "reference": format!("import-{area}"), "text": text }] });
        let import = opcc.post(&path, rows).await.expect(201).href();
        opcc.patch(&import, "*", json!({ "answers": { "/inspection/title": answer } })).await.expect(200);
        self.imports.push((area, import));
    }

    /// Proposes positions on the three recommendations of an inspection: of the force, of the policing body, and of both
    /// and the inspectorate. One of each side is rejected.
    pub(super) async fn add_imported_positions(&mut self, app: &App, area: &'static str, inspection: &Reply) {
        let call = app.importer(area);
        for index in 0..3 {
            let import = Uuid::now_v7();
            let row = ImportedPosition {
                owner: (index != 1).then(|| self.new_secret(area, SecretKind::Force)),
                update: (index != 1).then(|| self.new_secret(area, SecretKind::Force)),
                body_view: (index != 0).then_some(BodyView::NotAssured),
                note: (index != 0).then(|| self.new_secret(area, SecretKind::Body)),
                inspectorate_status: (index == 2).then_some(InspectorateStatus::Closed),
                ..ImportedPosition::default()
            };
            let recommendation = app.recommendation_id(inspection, index).await;
            app.propose_positions(&call, area, import, &[(recommendation, row)]).await.expect("positions");
            let list = format!("/v1/imported-positions?import_id={import}");
            let found = app.person(Role::Auditor, area).get(&list).await.expect(200);
            for position in found.body["items"].as_array().expect("a list") {
                let path = position["links"]["self"].as_str().expect("a path").to_owned();
                let (role, kind) = match position["side"].as_str() {
                    Some("force") => (Role::Constabulary, SecretKind::Force),
                    Some("policing_body") => (Role::Opcc, SecretKind::Body),
                    _ => (Role::Opcc, SecretKind::Area),
                };
                if index == 2 {
                    let reject = json!({ "action": "reject", "reason": self.new_secret(area, kind) });
                    app.person(role, area).act(&path, reject).await.expect(200);
                }
                self.imported_positions.push((area, path));
            }
            self.position_imports.push(import.to_string());
        }
    }

    /// Keeps words in the area's import profile.
    pub(super) async fn keep_import_profile(&mut self, app: &App, area: &'static str) {
        let path = format!("/v1/areas/{area}/import-profile");
        for _ in 0..2 {
            let (column, word) = (self.new_secret(area, SecretKind::Body), self.new_secret(area, SecretKind::Body));
            let words = json!({
                "headings": { "title": [self.new_secret(area, SecretKind::Body)] },
                "columns": { column: "owner" },
                "status_words": { word: "in_progress" },
                "signatory": self.new_secret(area, SecretKind::Body),
            });
            app.person(Role::Opcc, area).put(&path, "*", words).await.expect(200);
        }
    }
}
