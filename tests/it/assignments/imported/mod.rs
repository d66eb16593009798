//! Imported positions: what a tracker states, confirmed once by a person of the side whose position it is.

mod confirmation;
mod many;
mod needs;
mod visibility;
mod withdrawal;

use section55::assignments::ForceStatus;
use section55::assignments::imported::ImportedPosition;
use section55::assignments::positions::{BodyView, InspectorateStatus};
use serde_json::{Value, json};

use super::Case;
use crate::support::{Person, Reply};

/// Returns what a whole row of a tracker states.
fn whole_row() -> ImportedPosition {
    ImportedPosition {
        owner: Some("Supt O. Owner".to_owned()),
        local_target_on: Some("2022-09-30".parse().expect("a day")),
        force_status: Some(ForceStatus::InProgress),
        update: Some("Twenty cases were reviewed.".to_owned()),
        update_on: Some("2022-02-28".parse().expect("a day")),
        body_view: Some(BodyView::PartiallyAssured),
        inspectorate_status: Some(InspectorateStatus::Closed),
        note: Some("Budget: agreed".to_owned()),
    }
}

/// Returns a row that states only the force's status.
fn with_status(status: ForceStatus) -> ImportedPosition {
    ImportedPosition { force_status: Some(status), ..ImportedPosition::default() }
}

const SOURCE: &str = "Imported from tracker.xlsx, as at 2022-03-01.";

async fn confirm(person: &Person, position: &str) -> Reply {
    person.act(position, json!({ "action": "confirm" })).await
}

/// Returns the codes of the faults of a reply.
fn codes(reply: &Reply) -> Vec<String> {
    reply.faults().into_iter().map(|(_, code)| code).collect()
}

impl Case {
    /// Returns the updates of the assignment, newest first.
    async fn updates(&self) -> Vec<Value> {
        let updates = self.auditor.get(&format!("{}/updates", self.assignment)).await.expect(200);
        updates.body["items"].as_array().expect("a list").clone()
    }
}
