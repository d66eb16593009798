//! Accepting a proposal: what is written, for new and for registered inspections, and that it is all or nothing.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{accept, answer, path, propose, questions, table, title};
use crate::support::App;

/// Texts of a response, as answers.
fn texts() -> Value {
    json!({
        "/response/policing_body_comments": "We welcome the report.",
        "/response/reply_to_chief_officer": "We agree with the chief constable.",
        "/response/explanations/0": { "number": "1", "branch": "action_taken", "text": "Calls are answered." },
        "/response/explanations/1":
            { "number": "AFI 1", "branch": "action_proposed", "text": "We will listen.", "policing_body": "From June." },
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_inspection_becomes_a_draft_with_its_recommendations() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = propose(&opcc, "area=cumbria", &table("C-1")).await.expect(201).href();
    let refused = opcc.act(&made, json!({ "action": "accept" })).await.expect(422);
    assert_eq!(refused.body["code"], "needs_unmet");
    assert_eq!(refused.faults(), [("/inspection/inspection_id".to_owned(), "inspection".to_owned())]);
    let before = app.database.fingerprint().await;
    let body = json!({ "action": "accept", "confirm_proposed": true });
    let tried = opcc
        .send_json(reqwest::Method::POST, &format!("{made}/transitions?validate_only=true"), Some("*"), &body)
        .await
        .expect(200);
    assert_eq!(tried.body["state"], "accepted");
    assert_eq!(app.database.fingerprint().await, before);
    let accepted = accept(&opcc, &made, false).await.expect(200);
    assert_eq!((&accepted.body["state"], &accepted.body["version"]), (&json!("accepted"), &json!(2)));
    assert_eq!(accepted.body["answers"], json!({ "/inspection/inspection_id": "new" }));
    assert_eq!((&accepted.body["questions"], &accepted.body["consequences"]), (&json!([]), &Value::Null));
    assert_eq!(accepted.body["response_id"], Value::Null, "a draft has no response");
    let inspection = opcc.get(&path("inspections", &accepted.body["inspection_id"])).await.expect(200);
    for (member, value) in [
        ("reference", json!("C-1")),
        ("state", json!("draft")),
        ("kind", json!("national_thematic")),
        ("subjects", json!("all")),
        ("registered_by", json!("cumbria")),
        ("published_on", json!("2022-02-25")),
        ("key_findings", json!("Most calls are answered.")),
        ("recommendations_count", json!(3)),
    ] {
        assert_eq!(inspection.body[member], value, "{member}");
    }
    let list = opcc.get(&format!("{}/recommendations", inspection.href())).await.expect(200);
    let items = list.body["items"].as_array().expect("a list");
    assert_eq!(items[0]["cause_of_concern_id"], items[2]["id"]);
    assert_eq!((&items[1]["number"], &items[1]["kind"]), (&json!("AFI 1"), &json!("area_for_improvement")));
    assert_eq!(items[0]["target"], json!({ "kind": "immediate", "text": "Immediately", "on": null }));
    assert_eq!(
        (&items[0]["themes"], &items[0]["addressees"]),
        (&json!(["Call handling"]), &json!(["chief_constables"]))
    );
    accept(&opcc, &made, false).await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_publish_the_inspection_is_published_and_the_texts_are_in_the_response() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = propose(&opcc, "area=cumbria", &table("C-2")).await.expect(201).href();
    let changed = answer(&opcc, &made, texts()).await.expect(200);
    let effects: Vec<&Value> =
        changed.body["consequences"]["texts"].as_array().expect("a list").iter().map(|text| &text["effect"]).collect();
    assert_eq!(effects, ["after_publication"; 4]);
    let accepted = accept(&opcc, &made, true).await.expect(200);
    let inspection = app.public().get(&path("inspections", &accepted.body["inspection_id"])).await.expect(200);
    assert_eq!(inspection.body["state"], "published");
    let response = opcc.get(&path("responses", &accepted.body["response_id"])).await.expect(200);
    assert_eq!((&response.body["state"], &response.body["area"]), (&json!("received"), &json!("cumbria")));
    assert_eq!(response.body["policing_body_comments"], "We welcome the report.");
    assert_eq!(response.body["reply_to_chief_officer"], "We agree with the chief constable.");
    let explanations = response.body["explanations"].as_array().expect("a list");
    let explained: Vec<(&Value, &Value, &Value)> =
        explanations.iter().map(|it| (&it["reference"], &it["branch"], &it["text"])).collect();
    assert!(
        explained.contains(&(&json!("C-2-1"), &json!("action_taken"), &json!("Calls are answered."))),
        "{explained:?}"
    );
    let joined = json!("We will listen.\n\nFrom June.");
    assert!(explained.contains(&(&json!("C-2-2"), &json!("action_proposed"), &joined)), "{explained:?}");
    let kent = app.response_path(&inspection, "kent").await;
    let kent = app.person(Role::Opcc, "kent").get(&kent).await.expect(200);
    assert_eq!(kent.body["policing_body_comments"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_of_a_draft_are_in_the_response_once_it_is_published() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = propose(&opcc, "area=cumbria", &table("C-3")).await.expect(201).href();
    answer(&opcc, &made, texts()).await.expect(200);
    let accepted = accept(&opcc, &made, false).await.expect(200);
    let draft = path("inspections", &accepted.body["inspection_id"]);
    let published = opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    let response = opcc.get(&app.response_path(&published, "cumbria").await).await.expect(200);
    assert_eq!(response.body["policing_body_comments"], "We welcome the report.");
    assert_eq!(response.body["explanations"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_chief_officers_comments_stay_in_the_import() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = propose(&opcc, "area=cumbria", &table("C-4")).await.expect(201).href();
    let mut answers = texts();
    answers["/response/chief_officer_comments"] = json!("We are proud.");
    answers["/response/force_answers_are"] = json!("chief_officer_comments");
    let changed = answer(&opcc, &made, answers).await.expect(200);
    let texts = changed.body["consequences"]["texts"].as_array().expect("a list").clone();
    let effect =
        |pointer: &str| texts.iter().find(|text| text["pointer"] == pointer).expect("a text")["effect"].clone();
    assert_eq!(effect("/response/chief_officer_comments"), "record_published");
    assert_eq!(effect("/response/explanations/0"), "record_published");
    let accepted = accept(&opcc, &made, true).await.expect(200);
    let response = opcc.get(&path("responses", &accepted.body["response_id"])).await.expect(200);
    assert_eq!(response.body["chief_officer_comments"]["status"], "awaited");
    assert_eq!(response.body["explanations"], json!([]));
    let kept = opcc.get(&made).await.expect(200);
    assert_eq!(kept.body["response"]["chief_officer_comments"]["value"], "We are proud.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registered_inspection_keeps_its_words_and_every_difference_is_listed() {
    let app = App::start().await;
    let cumbria = app.person(Role::Opcc, "cumbria");
    let first = propose(&cumbria, "area=cumbria", &table("C-5")).await.expect(201).href();
    let registered = accept(&cumbria, &first, true).await.expect(200);
    let mut other = table("C-5");
    other["inspection"]["title"] = json!(format!("{} again", title("C-5")));
    other["inspection"]["published_on"] = json!("2022-02-26");
    other["rows"][0]["text"] = json!("Immediately, forces must answer.");
    other["rows"][1]["reference"] = json!("C-5-9");
    other["rows"][1]["number"] = json!("AFI 9");
    let kent = app.person(Role::Opcc, "kent");
    let made = propose(&kent, "area=kent", &other).await.expect(201);
    let candidate = &made.body["candidates"][0];
    assert_eq!(candidate["id"], registered.body["inspection_id"]);
    assert_eq!(candidate["why"], json!(["reference", "title", "published_near"]));
    assert_eq!(made.body["questions"][0]["proposed"], registered.body["inspection_id"]);
    let differences: Vec<(&str, &str)> = made.body["differences"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| (it["code"].as_str().expect("a code"), it["pointer"].as_str().expect("a pointer")))
        .collect();
    let expected = [
        ("differs", "/inspection/title"),
        ("differs", "/inspection/published_on"),
        ("differs", "/recommendations/0/text"),
        ("additional", "/recommendations/1"),
        ("missing", "/recommendations"),
    ];
    assert_eq!(differences, expected);
    assert_eq!(made.body["differences"][1]["record"], "2022-02-25");
    assert_eq!(made.body["differences"][4]["record"]["reference"], "C-5-2");
    let consequences = &made.body["consequences"];
    assert_eq!((&consequences["registers"], &consequences["lines"]["count"]), (&json!(false), &json!(0)));
    let comments = json!({ "/response/policing_body_comments": "Kent agrees." });
    let answered = answer(&kent, &made.href(), comments).await.expect(200);
    let missing = |question: &&Value| question["pointer"] == "/recommendations_complete";
    let asked = answered.body["questions"].as_array().into_iter().flatten().find(missing);
    let detail = asked.and_then(|question| question["detail"].as_str()).unwrap_or_default();
    assert!(detail.contains("also has"), "a response to a known inspection is asked about what it lacks: {detail}");
    answer(&kent, &made.href(), json!({ "/recommendations_complete": true })).await.expect(200);
    let accepted = accept(&kent, &made.href(), false).await.expect(200);
    assert_eq!(accepted.body["inspection_id"], registered.body["inspection_id"]);
    assert_eq!(accepted.body["differences"], made.body["differences"], "the differences stay listed");
    let inspection = app.public().get(&path("inspections", &registered.body["inspection_id"])).await.expect(200);
    assert_eq!((&inspection.body["title"], &inspection.body["version"]), (&json!(title("C-5")), &json!(2)));
    let response = kent.get(&path("responses", &accepted.body["response_id"])).await.expect(200);
    assert_eq!(
        (&response.body["policing_body_comments"], &response.body["area"]),
        (&json!("Kent agrees."), &json!("kent"))
    );
    let second = propose(&kent, "area=kent", &other).await.expect(201).href();
    let answers = json!({ "/response/policing_body_comments": "Kent again.", "/recommendations_complete": true });
    answer(&kent, &second, answers).await.expect(200);
    let refused = accept(&kent, &second, false).await.expect(409);
    assert_eq!(refused.body["existing"]["id"], accepted.body["response_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_title_and_day_under_another_reference_is_a_question() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let first = propose(&opcc, "", &table("C-6")).await.expect(201).href();
    let registered = accept(&opcc, &first, true).await.expect(200);
    let mut other = table("C-6");
    other["inspection"]["reference"] = json!("C-66");
    let made = propose(&opcc, "", &other).await.expect(201);
    assert_eq!(made.body["candidates"][0]["why"], json!(["title", "published_on"]));
    let question = &made.body["questions"][0];
    assert_eq!((&question["code"], question.get("proposed")), (&json!("inspection"), None), "{}", made.text);
    assert_eq!(question["options"], json!([registered.body["inspection_id"], "new"]));
    let refused = accept(&opcc, &made.href(), false).await.expect(422);
    assert_eq!(refused.faults(), [("/inspection/inspection_id".to_owned(), "inspection".to_owned())]);
    let changed = answer(&opcc, &made.href(), json!({ "/inspection/inspection_id": "new" })).await.expect(200);
    assert_eq!((questions(&changed), &changed.body["differences"]), (vec![], &json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accepting_writes_everything_or_nothing() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut twice = table("C-7");
    twice["rows"][1]["reference"] = json!("C-7-1");
    let made = propose(&opcc, "", &twice).await.expect(201).href();
    let before = app.database.fingerprint().await;
    let refused = accept(&opcc, &made, true).await.expect(422);
    assert_eq!(refused.faults(), [("/recommendations/1/reference".to_owned(), "already_exists".to_owned())]);
    assert_eq!(app.database.fingerprint().await, before);
    // Another request registers the reference after the answer was given.
    let made = propose(&opcc, "", &table("C-8")).await.expect(201).href();
    answer(&opcc, &made, json!({ "/inspection/inspection_id": "new" })).await.expect(200);
    opcc.post("/v1/inspections", json!({ "reference": "C-8" })).await.expect(201);
    let before = app.database.fingerprint().await;
    let refused = accept(&opcc, &made, true).await.expect(409);
    assert_eq!(refused.body["code"], "already_exists");
    assert_eq!(app.database.fingerprint().await, before);
    // A report of the future can be a draft, and is not published.
    let mut early = table("C-9");
    early["inspection"]["published_on"] = json!("2022-03-23");
    let made = propose(&opcc, "", &early).await.expect(201).href();
    let before = app.database.fingerprint().await;
    let refused = accept(&opcc, &made, true).await.expect(422);
    assert_eq!(refused.faults(), [("/published_on".to_owned(), "published_on".to_owned())]);
    assert_eq!(app.database.fingerprint().await, before);
    accept(&opcc, &made, false).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_explanation_that_belongs_to_nothing_is_asked() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = propose(&opcc, "", &table("C-10")).await.expect(201).href();
    let stray = json!({ "/response/explanations/0": { "number": "9", "text": "Nine." },
                        "/response/explanations/1": { "number": "1.", "text": "One." } });
    let changed = answer(&opcc, &made, stray).await.expect(200);
    let open = questions(&changed);
    let expected = [
        ("inspection", "/inspection/inspection_id"),
        ("contradiction", "/response/explanations/0/text"),
        ("missing", "/response/explanations/1/branch"),
    ];
    assert_eq!(open, expected.map(|(code, pointer)| (code.to_owned(), pointer.to_owned())));
    let answers = json!({ "/response/explanations/0/text": "", "/response/explanations/1/branch": "no_action" });
    answer(&opcc, &made, answers).await.expect(200);
    let accepted = accept(&opcc, &made, true).await.expect(200);
    let response = opcc.get(&path("responses", &accepted.body["response_id"])).await.expect(200);
    assert_eq!(response.body["explanations"].as_array().map(Vec::len), Some(1));
    assert_eq!(response.body["explanations"][0]["branch"], "no_action");
}
