//! What a side finds of its own drafts, and nobody else of them.

use section55::auth::Role;
use section55::vocabulary::WireName;
use serde_json::json;

use super::{ask, found};
use crate::support::world::registration;
use crate::support::{App, Person};

async fn finds(person: &Person, q: &str) -> bool {
    ask(person, q, "").await.body["total"] != 0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_of_a_side_are_found_by_that_side_and_audit_until_they_are_published() {
    let app = App::start().await;
    let published = app.published_inspection("76001").await;
    let response = app.response(&published, "cumbria").await;
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
    for (word, own) in [("zqbody", body), ("zqreply", body), ("zqexplained", body), ("zqforce", forces)] {
        for role in Role::ALL {
            let mine = own.contains(role);
            assert_eq!(finds(&person(*role), word).await, mine, "{role} of cumbria looks for {word}");
            assert!(!finds(&app.person(*role, "kent"), word).await, "{role} of kent finds {word}");
        }
        assert!(!finds(&app.public(), word).await, "anyone finds {word}");
    }
    let told = ask(&opcc, "zqbody or zqreply or zqexplained", "").await;
    assert_eq!(found(&told), [("response".to_owned(), "76001".to_owned(), true)], "{:#}", told.body);
    assert_eq!((&told.body["total"], &told.body["items"][0]["area"]), (&json!(1), &json!("cumbria")));
    // Submitted, the force's words are both sides'; published, all are everybody's, and no draft any more.
    let chief = person(Role::ChiefOfficer);
    chief.act(&response, json!({ "action": "submit_comments" })).await.expect(200);
    assert!(finds(&opcc, "zqforce").await && finds(&force, "zqforce").await && !finds(&app.public(), "zqforce").await);
    opcc.act(&response, json!({ "action": "submit" })).await.expect(200);
    let approver = person(Role::OpccApprover);
    approver.act(&response, json!({ "action": "approve" })).await.expect(200);
    approver.act(&response, json!({ "action": "publish" })).await.expect(200);
    for word in ["zqbody", "zqreply", "zqexplained", "zqforce"] {
        for reader in [&app.public(), &opcc, &app.person(Role::Constabulary, "kent")] {
            let told = ask(reader, word, "").await;
            assert_eq!(found(&told), [("response".to_owned(), "76001".to_owned(), false)], "{word}");
        }
    }
    // Under correction it is found both ways, by who writes it.
    approver.act(&response, json!({ "action": "correct", "reason": "A slip." })).await.expect(200);
    opcc.patch(&response, "*", json!({ "policing_body_comments": "Zqbody and zqnew." })).await.expect(200);
    assert_eq!(found(&ask(&opcc, "zqbody", "").await).len(), 2);
    assert!(finds(&opcc, "zqnew").await && !finds(&app.public(), "zqnew").await && !finds(&force, "zqnew").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_inspection_is_found_by_the_area_that_registered_it_and_by_registrars() {
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
    let narrowed = ask(&opcc, "zqtitle or zqtext", "&type=recommendation&area=kent&kind=joint_thematic").await;
    assert_eq!(found(&narrowed), [("recommendation".to_owned(), "76002-1".to_owned(), true)]);
    assert!(found(&ask(&opcc, "zqtitle", "&published_after=2022-02-25").await).is_empty());
    opcc.act(&made, json!({ "action": "publish" })).await.expect(200);
    for (word, list) in lists {
        assert!(finds(&app.public(), word).await && listed(&app.public(), list, word).await);
        assert_eq!(found(&ask(&opcc, word, "").await).len(), 1, "once, and as published");
    }
}
