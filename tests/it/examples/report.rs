//! The joint thematic report of 25 February 2022 on the response to rape, from its registration to its publication. Its
//! figures are facts; what it says here is invented.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::recorder::Story;

/// Its recommendations: reference, then words of our own.
const RECOMMENDATIONS: [(&str, &str); 3] = [
    ("21912", "Immediately, police and prosecutors should agree who keeps the victim informed after charge."),
    ("21961", "Immediately, police and prosecutors should ask in every case whether bad character can be shown."),
    ("22005", "Immediately, forces should offer each victim a personal statement early, and again before trial."),
];

/// Tells it; gives the inspection's address.
pub async fn tell(story: &Story) -> String {
    let (opcc, anyone) = (story.cumbria(Role::Opcc), story.anyone());
    let registration = json!({
        "reference": "21866", "title": "A joint thematic inspection of the response to rape", "kind": "joint_thematic",
        "scope": "national", "published_on": "2022-02-25", "subjects": "all",
        "lead_inspectorate": "HMICFRS", "participating_inspectorates": ["HMCPSI"],
        "key_findings": "What a victim is told after charge depends too much on where they live.",
    });
    let registering =
        opcc.tells("thematic", "Register a joint thematic report").header("idempotency-key", "report-21866");
    let inspection = registering.post("/v1/inspections", registration).await.href();
    let amended = json!({ "title": "A joint thematic inspection of the response to rape, phase two: post charge" });
    opcc.tells("title", "Give the draft its whole title").write(Method::PATCH, &inspection, amended).await;

    let below = format!("{inspection}/recommendations");
    let added = |reference: &str, text: &str| {
        json!({
            "reference": reference, "text": text, "addressees": ["chief_constables", "cps"], "themes": ["rape"],
            "target": { "kind": "immediate", "text": "Immediately" },
        })
    };
    let mut recommendation = String::new();
    for (n, (reference, text)) in RECOMMENDATIONS.into_iter().enumerate() {
        let adding = opcc.tells(["first", "second", "third"][n], "Add a recommendation that is due at once");
        recommendation = adding.post(&below, added(reference, text)).await.href();
    }
    let mistaken = opcc.person().post(&below, added("22006", "Entered by mistake.")).await.expect(201).href();
    opcc.tells("mistaken", "Remove one that was entered by mistake").delete(&mistaken).await;
    let amended = json!({ "themes": ["rape", "victims"] });
    opcc.tells("themes", "Say what it is about").write(Method::PATCH, &recommendation, amended).await;

    opcc.tells("publish", "Publish it: every area's response is opened")
        .act(&inspection, json!({ "action": "publish" }))
        .await;
    anyone.tells("thematic", "The report, as anyone sees it").get(&inspection).await;
    let found = "/v1/inspections?kind=joint_thematic&published_after=2022-01-01&sort=-published_on";
    anyone.tells("thematic", "The joint thematic reports since January 2022").get(found).await;
    anyone.tells("thematic", "What the report recommends").get(&format!("{below}?sort=number")).await;
    anyone.tells("statement", "A recommendation").get(&recommendation).await;
    anyone.tells("reference", "A recommendation by its reference").get("/v1/recommendations?reference=21912").await;
    let history = format!("{inspection}/transitions");
    story.cumbria(Role::Auditor).tells("thematic", "How the report came to be published").get(&history).await;
    inspection
}

/// The id at the end of an address.
pub fn id(address: &str) -> Value {
    json!(address.rsplit('/').next())
}
