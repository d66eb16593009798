//! Proposes imported positions, as the acceptance of a tracker does.

use section55::api::{Problem, WriteMode};
use section55::assignments::imported::{self, ImportReference, ImportedPosition};
use section55::auth::{Actor, Call, RequestId, Role};
use section55::db::Write;
use serde_json::Value;
use uuid::Uuid;

use super::app::App;
use super::people::Reply;

impl App {
    /// Returns a call of the officer who accepts an area's imports.
    pub fn importer(&self, area: &str) -> Call {
        let actor =
            Actor::new("section55-dev", &format!("importer@{area}"), Some("An Importer"), &[Role::Opcc], &[area]);
        let actor = actor.acting_for(area).expect("an officer of the area");
        Call { actor, at: self.clock.now(), request_id: RequestId("an-import".into()) }
    }

    /// Proposes positions on recommendations, as an import of `tracker.xlsx` as at 1 March 2022.
    pub async fn propose_positions(
        &self,
        call: &Call,
        area: &str,
        import: Uuid,
        positions: &[(Uuid, ImportedPosition)],
    ) -> Result<(), Problem> {
        self.database
            .db
            .write(call, WriteMode::Write, async |tx| {
                let reference = ImportReference {
                    id: import,
                    filename: "tracker.xlsx".to_owned(),
                    sha256: "ab".repeat(32),
                    as_at: Some("2022-03-01".parse().expect("a day")),
                };
                let mut events = imported::propose(tx, call, reference, area, positions.to_vec()).await?;
                let first = events.remove(0);
                Ok(Write::new((), first).with_events(events))
            })
            .await
    }

    /// Withdraws the positions of an import, as undoing the import does.
    pub async fn withdraw_positions(&self, call: &Call, import: Uuid) -> Result<usize, Problem> {
        self.database
            .db
            .write(call, WriteMode::Write, async |tx| {
                let mut events = imported::withdraw(tx, call, import).await?;
                let count = events.len();
                if events.is_empty() {
                    return Ok(Write::unchanged(0));
                }
                let first = events.remove(0);
                Ok(Write::new(count, first).with_events(events))
            })
            .await
    }

    /// Proposes one position on an inspection's recommendation at this place, from 0. Returns the paths of the imported
    /// positions as their sides see them: those of the force, the policing body and the inspectorate.
    pub async fn propose_position(&self, inspection: &Reply, index: usize, position: ImportedPosition) -> Vec<String> {
        let (import, recommendation) = (Uuid::now_v7(), self.recommendation_id(inspection, index).await);
        let call = self.importer("cumbria");
        self.propose_positions(&call, "cumbria", import, &[(recommendation, position)]).await.expect("positions");
        self.imported_positions(import).await
    }

    /// Returns the id of an inspection's recommendation at this place, from 0.
    pub async fn recommendation_id(&self, inspection: &Reply, index: usize) -> Uuid {
        let path = format!("{}/recommendations", inspection.href());
        let found = self.person(Role::Opcc, "cumbria").get(&path).await.expect(200);
        found.body["items"][index]["id"].as_str().expect("an id").parse().expect("an id")
    }

    /// Returns the paths of an import's positions, in the order in which they were proposed.
    pub async fn imported_positions(&self, import: Uuid) -> Vec<String> {
        let path = format!("/v1/imported-positions?import_id={import}&limit=200");
        let found = self.person(Role::Auditor, "cumbria").get(&path).await.expect(200);
        let items = found.body["items"].as_array().expect("a list");
        items.iter().map(|it: &Value| it["links"]["self"].as_str().expect("a path").to_owned()).collect()
    }
}
