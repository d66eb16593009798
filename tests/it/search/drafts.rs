//! Hits in drafts: only the side that wrote a draft finds it.

use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::json;

use super::{hits, search};
use crate::support::world::registration;
use crate::support::{App, Person};

async fn finds(person: &Person, q: &str) -> bool {
    search(person, q, "").await.body["total"] != 0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_side_that_wrote_a_draft_and_auditors_find_it_until_publication() {
    let app = App::start().await;
    let published = app.create_published_inspection("76001").await;
    let response = app.response_path(&published, "cumbria").await;
    let person = |role| app.person(role, "cumbria");
    let (opcc, force) = (person(Role::Opcc), person(Role::Constabulary));
    opcc.act(&response, json!({ "action": "invite" })).await.expect(200);
    let texts = json!({ "policing_body_comments": "Zqbody words.", "reply_to_chief_officer": "Zqreply words." });
    let now = opcc.patch(&response, "*", texts).await.expect(200);
    let explained = now.body["missing_explanations"].as_array().expect("a list").clone();
    for id in &explained {
        let path = format!("{response}/explanations/{}", id.as_str().expect("an id"));
        opcc.put(&path, "*", json!({ "branch": "action_taken", "text": "Zqexplained." })).await.expect(200);
    }
    force.patch(&response, "*", json!({ "chief_officer_comments": "Zqforce words." })).await.expect(200);
    let body = [Role::Opcc, Role::OpccApprover, Role::Auditor];
    let forces = [Role::Constabulary, Role::ChiefOfficer, Role::Auditor];
    for (word, readers) in [("zqbody", body), ("zqreply", body), ("zqexplained", body), ("zqforce", forces)] {
        for role in Role::ALL {
            let expected = readers.contains(role);
            assert_eq!(finds(&person(*role), word).await, expected, "{role} of cumbria looks for {word}");
            assert!(!finds(&app.person(*role, "kent"), word).await, "{role} of kent finds {word}");
        }
        assert!(!finds(&app.public(), word).await, "anyone finds {word}");
    }
    let found = search(&opcc, "zqbody or zqreply or zqexplained", "").await;
    assert_eq!(hits(&found), [("response".to_owned(), "76001".to_owned(), true)], "{:#}", found.body);
    assert_eq!((&found.body["total"], &found.body["items"][0]["area"]), (&json!(1), &json!("cumbria")));
    // Both sides find the force's comments after their submission. After publication, everybody finds all texts.
    let chief = person(Role::ChiefOfficer);
    chief.act(&response, json!({ "action": "submit_comments" })).await.expect(200);
    assert!(finds(&opcc, "zqforce").await && finds(&force, "zqforce").await && !finds(&app.public(), "zqforce").await);
    opcc.act(&response, json!({ "action": "submit" })).await.expect(200);
    let approver = person(Role::OpccApprover);
    approver.act(&response, json!({ "action": "approve" })).await.expect(200);
    approver.act(&response, json!({ "action": "publish" })).await.expect(200);
    for word in ["zqbody", "zqreply", "zqexplained", "zqforce"] {
        for reader in [&app.public(), &opcc, &app.person(Role::Constabulary, "kent")] {
            let found = search(reader, word, "").await;
            assert_eq!(hits(&found), [("response".to_owned(), "76001".to_owned(), false)], "{word}");
        }
    }
    // While a correction is written, its side finds both the draft and the published edition.
    approver.act(&response, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    opcc.patch(&response, "*", json!({ "policing_body_comments": "Zqbody and zqnew." })).await.expect(200);
    assert_eq!(hits(&search(&opcc, "zqbody", "").await).len(), 2);
    assert!(finds(&opcc, "zqnew").await && !finds(&app.public(), "zqnew").await && !finds(&force, "zqnew").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_registering_area_and_registrars_find_a_draft_inspection() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut sent = registration("76002");
    sent["title"] = json!("Zqtitle");
    let made = opcc.post("/v1/inspections", sent).await.expect(201).href();
    let added = json!({ "reference": "76002-1", "text": "Zqtext.", "addressees": ["chief_constables"] });
    opcc.post(&format!("{made}/recommendations"), added).await.expect(201);
    let lists = [("zqtitle", "inspections"), ("zqtext", "recommendations")];
    let listed = async |person: &Person, list: &str, word: &str| {
        let reply = person.get(&format!("/v1/{list}?q={word}")).await.expect(200);
        !reply.body["items"].as_array().expect("items").is_empty()
    };
    for (word, list) in lists {
        for role in Role::ALL {
            assert!(finds(&app.person(*role, "cumbria"), word).await, "{role} of cumbria does not find {word}");
            assert!(listed(&app.person(*role, "cumbria"), list, word).await, "{role} of cumbria does not list {word}");
            let kent = app.person(*role, "kent");
            assert_eq!(finds(&kent, word).await, *role == Role::Registrar, "{role} of kent looks for {word}");
            assert_eq!(listed(&kent, list, word).await, *role == Role::Registrar, "{role} of kent lists {word}");
        }
        assert!(!finds(&app.public(), word).await && !listed(&app.public(), list, word).await);
    }
    let narrowed = search(&opcc, "zqtitle or zqtext", "&type=recommendation&area=kent&kind=joint_thematic").await;
    assert_eq!(hits(&narrowed), [("recommendation".to_owned(), "76002-1".to_owned(), true)]);
    assert!(hits(&search(&opcc, "zqtitle", "&published_after=2022-02-25").await).is_empty());
    opcc.act(&made, json!({ "action": "publish" })).await.expect(200);
    for (word, list) in lists {
        assert!(finds(&app.public(), word).await && listed(&app.public(), list, word).await);
        assert_eq!(hits(&search(&opcc, word, "").await).len(), 1, "only the published one is found");
    }
}
