//! Examples: search with and without a token, the import of a document, and the audit events of approvals.

use reqwest::Method;
use section55::auth::Role;
use serde_json::json;

use super::recorder::Recorder;

/// A published response as a document, from the repository's examples.
const DOCUMENT: &str = include_str!("../../../examples/response-document.txt");

pub async fn record(recorder: &Recorder) {
    search(recorder).await;
    import(recorder).await;
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

/// Kent's officer imports the office's published response: the file becomes a proposal, which the officer answers and accepts.
async fn import(recorder: &Recorder) {
    let document = DOCUMENT.replace("Cumbria", "Kent");
    let kent = recorder.person_of("kent", Role::Opcc);
    let example = kent.example("document", "Read Kent's published response to a registered report");
    let path = "/v1/imports?area=kent&filename=response.txt";
    let import = example.post_text(path, &document).await.href();
    kent.example("kent", "The imports of Kent").get("/v1/imports?area=kent&limit=5").await;
    kent.example("proposal", "What the service read, and what it asks").get(&import).await;
    let answers = json!({ "answers": { "/response/explanations_complete": true } });
    let example = kent.example("answer", "Answer a question");
    example.write(Method::PATCH, &import, answers).await;
    let accept = json!({ "action": "accept", "confirm_proposed": true });
    kent.example("accept", "Accept the proposal").act(&import, accept).await;
    kent.example("file", "The file as it was sent").shorten_to(200).get(&format!("{import}/file")).await;
    kent.example("accepted", "The transitions of an import").get(&format!("{import}/transitions")).await;
    kent.example("import", "The changes of an import").get(&format!("{import}/history")).await;
    let form = kent.example("form", "Read a file that a page sends in a form");
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"response.txt\"\r\n\r\n{document}\r\n--edge--\r\n"
    );
    let (path, shown) = ("/v1/imports?area=kent", Some(json!({ "file": [document] })));
    form.header("content-type", "multipart/form-data; boundary=edge")
        .send(Method::POST, path, shown, Some(body.into_bytes()))
        .await;
}
