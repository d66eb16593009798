//! The demo data: real reports with invented text. It is written through the same functions as requests, so that the
//! demo only shows what the service allows.

mod assignments;

use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

use crate::api::{Problem, WriteMode};
use crate::auth::{Actor, Call, RequestId, Role};

use crate::api::text::TextValidator;
use crate::clock::Clock;
use crate::db::{Db, Write};
use crate::files::Store;
use crate::inspections::{self, Inspection, InspectionKind, InspectionRegistration, InspectionScope, Subjects};
use crate::publication;
use crate::recommendations::{self, RecommendationCreation, RecommendationKind, RecommendationTarget, TargetKind};
use crate::responses::{self, Branch, Explanation, Recipient, ResponseTextKind, ResponseTransition};

/// Returns the name of the person with a role, in the demo data and in tokens.
pub fn person(role: Role) -> &'static str {
    match role {
        Role::Opcc => "Olive Officer",
        Role::OpccApprover => "Anwen Approver",
        Role::Constabulary => "Lee Liaison",
        Role::ChiefOfficer => "Charlie Chief",
        Role::Auditor => "Audrey Auditor",
        Role::Registrar => "Reg Registrar",
    }
}

/// A report of the demo. Without a `subject` it is national. The last numbers count its recommendations and areas for
/// improvement.
struct Report {
    reference: &'static str,
    title: &'static str,
    kind: InspectionKind,
    subject: Option<&'static str>,
    published_on: NaiveDate,
    recommendations: usize,
    areas_for_improvement: usize,
    /// The areas whose response is beyond `received`, each with its stage.
    progress: &'static [(&'static str, Stage)],
}

/// The last step that a response has taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Invited,
    Commented,
    Explained,
    Submitted,
    Approved,
    Published,
    Complete,
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

#[rustfmt::skip]
fn reports(today: NaiveDate) -> Vec<Report> {
    use InspectionKind::{JointThematic, NationalThematic, Peel, RapidReview};
    use Stage::{Approved, Commented, Complete, Explained, Invited, Published, Submitted};
    let ago = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let report = |reference, title, kind, subject, published_on, recommendations, areas_for_improvement, progress| Report {
        reference, title, kind, subject, published_on, recommendations, areas_for_improvement, progress,
    };
    vec![
        report("D-2017-1", "PEEL: police effectiveness 2016, Hampshire", Peel, Some("hampshire"), day(2017, 3, 2), 1, 2, &[("hampshire", Complete)]),
        report("D-2021-1", "A joint thematic inspection of the police and CPS response to rape, phase one", JointThematic, None, day(2021, 7, 16), 3, 0, &[("cumbria", Complete), ("kent", Published)]),
        report("D-2022-1", "PEEL 2021/22, Greater Manchester", Peel, Some("greater-manchester"), day(2022, 3, 3), 3, 4, &[("greater-manchester", Published)]),
        report("D-2022-2", "PEEL 2021/22, Warwickshire", Peel, Some("warwickshire"), day(2022, 10, 14), 2, 3, &[("warwickshire", Complete)]),
        report("D-2022-3", "Vetting, misconduct and misogyny in the police service", NationalThematic, None, day(2022, 11, 2), 43, 5, &[("cumbria", Explained), ("surrey", Published)]),
        report("D-2023-1", "PEEL 2023-25, Surrey", Peel, Some("surrey"), day(2023, 12, 6), 1, 4, &[("surrey", Complete)]),
        report("D-NOW-1", "A demonstration report with three days left", RapidReview, None, ago(52), 2, 1, &[("cumbria", Submitted), ("kent", Approved)]),
        report("D-NOW-2", "A demonstration report of this month", NationalThematic, None, ago(20), 4, 1, &[("cumbria", Invited), ("kent", Commented)]),
        report("D-NOW-3", "A demonstration report of this week", RapidReview, None, ago(2), 2, 0, &[]),
    ]
}

fn call(role: Role, area: &str, at: DateTime<Utc>) -> Call {
    let areas: &[&str] = if role == Role::Registrar { &[] } else { &[area] };
    let subject = format!("{}@{area}.example", role.to_string().replace('_', "."));
    let actor = Actor::new("section55-dev", &subject, Some(person(role)), &[role], areas);
    Call { actor, at, request_id: RequestId("demo".into()) }
}

/// Loads the reports of the demo that are missing, so that a load that was interrupted is completed. Returns true when
/// any was missing.
///
/// # Errors
/// [`Problem`]: the service refused a step.
pub async fn load(db: &Db, files: &Store, clock: &Clock) -> Result<bool, Problem> {
    let registrar = call(Role::Registrar, "", clock.now());
    let mut loaded = false;
    for report in reports(clock.today()) {
        if find_report(db, report.reference, &registrar).await?.is_some() {
            continue;
        }
        let id = register_report(db, &report, &registrar).await?;
        for (area, stage) in report.progress {
            advance_response(db, id, area, *stage, &report, clock).await?;
        }
        loaded = true;
    }
    let recommendations = recommendation_ids(db, "D-2022-3", &registrar).await?;
    let newer = recommendation_ids(db, "D-NOW-2", &registrar).await?;
    if let Some(newer) = newer.first() {
        assignments::load(db, files, &recommendations, *newer, clock).await?;
    }
    Ok(loaded)
}

/// Returns the report with this reference, or none.
async fn find_report(db: &Db, reference: &str, registrar: &Call) -> Result<Option<Inspection>, Problem> {
    db.read(&registrar.actor, async |db| {
        inspections::store::find_by_reference(db, inspections::DEFAULT_SOURCE, reference, None).await
    })
    .await
}

/// Returns the ids of a report's recommendations, in their order.
async fn recommendation_ids(db: &Db, reference: &str, registrar: &Call) -> Result<Vec<Uuid>, Problem> {
    let Some(report) = find_report(db, reference, registrar).await? else { return Ok(Vec::new()) };
    let found =
        db.read(&registrar.actor, async |db| recommendations::store::find_of_inspection(db, report.id).await).await?;
    Ok(found.into_iter().map(|it| it.id).collect())
}

/// Registers and publishes a report with its recommendations.
async fn register_report(db: &Db, report: &Report, registrar: &Call) -> Result<Uuid, Problem> {
    db.write(registrar, WriteMode::Write, async |tx| {
        let mut text = TextValidator::default();
        let scope = if report.subject.is_some() { InspectionScope::Force } else { InspectionScope::National };
        let new = inspections::new_draft(
            InspectionRegistration {
                reference: text.short_text("", report.reference),
                title: Some(text.single_line("", report.title)),
                kind: Some(report.kind),
                scope: Some(scope),
                published_on: Some(report.published_on),
                key_findings: Some(
                    text.long_text("", "Invented for demonstration: forces record well but follow up unevenly."),
                ),
                subjects: Some(report.subject.map_or(Subjects::All, |area| Subjects::Codes(vec![area.to_owned()]))),
                ..InspectionRegistration::default()
            },
            registrar,
        )?;
        let mut events = Vec::new();
        let first = inspections::register(tx, &new).await?;
        for n in 1..=report.recommendations + report.areas_for_improvement {
            let improvement = n > report.recommendations;
            let (kind, target) = if improvement {
                (RecommendationKind::AreaForImprovement, TargetKind::None)
            } else {
                (RecommendationKind::Recommendation, TargetKind::Immediate)
            };
            let opening = if improvement { "The force should improve" } else { "Immediately, forces should review" };
            let added = RecommendationCreation {
                reference: text.short_text("", &format!("{}-{n}", report.reference)),
                kind: Some(kind),
                text: text.long_text("", &format!("{opening} how it handles matter {n} of this demonstration.")),
                target: Some(RecommendationTarget {
                    kind: target,
                    text: (!improvement).then(|| "Immediately".to_owned()),
                    on: None,
                }),
                ..RecommendationCreation::default()
            };
            events.push(recommendations::create(tx, &new, added).await?.1);
        }
        text.finish()?;
        events.extend(publication::publish(tx, new.id, registrar).await?);
        Ok(Write::new(new.id, first).with_events(events))
    })
    .await
}

/// Takes an area's response to a stage.
async fn advance_response(
    db: &Db,
    inspection: Uuid,
    area: &str,
    stage: Stage,
    report: &Report,
    clock: &Clock,
) -> Result<(), Problem> {
    let mut text = TextValidator::default();
    let now = clock.now();
    let today = clock.today();
    let days_after = |days| report.published_on.checked_add_days(Days::new(days)).unwrap_or(today);
    let published_on = (days_after(40) < today).then(|| days_after(40));
    let copy = |text: &mut TextValidator, recipient| ResponseTransition::RecordCopy {
        recipient,
        sent_on: published_on.unwrap_or(today),
        channel: text.single_line("", "email"),
        reference: None,
    };
    let steps = [
        (Stage::Invited, Role::Opcc, ResponseTransition::Invite { comments_due_on: None }),
        (
            Stage::Commented,
            Role::ChiefOfficer,
            ResponseTransition::SubmitComments {
                text: Some(text.long_text("", "Invented: the force accepts the report and has begun work on it.")),
                signed_by: None,
            },
        ),
        (Stage::Submitted, Role::Opcc, ResponseTransition::Submit { note: None }),
        (Stage::Approved, Role::OpccApprover, ResponseTransition::Approve {}),
        (Stage::Published, Role::OpccApprover, ResponseTransition::Publish { url: None, published_on }),
        (Stage::Complete, Role::Opcc, copy(&mut text, Recipient::Inspectors)),
        (Stage::Complete, Role::Opcc, copy(&mut text, Recipient::SecretaryOfState)),
    ];
    for (step, role, transition) in steps {
        if step == Stage::Submitted && stage >= Stage::Explained {
            write_texts(db, inspection, area, &call(Role::Opcc, area, now)).await?;
        }
        if step > stage {
            break;
        }
        let call = call(role, area, now);
        db.write(&call, WriteMode::Write, async |tx| {
            let found = responses::store::find_in_area(tx, &call.actor.scope(), inspection, area).await?;
            let id = found.ok_or_else(Problem::not_found)?.row.id;
            Ok(responses::transition(tx, id, transition.clone(), |_| Ok(()), &call).await?.map(drop))
        })
        .await?;
    }
    text.finish()
}

/// Writes the policing body's comments and an explanation for each recommendation.
async fn write_texts(db: &Db, inspection: Uuid, area: &str, call: &Call) -> Result<(), Problem> {
    db.write(call, WriteMode::Write, async |tx| {
        let found = responses::store::find_in_area(tx, &call.actor.scope(), inspection, area).await?;
        let before = found.ok_or_else(Problem::not_found)?;
        let comments = "Invented: the policing body welcomes the report and will monitor the force's work on it.";
        tx.write(responses::store::set_text(tx, &before.row, ResponseTextKind::PolicingBodyComments, Some(comments)))
            .await?;
        for (n, (id, reference)) in before.required.iter().enumerate() {
            let branch = [Branch::ActionTaken, Branch::ActionProposed, Branch::NoAction][n % 3];
            let text = "Invented: see the force's plan for this year.".to_owned();
            let explanation = Explanation { recommendation_id: *id, reference: reference.clone(), branch, text };
            responses::store::upsert_explanation(tx, &before.row, &explanation).await?;
        }
        tx.write(responses::store::update(tx, &before.row, None)).await?;
        let scope = call.actor.scope();
        let after = responses::store::find(tx, &scope, before.row.id).await?.ok_or_else(Problem::not_found)?;
        let event = crate::db::Event::new("response", before.row.id, after.row.version, "amend")
            .area(area)
            .parent(inspection)
            .before(responses::snapshot(&before, &scope)?)
            .after(responses::snapshot(&after, &scope)?);
        Ok(Write::new((), event))
    })
    .await
}
