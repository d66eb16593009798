//! Examples: search with and without a token, the import of a document, and the audit events of approvals.

use section55::auth::Role;

use super::recorder::Recorder;

/// A published response as a document, from the repository's examples.
const DOCUMENT: &str = include_str!("../../../examples/response-document.txt");

pub async fn record(recorder: &Recorder) {
    search(recorder).await;
    let document = DOCUMENT.replace("Cumbria", "Kent");
    let kent = recorder.person_of("kent", Role::Opcc);
    let example = kent.example("document", "Import Kent's published response to a registered report");
    example.post_text("/v1/imports?area=kent", &document).await;
    let events = "/v1/audit-events?action=approve&resource=response&limit=10";
    recorder.cumbria(Role::Auditor).example("approvals", "The approvals of responses").get(events).await;
}

async fn search(recorder: &Recorder) {
    let anyone = recorder.anyone();
    anyone.example("victims", "Published texts about victims").get("/v1/search?q=victim&limit=2").await;
    let phrase = "/v1/search?q=%22bad+character%22&type=recommendation&kind=joint_thematic&published_after=2022-01-01";
    anyone.example("phrase", "A phrase in recommendations of joint thematic reports").get(phrase).await;
    let opcc = recorder.cumbria(Role::Opcc);
    opcc.example("own", "Published texts and the caller's own drafts").get("/v1/search?q=statement").await;
}
