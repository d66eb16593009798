//! What an area says of how long it keeps its records, with a string of its own in every reason.

use section55::auth::Role;
use serde_json::{Value, json};

use super::private::{Of, Private};
use crate::support::App;

impl Private {
    /// A hold, a disposal that was refused and a review, of an area's evidence.
    pub(super) async fn kept(&mut self, app: &App, area: &'static str) {
        let item = Self::first(&self.evidence, area).rsplit('/').next().expect("an id").to_owned();
        let approver = app.person(Role::OpccApprover, area);
        let about = |reason: String, more: Value| {
            let mut body = json!({ "resource": "evidence", "resource_id": item, "reason": reason });
            body.as_object_mut().expect("an object").extend(more.as_object().expect("members").clone());
            body
        };
        let erase = about(self.secret(area, Of::Area), json!({ "ground": "erasure" }));
        let disposal = approver.post("/v1/disposals", erase).await.expect(201).href();
        let refuse = json!({ "action": "refuse", "reason": self.secret(area, Of::Area) });
        approver.act(&disposal, refuse).await.expect(200);
        let review = about(self.secret(area, Of::Area), json!({ "review_on": "2032-05-05" }));
        let review = approver.post("/v1/retention-reviews", review).await.expect(201).href();
        let hold =
            approver.post("/v1/legal-holds", about(self.secret(area, Of::Area), json!({}))).await.expect(201).href();
        approver.act(&hold, json!({ "action": "lift", "reason": self.secret(area, Of::Area) })).await.expect(200);
        self.disposals.push((area, disposal));
        self.reviews.push((area, review));
        self.holds.push((area, hold));
    }
}
