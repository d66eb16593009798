//! Drafts of several areas can have one reference. The first of them to be published has it, and the others are told.

use futures_util::future::join_all;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::world::registration;
use crate::support::{App, Person, Reply};

/// Registers a draft and returns it as it is read afterwards.
async fn register(person: &Person, reference: &str) -> Reply {
    let made = person.post("/v1/inspections", registration(reference)).await.expect(201);
    person.get(&made.href()).await.expect(200)
}

/// Returns what blocks the publication of a draft.
fn blocked_by(draft: &Reply) -> Value {
    let actions = draft.body["allowed_actions"].as_array().expect("actions");
    actions.iter().find(|it| it["action"] == "publish").expect("the action publish")["blocked_by"].clone()
}

fn publish() -> Value {
    json!({ "action": "publish" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_of_several_areas_have_one_reference_until_one_is_published() {
    let app = App::start().await;
    let (cumbria, kent) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Opcc, "kent"));
    let registrar = app.person(Role::Registrar, "");
    let first = register(&cumbria, "78001").await;
    let second = register(&kent, "７8001").await;
    let third = register(&registrar, "78001").await;
    for (person, own) in [(&cumbria, &first), (&kent, &second), (&registrar, &third)] {
        let again = person.post("/v1/inspections", registration("78001")).await.expect(409);
        assert_eq!(again.body["existing"]["id"], own.body["id"], "an area has one draft");
        assert_eq!(blocked_by(own), json!([]), "nobody is told of another area's draft");
    }
    cumbria.act(&first.href(), publish()).await.expect(200);
    for (person, draft) in [(&kent, &second), (&registrar, &third)] {
        let told = blocked_by(&person.get(&draft.href()).await.expect(200));
        assert_eq!((&told[0]["code"], &told[0]["id"]), (&json!("reference_free"), &first.body["id"]));
        let listed = person.get("/v1/inspections?state=draft").await.expect(200);
        let ids: Vec<&Value> = listed.body["items"].as_array().expect("a list").iter().map(|it| &it["id"]).collect();
        assert!(ids.contains(&&draft.body["id"]), "the draft stays");
        for path in
            [format!("{}/transitions", draft.href()), format!("{}/transitions?validate_only=true", draft.href())]
        {
            let refused = person.send_json(reqwest::Method::POST, &path, Some("*"), &publish()).await.expect(422);
            assert_eq!(refused.faults(), [("/reference".to_owned(), "reference_free".to_owned())]);
            assert_eq!(refused.body["errors"][0]["id"], first.body["id"]);
            let detail = refused.body["errors"][0]["detail"].as_str().expect("a text");
            assert!(
                detail.contains("published by the area cumbria") && detail.contains("Use that inspection"),
                "{detail}"
            );
        }
    }
    let other = register(&kent, "78002").await;
    let taken = kent.patch(&other.href(), "*", json!({ "reference": "78001" })).await.expect(409);
    assert_eq!(taken.body["existing"]["id"], first.body["id"]);
    kent.act(&other.href(), publish()).await.expect(200);
    // With a reference of its own, a draft can be published; and so can one whose reference is free again.
    kent.patch(&second.href(), "*", json!({ "reference": "78003" })).await.expect(200);
    kent.act(&second.href(), publish()).await.expect(200);
    let withdraw = json!({ "action": "withdraw", "reason": "Registered in error." });
    app.person(Role::OpccApprover, "cumbria").act(&first.href(), withdraw).await.expect(200);
    assert_eq!(blocked_by(&registrar.get(&third.href()).await.expect(200)), json!([]));
    registrar.act(&third.href(), publish()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_drafts_that_are_published_at_once_one_is_published_and_the_others_name_it() {
    let app = App::start().await;
    let areas = ["cumbria", "kent", "surrey", "durham", "essex", "cleveland"];
    for round in 0..5 {
        let mut drafts = Vec::new();
        for area in areas {
            let person = app.person(Role::Opcc, area);
            let draft = register(&person, &format!("7810{round}")).await;
            drafts.push((person, draft));
        }
        let requests = drafts.iter().map(async |(person, draft)| person.act(&draft.href(), publish()).await);
        let replies = join_all(requests).await;
        let (published, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
        assert_eq!(published.len(), 1, "round {round}");
        for reply in refused {
            assert_eq!(reply.status, 422, "{}", reply.text);
            assert_eq!(reply.body["errors"][0]["id"], published[0].body["id"], "{}", reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_proposes_the_published_inspection_and_not_the_areas_own_draft() {
    let app = App::start().await;
    let (cumbria, kent) = (app.person(Role::Opcc, "cumbria"), app.person(Role::Opcc, "kent"));
    let own = register(&kent, "78200").await;
    let published = register(&cumbria, "78200").await;
    cumbria.act(&published.href(), publish()).await.expect(200);
    let table = json!({
        "inspection": { "reference": "78200", "title": "Thematic inspection 78200", "published_on": "2022-02-25" },
        "rows": [{ "reference": "P-1", "text": "Fine." }],
    });
    let proposal = kent.post("/v1/imports?area=kent", table).await.expect(201);
    let candidates: Vec<&Value> =
        proposal.body["candidates"].as_array().expect("candidates").iter().map(|it| &it["id"]).collect();
    assert_eq!(candidates, [&published.body["id"], &own.body["id"]], "{}", proposal.text);
    let questions = proposal.body["questions"].as_array().expect("questions");
    let which = questions.iter().find(|it| it["pointer"] == "/inspection/inspection_id").expect("the question");
    assert_eq!(which["proposed"], published.body["id"], "{which}");
}
