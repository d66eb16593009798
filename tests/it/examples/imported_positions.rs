//! Examples: the positions that an imported tracker states, and their confirmation by each side; and the words that the
//! office keeps for its next import.

use reqwest::Method;
use section55::assignments::ForceStatus;
use section55::assignments::imported::ImportedPosition;
use section55::assignments::positions::BodyView;
use section55::auth::Role;
use serde_json::json;

use super::recorder::Recorder;

pub async fn record(recorder: &Recorder, inspection: &str) {
    let (force, opcc) = (recorder.cumbria(Role::Constabulary), recorder.cumbria(Role::Opcc));
    let inspection = opcc.person().get(inspection).await.expect(200);
    let row = ImportedPosition {
        owner: Some("Supt O. Owner".to_owned()),
        local_target_on: Some("2022-09-30".parse().expect("a day")),
        force_status: Some(ForceStatus::InProgress),
        update: Some("The force trained the first fifty officers.".to_owned()),
        update_on: Some("2022-02-28".parse().expect("a day")),
        body_view: Some(BodyView::PartiallyAssured),
        note: Some("Budget line: 4417".to_owned()),
        ..ImportedPosition::default()
    };
    let paths = recorder.app.propose_position(&inspection, 1, row.clone()).await;
    let proposed = "/v1/imported-positions?state=proposed";
    force.example("force", "The positions that wait for the force").get(proposed).await;
    force.example("force", "A position of the force").get(&paths[0]).await;
    let confirm = json!({ "action": "confirm" });
    force.example("confirm", "Confirm a position").act(&paths[0], confirm).await;
    force.example("confirmed", "The transitions of a position").get(&format!("{}/transitions", paths[0])).await;
    let position = opcc.person().get(&paths[1]).await.expect(200);
    let many = json!({ "import_id": position.body["import_id"] });
    opcc.example("import", "Confirm all positions of an import").post("/v1/imported-positions/confirm", many).await;
    let paths = recorder.app.propose_position(&inspection, 2, row).await;
    let reject = json!({ "action": "reject", "reason": "The row is about another recommendation." });
    force.example("reject", "Reject a position").act(&paths[0], reject).await;
    profile(recorder).await;
}

async fn profile(recorder: &Recorder) {
    let opcc = recorder.cumbria(Role::Opcc);
    let path = "/v1/areas/cumbria/import-profile";
    let empty = opcc.example("empty", "A profile before the office keeps words").get(path).await;
    let words = json!({
        "headings": { "policing_body_comments": ["What the Commissioner says"] },
        "columns": { "Lead officer": "owner", "RAG": "" },
        "status_words": { "Done": "force_complete" },
        "day_format": "day_first", "signatory": "Olive Officer",
    });
    let bytes = words.to_string().into_bytes();
    let example = opcc.example("words", "Keep the office's words").header("content-type", "application/json");
    example.header("if-match", &empty.etag()).send(Method::PUT, path, Some(words), Some(bytes)).await;
    opcc.example("words", "The changes of a profile").get(&format!("{path}/history")).await;
}
