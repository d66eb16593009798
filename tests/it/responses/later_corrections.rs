//! The document of a published edition keeps its words when the report is corrected or the area renamed afterwards, and
//! names what was corrected.

use section55::auth::Role;
use serde_json::{Value, json};

use super::{Case, action};
use crate::support::Person;

/// The migration that fills in what earlier editions printed.
const MIGRATION: &str = include_str!("../../../migrations/V0020__editions_keep_what_they_printed.sql");

/// Returns the document as text and as a page.
async fn documents(case: &Case, person: &Person) -> [String; 2] {
    let read =
        async |format: &str| person.get(&format!("{}/document?format={format}", case.response)).await.expect(200).text;
    [read("text").await, read("html").await.replace("\n</main>\n</body>\n</html>", "")]
}

/// Corrects the report and renames the policing body, each on a day of its own.
async fn correct_everything(case: &Case) {
    let recommendation = format!("/v1/recommendations/{}", case.recommendation_ids("recommendation").await[0]);
    case.app.set_day("2022-05-02");
    let text = json!({ "text": "The force should write it down.", "reason": "A <wrong> word." });
    case.approver.patch(&recommendation, "*", text).await.expect(200);
    case.app.set_day("2022-05-03");
    let others = json!({
        "kind": "area_for_improvement", "addressees": ["npcc"], "reason": "As printed.",
        "target": { "kind": "by_date", "text": "by 1 June 2022", "on": "2022-06-01" },
    });
    case.approver.patch(&recommendation, "*", others).await.expect(200);
    case.app.set_day("2022-05-04");
    let correct = json!({
        "action": "correct", "reason": "A misprint.", "title": "The right title", "published_on": "2022-01-25",
        "key_findings": "Other findings.",
    });
    case.approver.act(&case.inspection.href(), correct).await.expect(200);
    let url = json!({ "action": "correct", "reason": "It moved.", "report_url": "https://report.example/" });
    case.approver.act(&case.inspection.href(), url).await.expect(200);
    let registrar = case.app.person(Role::Registrar, "cumbria");
    let area = registrar.get("/v1/areas/cumbria").await.expect(200);
    let mut renamed = json!({});
    for member in ["name", "country", "policing_body", "force", "valid_from", "valid_to", "successor"] {
        renamed[member] = area.body[member].clone();
    }
    renamed["policing_body"]["name"] = json!("Mayor of Cumbria");
    renamed["policing_body"]["office_holder_title"] = json!("Mayor");
    registrar.put("/v1/areas/cumbria", "*", renamed).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_published_document_keeps_its_words_and_names_the_corrections() {
    let case = Case::in_state("complete").await;
    let readers = [case.app.public(), case.opcc.clone(), case.force.clone(), case.app.person(Role::Opcc, "kent")];
    let before = documents(&case, &readers[0]).await;
    assert!(!before[0].contains("Corrections after publication"), "{}", before[0]);
    correct_everything(&case).await;
    for reader in &readers {
        let after = documents(&case, reader).await;
        for (before, after) in before.iter().zip(&after) {
            assert!(after.starts_with(before.trim_end()), "before:\n{before}\nafter:\n{after}");
        }
        for line in [
            "Corrected on 02/05/2022: the text of recommendation 1 (#73000-1). Reason: A <wrong> word.",
            "Corrected on 03/05/2022: the kind, the target and the addressees of recommendation 1 (#73000-1). Reason: As printed.",
            "Corrected on 04/05/2022: the title, the day of publication and the key findings of the inspection. Reason: A misprint.",
            "The local policing body is now called Mayor of Cumbria. It was called Police, Fire and Crime Commissioner for Cumbria.",
            "The holder of the office is now called Mayor. It was called Police, Fire and Crime Commissioner.",
        ] {
            assert!(after[0].contains(&format!("\n{line}\n")), "{line}:\n{}", after[0]);
        }
        assert_eq!(
            after[0].matches("Corrected on").count(),
            3,
            "the address of the report is not printed: {}",
            after[0]
        );
        assert!(after[1].contains("A &#60;wrong&#62; word."), "{}", after[1]);
        assert_eq!(after[1].matches("<li>Corrected on").count(), 3, "{}", after[1]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_edition_prints_the_corrected_report() {
    let case = Case::in_state("published").await;
    correct_everything(&case).await;
    case.act(&case.approver, json!({ "action": "correct", "reason": "The report was corrected." })).await.expect(200);
    let [draft, _] = documents(&case, &case.opcc).await;
    assert!(draft.contains("The right title") && draft.contains("Draft: not published."), "{draft}");
    let [published, _] = documents(&case, &case.app.public()).await;
    assert!(!published.contains("The right title"), "{published}");
    for (person, name) in [(&case.opcc, "submit"), (&case.approver, "approve"), (&case.approver, "publish")] {
        case.act(person, action(name)).await.expect(200);
    }
    let [second, _] = documents(&case, &case.app.public()).await;
    for words in ["The right title", "The force should write it down.", "Mayor of Cumbria", "25/01/2022"] {
        assert!(second.contains(words), "{words}:\n{second}");
    }
    assert!(!second.contains("Corrections after publication"), "{second}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_corrections_in_a_document_are_not_read_as_the_report() {
    let case = Case::in_state("complete").await;
    let kent = case.app.person(Role::Opcc, "kent");
    let read = async || {
        let [text, _] = documents(&case, &case.app.public()).await;
        let proposal = kent.post_text("/v1/imports?area=kent", &text).await.expect(201).body;
        let facts = |fact: &Value| fact["value"].clone();
        let recommendations = proposal["recommendations"].as_array().expect("a list");
        let recommendations: Vec<_> =
            recommendations.iter().map(|it| (facts(&it["reference"]), facts(&it["text"]))).collect();
        let members = ["reference", "title", "published_on", "key_findings"];
        let inspection = members.map(|member| facts(&proposal["inspection"][member]));
        let response =
            ["policing_body_comments", "reply_to_chief_officer"].map(|member| facts(&proposal["response"][member]));
        (inspection, recommendations, response)
    };
    let before = read().await;
    assert!(before.1.len() > 1 && before.0[0] == "73000", "{before:?}");
    correct_everything(&case).await;
    assert_eq!(read().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_migration_reads_what_earlier_editions_printed_from_the_audit_log() {
    let case = Case::in_state("published").await;
    correct_everything(&case).await;
    case.act(&case.approver, json!({ "action": "correct", "reason": "The report was corrected." })).await.expect(200);
    for (person, name) in [(&case.opcc, "submit"), (&case.approver, "approve"), (&case.approver, "publish")] {
        case.act(person, action(name)).await.expect(200);
    }
    let client = case.app.database.administrator().await;
    let printed = async || {
        let sql = "select jsonb_agg(printed order by edition)::text from published.editions";
        client.query_one(sql, &[]).await.expect("editions").get::<_, Option<String>>(0)
    };
    let stored = printed().await.expect("two editions");
    assert!(stored.contains("The right title") && stored.contains("Thematic inspection 73000"), "{stored}");
    let (_, update) = MIGRATION.split_once("update published.editions e").expect("the update");
    let sql = format!(
        "set search_path = record; update published.editions set printed = null; update published.editions e{update}"
    );
    client.batch_execute(&sql).await.expect("the migration");
    assert_eq!(printed().await.as_ref(), Some(&stored));
}
