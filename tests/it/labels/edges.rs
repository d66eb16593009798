//! Each edge reads labels alike: bodies, filters and parameters. A label that shows nothing is refused.

use section55::auth::Role;
use serde_json::{Value, json};

use super::VARIANTS;
use crate::support::world::{recommendation, registration};
use crate::support::{App, Person};

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn count(person: &Person, path: &str) -> usize {
    person.get(path).await.expect(200).body["items"].as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_finds_a_label_however_it_is_written() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut body = registration("DUP-1");
    body["source"] = json!("HMI Prisons");
    let inspection = opcc.post("/v1/inspections", body).await.expect(201);
    let mut body = recommendation("DUP-1");
    body["themes"] = json!(["Call handling", "Dŵr"]);
    opcc.post(&format!("{}/recommendations", inspection.href()), body).await.expect(201);
    let published = opcc.act(&inspection.href(), json!({ "action": "publish" })).await.expect(200);
    let assignment = app.assignment_path(&published, "cumbria").await;
    let force = app.person(Role::Constabulary, "cumbria");
    let owned =
        force.act(&assignment, json!({ "action": "allocate", "owner": " Insp.  A.\u{ad} Owner" })).await.expect(200);
    assert_eq!(owned.body["owner"], "Insp. A. Owner");
    for reader in [&opcc, &app.public()] {
        for variant in VARIANTS {
            let variant = encoded(variant);
            assert_eq!(count(reader, &format!("/v1/inspections?reference={variant}")).await, 1, "{variant}");
            assert_eq!(count(reader, &format!("/v1/recommendations?reference=X,{variant}")).await, 1, "{variant}");
        }
        for path in [
            "/v1/inspections?source=hmi%20prisons".to_owned(),
            format!("/v1/inspections?source={}", encoded("ＨＭＩ\u{a0}Prisons")),
            "/v1/inspections?area=CUMBRIA".to_owned(),
            "/v1/recommendations?theme=call%20%20HANDLING".to_owned(),
            format!("/v1/recommendations?theme={}", encoded("dw\u{302}r")),
            "/v1/search?q=immediately&area=Kent,%20CUMBRIA&type=inspection,recommendation".to_owned(),
        ] {
            assert!(count(reader, &path).await > 0, "{path}");
        }
        assert_eq!(count(reader, "/v1/inspections?reference=DUP-11").await, 0);
        assert_eq!(count(reader, "/v1/recommendations?theme=handling").await, 0);
    }
    for path in [
        "/v1/assignments?owner=insp.%20a.%20owner",
        "/v1/assignments?area=%20Cumbria",
        "/v1/responses?area=CUMBRIA",
        "/v1/deadlines?area=CUMBRIA&kind=response_due",
    ] {
        assert_eq!(count(&opcc, path).await, 1, "{path}");
    }
    let statistics = opcc.get("/v1/statistics?area=CUMBRIA").await.expect(200).body;
    assert_eq!(statistics, opcc.get("/v1/statistics?area=cumbria").await.expect(200).body);
    let as_of = format!("/v1/inspections?reference=dup-1&as_of={}", app.clock.now().format("%Y-%m-%dT%H:%M:%SZ"));
    assert_eq!(count(&opcc, &as_of).await, 1, "the past is filtered alike");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn labels_of_bodies_are_stored_in_their_normal_form() {
    let app = App::start().await;
    let opcc = app.person_with_roles("opcc@x", &["opcc"], &["cumbria", "kent"]);
    let body = json!({
        "reference": " DUP-1", "title": "A  review\u{200b} of\u{a0}dw\u{302}r ", "source": "HMI\u{3000}Prisons",
        "participating_inspectorates": [" CQC "], "registered_by": " Cumbria", "published_on": "2022-02-25",
        "scope": "national", "key_findings": " Long  texts\u{ad} stay. ",
    });
    let made = opcc.post("/v1/inspections", body).await.expect(201).body;
    for (member, stored) in [
        ("reference", json!("DUP-1")),
        ("title", json!("A review of dŵr")),
        ("source", json!("HMI Prisons")),
        ("participating_inspectorates", json!(["CQC"])),
        ("registered_by", json!("cumbria")),
        ("key_findings", json!(" Long  texts\u{ad} stay. ")),
    ] {
        assert_eq!(made[member], stored, "{member}");
    }
    let registrar = app.person(Role::Registrar, "");
    let mut area = registrar.get("/v1/areas/cumbria").await.expect(200).body;
    for member in ["id", "code", "version", "created_at", "updated_at", "links", "settings"] {
        area.as_object_mut().expect("an object").remove(member);
    }
    area["name"] = json!(" Cum\u{ad}bria ");
    area["force"]["name"] = json!("Cumbria  Constabulary\u{200b}");
    let replaced = registrar.put("/v1/areas/cumbria", "*", area).await.expect(200).body;
    assert_eq!((&replaced["name"], &replaced["force"]["name"]), (&json!("Cumbria"), &json!("Cumbria Constabulary")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_label_that_shows_nothing_or_whose_key_is_too_long_is_refused() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let refused = async |body: Value, pointer: &str| {
        let faults = opcc.post("/v1/inspections", body).await.expect(422).faults();
        assert_eq!(faults.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), [pointer]);
    };
    refused(json!({ "reference": "\u{200b}\u{2060}" }), "/reference").await;
    refused(json!({ "reference": "R-1", "title": "\u{ad} \u{3164}" }), "/title").await;
    refused(json!({ "reference": "\u{fdfa}".repeat(100) }), "/reference").await;
    for longest in ["Ж", "\u{1f600}", "각", "É"] {
        opcc.post("/v1/inspections", json!({ "reference": longest.repeat(100) })).await.expect(201);
    }
    let draft = opcc.post("/v1/inspections", registration("R-2")).await.expect(201).href();
    let mut body = recommendation("R-3");
    body["number"] = json!("\u{1f600}".repeat(500));
    opcc.post(&format!("{draft}/recommendations"), body).await.expect(201);
    assert_eq!(count(&opcc, "/v1/inspections").await, 5);
}
