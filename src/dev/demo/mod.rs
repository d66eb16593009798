//! Demo data: real reports by their facts, with invented words, brought in through the same acts as everything else,
//! so that the demo cannot show what the service would not allow.

mod assurance;

use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

use crate::api::{Mode, Problem};
use crate::auth::{Actor, Call, RequestId, Role};

use crate::api::text::Checked;
use crate::clock::Clock;
use crate::db::{Db, Write};
use crate::files::Store;
use crate::inspections::{self, Inspection, InspectionKind, InspectionScope, Registration, Subjects};
use crate::publication;
use crate::recommendations::{self, RecommendationAdded, RecommendationKind, RecommendationTarget, TargetKind};
use crate::responses::{self, Branch, Explanation, Part, Recipient, ResponseMove};

/// What the person with a role is called, in the demo and in its tokens.
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

/// One report: reference, title, kind, subjects (none: all), day of publication, recommendations, areas for improvement.
struct Report {
    reference: &'static str,
    title: &'static str,
    kind: InspectionKind,
    subject: Option<&'static str>,
    published_on: NaiveDate,
    recommendations: usize,
    areas_for_improvement: usize,
    /// How far one area has come with it.
    progress: &'static [(&'static str, Stage)],
}

/// How far a response has come.
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

/// Loads the reports of the demo that are not there yet, so that one cut short is made whole; tells whether any was.
pub async fn load(db: &Db, files: &Store, clock: &Clock) -> Result<bool, Problem> {
    let registrar = call(Role::Registrar, "", clock.now());
    let mut loaded = false;
    for report in reports(clock.today()) {
        if known(db, report.reference, &registrar).await?.is_some() {
            continue;
        }
        let id = register(db, &report, &registrar).await?;
        for (area, stage) in report.progress {
            respond(db, id, area, *stage, &report, clock).await?;
        }
        loaded = true;
    }
    let (lines, newer) = (asked(db, "D-2022-3", &registrar).await?, asked(db, "D-NOW-2", &registrar).await?);
    if let Some(newer) = newer.first() {
        assurance::load(db, files, &lines, *newer, clock).await?;
    }
    Ok(loaded)
}

/// The report of this reference, where it is there.
async fn known(db: &Db, reference: &str, registrar: &Call) -> Result<Option<Inspection>, Problem> {
    db.read(&registrar.actor, async |db| {
        inspections::store::find_by_reference(db, inspections::DEFAULT_SOURCE, reference).await
    })
    .await
}

/// What a report asks, in its order.
async fn asked(db: &Db, reference: &str, registrar: &Call) -> Result<Vec<Uuid>, Problem> {
    let Some(report) = known(db, reference, registrar).await? else { return Ok(Vec::new()) };
    let found =
        db.read(&registrar.actor, async |db| recommendations::store::of_inspection(db, report.id).await).await?;
    Ok(found.into_iter().map(|it| it.id).collect())
}

/// Registers and publishes a report with its recommendations.
async fn register(db: &Db, report: &Report, registrar: &Call) -> Result<Uuid, Problem> {
    db.write(registrar, Mode::Write, async |tx| {
        let mut text = Checked::default();
        let scope = if report.subject.is_some() { InspectionScope::Force } else { InspectionScope::National };
        let new = inspections::register(
            Registration {
                reference: text.label("", report.reference),
                title: Some(text.line("", report.title)),
                kind: Some(report.kind),
                scope: Some(scope),
                published_on: Some(report.published_on),
                key_findings: Some(
                    text.prose("", "Invented for demonstration: forces record well, and follow up unevenly."),
                ),
                subjects: Some(report.subject.map_or(Subjects::All, |area| Subjects::Named(vec![area.to_owned()]))),
                ..Registration::default()
            },
            registrar,
        )?;
        let mut events = Vec::new();
        let first = inspections::insert(tx, &new).await?;
        for n in 1..=report.recommendations + report.areas_for_improvement {
            let improvement = n > report.recommendations;
            let (kind, target) = if improvement {
                (RecommendationKind::AreaForImprovement, TargetKind::None)
            } else {
                (RecommendationKind::Recommendation, TargetKind::Immediate)
            };
            let words = if improvement { "The force should improve" } else { "Immediately, forces should review" };
            let sent = RecommendationAdded {
                reference: text.label("", &format!("{}-{n}", report.reference)),
                kind: Some(kind),
                text: text.prose("", &format!("{words} how it handles matter {n} of this demonstration.")),
                target: Some(RecommendationTarget {
                    kind: target,
                    text: (!improvement).then(|| "Immediately".to_owned()),
                    on: None,
                }),
                ..RecommendationAdded::default()
            };
            events.push(recommendations::add(tx, &new, sent).await?.1);
        }
        text.finish()?;
        events.extend(publication::publish(tx, new.id, registrar).await?);
        Ok(Write::new(new.id, first).and(events))
    })
    .await
}

/// Takes an area's response as far as a stage.
async fn respond(
    db: &Db,
    inspection: Uuid,
    area: &str,
    stage: Stage,
    report: &Report,
    clock: &Clock,
) -> Result<(), Problem> {
    let mut words = Checked::default();
    let now = clock.now();
    let today = clock.today();
    let due = |days| report.published_on.checked_add_days(Days::new(days)).unwrap_or(today);
    let published_on = (due(40) < today).then(|| due(40));
    let copy = |words: &mut Checked, recipient| ResponseMove::RecordCopy {
        recipient,
        sent_on: published_on.unwrap_or(today),
        channel: words.line("", "email"),
        reference: None,
    };
    let steps = [
        (Stage::Invited, Role::Opcc, ResponseMove::Invite { comments_due_on: None }),
        (
            Stage::Commented,
            Role::ChiefOfficer,
            ResponseMove::SubmitComments {
                text: Some(words.prose("", "Invented: the force accepts the report and has begun work on it.")),
                signed_by: None,
            },
        ),
        (Stage::Submitted, Role::Opcc, ResponseMove::Submit { note: None }),
        (Stage::Approved, Role::OpccApprover, ResponseMove::Approve {}),
        (Stage::Published, Role::OpccApprover, ResponseMove::Publish { url: None, published_on }),
        (Stage::Complete, Role::Opcc, copy(&mut words, Recipient::Inspectors)),
        (Stage::Complete, Role::Opcc, copy(&mut words, Recipient::SecretaryOfState)),
    ];
    for (needed, role, asked) in steps {
        if needed == Stage::Submitted && stage >= Stage::Explained {
            write(db, inspection, area, &call(Role::Opcc, area, now)).await?;
        }
        if needed > stage {
            break;
        }
        let call = call(role, area, now);
        db.write(&call, Mode::Write, async |tx| {
            let file = responses::store::find_for(tx, &call.actor.scope(), inspection, area).await?;
            let id = file.ok_or_else(Problem::not_found)?.record.id;
            Ok(responses::advance(tx, id, asked.clone(), |_| Ok(()), &call).await?.map(drop))
        })
        .await?;
    }
    words.finish()
}

/// Writes the policing body's comments and an explanation of every recommendation.
async fn write(db: &Db, inspection: Uuid, area: &str, call: &Call) -> Result<(), Problem> {
    db.write(call, Mode::Write, async |tx| {
        let file = responses::store::find_for(tx, &call.actor.scope(), inspection, area).await?;
        let file = file.ok_or_else(Problem::not_found)?;
        let comments = "Invented: the body welcomes the report and will hold the force to it.";
        tx.write(responses::store::write_text(tx, &file.record, Part::PolicingBodyComments, Some(comments))).await?;
        for (at, (id, reference)) in file.required.iter().enumerate() {
            let branch = [Branch::ActionTaken, Branch::ActionProposed, Branch::NoAction][at % 3];
            let text = "Invented: see the force's plan for this year.".to_owned();
            let explanation = Explanation { recommendation_id: *id, reference: reference.clone(), branch, text };
            responses::store::explain(tx, &file.record, &explanation).await?;
        }
        tx.write(responses::store::update(tx, &file.record, None)).await?;
        let scope = call.actor.scope();
        let now = responses::store::find(tx, &scope, file.record.id).await?.ok_or_else(Problem::not_found)?;
        let event = crate::db::Event::new("response", file.record.id, now.record.version, "amend")
            .area(area)
            .under(inspection)
            .before(responses::snapshot(&file, &scope)?)
            .after(responses::snapshot(&now, &scope)?);
        Ok(Write::new((), event))
    })
    .await
}
