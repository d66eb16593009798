//! The lists that can be exported: their columns, and how a batch of records is read. The list's own module decides
//! which members a caller sees.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{ListDefinition, ListQuery, Problem};
use crate::areas::{self, Area};
use crate::assignments::{self, Assignment};
use crate::audit::{self, AuditEvent};
use crate::auth::Call;
use crate::calendar::london_date;
use crate::db::{Public, Session};
use crate::inspections::{self, Inspection};
use crate::recommendations::{self, Recommendation};
use crate::responses::{self, Response};

/// The database access with which a batch is read.
pub enum ReadAccess<'a> {
    /// Reads the published copy, at this time.
    Published(&'a Public<'a>, DateTime<Utc>),
    /// Reads with a caller's scope.
    Caller(&'a Session<'a>, &'a Call),
}

/// A list that can be exported.
pub trait Export: ListDefinition + Send {
    /// A record as in the list.
    type Record: Serialize;
    /// The name of the list and of its file.
    const NAME: &'static str;
    /// The columns: paths of members, such as `target.on`.
    const COLUMNS: &'static [&'static str];
    /// The number of records in a batch.
    const BATCH: usize = 500;
    /// Reads the next records: fewer than a batch at the end of the list.
    fn read_batch(
        access: &ReadAccess<'_>,
        query: &ListQuery<Self>,
    ) -> impl Future<Output = Result<Vec<Self::Record>, Problem>>
    where
        Self: Sized;
}

/// The lists that can be exported.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ExportCatalogue)]
pub struct ExportableLists {
    /// The lists.
    pub items: Vec<ExportableList>,
}

/// A list that can be exported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportableList {
    /// The list's name, the last part of the export's address.
    #[schema(example = "recommendations")]
    pub name: &'static str,
    /// The address of the export.
    pub href: String,
    /// The values of `format`.
    pub formats: Vec<&'static str>,
    /// The columns of CSV and XLSX: paths of members, such as `target.on`. JSON Lines contain the whole record.
    pub columns: Vec<&'static str>,
}

/// Each list that can be exported: its name and its columns.
pub const EXPORTABLE_LISTS: [(&str, &[&str]); 6] = [
    (inspections::store::Inspections::NAME, inspections::store::Inspections::COLUMNS),
    (recommendations::store::Recommendations::NAME, recommendations::store::Recommendations::COLUMNS),
    (responses::Responses::NAME, responses::Responses::COLUMNS),
    (assignments::Assignments::NAME, assignments::Assignments::COLUMNS),
    (areas::Areas::NAME, areas::Areas::COLUMNS),
    (audit::AuditEvents::NAME, audit::AuditEvents::COLUMNS),
];

/// Returns the records of a page, without cursors and total.
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
    async fn read_batch(access: &ReadAccess<'_>, query: &ListQuery<Self>) -> Result<Vec<Inspection>, Problem> {
        match access {
            ReadAccess::Published(db, _) => inspections::store::page_public(db, query).await.map(records),
            ReadAccess::Caller(db, call) => {
                let found = inspections::store::page(db, query).await.map(records)?;
                inspections::with_allowed_actions(db, found, call).await
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
    async fn read_batch(access: &ReadAccess<'_>, query: &ListQuery<Self>) -> Result<Vec<Recommendation>, Problem> {
        match access {
            ReadAccess::Published(db, _) => recommendations::store::page_public(db, query).await.map(records),
            ReadAccess::Caller(db, _) => recommendations::store::page(db, query).await.map(records),
        }
    }
}

impl Export for responses::Responses {
    type Record = Response;
    const NAME: &'static str = "responses";
    // `days_left` changes from day to day, so it is not a column: `due_on` and `overdue` are.
    #[rustfmt::skip]
    const COLUMNS: &'static [&'static str] = &[
        "id", "area", "inspection_id", "inspection.reference", "inspection.title", "inspection.published_on",
        "inspection.state", "state", "assigned_to.name", "edition", "due_on", "working_day", "last_working_day", "overdue", "not_yet_recorded", "on_time", "invitation.invited_on",
        "invitation.comments_due_on", "chief_officer_comments.status", "chief_officer_comments.text",
        "chief_officer_comments.late", "chief_officer_comments.signed_by", "chief_officer_comments.signed_at",
        "chief_officer_comments.recorded_afterwards", "chief_officer_comments.draft", "policing_body_comments", "reply_to_chief_officer", "explanations",
        "missing_explanations", "approval.by", "approval.at", "approval.content_sha256", "publication.published_at",
        "publication.published_on", "publication.first_published_at", "publication.url", "publication.on_time",
        "publication.recorded_afterwards", "publication.signed_by", "publication.explanations_incomplete", "copies", "not_required.reason", "not_required.duplicate_of",
        "not_required.note", "version", "created_at", "updated_at",
    ];
    // The texts can be long.
    const BATCH: usize = 100;
    async fn read_batch(access: &ReadAccess<'_>, query: &ListQuery<Self>) -> Result<Vec<Response>, Problem> {
        let listed = match access {
            ReadAccess::Published(db, _) => responses::store::page_public(db, query).await,
            ReadAccess::Caller(db, call) => responses::store::page(db, &call.actor.scope(), query, call.today()).await,
        };
        let call = access.call();
        Ok(records(listed?).into_iter().map(|listed| responses::list_item(listed, call)).collect())
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
        "owner", "assigned_to.name", "target.kind", "target.text", "target.on", "target.basis", "target.explanation", "target_on",
        "local_target_on", "working_day", "last_working_day", "target_history", "dependency", "superseded_by", "overdue", "not_yet_recorded",
        "evidence_count", "accepted_evidence_count", "marking", "version", "created_at", "updated_at",
    ];
    async fn read_batch(access: &ReadAccess<'_>, query: &ListQuery<Self>) -> Result<Vec<Assignment>, Problem> {
        let listed = match access {
            ReadAccess::Published(db, at) => assignments::store::page_public(db, query, london_date(*at)).await,
            ReadAccess::Caller(db, call) => assignments::store::page(db, query, call.today()).await,
        };
        let call = access.call();
        Ok(records(listed?).into_iter().map(|listed| assignments::list_item(listed, call)).collect())
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
    async fn read_batch(access: &ReadAccess<'_>, query: &ListQuery<Self>) -> Result<Vec<Area>, Problem> {
        match access {
            ReadAccess::Published(db, _) => areas::page_public(db, query).await.map(records),
            ReadAccess::Caller(db, _) => areas::page(db, query).await.map(records),
        }
    }
}

impl Export for audit::AuditEvents {
    type Record = AuditEvent;
    const NAME: &'static str = "audit-events";
    #[rustfmt::skip]
    const COLUMNS: &'static [&'static str] = &[
        "id", "at", "area", "actor.issuer", "actor.subject", "actor.name", "actor.roles", "actor.side", "actor.area", "action",
        "resource", "resource_id", "resource_version", "from", "to", "fields", "note", "request_id",
    ];
    async fn read_batch(access: &ReadAccess<'_>, query: &ListQuery<Self>) -> Result<Vec<AuditEvent>, Problem> {
        match access {
            ReadAccess::Published(..) => Err(Problem::internal("the audit log is not published")),
            ReadAccess::Caller(db, _) => audit::list_events(db, query).await.map(records),
        }
    }
}

impl ReadAccess<'_> {
    fn call(&self) -> Option<&Call> {
        match self {
            Self::Published(..) => None,
            Self::Caller(_, call) => Some(call),
        }
    }
}
