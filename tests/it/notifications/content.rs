//! What an e-mail holds, and what it never holds.

use section55::auth::Role;
use serde_json::json;

use super::Case;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_e_mail_states_who_which_record_which_day_and_what_to_do() {
    let case = Case::new().await;
    let response = case.response("21866").await;
    case.app.advance_response_to(&response, "cumbria", "in_approval").await;
    case.settle().await;
    let mails = case.wait_for(4).await;
    let mail = mails.iter().find(|mail| mail.to.starts_with("opcc_approver")).expect("an e-mail");
    let id = response.rsplit('/').next().expect("an id");
    for part in [
        "The response to inspection report #21866 waits for your approval",
        "Area: Cumbria",
        "Report: Thematic inspection 21866",
        "By: opcc@cumbria (name)",
        "What to do: Read the response. Approve it, or return it with a reason.",
        &format!("Open the record: https://app.example/record/responses/{id}"),
    ] {
        assert!(mail.text.contains(part), "{part}: {}", mail.text);
    }
    assert!(mail.html.contains(&format!("<a href=\"https://app.example/record/responses/{id}\">")), "{}", mail.html);
    assert_eq!(mail.raw.matches("https://app.example/record/responses/").count(), 2, "one link in each form");
    for header in ["List-Unsubscribe: <https://app.example/record/me/notifications>", "Auto-Submitted: auto-generated"]
    {
        assert!(mail.raw.contains(header), "{header}: {}", mail.raw);
    }
    assert!(mail.id.ends_with("@section55.example>"), "{}", mail.id);
    // The words of the drafts.
    for draft in ["welcomes", "We agree", "It was done", "accepts the report"] {
        assert!(mails.iter().all(|mail| !mail.text.contains(draft) && !mail.html.contains(draft)), "{draft}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_about_official_sensitive_evidence() {
    let case = Case::new().await;
    let inspection = case.app.create_published_inspection("21866").await;
    let assignment = case.app.assignment_path(&inspection, "cumbria").await;
    let members = json!({ "marking": "official_sensitive", "title": "zq canary", "expires_on": "2022-03-25" });
    let evidence = case.app.add_submitted_evidence(&assignment, "cumbria", members).await.href();
    let opcc = case.app.person(Role::Opcc, "cumbria");
    opcc.act(&evidence, json!({ "action": "reject", "note": "No." })).await.expect(200);
    case.settle().await;
    let mails = case.wait_for(1).await;
    assert!(mails.iter().all(|mail| !mail.raw.contains("vidence")), "{mails:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_that_became_official_sensitive_meanwhile_is_not_told() {
    let case = Case::new().await;
    case.server.answer_with(crate::support::mail_server::Answer::Refuse);
    let inspection = case.app.create_published_inspection("21866").await;
    let assignment = case.app.assignment_path(&inspection, "cumbria").await;
    let evidence = case.app.add_submitted_evidence(&assignment, "cumbria", json!({})).await.href();
    let opcc = case.app.person(Role::Opcc, "cumbria");
    opcc.act(&evidence, json!({ "action": "reject", "note": "No." })).await.expect(200);
    case.settle().await;
    let force = case.app.person(Role::Constabulary, "cumbria");
    force.patch(&evidence, "*", json!({ "marking": "official_sensitive" })).await.expect(200);
    case.server.answer_with(crate::support::mail_server::Answer::Accept);
    case.app.clock.set("2022-03-22T12:02:00Z".parse().expect("an instant"));
    case.wait_for(1).await;
    let cancelled = async || case.states().await.iter().any(|it| it.0 == "cancelled").then_some(());
    super::until("the e-mail is cancelled", cancelled).await;
    assert!(case.server.accepted().iter().all(|mail| !mail.text.contains("vidence")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_welsh_address_receives_welsh_and_long_titles_do_not_break_the_headers() {
    let case = Case::new().await;
    let address = json!({ "role": "opcc", "address": "swyddfa@cumbria.example", "language": "cy" });
    case.set(json!({ "notification_addresses": [address] })).await;
    let mut report = crate::support::world::registration("21866");
    report["title"] = json!(format!("Arolygiad ŵ \" <b> {}", "hir ".repeat(60)));
    let opcc = case.app.person(Role::Opcc, "cumbria");
    let created = opcc.post("/v1/inspections", report).await.expect(201).href();
    opcc.act(&created, json!({ "action": "publish" })).await.expect(200);
    case.settle().await;
    let mail = case.wait_for(1).await.remove(0);
    assert_eq!(mail.subject, "Cyhoeddwyd adroddiad arolygu #21866: mae'r ymateb i'w gyhoeddi erbyn 21 Ebrill 2022");
    assert!(mail.text.contains("Adroddiad: Arolygiad ŵ \" <b> hir"), "{}", mail.text);
    assert!(mail.html.contains("Arolygiad ŵ &#34; &#60;b&#62; hir"), "{}", mail.html);
    assert!(mail.raw.is_ascii() && mail.raw.lines().all(|line| line.len() <= 998));
}
