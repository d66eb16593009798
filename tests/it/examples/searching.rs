//! Looking for words, as anyone and as who drafts them.

use section55::auth::Role;

use super::recorder::Story;

/// Tells it.
pub async fn tell(story: &Story) {
    story.anyone().tells("victims", "What is published on victims").get("/v1/search?q=victim&limit=2").await;
    let phrase = "/v1/search?q=%22bad+character%22&type=recommendation&kind=joint_thematic&published_after=2022-01-01";
    story.anyone().tells("phrase", "A phrase, in recommendations of joint thematic reports").get(phrase).await;
    story.cumbria(Role::Opcc).tells("own", "The same and one's own drafts").get("/v1/search?q=statement").await;
}
