//! The publication of a response: now, or recorded afterwards. From then on anyone may read it.

use serde_json::{Value, json};

use super::{Case, action, fault};

fn publish_on(day: &str) -> Value {
    json!({ "action": "publish", "published_on": day })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_in_the_past_is_recorded_afterwards() {
    let case = Case::in_state("approved").await;
    case.app.set_day("2022-06-01");
    let published = case.act(&case.approver, publish_on("2022-04-21")).await.expect(200);
    let publication = &published.body["publication"];
    assert_eq!(publication["recorded_afterwards"], true);
    assert_eq!(publication["published_on"], "2022-04-21");
    assert_eq!(publication["published_at"], "2022-04-21T11:00:00Z", "the time of a past day is noon in London");
    assert_eq!(publication["on_time"], true, "the day of publication decides, not the day of the record");
    let document = case.app.public().get(&format!("{}/document?format=text", case.response)).await.expect(200);
    assert!(document.text.contains("Published on 21/04/2022."), "{}", document.text);
    assert!(document.text.contains("before this service held its record"), "{}", document.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_publication_recorded_afterwards_stays_late() {
    let case = Case::in_state("approved").await;
    case.app.set_day("2022-06-01");
    let published = case.act(&case.approver, publish_on("2022-04-22")).await.expect(200);
    assert_eq!(published.body["publication"]["on_time"], false);
    assert_eq!(published.body["publication"]["recorded_afterwards"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_in_the_future_or_before_the_report_is_refused() {
    let case = Case::in_state("approved").await;
    for wrong in ["2022-03-23", "2030-01-01", "2022-02-24", "2017-01-01"] {
        let refused = case.act(&case.approver, publish_on(wrong)).await.expect(422);
        assert_eq!(refused.faults(), fault("/published_on", "publication_day"), "{wrong}");
    }
    assert_eq!(case.get().await.body["state"], "approved");
    case.app.public().get(&case.response).await.expect(404);
    let published = case.act(&case.approver, publish_on("2022-02-25")).await.expect(200);
    assert_eq!(published.body["publication"]["recorded_afterwards"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_of_today_is_not_recorded_afterwards() {
    let case = Case::in_state("approved").await;
    case.set_time("2022-04-20T23:30:00Z");
    case.act(&case.approver, publish_on("2022-04-22")).await.expect(422);
    let published = case.act(&case.approver, publish_on("2022-04-21")).await.expect(200);
    assert_eq!(published.body["publication"]["recorded_afterwards"], false);
    assert_eq!(published.body["publication"]["published_at"], "2022-04-20T23:30:00Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_sees_a_response_only_after_it_is_published() {
    let case = Case::in_state("approved").await;
    let public = case.app.public();
    let paths = ["", "/versions", "/versions/1", "/document"].map(|end| format!("{}{end}", case.response));
    for path in &paths {
        public.get(path).await.expect(404);
    }
    assert_eq!(public.get("/v1/responses").await.expect(200).body["items"], json!([]));
    let url = json!({ "action": "publish", "url": "https://body.example/section-55/73000" });
    case.act(&case.approver, url).await.expect(200);
    for path in &paths {
        public.get(path).await.expect(200);
    }
    let reply = public.get(&case.response).await.expect(200);
    assert_eq!(reply.body["state"], "published");
    assert_eq!(reply.body["publication"]["url"], "https://body.example/section-55/73000");
    assert_eq!(reply.body["reply_to_chief_officer"], "We agree.");
    assert_eq!(reply.body["approval"], Value::Null, "the approver is not public");
    assert_eq!(reply.body["invitation"], Value::Null);
    assert!(reply.body.get("allowed_actions").is_none());
    assert_eq!(reply.headers["cache-control"], "public, max-age=60");
    assert_eq!(case.get().await.headers["cache-control"], "private, no-store");
    let listed = public.get("/v1/responses?area=cumbria").await.expect(200);
    assert_eq!(listed.body["items"][0]["id"], reply.body["id"]);
    public.get(&format!("{}/transitions?order=asc", case.response)).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_of_another_area_see_a_published_response_as_the_public_does() {
    let case = Case::in_state("published").await;
    let kent = case.app.person(section55::auth::Role::OpccApprover, "kent");
    let (kents, public) = (kent.get(&case.response).await.expect(200), case.app.public().get(&case.response).await);
    assert_eq!(kents.body, public.body);
    kent.act(&case.response, json!({ "action": "correct", "reason": "Ours now." })).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_accept_header_chooses_plain_text_or_html_for_the_document() {
    let case = Case::in_state("published").await;
    let public = case.app.public();
    let path = format!("{}/document", case.response);
    let accept = async |media: &str| public.send(reqwest::Method::GET, &path, &[("accept", media)], None).await;
    for (media, content) in [
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("*/*", "text/plain; charset=utf-8"),
    ] {
        assert_eq!(accept(media).await.expect(200).headers["content-type"], content, "{media}");
    }
    accept("image/png").await.expect(406);
    let page = public.get(&format!("{path}?format=html")).await.expect(200);
    assert!(page.text.contains("The body welcomes the report."));
    public.get(&format!("{path}?format=pdf")).await.expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_that_people_wrote_is_escaped_in_the_page() {
    let case = Case::in_state("drafting").await;
    case.app.write_all_texts(&case.response, "cumbria").await;
    let text = "<script>alert(1)</script> & <b>bold</b>";
    case.patch(&case.opcc, json!({ "policing_body_comments": text })).await.expect(200);
    let page = case.opcc.get(&format!("{}/document?format=html", case.response)).await.expect(200);
    assert!(!page.text.contains("<script"), "{}", page.text);
    let plain = case.opcc.get(&format!("{}/document?format=text", case.response)).await.expect(200);
    assert!(plain.text.contains(text));
    assert!(plain.text.contains("Draft: not published."));
    case.act(&case.opcc, action("submit")).await.expect(200);
}
