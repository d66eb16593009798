//! The line as its readers see it: the area all of it, everyone else how it stands and two positions.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::model::{Assignment, AssignmentTarget, Positions};
use super::needs::unmet;
use super::positions::Position;
use super::store::{File, Listed, PublishedRecord, Record};
use super::workflow::WORKFLOW;
use crate::api::{Kind, Problem};
use crate::auth::Call;
use crate::inspections;
use crate::recommendations::TargetBasis;
use crate::vocabulary::WireName;
use crate::workflow::AllowedAction;

/// What the caller may do with a line of its own area: nothing, once the inspection was withdrawn.
pub fn allowed(record: &Record, call: &Call) -> Vec<AllowedAction> {
    if record.inspection_state == inspections::State::Withdrawn {
        return Vec::new();
    }
    WORKFLOW.allowed(record.force_status, &call.actor, |need| unmet(need, record, &call.actor, None))
}

/// A line is written as long as its inspection stands.
pub fn require_standing(record: &Record) -> Result<(), Problem> {
    if record.inspection_state != inspections::State::Withdrawn {
        return Ok(());
    }
    Err(Problem::new(Kind::NotFromHere, "The inspection was withdrawn; there is nothing to assure.")
        .member("state", record.force_status.as_str())
        .member("allowed_actions", json!([])))
}

fn links(id: Uuid, recommendation: Uuid, inspection: Uuid, area: &str) -> BTreeMap<&'static str, String> {
    [
        ("self", format!("/v1/assignments/{id}")),
        ("recommendation", format!("/v1/recommendations/{recommendation}")),
        ("inspection", format!("/v1/inspections/{inspection}")),
        ("area", format!("/v1/areas/{area}")),
    ]
    .into()
}

/// Why the target means its day, in words.
fn explanation(record: &Record) -> String {
    let printed = record.target.text.as_deref().unwrap_or("no words printed");
    let published = record.published_on.map_or_else(|| "its publication".to_owned(), |on| on.to_string());
    match record.target_basis {
        TargetBasis::Stated => format!("The day is stated: {printed}."),
        TargetBasis::Publication => format!(
            "“{printed}” is due at publication, {published}; it is not overdue before the response to the report is."
        ),
        TargetBasis::Counted => format!("“{printed}” is counted from publication, {published}."),
        TargetBasis::NotCountable => format!("“{printed}” cannot be counted from publication, {published}."),
        TargetBasis::NoDate => "The report sets no day.".to_owned(),
    }
}

/// One of a list as its reader sees it.
pub fn listed(listed: Listed, call: Option<&Call>) -> Assignment {
    match (listed, call) {
        (Listed::Own(file), Some(call)) => own(*file, call),
        (Listed::Published(record), _) => public(*record),
        (Listed::Own(_), None) => unreachable!("the public's role reads no lines"),
    }
}

/// The same as it was at the instant of a call; what can be done is a matter of the present.
pub fn then(it: Listed, call: &Call) -> Assignment {
    Assignment { allowed_actions: None, ..listed(it, Some(call)) }
}

/// The line as a caller of its area sees it.
pub fn own(file: File, call: &Call) -> Assignment {
    let File { record, positions, moves } = file;
    let allowed_actions = Some(allowed(&record, call));
    let (headline, overdue) = record.stands(call.today());
    let mut links = links(record.id, record.recommendation_id, record.inspection_id, &record.area);
    for (name, rest) in [
        ("transitions", "transitions"),
        ("history", "history"),
        ("updates", "updates"),
        ("positions", "positions"),
        ("evidence", "evidence"),
    ] {
        links.insert(name, format!("/v1/assignments/{}/{rest}", record.id));
    }
    let last = |position| positions.iter().find(|taken| taken.position == position).cloned();
    let target = AssignmentTarget {
        kind: record.target.kind,
        on: record.target.on,
        basis: record.target_basis,
        explanation: explanation(&record),
        text: record.target.text,
    };
    Assignment {
        links,
        allowed_actions,
        id: record.id,
        area: record.area,
        recommendation_id: record.recommendation_id,
        inspection_id: record.inspection_id,
        recommendation: record.recommendation,
        headline,
        force_status: Some(record.force_status),
        body_view: record.body_view,
        assurance_opinion: Some(record.assurance_opinion),
        inspectorate_status: record.inspectorate_status,
        positions: Some(Positions {
            body_view: last(Position::BodyView),
            assurance_opinion: last(Position::AssuranceOpinion),
            inspectorate_status: last(Position::InspectorateStatus),
        }),
        owner: record.owner,
        target_on: record.target.on,
        target: Some(target),
        local_target_on: record.local_target_on,
        target_history: Some(moves),
        dependency: record.dependency,
        superseded_by: record.superseded_by,
        overdue: Some(overdue),
        evidence_count: Some(record.evidence_count),
        accepted_evidence_count: Some(record.accepted_evidence_count),
        marking: Some(record.marking),
        version: record.version,
        created_at: record.created_at,
        updated_at: record.updated_at,
    }
}

/// The line as everyone sees it.
pub fn public(record: PublishedRecord) -> Assignment {
    Assignment {
        links: links(record.id, record.recommendation_id, record.inspection_id, &record.area),
        id: record.id,
        area: record.area,
        recommendation_id: record.recommendation_id,
        inspection_id: record.inspection_id,
        recommendation: record.recommendation,
        headline: record.headline,
        force_status: None,
        body_view: record.body_view,
        assurance_opinion: None,
        inspectorate_status: record.inspectorate_status,
        positions: None,
        owner: None,
        target: None,
        target_on: None,
        local_target_on: None,
        target_history: None,
        dependency: None,
        superseded_by: None,
        overdue: None,
        evidence_count: None,
        accepted_evidence_count: None,
        marking: None,
        allowed_actions: None,
        version: record.version,
        created_at: record.created_at,
        updated_at: record.updated_at,
    }
}
