//! The four positions: the headline state derived from them, the needs of each, and that none overwrites another.

use section55::vocabulary::WireName;
use serde_json::{Value, json};

use super::{Case, fault};
use crate::support::Reply;

const FOUR: [&str; 4] = ["force_status", "body_view", "assurance_opinion", "inspectorate_status"];

fn four(assignment: &Value) -> [Value; 4] {
    FOUR.map(|name| assignment[name].clone())
}

/// Returns the headline state by the order of the contract: the first rule that applies.
fn headline(force: &str, body: &str, inspectorate: &str, past: bool) -> &'static str {
    let ended = ["superseded", "not_applicable", "will_not_implement"];
    if inspectorate.starts_with("closed") {
        return "closed";
    }
    if let Some(end) = ended.into_iter().find(|end| *end == force) {
        return end;
    }
    match (force, body) {
        ("force_complete", "assured") => "complete",
        ("force_complete", _) => "awaiting_assurance",
        ("dependent_on_other", _) => "waiting_on_other",
        _ if past => "overdue",
        ("awaiting_allocation" | "allocated", _) => "not_started",
        _ => "in_progress",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_combination_of_positions_has_the_expected_headline() {
    use section55::assignments::ForceStatus;
    use section55::assignments::positions::{AssuranceOpinion, BodyView, InspectorateStatus};
    let case = Case::new().await;
    let administrator = case.app.database.administrator().await;
    // The function takes no auditor's opinion, so an opinion cannot change the headline.
    let sql =
        "select published.headline(base_headline, o.overdue, false) as headline, o.overdue
               from record.base_headline($1, $2, $3) as base_headline
               cross join lateral (select published.is_overdue(base_headline, $4::text::date, '2022-03-22', false) as overdue) o";
    let statement = administrator.prepare(sql).await.expect("a statement");
    let mut tried = 0;
    for force in ForceStatus::NAMES {
        for body in BodyView::NAMES {
            for inspectorate in InspectorateStatus::NAMES {
                for (last_day, past) in [
                    (None, false),
                    (Some("2022-03-21"), true),
                    (Some("2022-03-22"), false),
                    (Some("2022-03-23"), false),
                ] {
                    let row = administrator.query_one(&statement, &[force, body, inspectorate, &last_day]).await;
                    let row = row.expect("a headline");
                    let combination = format!("{force} {body} {inspectorate} {last_day:?}");
                    let expected = headline(force, body, inspectorate, past);
                    assert_eq!(row.get::<_, &str>(0), expected, "{combination}");
                    let open = ["overdue", "waiting_on_other", "in_progress", "not_started"].contains(&expected);
                    assert_eq!(row.get::<_, bool>(1), past && open, "{combination}");
                    tried += 1;
                }
            }
        }
    }
    assert_eq!((tried, AssuranceOpinion::NAMES.len()), (10 * 4 * 4 * 4, 5));
}

/// A pseudo-random number generator with the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).expect("small")
    }
}

async fn random_write(case: &Case, random: &mut Random) -> (usize, Reply) {
    let position = |name: &str| format!("{}/positions/{name}", case.assignment);
    let entry =
        |value: &str| json!({ "value": value, "note": "So we hold.", "source": "File 7", "date": "2022-03-21" });
    match random.below(7) {
        0 => {
            let value = ["none", "assured", "partially_assured", "not_assured"][random.below(4)];
            (1, case.opcc.put(&position("body_view"), "*", entry(value)).await)
        }
        1 => {
            let value = ["none", "substantial", "reasonable", "limited", "no_assurance"][random.below(5)];
            (2, case.auditor.put(&position("assurance_opinion"), "*", entry(value)).await)
        }
        2 => {
            let value = ["closed", "closed_verified", "reopened"][random.below(3)];
            let person = [&case.opcc, &case.force][random.below(2)];
            (3, person.put(&position("inspectorate_status"), "*", entry(value)).await)
        }
        _ => {
            let actions = [
                json!({ "action": "allocate", "owner": "Insp. Owner" }),
                json!({ "action": "start" }),
                json!({ "action": "embed" }),
                json!({ "action": "submit_for_sign_off" }),
                json!({ "action": "depend", "dependency": "CPS" }),
                json!({ "action": "resume" }),
                json!({ "action": "reopen", "reason": "Again." }),
            ];
            let closing_actions = [
                json!({ "action": "sign_off" }),
                json!({ "action": "send_back", "reason": "Not yet." }),
                json!({ "action": "decline", "rationale": "Not ours." }),
                json!({ "action": "mark_not_applicable", "reason": "No unit." }),
            ];
            // Closing actions are rarer, or the assignment would soon stay closed.
            let chosen = if random.below(4) == 0 {
                case.chief.act(&case.assignment, closing_actions[random.below(4)].clone()).await
            } else {
                case.force.act(&case.assignment, actions[random.below(7)].clone()).await
            };
            (0, chosen)
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_position_overwrites_another_in_any_order_of_writes() {
    let case = Case::new().await;
    let evidence = case.app.add_submitted_evidence(&case.assignment, "cumbria", json!({})).await.href();
    case.opcc.act(&evidence, json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    let mut random = Random(55);
    let (mut written, mut entries) = ([0; 4], 0);
    for step in 0..240 {
        let before = case.get().await;
        let (position_written, reply) = random_write(&case, &mut random).await;
        let status = reply.status.as_u16();
        assert!([200, 409].contains(&status), "{step}: {}", reply.text);
        let after = case.get().await;
        let (was, is) = (four(&before), four(&after));
        for (position, name) in FOUR.iter().enumerate() {
            assert!(
                was[position] == is[position] || (status == 200 && position == position_written),
                "{step}: {name} {was:?} {is:?}"
            );
        }
        if status == 200 && after["version"] == before["version"] {
            assert_eq!(after, before, "{step}: an entry equal to the latest one changes nothing");
        } else if status == 200 {
            written[position_written] += 1;
            entries += usize::from(position_written > 0);
            assert_eq!(after["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
        } else {
            assert_eq!(after, before, "{step}: a refused write changed the record");
        }
        let text = |at: usize| is[at].as_str().expect("text");
        assert_eq!(after["headline"], headline(text(0), text(1), text(3), after["overdue"] == true), "{step}");
    }
    assert!(written.iter().all(|count| *count > 5), "each side wrote: {written:?}");
    let all = case.auditor.get(&format!("{}/positions", case.assignment)).await.expect(200);
    assert_eq!(all.body["items"].as_array().map(Vec::len), Some(entries), "every entry is listed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_view_assured_needs_accepted_evidence_and_stays_when_the_evidence_is_withdrawn() {
    let case = Case::new().await;
    let path = format!("{}/positions/body_view", case.assignment);
    let assured = json!({ "value": "assured", "note": "Seen." });
    let evidence = case.app.add_submitted_evidence(&case.assignment, "cumbria", json!({})).await.href();
    let refused = case.opcc.put(&path, "*", assured.clone()).await.expect(422);
    assert_eq!(refused.faults(), fault("/accepted_evidence_count", "accepted_evidence"));
    for value in ["partially_assured", "not_assured", "none"] {
        case.opcc.put(&path, "*", json!({ "value": value, "note": "As yet." })).await.expect(200);
    }
    case.opcc.act(&evidence, json!({ "action": "accept", "note": "Seen." })).await.expect(200);
    case.approver.put(&path, "*", assured).await.expect(200);
    case.chief.act(&evidence, json!({ "action": "withdraw", "reason": "It was of another board." })).await.expect(200);
    let assignment = case.get().await;
    assert_eq!(
        (&assignment["body_view"], &assignment["accepted_evidence_count"]),
        (&json!("assured"), &json!(0)),
        "only the policing body changes its view"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_is_dated_between_the_report_and_today_and_a_decision_needs_a_citation() {
    let case = Case::new().await;
    let path = |name: &str| format!("{}/positions/{name}", case.assignment);
    for day in ["2022-03-23", "2022-02-24"] {
        let entry = json!({ "value": "limited", "note": "Small.", "date": day });
        let refused = case.auditor.put(&path("assurance_opinion"), "*", entry).await.expect(422);
        assert_eq!(refused.faults(), fault("/date", "out_of_range"), "{day}");
    }
    for day in ["2022-03-22", "2022-02-25"] {
        let entry = json!({ "value": "limited", "note": "Small.", "date": day });
        let shown = case.auditor.put(&path("assurance_opinion"), "*", entry).await.expect(200);
        assert_eq!(shown.body["positions"]["assurance_opinion"]["date"], day);
    }
    let bare = case.force.put(&path("inspectorate_status"), "*", json!({ "value": "closed" })).await.expect(422);
    assert_eq!(bare.faults(), [fault("/source", "required"), fault("/date", "required")].concat());
    let blank = json!({ "value": "closed", "source": " ", "date": "2022-03-21" });
    let blank = case.force.put(&path("inspectorate_status"), "*", blank).await.expect(422);
    assert_eq!(blank.faults(), fault("/source", "blank"));
    let bare = case.opcc.put(&path("body_view"), "*", json!({ "value": "none" })).await.expect(422);
    assert_eq!(bare.faults(), fault("/note", "required"));
    let today = json!({ "value": "not_assured", "note": "Not yet." });
    let shown = case.opcc.put(&path("body_view"), "*", today).await.expect(200);
    assert_eq!(shown.body["positions"]["body_view"]["date"], "2022-03-22", "an absent date is today");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_position_entry_is_listed_with_its_value_source_and_author() {
    let case = Case::new().await;
    let path = |name: &str| format!("{}/positions/{name}", case.assignment);
    for (n, value) in ["not_assured", "partially_assured"].into_iter().enumerate() {
        let entry = json!({ "value": value, "note": format!("Note {n}"), "source": format!("Minute {n}") });
        case.opcc.put(&path("body_view"), "*", entry).await.expect(200);
        case.app.clock.set(case.app.clock.now() + chrono::TimeDelta::minutes(1));
    }
    let decision = json!({ "value": "closed", "source": "Letter", "date": "2022-03-21" });
    case.force.put(&path("inspectorate_status"), "*", decision).await.expect(200);
    let all = case.force.get(&format!("{}/positions", case.assignment)).await.expect(200);
    let items = all.body["items"].as_array().expect("a list");
    let entries: Vec<[&str; 4]> = items
        .iter()
        .map(|it| ["position", "value", "source", "by"].map(|name| it[name].as_str().expect("text")))
        .collect();
    assert_eq!(
        entries,
        [
            ["inspectorate_status", "closed", "Letter", "constabulary@cumbria (name)"],
            ["body_view", "partially_assured", "Minute 1", "opcc@cumbria (name)"],
            ["body_view", "not_assured", "Minute 0", "opcc@cumbria (name)"],
        ]
    );
    let events = case.auditor.get("/v1/audit-events?action=record_position").await.expect(200);
    let fields: Vec<&Value> = events.body["items"].as_array().expect("a list").iter().map(|it| &it["fields"]).collect();
    assert_eq!(fields, [&json!(["inspectorate_status"]), &json!(["body_view"]), &json!(["body_view"])]);
}
