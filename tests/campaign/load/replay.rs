//! Requests with an `Idempotency-Key` that are sent again, and must get their first response.

use reqwest::Method;

use super::caller::Answer;
use super::client::{Client, KeyedRequest};

impl Client {
    /// Sends a request again whose response the client has. A different response is counted as an unexpected answer.
    pub(super) async fn check_replay(&self, request: &KeyedRequest) {
        let KeyedRequest { path, body, intent, response, person } = request;
        let caller = self.caller(*person);
        if let Answer::Reply(reply) = caller.write(intent, Method::POST, path, &[], body).await
            && (200..300).contains(&reply.status)
            && (reply.text != *response || reply.header("idempotency-replayed").is_none())
        {
            let key = intent.key.as_deref().unwrap_or_default();
            caller
                .record_unexpected_answer(format!("the repeated POST {path} with the key {key} got another response"));
        }
    }

    /// Sends up to `most` of the client's requests again, the newest first.
    pub async fn check_replays(&self, most: usize) {
        for request in self.performed.iter().rev().take(most) {
            self.check_replay(request).await;
        }
    }
}
