//! The demo's lines: one in every state of the force in each of three areas, with evidence in every state, and with the
//! positions that the others take.

use uuid::Uuid;

use super::call;
use crate::api::text::Checked;
use crate::api::{Mode, Problem};
use crate::assignments::positions::{self, BodyView, InspectorateStatus, Position, Recorded};
use crate::assignments::{self, AssignmentMove, ForceStatus, Marking};
use crate::auth::{Call, Role};
use crate::clock::Clock;
use crate::db::Db;
use crate::evidence::{self, EvidenceAdded, EvidenceKind, EvidenceMove, State};
use crate::files::{Received, Scan, Store};
use crate::vocabulary::WireName;

/// The areas whose lines are at work.
const AREAS: [&str; 3] = ["cumbria", "kent", "surrey"];

/// Takes one line of these recommendations to each state, in each area, where none was taken yet; `newer` takes the
/// place of one.
pub async fn load(db: &Db, files: &Store, recommendations: &[Uuid], newer: Uuid, clock: &Clock) -> Result<(), Problem> {
    for area in AREAS {
        for (recommendation, status) in recommendations.iter().zip(ForceStatus::ALL) {
            let liaison = call(Role::Constabulary, area, clock.now());
            let found = db
                .read(&liaison.actor, async |db| {
                    let Some(id) = assignments::store::find_for(db, *recommendation, area).await? else {
                        return Ok(None);
                    };
                    assignments::store::find(db, &liaison.actor.scope(), id).await
                })
                .await?;
            let Some(line) = found.filter(|line| line.record.version == 1 && line.record.evidence_count == 0) else {
                continue;
            };
            bring(db, files, line.record.id, area, *status, newer, clock).await?;
        }
    }
    Ok(())
}

/// Takes a line to a state, with what belongs there.
async fn bring(
    db: &Db,
    files: &Store,
    line: Uuid,
    area: &str,
    status: ForceStatus,
    newer: Uuid,
    clock: &Clock,
) -> Result<(), Problem> {
    let mut words = Checked::default();
    let reason = |words: &mut Checked| words.prose("", "Invented: as the force's board resolved.");
    let aside = match status {
        ForceStatus::DependentOnOther => Some((
            Role::Constabulary,
            AssignmentMove::Depend { dependency: Some(words.line("", "College of Policing")), reason: None },
        )),
        ForceStatus::WillNotImplement => {
            Some((Role::ChiefOfficer, AssignmentMove::Decline { rationale: reason(&mut words) }))
        }
        ForceStatus::NotApplicable => {
            Some((Role::ChiefOfficer, AssignmentMove::MarkNotApplicable { reason: reason(&mut words) }))
        }
        ForceStatus::Superseded => {
            Some((Role::Constabulary, AssignmentMove::Supersede { superseded_by: newer, note: None }))
        }
        _ => None,
    };
    let along = [
        (
            ForceStatus::Allocated,
            Role::Constabulary,
            AssignmentMove::Allocate { owner: Some(words.line("", "Supt O. Owner")) },
        ),
        (ForceStatus::InProgress, Role::Constabulary, AssignmentMove::Start {}),
        (ForceStatus::Embedding, Role::Constabulary, AssignmentMove::Embed {}),
        (ForceStatus::AwaitingSignOff, Role::Constabulary, AssignmentMove::SubmitForSignOff { note: None }),
        (ForceStatus::ForceComplete, Role::ChiefOfficer, AssignmentMove::SignOff { note: None }),
    ];
    words.finish()?;
    if let Some((role, asked)) = aside {
        return advance(db, line, &asked, &call(role, area, clock.now())).await;
    }
    for (reaches, role, asked) in along.into_iter().filter(|(reaches, ..)| *reaches <= status) {
        if reaches == ForceStatus::AwaitingSignOff {
            evidence_of(db, files, line, area, clock).await?;
        }
        advance(db, line, &asked, &call(role, area, clock.now())).await?;
    }
    if status == ForceStatus::ForceComplete {
        positions_of(db, line, area, clock).await?;
    }
    Ok(())
}

async fn advance(db: &Db, line: Uuid, asked: &AssignmentMove, call: &Call) -> Result<(), Problem> {
    db.write(call, Mode::Write, async |tx| Ok(assignments::advance(tx, line, asked, |_| Ok(()), call).await?.map(drop)))
        .await
}

/// One item of evidence in every state.
async fn evidence_of(db: &Db, files: &Store, line: Uuid, area: &str, clock: &Clock) -> Result<(), Problem> {
    for (n, state) in State::ALL.iter().enumerate() {
        let mut words = Checked::default();
        let sent = EvidenceAdded {
            title: words.line("", &format!("Invented evidence {}", n + 1)),
            kind: EvidenceKind::ALL[n % EvidenceKind::ALL.len()],
            description: None,
            effective_from: Some(clock.today()),
            effective_to: None,
            expires_on: None,
            marking: Some(if n == 3 { Marking::OfficialSensitive } else { Marking::Official }),
        };
        let note = words.prose("", "Invented: looked at by the policing body.");
        words.finish()?;
        let force = call(Role::Constabulary, area, clock.now());
        let text = format!("Invented evidence {} of {area}.\n", n + 1);
        let received = Received::of(&format!("evidence-{}.txt", n + 1), text.as_bytes()).await?;
        files.keep(area, &received).await?;
        let item = db.write(&force, Mode::Write, async |tx| evidence::add(tx, line, &sent, &force).await).await?;
        let sent = db.write(&force, Mode::Write, async |tx| {
            evidence::add_version(tx, &item, &received, Scan::Unscanned, &force).await
        });
        sent.await?;
        let item = item.record.id;
        let submit = (Role::Constabulary, EvidenceMove::Submit { note: None });
        let review = match state {
            State::Accepted => Some(EvidenceMove::Accept { note, file_version: None }),
            State::Rejected => Some(EvidenceMove::Reject { note, file_version: None }),
            State::ChangesRequested => Some(EvidenceMove::RequestChanges { note, file_version: None }),
            State::Draft | State::Submitted | State::Withdrawn => None,
        };
        let mut reason = Checked::default();
        let withdraw = EvidenceMove::Withdraw { reason: reason.prose("", "Invented: sent by mistake.") };
        let steps = match (state, review) {
            (State::Draft, _) => vec![],
            (State::Withdrawn, _) => vec![(Role::Constabulary, withdraw)],
            (_, None) => vec![submit],
            (_, Some(review)) => vec![submit, (Role::Opcc, review)],
        };
        for (role, asked) in steps {
            let call = call(role, area, clock.now());
            db.write(&call, Mode::Write, async |tx| {
                Ok(evidence::advance(tx, item, &asked, |_| Ok(()), &call).await?.map(drop))
            })
            .await?;
        }
    }
    Ok(())
}

/// What the others hold of a line that the force calls complete: each area's differs.
async fn positions_of(db: &Db, line: Uuid, area: &str, clock: &Clock) -> Result<(), Problem> {
    let taken = |position, value| Recorded {
        position,
        value,
        note: Some("Invented: from what the evidence shows.".to_owned()),
        source: Some("Invented: letter of this week".to_owned()),
        date: Some(clock.today()),
    };
    let view = match area {
        "cumbria" | "kent" => BodyView::Assured,
        _ => BodyView::PartiallyAssured,
    };
    let mut all = vec![(Role::Opcc, taken(Position::BodyView, view.as_str()))];
    if area == "cumbria" {
        let opinion = positions::AssuranceOpinion::Reasonable.as_str();
        all.push((Role::Auditor, taken(Position::AssuranceOpinion, opinion)));
        let decision = InspectorateStatus::ClosedVerified.as_str();
        all.push((Role::Opcc, taken(Position::InspectorateStatus, decision)));
    }
    for (role, taken) in all {
        let call = call(role, area, clock.now());
        db.write(&call, Mode::Write, async |tx| {
            Ok(positions::record(tx, line, &taken, |_| Ok(()), &call).await?.map(drop))
        })
        .await?;
    }
    Ok(())
}
