//! What a remark is on: a member of the response, or a passage of its text.

use serde_json::{Value, json};

use super::Case;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_remark_on_a_passage_quotes_the_text_as_its_author_reads_it() {
    let case = Case::new().await;
    let text = "Mae’r corff yn croesawu’r adroddiad.";
    case.opcc.patch(&case.response, "*", json!({ "policing_body_comments": text })).await.expect(200);
    let body = |quotation: &str, start: i32, end: i32| {
        json!({
            "text": "Which one?", "member": "/policing_body_comments",
            "passage": { "quotation": quotation, "start": start, "end": end },
        })
    };
    let made = case.remark(&case.approver, body("corff", 6, 11)).await.expect(201);
    assert_eq!(made.body["passage"], json!({ "quotation": "corff", "start": 6, "end": 11 }));
    // The quotation stays as it was when the text changes.
    case.opcc.patch(&case.response, "*", json!({ "policing_body_comments": "Other words." })).await.expect(200);
    assert_eq!(case.opcc.get(&made.href()).await.expect(200).body["passage"]["quotation"], "corff");
    for (quotation, start, end) in [("corff", 6, 11), ("Other", 0, 4), ("other", 0, 5), ("Other words. ", 0, 13)] {
        let refused = case.remark(&case.opcc, body(quotation, start, end)).await.expect(422);
        assert_eq!(refused.faults(), [("/passage/quotation".to_owned(), "not_in_text".to_owned())], "{quotation}");
    }
    let refused = case.remark(&case.opcc, body("Other", -1, 5)).await.expect(422);
    assert_eq!(refused.faults()[0].0, "/passage/start");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_remark_on_an_explanation_names_its_recommendation() {
    let case = Case::new().await;
    let response = case.opcc.get(&case.response).await.expect(200).body;
    let made = case.remark(&case.opcc, json!({ "text": "Why?", "member": "/explanations/1/text" })).await.expect(201);
    assert_eq!(made.body["recommendation_id"], response["explanations"][1]["recommendation_id"]);
    assert!(made.body["recommendation_id"].is_string());
    for member in ["/explanations/9/text", "/unheard_of", "policing_body_comments", "/policing_body_comments/0"] {
        let refused = case.remark(&case.opcc, json!({ "text": "Why?", "member": member })).await.expect(422);
        assert_eq!(refused.faults(), [("/member".to_owned(), "unknown_reference".to_owned())], "{member}");
    }
    let passage = json!({ "quotation": "x", "start": 0, "end": 1 });
    let refused = case.remark(&case.opcc, json!({ "text": "Why?", "passage": passage })).await.expect(422);
    assert_eq!(refused.faults(), [("/member".to_owned(), "required".to_owned())]);
    // The force reads its own draft, and not the policing body's: a quotation tests no guess.
    let draft = json!({ "chief_officer_comments": "A draft of ours." });
    case.force.patch(&case.response, "*", draft).await.expect(200);
    let on = |member: &str, quotation: &str| {
        let end = quotation.chars().count();
        json!({ "text": "So?", "member": member, "passage": { "quotation": quotation, "start": 0, "end": end } })
    };
    case.remark(&case.force, on("/chief_officer_comments/draft", "A draft")).await.expect(201);
    let text = response["policing_body_comments"].as_str().expect("a text");
    let refused = case.remark(&case.force, on("/policing_body_comments", text)).await.expect(422);
    assert_eq!(refused.faults()[0].1, "not_in_text");
    assert_eq!(case.opcc.get(&made.href()).await.expect(200).body["passage"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_remark_states_whether_the_text_still_has_its_passage_and_where() {
    let case = Case::new().await;
    let set = async |text: Value| {
        case.opcc.patch(&case.response, "*", json!({ "policing_body_comments": text })).await.expect(200);
    };
    set(json!("Mae’r corff yn croesawu’r adroddiad.")).await;
    let passage = json!({ "quotation": "corff", "start": 6, "end": 11 });
    let body = json!({ "text": "Which one?", "member": "/policing_body_comments", "passage": passage });
    let made = case.remark(&case.approver, body).await.expect(201);
    let place = |remark: &Value| (remark["passage_found"].clone(), remark["passage_place"].clone());
    let at = |start: i32| json!({ "member": "/policing_body_comments", "start": start, "end": start + 5 });
    assert_eq!(place(&made.body), (json!(true), at(6)));
    // The second of the two is nearer to where the passage was.
    set(json!("Y corff: mae’r corff yn croesawu’r adroddiad.")).await;
    assert_eq!(place(&case.opcc.get(&made.href()).await.expect(200).body), (json!(true), at(2)));
    set(json!("Felly: mae’r corff yn croesawu’r adroddiad.")).await;
    assert_eq!(place(&case.opcc.get(&made.href()).await.expect(200).body), (json!(true), at(13)));
    for text in [json!("Mae’r Corff yn ei groesawu."), Value::Null] {
        set(text).await;
        for path in [made.href(), format!("{}/remarks", case.response)] {
            let read = case.opcc.get(&path).await.expect(200).body;
            let remark = if read["items"].is_array() { &read["items"][0] } else { &read };
            assert_eq!(place(remark), (json!(false), Value::Null), "{path}");
            assert_eq!(remark["passage"], passage);
        }
    }
    // A remark without a passage, and each write, state it too.
    let whole = case.remark(&case.opcc, json!({ "text": "All of it?" })).await.expect(201);
    assert_eq!(place(&whole.body), (Value::Null, Value::Null));
    set(json!("Y corff.")).await;
    let changed = case.approver.patch(&made.href(), "*", json!({ "text": "Which?" })).await.expect(200);
    assert_eq!(place(&changed.body), (json!(true), at(2)));
    let resolved = case.opcc.act(&made.href(), json!({ "action": "resolve" })).await.expect(200);
    assert_eq!(place(&resolved.body), (json!(true), at(2)));
}
