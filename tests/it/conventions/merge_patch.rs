//! Merge patches (RFC 7396): an empty patch changes nothing, nested objects are merged member by member, null removes a
//! member, and a list is replaced as a whole.

use reqwest::Method;
use section55::auth::Role;
use serde_json::{Value, json};

use crate::support::App;
use crate::support::world::{recommendation, registration};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_merge_patch_changes_nothing() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
    let mut patched = 0;
    for operation in app.operations(&sample_records).into_iter().filter(|it| it.method == Method::PATCH) {
        let before = everyone.get(&operation.path).await.expect(200);
        let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
        let reply = everyone.send(Method::PATCH, &operation.path, &headers, Some(b"{}".to_vec())).await;
        // A record that is no longer open to changes refuses every patch.
        if reply.status != 409 {
            let mut after = reply.expect(200).body;
            for member in ["version", "updated_at"] {
                if let Some(value) = before.body.get(member) {
                    after[member] = value.clone();
                }
            }
            assert_eq!(after, before.body, "{}", operation.template);
            patched += 1;
        }
    }
    assert!(patched >= 5, "{patched}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_of_a_target_are_merged_one_by_one() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("80410")).await.expect(201).href();
    let path = opcc.post(&format!("{draft}/recommendations"), recommendation("80410-1")).await.expect(201).href();
    for (patch, target) in [
        (
            json!({ "kind": "by_date", "on": "2022-06-30" }),
            json!({ "kind": "by_date", "text": "Immediately", "on": "2022-06-30" }),
        ),
        (json!({ "text": "by June" }), json!({ "kind": "by_date", "text": "by June", "on": "2022-06-30" })),
        (json!({}), json!({ "kind": "by_date", "text": "by June", "on": "2022-06-30" })),
        (json!({ "text": null }), json!({ "kind": "by_date", "text": null, "on": "2022-06-30" })),
        (json!({ "kind": "within", "on": null }), json!({ "kind": "within", "text": null, "on": null })),
        (json!({ "text": " within  3 months" }), json!({ "kind": "within", "text": "within 3 months", "on": null })),
        (json!(null), json!({ "kind": "none", "text": null, "on": null })),
        (
            json!({ "kind": "within", "text": "within 3 months" }),
            json!({ "kind": "within", "text": "within 3 months", "on": null }),
        ),
    ] {
        let patched = opcc.patch(&path, "*", json!({ "target": patch })).await.expect(200);
        assert_eq!(patched.body["target"], target, "{patch}");
    }
    let refused = opcc.patch(&path, "*", json!({ "target": { "kind": "by_date" } })).await.expect(422);
    assert_eq!(refused.faults(), [("/target/on".to_owned(), "required".to_owned())]);
    let refused = opcc.patch(&path, "*", json!({ "target": { "kind": null } })).await.expect(422);
    assert_eq!(refused.faults()[0].0, "/target/kind");
    // A date that the service computed follows the text and the kind, unless the patch states one.
    opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    assert_eq!(opcc.get(&path).await.expect(200).body["target"]["on"], "2022-05-25");
    let approver = app.person(Role::OpccApprover, "cumbria");
    let correct = async |target: Value| {
        let patch = json!({ "target": target, "reason": "As printed." });
        approver.patch(&path, "*", patch).await.expect(200).body["target"].clone()
    };
    let target = correct(json!({ "text": "within six months" })).await;
    assert_eq!(target, json!({ "kind": "within", "text": "within six months", "on": "2022-08-25" }));
    let target = correct(json!({ "kind": "immediate" })).await;
    assert_eq!(target, json!({ "kind": "immediate", "text": "within six months", "on": "2022-02-25" }));
    let target = correct(json!({ "kind": "by_date", "on": "2022-09-01" })).await;
    assert_eq!(target, json!({ "kind": "by_date", "text": "within six months", "on": "2022-09-01" }));
    let target = correct(json!({ "text": "by September" })).await;
    assert_eq!(target, json!({ "kind": "by_date", "text": "by September", "on": "2022-09-01" }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_of_comments_without_its_text_stays_as_it_is() {
    let app = App::start().await;
    let response = app.response_path(&app.create_published_inspection("80420").await, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "awaiting_comments").await;
    let chief = app.person(Role::ChiefOfficer, "cumbria");
    let patch = async |draft: Value| {
        let patched = chief.patch(&response, "*", json!({ "chief_officer_comments": draft })).await.expect(200);
        patched.body["chief_officer_comments"]["text"].clone()
    };
    assert_eq!(patch(json!("We agree.")).await, "We agree.");
    assert_eq!(patch(json!({})).await, "We agree.");
    assert_eq!(patch(json!({ "text": "We agree in part." })).await, "We agree in part.");
    assert_eq!(patch(json!({ "text": null })).await, Value::Null);
    assert_eq!(patch(json!("Again.")).await, "Again.");
    assert_eq!(patch(Value::Null).await, Value::Null);
}
