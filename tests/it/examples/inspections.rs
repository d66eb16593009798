//! Examples: the joint thematic report of 25 February 2022 on the response to rape, from its registration to its
//! publication. Its references and dates are facts; its texts are invented.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use super::recorder::Recorder;

/// The references of its recommendations, with invented texts.
const RECOMMENDATIONS: [(&str, &str); 3] = [
    ("21912", "Immediately, police and prosecutors should agree who keeps the victim informed after charge."),
    ("21961", "Immediately, police and prosecutors should ask in every case whether bad character can be shown."),
    ("22005", "Immediately, forces should offer each victim a personal statement early, and again before trial."),
];

/// Records the examples and returns the path of the inspection.
pub async fn record(recorder: &Recorder) -> String {
    let (opcc, anyone) = (recorder.cumbria(Role::Opcc), recorder.anyone());
    let registration = json!({
        "reference": "21866", "title": "A joint thematic inspection of the response to rape", "kind": "joint_thematic",
        "scope": "national", "published_on": "2022-02-25", "subjects": "all",
        "lead_inspectorate": "HMICFRS", "participating_inspectorates": ["HMCPSI"],
        "key_findings": "The information that victims receive after charge depends too much on where they live.",
    });
    let example =
        opcc.example("thematic", "Register a joint thematic report").header("idempotency-key", "report-21866");
    let inspection = example.post("/v1/inspections", registration).await.href();
    let title = json!({ "title": "A joint thematic inspection of the response to rape, phase two: post charge" });
    opcc.example("title", "Amend the title of a draft").write(Method::PATCH, &inspection, title).await;

    let recommendations = format!("{inspection}/recommendations");
    let body = |reference: &str, text: &str| {
        json!({
            "reference": reference, "text": text, "addressees": ["chief_constables", "cps"], "themes": ["rape"],
            "target": { "kind": "immediate", "text": "Immediately" },
        })
    };
    let mut recommendation = String::new();
    for (n, (reference, text)) in RECOMMENDATIONS.into_iter().enumerate() {
        let example = opcc.example(["first", "second", "third"][n], "Add a recommendation that is due immediately");
        recommendation = example.post(&recommendations, body(reference, text)).await.href();
    }
    let mistaken = opcc.person().post(&recommendations, body("22006", "Entered by mistake.")).await.expect(201).href();
    opcc.example("mistaken", "Delete a recommendation entered by mistake").delete(&mistaken).await;
    let themes = json!({ "themes": ["rape", "victims"] });
    opcc.example("themes", "Amend the themes of a recommendation").write(Method::PATCH, &recommendation, themes).await;

    opcc.example("publish", "Publish an inspection, which opens the response of every area")
        .act(&inspection, json!({ "action": "publish" }))
        .await;
    anyone.example("thematic", "An inspection as anyone sees it").get(&inspection).await;
    let filtered = "/v1/inspections?kind=joint_thematic&published_after=2022-01-01&sort=-published_on";
    anyone.example("thematic", "Joint thematic inspections published since January 2022").get(filtered).await;
    anyone
        .example("thematic", "The recommendations of an inspection")
        .get(&format!("{recommendations}?sort=number"))
        .await;
    anyone.example("statement", "A recommendation").get(&recommendation).await;
    anyone.example("reference", "A recommendation by its reference").get("/v1/recommendations?reference=21912").await;
    let history = format!("{inspection}/transitions");
    recorder.cumbria(Role::Auditor).example("thematic", "The transitions of an inspection").get(&history).await;
    inspection
}

/// Returns the id at the end of a path.
pub fn id(address: &str) -> Value {
    json!(address.rsplit('/').next())
}
