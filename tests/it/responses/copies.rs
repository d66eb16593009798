//! The copies of a published response (s.55(6)): the response is complete once the inspectors and the Secretary of
//! State each have one.

use serde_json::{Value, json};

use super::{Case, copy, fault};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_is_complete_only_with_both_copies() {
    for (first, second) in [("inspectors", "secretary_of_state"), ("secretary_of_state", "inspectors")] {
        let case = Case::in_state("published").await;
        let one = case.act(&case.opcc, copy(first)).await.expect(200);
        assert_eq!(one.body["state"], "published");
        let again = case.act(&case.opcc, copy(first)).await.expect(200);
        assert_eq!(again.body["state"], "published", "two copies to one recipient do not complete the response");
        let both = case.act(&case.opcc, copy(second)).await.expect(200);
        assert_eq!(both.body["state"], "complete");
        assert_eq!(both.body["copies"].as_array().map(Vec::len), Some(3));
        case.act(&case.opcc, copy(first)).await.expect(409);
        assert_eq!(case.app.public().get(&case.response).await.expect(200).body["state"], "complete");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_has_a_day_a_channel_and_a_reference() {
    let case = Case::in_state("published").await;
    let mut sent = copy("inspectors");
    sent["reference"] = json!("MON-1234");
    sent["sent_on"] = json!("2022-03-23");
    let refused = case.act(&case.opcc, sent.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/sent_on", "copy_details"));
    sent["sent_on"] = json!("2022-03-22");
    let recorded = case.act(&case.opcc, sent).await.expect(200);
    let expected =
        json!({ "recipient": "inspectors", "sent_on": "2022-03-22", "channel": "email", "reference": "MON-1234" });
    assert_eq!(recorded.body["copies"], json!([expected]));
    case.act(&case.opcc, copy("secretary_of_state")).await.expect(200);
    let document = case.app.public().get(&format!("{}/document?format=text", case.response)).await.expect(200);
    assert!(
        document.text.contains("Inspectors of Constabulary on 22/03/2022 by email (MON-1234)."),
        "{}",
        document.text
    );
    assert!(document.text.contains("Secretary of State on 22/03/2022 by email."), "{}", document.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_edition_begins_without_copies() {
    let case = Case::in_state("complete").await;
    case.act(&case.approver, json!({ "action": "correct", "reason": "A wrong name." })).await.expect(200);
    let public = case.app.public();
    assert_eq!(public.get(&case.response).await.expect(200).body["copies"].as_array().map(Vec::len), Some(2));
    for (person, name) in [(&case.opcc, "submit"), (&case.approver, "approve"), (&case.approver, "publish")] {
        case.act(person, json!({ "action": name })).await.expect(200);
    }
    let reply = case.get().await;
    assert_eq!((&reply.body["state"], &reply.body["copies"]), (&json!("published"), &json!([])));
    case.act(&case.opcc, copy("inspectors")).await.expect(200);
    let complete = case.act(&case.opcc, copy("secretary_of_state")).await.expect(200);
    assert_eq!((&complete.body["state"], &complete.body["edition"]), (&json!("complete"), &json!(2)));
    assert_eq!(complete.body["not_required"], Value::Null);
}
