//! Hits in published records, which everybody finds.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{hits, marked_words, search};
use crate::support::world::registration;
use crate::support::{App, Reply};

/// Publishes an inspection with these members and with one recommendation of this text.
async fn publish_inspection(app: &App, reference: &str, members: Value, text: &str) -> Reply {
    let mut sent = registration(reference);
    for (name, value) in members.as_object().expect("members") {
        sent[name] = value.clone();
    }
    let opcc = app.person(Role::Opcc, "cumbria");
    let made = opcc.post("/v1/inspections", sent).await.expect(201).href();
    let added = json!({ "reference": format!("{reference}-1"), "text": text, "addressees": ["chief_constables"] });
    opcc.post(&format!("{made}/recommendations"), added).await.expect(201);
    opcc.act(&made, json!({ "action": "publish" })).await.expect(200)
}

fn hit(kind: &str, reference: &str) -> (String, String, bool) {
    (kind.to_owned(), reference.to_owned(), false)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn english_words_are_found_by_stem_and_welsh_words_as_written() {
    let app = App::start().await;
    let title = json!({ "title": "An inspection of custody suites" });
    publish_inspection(&app, "S-1", title, "Detainees should be risk assessed by a nurse.").await;
    let welsh = json!({ "title": "Arolygiad o'r ddalfa", "key_findings": "Mae'r heddlu yn gofalu am blant." });
    publish_inspection(&app, "S-2", welsh, "Dylai'r prif gwnstabl adolygu'r hyfforddiant.").await;
    let public = app.public();
    for (q, expected) in [
        ("detainee", vec![hit("recommendation", "S-1-1")]),
        ("assessing risks", vec![hit("recommendation", "S-1-1")]),
        ("custody", vec![hit("inspection", "S-1")]),
        ("\"custody suite\"", vec![hit("inspection", "S-1")]),
        ("\"suite custody\"", vec![]),
        ("heddlu", vec![hit("inspection", "S-2")]),
        ("hyfforddiant", vec![hit("recommendation", "S-2-1")]),
        ("HEDDLU plant", vec![]),
        ("S-2-1", vec![hit("recommendation", "S-2-1")]),
        ("nurse or heddlu", vec![hit("recommendation", "S-1-1"), hit("inspection", "S-2")]),
        ("custody -suites", vec![]),
        // An excluded word excludes all words of its stem. Stop words are searched for only if there is no other word.
        ("custody -suite", vec![]),
        ("the nurse", vec![hit("recommendation", "S-1-1")]),
        ("should by", vec![hit("recommendation", "S-1-1")]),
    ] {
        let reply = search(&public, q, "").await;
        let (mut found, mut expected) = (hits(&reply), expected);
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{q}: {:#}", reply.body);
        assert_eq!(reply.body["total"], found.len(), "{q}");
        assert_eq!(reply.body["total_capped"], false, "{q}");
    }
    assert_eq!(marked_words(&search(&public, "heddlu", "").await), ["heddlu"]);
    // A query without a required word has no hits, instead of scanning every row.
    for q in ["-custody", "the -custody", "...", "&", "-", "!"] {
        assert_eq!(search(&public, q, "").await.body["total"], 0, "{q}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_best_match_comes_first_and_excerpts_are_plain_text() {
    let app = App::start().await;
    let once =
        json!({ "key_findings": format!("{} Stalking was recorded.", "The force does many things well. ".repeat(30)) });
    publish_inspection(&app, "S-10", once, "Nothing of it.").await;
    let title = json!({ "title": "Stalking and harassment", "key_findings": "Victims of stalking are heard." });
    publish_inspection(
        &app,
        "S-11",
        title,
        "Review <mark>stalking</mark> \u{e000}risks\u{e001} & <script>alert(1)</script>.",
    )
    .await;
    let reply = search(&app.public(), "stalking", "").await;
    let found = hits(&reply);
    assert_eq!(found.len(), 3, "{:#}", reply.body);
    assert_eq!((&found[0], &found[2]), (&hit("inspection", "S-11"), &hit("inspection", "S-10")), "{found:?}");
    let shown = marked_words(&reply);
    assert!(shown.iter().all(|word| word == "stalking") && shown.len() >= 4, "{shown:?}");
    let text = |item: &Value| -> String {
        item["excerpt"].as_array().expect("pieces").iter().map(|it| it["text"].as_str().expect("text")).collect()
    };
    let recommendation =
        reply.body["items"].as_array().expect("items").iter().find(|it| it["type"] == "recommendation");
    let recommendation = recommendation.expect("the recommendation");
    assert_eq!(text(recommendation), "Review <mark>stalking</mark> risks & <script>alert(1)</script");
    assert!(text(&reply.body["items"][2]).len() < 600, "the excerpt is shorter than the text");
    assert_eq!(recommendation["title"], "Stalking and harassment");
    let own = recommendation["links"]["self"].as_str().expect("a link");
    assert_eq!(app.public().get(own).await.expect(200).body["reference"], "S-11-1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_limit_the_hits() {
    let app = App::start().await;
    let first = json!({ "kind": "custody", "published_on": "2021-12-31", "subjects": ["kent"], "scope": "force" });
    publish_inspection(&app, "S-20", first, "Kept apart: vetting.").await;
    let second = json!({ "kind": "peel", "published_on": "2022-01-01", "key_findings": "Vetting is slow." });
    publish_inspection(&app, "S-21", second, "Vetting again.").await;
    let old = json!({ "kind": "peel", "published_on": "2009-05-05", "key_findings": "Vetting of old." });
    publish_inspection(&app, "S-22", old, "Nothing.").await;
    let public = app.public();
    for (more, expected) in [
        ("", vec!["S-20-1", "S-21", "S-21-1", "S-22"]),
        ("&type=recommendation", vec!["S-20-1", "S-21-1"]),
        ("&type=inspection,response", vec!["S-21", "S-22"]),
        ("&kind=custody", vec!["S-20-1"]),
        ("&area=kent", vec!["S-20-1", "S-21", "S-21-1", "S-22"]),
        ("&area=surrey", vec!["S-21", "S-21-1", "S-22"]),
        ("&area=surrey,kent&kind=custody,peel&type=recommendation", vec!["S-20-1", "S-21-1"]),
        ("&published_after=2021-12-31", vec!["S-21", "S-21-1"]),
        ("&published_after=2021-12-30&published_before=2022-01-01", vec!["S-20-1"]),
        ("&published_before=2009-05-06", vec!["S-22"]),
        ("&published_after=2022-12-31", vec![]),
    ] {
        let reply = search(&public, "vetting", more).await;
        let mut found: Vec<String> = hits(&reply).into_iter().map(|(_, reference, _)| reference).collect();
        found.sort();
        assert_eq!(found, expected, "{more}: {:#}", reply.body);
    }
    let one = search(&public, "vetting", "&limit=1").await;
    assert_eq!((hits(&one).len(), &one.body["total"]), (1, &json!(4)));
    public.get("/v1/search").await.expect(400);
    public.get("/v1/search?q=a&limit=51").await.expect(400);
    public.get(&format!("/v1/search?q={}", "x".repeat(501))).await.expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_or_withdrawn_inspection_is_not_found_by_its_old_text() {
    let app = App::start().await;
    let registrar = app.person(Role::Registrar, "");
    let made = publish_inspection(&app, "S-30", json!({ "title": "Burglary" }), "Fingerprints.").await.href();
    let public = app.public();
    let count = async |q: &str| search(&public, q, "").await.body["total"].clone();
    assert_eq!((count("burglary").await, count("fingerprints").await), (json!(1), json!(1)));
    let correction = json!({ "action": "correct", "reason": "A slip.", "title": "Robbery" });
    registrar.act(&made, correction).await.expect(200);
    assert_eq!((count("burglary").await, count("robbery").await), (json!(0), json!(1)));
    registrar.act(&made, json!({ "action": "withdraw", "reason": "Not ours." })).await.expect(200);
    assert_eq!((count("robbery").await, count("fingerprints").await), (json!(0), json!(0)));
}
