//! The assignments of the demo: one in each `force_status` in each of three areas, with evidence in each state and with
//! the positions of the policing body, the auditor and the inspectorate.

use uuid::Uuid;

use super::call;
use crate::api::text::TextValidator;
use crate::api::{Problem, WriteMode};
use crate::assignments::positions::{self, BodyView, InspectorateStatus, NewPosition, Position};
use crate::assignments::{self, AssignmentTransition, ForceStatus, Marking};
use crate::auth::{Call, Role};
use crate::clock::Clock;
use crate::db::Db;
use crate::evidence::{self, EvidenceCreation, EvidenceKind, EvidenceTransition, State};
use crate::files::{ScanStatus, Store, UploadedFile};
use crate::vocabulary::WireName;

/// The areas whose assignments are advanced.
const AREAS: [&str; 3] = ["cumbria", "kent", "surrey"];

/// Takes one assignment of these recommendations to each `force_status` in each area. Skips assignments that are no
/// longer new. `newer` is the recommendation that supersedes one of them.
///
/// # Errors
/// [`Problem`]: the service refused a step.
pub async fn load(db: &Db, files: &Store, recommendations: &[Uuid], newer: Uuid, clock: &Clock) -> Result<(), Problem> {
    for area in AREAS {
        for (recommendation, status) in recommendations.iter().zip(ForceStatus::ALL) {
            let liaison = call(Role::Constabulary, area, clock.now());
            let assignment = db
                .read(&liaison.actor, async |db| {
                    let Some(id) = assignments::store::find_id_in_area(db, *recommendation, area).await? else {
                        return Ok(None);
                    };
                    assignments::store::find(db, &liaison.actor.scope(), id).await
                })
                .await?;
            let Some(assignment) = assignment.filter(|it| it.row.version == 1 && it.row.evidence_count == 0) else {
                continue;
            };
            advance_to(db, files, assignment.row.id, area, *status, newer, clock).await?;
        }
    }
    Ok(())
}

/// Takes an assignment to a `force_status`, with the evidence and positions that belong to it.
async fn advance_to(
    db: &Db,
    files: &Store,
    assignment: Uuid,
    area: &str,
    status: ForceStatus,
    newer: Uuid,
    clock: &Clock,
) -> Result<(), Problem> {
    let mut text = TextValidator::default();
    let reason = |text: &mut TextValidator| text.long_text("", "Invented: the force's board decided so.");
    let side_state = match status {
        ForceStatus::DependentOnOther => Some((
            Role::Constabulary,
            AssignmentTransition::Depend {
                dependency: Some(text.single_line("", "College of Policing")),
                reason: None,
            },
        )),
        ForceStatus::WillNotImplement => {
            Some((Role::ChiefOfficer, AssignmentTransition::Decline { rationale: reason(&mut text) }))
        }
        ForceStatus::NotApplicable => {
            Some((Role::ChiefOfficer, AssignmentTransition::MarkNotApplicable { reason: reason(&mut text) }))
        }
        ForceStatus::Superseded => {
            Some((Role::Constabulary, AssignmentTransition::Supersede { superseded_by: newer, note: None }))
        }
        _ => None,
    };
    let main_path = [
        (
            ForceStatus::Allocated,
            Role::Constabulary,
            AssignmentTransition::Allocate { owner: Some(text.single_line("", "Supt O. Owner")) },
        ),
        (ForceStatus::InProgress, Role::Constabulary, AssignmentTransition::Start {}),
        (ForceStatus::Embedding, Role::Constabulary, AssignmentTransition::Embed {}),
        (ForceStatus::AwaitingSignOff, Role::Constabulary, AssignmentTransition::SubmitForSignOff { note: None }),
        (ForceStatus::ForceComplete, Role::ChiefOfficer, AssignmentTransition::SignOff { note: None }),
    ];
    text.finish()?;
    if let Some((role, transition)) = side_state {
        return advance(db, assignment, &transition, &call(role, area, clock.now())).await;
    }
    for (reached, role, transition) in main_path.into_iter().filter(|(reached, ..)| *reached <= status) {
        if reached == ForceStatus::AwaitingSignOff {
            add_evidence(db, files, assignment, area, clock).await?;
        }
        advance(db, assignment, &transition, &call(role, area, clock.now())).await?;
    }
    if status == ForceStatus::ForceComplete {
        record_positions(db, assignment, area, clock).await?;
    }
    Ok(())
}

async fn advance(db: &Db, assignment: Uuid, transition: &AssignmentTransition, call: &Call) -> Result<(), Problem> {
    db.write(call, WriteMode::Write, async |tx| {
        Ok(assignments::transition(tx, assignment, transition, |_| Ok(()), call).await?.map(drop))
    })
    .await
}

/// Adds an item of evidence in each state.
async fn add_evidence(db: &Db, files: &Store, assignment: Uuid, area: &str, clock: &Clock) -> Result<(), Problem> {
    for (n, state) in State::ALL.iter().enumerate() {
        let mut text = TextValidator::default();
        let new = EvidenceCreation {
            title: text.single_line("", &format!("Invented evidence {}", n + 1)),
            kind: EvidenceKind::ALL[n % EvidenceKind::ALL.len()],
            description: None,
            effective_from: Some(clock.today()),
            effective_to: None,
            expires_on: None,
            marking: Some(if n == 3 { Marking::OfficialSensitive } else { Marking::Official }),
        };
        let note = text.long_text("", "Invented: the policing body reviewed it.");
        text.finish()?;
        let force = call(Role::Constabulary, area, clock.now());
        let content = format!("Invented evidence {} of {area}.\n", n + 1);
        let file = UploadedFile::from_bytes(&format!("evidence-{}.txt", n + 1), content.as_bytes()).await?;
        files.put(area, &file).await?;
        let item =
            db.write(&force, WriteMode::Write, async |tx| evidence::create(tx, assignment, &new, &force).await).await?;
        let adding = db.write(&force, WriteMode::Write, async |tx| {
            evidence::add_version(tx, &item, &file, ScanStatus::Unscanned, &force).await
        });
        adding.await?;
        let item = item.row.id;
        let submit = (Role::Constabulary, EvidenceTransition::Submit { note: None });
        let review = match state {
            State::Accepted => Some(EvidenceTransition::Accept { note, file_version: None }),
            State::Rejected => Some(EvidenceTransition::Reject { note, file_version: None }),
            State::ChangesRequested => Some(EvidenceTransition::RequestChanges { note, file_version: None }),
            State::Draft | State::Submitted | State::Withdrawn => None,
        };
        let mut reason = TextValidator::default();
        let withdraw =
            EvidenceTransition::Withdraw { reason: reason.long_text("", "Invented: it was sent by mistake.") };
        let steps = match (state, review) {
            (State::Draft, _) => vec![],
            (State::Withdrawn, _) => vec![(Role::Constabulary, withdraw)],
            (_, None) => vec![submit],
            (_, Some(review)) => vec![submit, (Role::Opcc, review)],
        };
        for (role, transition) in steps {
            let call = call(role, area, clock.now());
            db.write(&call, WriteMode::Write, async |tx| {
                Ok(evidence::transition(tx, item, &transition, |_| Ok(()), &call).await?.map(drop))
            })
            .await?;
        }
    }
    Ok(())
}

/// Records the positions of the others on an assignment that the force reports as complete. They differ by area.
async fn record_positions(db: &Db, assignment: Uuid, area: &str, clock: &Clock) -> Result<(), Problem> {
    let position = |position, value| NewPosition {
        position,
        value,
        note: Some("Invented: the evidence shows it.".to_owned()),
        source: Some("Invented: a letter of this week".to_owned()),
        date: Some(clock.today()),
    };
    let view = match area {
        "cumbria" | "kent" => BodyView::Assured,
        _ => BodyView::PartiallyAssured,
    };
    let mut all = vec![(Role::Opcc, position(Position::BodyView, view.as_str()))];
    if area == "cumbria" {
        let opinion = positions::AssuranceOpinion::Reasonable.as_str();
        all.push((Role::Auditor, position(Position::AssuranceOpinion, opinion)));
        let decision = InspectorateStatus::ClosedVerified.as_str();
        all.push((Role::Opcc, position(Position::InspectorateStatus, decision)));
    }
    for (role, position) in all {
        let call = call(role, area, clock.now());
        db.write(&call, WriteMode::Write, async |tx| {
            Ok(positions::record(tx, assignment, &position, |_| Ok(()), &call).await?.map(drop))
        })
        .await?;
    }
    Ok(())
}
