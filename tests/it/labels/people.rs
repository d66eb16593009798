//! Where two people must act, one person whose subject the issuer writes in two ways is one person.

use serde_json::json;

use crate::support::App;

/// Other ways to write `pat@cumbria`.
const SUBJECTS: [&str; 5] = ["Pat@Cumbria", "pat@cumbria ", "ｐat@cumbria", "pat\u{200b}@cumbria", "PAT@CUMBRIA"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_person_who_submitted_a_response_cannot_approve_it_under_another_spelling() {
    let app = App::start().await;
    let inspection = app.create_published_inspection("P-1").await;
    let response = app.response_path(&inspection, "cumbria").await;
    app.advance_response_to(&response, "cumbria", "drafting").await;
    app.write_all_texts(&response, "cumbria").await;
    let pat = app.person_with_roles("pat@cumbria", &["opcc"], &["cumbria"]);
    pat.act(&response, json!({ "action": "submit" })).await.expect(200);
    for subject in SUBJECTS {
        let approver = app.person_with_roles(subject, &["opcc_approver"], &["cumbria"]);
        approver.act(&response, json!({ "action": "approve" })).await.expect(422);
    }
    let approver = app.person_with_roles("pats@cumbria", &["opcc_approver"], &["cumbria"]);
    approver.act(&response, json!({ "action": "approve" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_cannot_review_the_own_evidence_under_another_spelling() {
    let app = App::start().await;
    let assignment = app.assignment_path(&app.create_published_inspection("P-2").await, "cumbria").await;
    let author = app.person_with_roles("pat@cumbria", &["constabulary"], &["cumbria"]);
    let body = json!({ "title": "Minutes", "kind": "minute" });
    let evidence = author.post(&format!("{assignment}/evidence"), body).await.expect(201).href();
    author.upload(&format!("{evidence}/files"), "minutes.txt", b"Agreed.").await.expect(201);
    author.act(&evidence, json!({ "action": "submit" })).await.expect(200);
    for subject in SUBJECTS {
        let reviewer = app.person_with_roles(subject, &["opcc"], &["cumbria"]);
        reviewer.act(&evidence, json!({ "action": "accept", "note": "It shows it." })).await.expect(422);
    }
    let reviewer = app.person_with_roles("pats@cumbria", &["opcc"], &["cumbria"]);
    reviewer.act(&evidence, json!({ "action": "accept", "note": "It shows it." })).await.expect(200);
}
