//! The lists that can be exported: each its columns and how a batch of it is read. What a record shows is decided where
//! the list itself decides it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::api::{Listing, Problem, Query};
use crate::areas::{self, Area};
use crate::assignments::{self, Assignment};
use crate::audit::{self, AuditEvent};
use crate::auth::Call;
use crate::calendar::london_date;
use crate::db::{Public, Session};
use crate::inspections::{self, Inspection};
use crate::recommendations::{self, Recommendation};
use crate::responses::{self, Response};

/// Where a batch is read, and for whom.
pub enum Reading<'a> {
    /// What is published, for anyone.
    Public(&'a Public<'a>, DateTime<Utc>),
    /// Under a caller's scope.
    Own(&'a Session<'a>, &'a Call),
}

/// A list that can be exported.
pub trait Export: Listing + Send {
    /// A record as the list shows it.
    type Record: Serialize;
    /// The name of the list and of its file.
    const NAME: &'static str;
    /// The columns: members of the record, those of a member after a dot.
    const COLUMNS: &'static [&'static str];
    /// How many records are read at once.
    const BATCH: usize = 500;
    /// The next records; fewer than a batch at the end.
    fn batch(reading: &Reading<'_>, query: &Query<Self>) -> impl Future<Output = Result<Vec<Self::Record>, Problem>>
    where
        Self: Sized;
}

/// What is told of each list: name and columns.
pub const TABLE: [(&str, &[&str]); 6] = [
    (inspections::store::Inspections::NAME, inspections::store::Inspections::COLUMNS),
    (recommendations::store::Recommendations::NAME, recommendations::store::Recommendations::COLUMNS),
    (responses::Responses::NAME, responses::Responses::COLUMNS),
    (assignments::Assignments::NAME, assignments::Assignments::COLUMNS),
    (areas::Areas::NAME, areas::Areas::COLUMNS),
    (audit::AuditEvents::NAME, audit::AuditEvents::COLUMNS),
];

/// The records of a page, without their cursors and their count.
fn records<T, C>((rows, _): (Vec<(T, C)>, Option<i64>)) -> Vec<T> {
    rows.into_iter().map(|(record, _)| record).collect()
}

impl Export for inspections::store::Inspections {
    type Record = Inspection;
    const NAME: &'static str = "inspections";
    #[rustfmt::skip]
    const COLUMNS: &'static [&'static str] = &[
        "id", "reference", "source", "title", "kind", "legal_basis", "scope", "lead_inspectorate",
        "participating_inspectorates", "published_on", "due_on", "report_url", "key_findings", "subjects",
        "registered_by", "follows_up", "state", "recommendations_count", "corrections", "version", "created_at",
        "updated_at",
    ];
    async fn batch(reading: &Reading<'_>, query: &Query<Self>) -> Result<Vec<Inspection>, Problem> {
        match reading {
            Reading::Public(db, _) => inspections::store::page_public(db, query).await.map(records),
            Reading::Own(db, call) => {
                let found = inspections::store::page(db, query).await.map(records)?;
                inspections::acted_on(db, found, call).await
            }
        }
    }
}

impl Export for recommendations::store::Recommendations {
    type Record = Recommendation;
    const NAME: &'static str = "recommendations";
    #[rustfmt::skip]
    const COLUMNS: &'static [&'static str] = &[
        "id", "inspection_id", "reference", "number", "kind", "cause_of_concern_id", "text", "addressees",
        "target.kind", "target.text", "target.on", "themes", "supersedes", "reiterates", "errata", "version",
        "created_at", "updated_at",
    ];
    async fn batch(reading: &Reading<'_>, query: &Query<Self>) -> Result<Vec<Recommendation>, Problem> {
        match reading {
            Reading::Public(db, _) => recommendations::store::page_public(db, query).await.map(records),
            Reading::Own(db, _) => recommendations::store::page(db, query).await.map(records),
        }
    }
}

impl Export for responses::Responses {
    type Record = Response;
    const NAME: &'static str = "responses";
    // Without days_left, which is another number tomorrow; due_on and overdue say it.
    #[rustfmt::skip]
    const COLUMNS: &'static [&'static str] = &[
        "id", "area", "inspection_id", "inspection.reference", "inspection.title", "inspection.published_on",
        "inspection.state", "state", "edition", "due_on", "overdue", "on_time", "invitation.invited_on",
        "invitation.comments_due_on", "chief_officer_comments.status", "chief_officer_comments.text",
        "chief_officer_comments.late", "chief_officer_comments.signed_by", "chief_officer_comments.signed_at",
        "chief_officer_comments.draft", "policing_body_comments", "reply_to_chief_officer", "explanations",
        "missing_explanations", "approval.by", "approval.at", "approval.content_sha256", "publication.published_at",
        "publication.published_on", "publication.first_published_at", "publication.url", "publication.on_time",
        "publication.recorded_afterwards", "copies", "not_required.reason", "not_required.duplicate_of",
        "not_required.note", "version", "created_at", "updated_at",
    ];
    // Its texts may be long.
    const BATCH: usize = 100;
    async fn batch(reading: &Reading<'_>, query: &Query<Self>) -> Result<Vec<Response>, Problem> {
        let listed = match reading {
            Reading::Public(db, _) => responses::store::page_public(db, query).await,
            Reading::Own(db, call) => responses::store::page(db, &call.actor.scope(), query, call.today()).await,
        };
        let call = reading.call();
        Ok(records(listed?).into_iter().map(|listed| responses::listed(listed, call)).collect())
    }
}

impl Export for assignments::Assignments {
    type Record = Assignment;
    const NAME: &'static str = "assignments";
    #[rustfmt::skip]
    const COLUMNS: &'static [&'static str] = &[
        "id", "area", "recommendation_id", "inspection_id", "recommendation.reference", "recommendation.number",
        "recommendation.kind", "recommendation.text", "headline", "force_status", "body_view", "assurance_opinion",
        "inspectorate_status", "positions.body_view", "positions.assurance_opinion", "positions.inspectorate_status",
        "owner", "target.kind", "target.text", "target.on", "target.basis", "target.explanation", "target_on",
        "local_target_on", "target_history", "dependency", "superseded_by", "overdue", "evidence_count",
        "accepted_evidence_count", "marking", "version", "created_at", "updated_at",
    ];
    async fn batch(reading: &Reading<'_>, query: &Query<Self>) -> Result<Vec<Assignment>, Problem> {
        let listed = match reading {
            Reading::Public(db, at) => assignments::store::page_public(db, query, london_date(*at)).await,
            Reading::Own(db, call) => assignments::store::page(db, query, call.today()).await,
        };
        let call = reading.call();
        Ok(records(listed?).into_iter().map(|listed| assignments::listed(listed, call)).collect())
    }
}

impl Export for areas::Areas {
    type Record = Area;
    const NAME: &'static str = "areas";
    #[rustfmt::skip]
    const COLUMNS: &'static [&'static str] = &[
        "id", "code", "name", "country", "policing_body.name", "policing_body.kind",
        "policing_body.office_holder_title", "policing_body.since", "force.name", "force.chief_officer_title",
        "valid_from", "valid_to", "successor", "settings.afi_explanation_required", "settings.comments_days",
        "settings.reminder_days", "settings.retention_years", "version", "created_at", "updated_at",
    ];
    async fn batch(reading: &Reading<'_>, query: &Query<Self>) -> Result<Vec<Area>, Problem> {
        match reading {
            Reading::Public(db, _) => areas::page_public(db, query).await.map(records),
            Reading::Own(db, _) => areas::page(db, query).await.map(records),
        }
    }
}

impl Export for audit::AuditEvents {
    type Record = AuditEvent;
    const NAME: &'static str = "audit-events";
    #[rustfmt::skip]
    const COLUMNS: &'static [&'static str] = &[
        "id", "at", "area", "actor.issuer", "actor.subject", "actor.name", "actor.roles", "action", "resource",
        "resource_id", "resource_version", "from", "to", "fields", "note", "request_id",
    ];
    async fn batch(reading: &Reading<'_>, query: &Query<Self>) -> Result<Vec<AuditEvent>, Problem> {
        match reading {
            Reading::Public(..) => Err(Problem::internal("the log is not published")),
            Reading::Own(db, _) => audit::page(db, query).await.map(records),
        }
    }
}

impl Reading<'_> {
    fn call(&self) -> Option<&Call> {
        match self {
            Self::Public(..) => None,
            Self::Own(_, call) => Some(call),
        }
    }
}
