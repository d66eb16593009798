//! How texts and queries are cut into words: a table of texts, queries, and whether the query finds the text. Each text is
//! looked up in a draft's list, in the public list and in the search.

use section55::auth::Role;
use serde_json::json;

use super::{hits, marked_words, search, url_encoded};
use crate::support::world::registration;
use crate::support::{App, Person};

/// A text, a query, and whether the query finds the text.
const CUT: [(&str, &str, bool); 88] = [
    ("victims/witnesses were told.Officers wrote", "victims", true),
    ("victims/witnesses were told.Officers wrote", "witnesses", true),
    ("victims/witnesses were told.Officers wrote", "told", true),
    ("victims/witnesses were told.Officers wrote", "officers", true),
    ("victims/witnesses were told.Officers wrote", "victims/witnesses", true),
    ("victims/witnesses were told.Officers wrote", "\"told officers\"", true),
    ("victims/witnesses were told.Officers wrote", "sergeants", false),
    ("a ring-back desk", "ring", true),
    ("a ring-back desk", "ring-back", true),
    ("a ring back desk", "ring-back", true),
    ("a ring-back desk", "\"ring back\"", true),
    ("a ring-back desk", "ringback", false),
    ("the officers\u{2019} notebooks", "officers", true),
    ("the officers' notebooks", "officers\u{2019}", true),
    ("the force\u{2019}s view", "force's", true),
    ("write to desk@force.example at once", "desk", true),
    ("write to desk@force.example at once", "desk@force.example", true),
    ("see https://force.example/stop-search?page=2", "stop-search", true),
    ("see https://force.example/stop-search?page=2", "search", true),
    ("R&D budget", "R&D", true),
    ("crime&justice", "justice", true),
    ("custody_suite", "suite", true),
    ("gofal d\u{175}r a th\u{177}", "d\u{175}r", true),
    ("gofal d\u{175}r a th\u{177}", "dwr", true),
    ("gofal dw\u{302}r a thy\u{302}", "d\u{175}r", true),
    ("gofal d\u{174}R", "d\u{175}r", true),
    ("gofal dwr", "d\u{175}r", true),
    ("caf\u{e9} watch", "cafe", true),
    ("caf\u{e9} watch", "CAFE\u{301}", true),
    ("paragraph 3.10 of it", "3.10", true),
    ("paragraph 3.10 of it", "3.1", false),
    ("2021\u{2013}22 plan", "2021", true),
    ("told\u{2026}then", "told", true),
    ("wait\u{2014}listen", "listen", true),
    ("multi-agency-hub", "hub", true),
    ("COVID-19 response", "COVID-19", true),
    ("COVID-19 response", "19", true),
    ("COVID-19 response", "COVID 19", true),
    ("COVID\u{2011}19 response", "COVID-19", true),
    ("COVID-19 response", "COVID\u{2011}19", true),
    ("ring\u{2011}back service", "ring-back", true),
    ("ring-back service", "ring\u{2011}back", true),
    ("ring\u{2212}back", "back", true),
    ("custody\u{2012}suites", "suites", true),
    ("1/2 of forces", "1/2", true),
    ("\u{bd} of forces", "1/2", true),
    ("2021/22 report", "22", true),
    ("O\u{2019}Neill said", "O'Neill", true),
    ("O'Neill said", "Neill", true),
    ("Mae\u{2019}r heddlu", "heddlu", true),
    ("write to pat.smith@cumbria.police.uk today", "smith", true),
    ("pat@cumbria.police.uk", "pat@kent.police.uk", false),
    ("see www.hmicfrs.gov.uk.", "hmicfrs", true),
    ("law & order", "law & order", true),
    ("(custody)", "custody", true),
    ("\u{201c}custody\u{201d}", "custody", true),
    ("\u{2018}custody\u{2019}", "custody", true),
    ("\u{ab}custody\u{bb}", "custody", true),
    ("\u{201c}custody suite\u{201d} was", "\"custody suite\"", true),
    ("\u{201c}custody suite\u{201d} was", "\u{201c}custody suite\u{201d}", true),
    ("suite custody", "\u{201c}custody suite\u{201d}", false),
    ("<custody> suites", "custody", true),
    ("custody\u{2022}suites", "suites", true),
    ("\u{2713}custody", "custody", true),
    ("custody\u{2122}", "custody", true),
    ("\u{a3}5m fund", "5m", true),
    ("\u{a3}5,000,000", "5,000,000", true),
    ("custody...detention", "detention", true),
    ("said: \u{201c}We agree.\u{201d}Officers wrote", "officers", true),
    ("see para.3", "para", true),
    ("s.55(5B)", "s.55", true),
    ("25.02.2022", "2022", true),
    ("+44-1234-567890", "567890", true),
    ("S-2-1", "S-2-1", true),
    ("S-2-2", "S-2-1", false),
    ("2022-02-25", "2022-02-25", true),
    ("2022-02-25", "2022-25-02", false),
    ("3.10", "10", false),
    ("e\u{fb03}cient force", "efficient", true),
    ("efficient force", "e\u{fb03}cient", true),
    ("\u{ff43}\u{ff55}\u{ff53}\u{ff54}\u{ff4f}\u{ff44}\u{ff59}", "custody", true),
    ("custody", "\u{ff43}\u{ff55}\u{ff53}\u{ff54}\u{ff4f}\u{ff44}\u{ff59}", true),
    ("Ynys Mon", "m\u{f4}n", true),
    ("T\u{176}", "t\u{177}", true),
    ("cust\u{ad}ody suites", "custody", true),
    ("cust\u{200b}ody suites", "custody", true),
    ("\u{f0b7}custody", "custody", true),
    ("custody\u{3000}suites", "suites", true),
];

/// Asserts that the list of recommendations finds each text, as the table states.
async fn assert_listed(person: &Person, texts: &[&str]) {
    for (text, q, found) in CUT {
        let list = person.get(&format!("/v1/recommendations?limit=200&q={}", url_encoded(q))).await.expect(200);
        let items = list.body["items"].as_array().expect("items");
        let listed = items.iter().any(|item| item["text"] == text);
        assert_eq!(listed, found, "{text:?} {q:?}: {:#}", list.body);
    }
    assert!(texts.len() > 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_and_a_query_are_cut_into_words_alike() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let draft = opcc.post("/v1/inspections", registration("CUT")).await.expect(201).href();
    let mut texts: Vec<&str> = CUT.iter().map(|(text, ..)| *text).collect();
    texts.sort_unstable();
    texts.dedup();
    for (n, text) in texts.iter().enumerate() {
        let body = json!({ "reference": format!("CUTx{n}x"), "number": format!("n{n}n"), "text": text });
        opcc.post(&format!("{draft}/recommendations"), body).await.expect(201);
    }
    assert_listed(&opcc, &texts).await;
    opcc.act(&draft, json!({ "action": "publish" })).await.expect(200);
    let public = app.public();
    assert_listed(&public, &texts).await;
    for (text, q, found) in CUT {
        let n = texts.iter().position(|other| *other == text).expect("a text");
        let reply = search(&public, q, "&limit=50").await;
        let hit = ("recommendation".to_owned(), format!("CUTx{n}x"), false);
        assert_eq!(hits(&reply).contains(&hit), found, "{text:?} {q:?}: {:#}", reply.body);
    }
    for (q, marked) in [
        ("witnesses told", vec!["witnesses", "told"]),
        ("agree", vec!["agree"]),
        ("5m", vec!["5m"]),
        ("\u{201c}custody suite\u{201d}", vec!["custody", "suite"]),
    ] {
        let all = marked_words(&search(&public, q, "").await);
        let first: Vec<&str> = all.iter().take(marked.len()).map(String::as_str).collect();
        assert_eq!(first, marked, "{q}: {all:?}");
    }
    let reply = search(&public, "witnesses officers", "").await;
    let excerpt = &reply.body["items"][0]["excerpt"];
    let whole: String = excerpt.as_array().expect("pieces").iter().filter_map(|piece| piece["text"].as_str()).collect();
    assert!(whole.starts_with("victims/witnesses were told.Officers wrote"), "as written: {whole}");
}
