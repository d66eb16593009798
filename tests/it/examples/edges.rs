//! What comes in from documents, and what the log says of it all.

use section55::auth::Role;

use super::recorder::Story;

/// The published response that the repository keeps as a sample.
const DOCUMENT: &str = include_str!("../../../examples/response-document.txt");

pub async fn tell(story: &Story) {
    let document = DOCUMENT.replace("Cumbria", "Kent");
    let importing = story.of("kent", Role::Opcc);
    let importing = importing.tells("document", "Bring in Kent's own answer to a report that is registered");
    importing.post_text("/v1/imports?area=kent", &document).await;
    let events = "/v1/audit-events?action=approve&resource=response&limit=10";
    story.cumbria(Role::Auditor).tells("approvals", "Who approved which response").get(events).await;
}
