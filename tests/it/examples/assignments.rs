//! Examples: Cumbria's assignment for the first recommendation: the force's work, its evidence, and all four positions.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::inspections::id;
use super::recorder::Recorder;

/// Invented minutes.
const MINUTES: &str =
    "Victims board, 20 April 2022.\nThe board reviewed twenty cases. In nineteen the call was on time.\n";

pub async fn record(recorder: &Recorder, inspection: &str) {
    let (force, chief) = (recorder.cumbria(Role::Constabulary), recorder.cumbria(Role::ChiefOfficer));
    let (opcc, auditor) = (recorder.cumbria(Role::Opcc), recorder.cumbria(Role::Auditor));
    let inspection_id = id(inspection).as_str().expect("an id").to_owned();
    let assignments =
        format!("/v1/assignments?inspection_id={inspection_id}&area=cumbria&sort=number&limit=1&count=true");
    let found = force.example("assignments", "The force's first assignment of a report").get(&assignments).await;
    let assignment = found.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();

    let transition = json!({ "action": "allocate", "owner": "Supt O. Owner" });
    force.example("allocate", "Allocate an assignment to an owner").act(&assignment, transition).await;
    force.example("start", "Start the work").act(&assignment, json!({ "action": "start" })).await;
    let target = json!({ "local_target_on": "2022-06-30", "reason": "The case system changes in June." });
    force
        .example("target", "Change the force's own target, with the reason")
        .write(Method::PATCH, &assignment, target)
        .await;
    let updates = format!("{assignment}/updates");
    let update = json!({ "text": "The force reviewed the first twenty cases. One call was late." });
    force.example("progress", "Add an update on progress").post(&updates, update).await;
    opcc.example("progress", "The updates of an assignment").get(&updates).await;
    force
        .example("embed", "Report that the work is done and is being embedded")
        .act(&assignment, json!({ "action": "embed" }))
        .await;

    evidence(recorder, &assignment).await;
    let transition = json!({ "action": "submit_for_sign_off" });
    force.example("submit_for_sign_off", "Submit the work for sign-off").act(&assignment, transition).await;
    chief.example("sign_off", "Sign off the work").act(&assignment, json!({ "action": "sign_off" })).await;

    let position = |position: &str| format!("{assignment}/positions/{position}");
    let view = json!({ "value": "assured", "note": "The minutes and the victims confirm it.", "date": "2022-04-14" });
    opcc.example("assured", "Record that the policing body is assured")
        .write(Method::PUT, &position("body_view"), view)
        .await;
    let opinion =
        json!({ "value": "reasonable", "note": "The auditor tested two samples.", "source": "Internal audit IA-7" });
    auditor
        .example("reasonable", "Record the opinion of an audit")
        .write(Method::PUT, &position("assurance_opinion"), opinion)
        .await;
    let decision = json!({ "value": "closed", "source": "Letter of the inspectorate", "date": "2022-04-14" });
    opcc.example("closed", "Record that the inspectorate closed it")
        .write(Method::PUT, &position("inspectorate_status"), decision)
        .await;
    opcc.example("all", "The positions recorded on an assignment").get(&format!("{assignment}/positions")).await;
    auditor.example("assignment", "The transitions of an assignment").get(&format!("{assignment}/transitions")).await;
    force.example("force", "An assignment as the force sees it").get(&assignment).await;
    recorder.anyone().example("public", "An assignment as anyone sees it").get(&assignment).await;
}

/// The evidence of the assignment.
async fn evidence(recorder: &Recorder, assignment: &str) {
    let (force, opcc) = (recorder.cumbria(Role::Constabulary), recorder.cumbria(Role::Opcc));
    let items = format!("{assignment}/evidence");
    let evidence = json!({
        "title": "Minutes of the victims board", "kind": "minute", "effective_from": "2022-04-20",
        "expires_on": "2023-04-20",
    });
    let evidence = force.example("minutes", "Add minutes as evidence").post(&items, evidence).await.href();
    let amended = json!({ "description": "Item 4: the first twenty cases." });
    force.example("description", "Add a description").write(Method::PATCH, &evidence, amended).await;
    let files = format!("{evidence}/files");
    let file = force.example("text", "Upload a text file").upload(&files, "minutes.txt", MINUTES).await.href();
    force.example("submit", "Submit the evidence for review").act(&evidence, json!({ "action": "submit" })).await;
    let transition = json!({ "action": "accept", "note": "The minutes show the calls.", "file_version": 1 });
    opcc.example("accept", "Accept the reviewed version").act(&evidence, transition).await;
    opcc.example("assignment", "The evidence of an assignment").get(&items).await;
    opcc.example("minutes", "An item of evidence").get(&evidence).await;
    opcc.example("versions", "The versions of an item's file").get(&files).await;
    opcc.example("complete", "The complete file").get(&file).await;
    opcc.example("part", "The first 30 bytes of the file").header("range", "bytes=0-29").get(&file).await;
    opcc.refusal().header("range", "bytes=1000-").get(&file).await;
    opcc.example("minutes", "The transitions of an item of evidence").get(&format!("{evidence}/transitions")).await;
    let marking = format!("{evidence}/marking");
    opcc.example("raise", "Raise the marking to OFFICIAL-SENSITIVE").act(&marking, json!({ "action": "raise" })).await;
    let transition = json!({ "action": "request_lowering", "reason": "It names no victim." });
    force.example("request_lowering", "Request to lower the marking to OFFICIAL").act(&marking, transition).await;
    let confirmation = json!({ "action": "confirm_lowering" });
    opcc.example("confirm_lowering", "Confirm the lower marking, as another person").act(&marking, confirmation).await;
}
