//! Cumbria's line of the first recommendation: worked on by the force, evidenced, held against by the others.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::recorder::Story;
use super::report::id;

/// Minutes of a meeting that never was.
const MINUTES: &str =
    "Victims board, 20 April 2022.\nTwenty cases were looked into; in nineteen the call was on time.\n";

pub async fn tell(story: &Story, inspection: &str) {
    let (force, chief) = (story.cumbria(Role::Constabulary), story.cumbria(Role::ChiefOfficer));
    let (opcc, auditor) = (story.cumbria(Role::Opcc), story.cumbria(Role::Auditor));
    let about = id(inspection).as_str().expect("an id").to_owned();
    let lines = format!("/v1/assignments?inspection_id={about}&area=cumbria&sort=number&limit=1&count=true");
    let found = force.tells("lines", "The force's first line of the report").get(&lines).await;
    let line = found.body["items"][0]["links"]["self"].as_str().expect("an address").to_owned();

    let asked = json!({ "action": "allocate", "owner": "Supt O. Owner" });
    force.tells("allocate", "Give it an owner").act(&line, asked).await;
    force.tells("start", "Begin the work").act(&line, json!({ "action": "start" })).await;
    let moved = json!({ "local_target_on": "2022-06-30", "reason": "The case system is changed in June." });
    force.tells("target", "Move the force's own target, and say why").write(Method::PATCH, &line, moved).await;
    let updates = format!("{line}/updates");
    let told = json!({ "text": "The first twenty cases were looked into; one call was late." });
    force.tells("progress", "Tell how it goes").post(&updates, told).await;
    opcc.tells("progress", "What was told of it").get(&updates).await;
    force.tells("embed", "Say that it is done and is becoming usual").act(&line, json!({ "action": "embed" })).await;

    evidence(story, &line).await;
    let asked = json!({ "action": "submit_for_sign_off" });
    force.tells("submit_for_sign_off", "Put it before the chief officer").act(&line, asked).await;
    chief.tells("sign_off", "Sign it off").act(&line, json!({ "action": "sign_off" })).await;

    let taken = |position: &str| format!("{line}/positions/{position}");
    let view = json!({ "value": "assured", "note": "The minutes show it, and victims say so.", "date": "2022-04-14" });
    opcc.tells("assured", "The body is assured").write(Method::PUT, &taken("body_view"), view).await;
    let opinion = json!({ "value": "reasonable", "note": "Two samples held.", "source": "Internal audit IA-7" });
    auditor
        .tells("reasonable", "The opinion of an audit")
        .write(Method::PUT, &taken("assurance_opinion"), opinion)
        .await;
    let decision = json!({ "value": "closed", "source": "Letter of the inspectorate", "date": "2022-04-14" });
    opcc.tells("closed", "The inspectorate closed it")
        .write(Method::PUT, &taken("inspectorate_status"), decision)
        .await;
    opcc.tells("all", "Every position that was taken").get(&format!("{line}/positions")).await;
    auditor.tells("line", "How the force moved it on").get(&format!("{line}/transitions")).await;
    force.tells("force", "The line as the force sees it").get(&line).await;
    story.anyone().tells("public", "The line as anyone sees it").get(&line).await;
}

async fn evidence(story: &Story, line: &str) {
    let (force, opcc) = (story.cumbria(Role::Constabulary), story.cumbria(Role::Opcc));
    let below = format!("{line}/evidence");
    let added = json!({
        "title": "Minutes of the victims board", "kind": "minute", "effective_from": "2022-04-20",
        "expires_on": "2023-04-20",
    });
    let item = force.tells("minutes", "Add the minutes of a meeting").post(&below, added).await.href();
    let amended = json!({ "description": "Item 4: the first twenty cases." });
    force.tells("description", "Say more about it").write(Method::PATCH, &item, amended).await;
    let files = format!("{item}/files");
    let file = force.tells("text", "Send a text file").upload(&files, "minutes.txt", MINUTES).await.href();
    force.tells("submit", "Put it before the policing body").act(&item, json!({ "action": "submit" })).await;
    let asked = json!({ "action": "accept", "note": "They show what they should.", "file_version": 1 });
    opcc.tells("accept", "Accept the version that was reviewed").act(&item, asked).await;
    opcc.tells("line", "The evidence of a line").get(&below).await;
    opcc.tells("minutes", "An item of evidence").get(&item).await;
    opcc.tells("versions", "Every version of its file").get(&files).await;
    opcc.tells("whole", "The whole file").get(&file).await;
    opcc.tells("part", "Its first 30 bytes").header("range", "bytes=0-29").get(&file).await;
    let beyond = "bytes=1000-";
    opcc.is_refused().header("range", beyond).get(&file).await;
    opcc.tells("minutes", "How it was reviewed").get(&format!("{item}/transitions")).await;
    let marking = format!("{item}/marking");
    opcc.tells("raise", "Mark it OFFICIAL-SENSITIVE").act(&marking, json!({ "action": "raise" })).await;
    let asked = json!({ "action": "request_lowering", "reason": "No victim is named in it." });
    force.tells("request_lowering", "Ask for OFFICIAL again").act(&marking, asked).await;
    let confirmed = json!({ "action": "confirm_lowering" });
    opcc.tells("confirm_lowering", "Confirm it, as another person").act(&marking, confirmed).await;
}
