//! THE GRID: each permission and the roles that hold it. A role also holds what the roles it covers hold.
//! Which transition is whose stands in the workflows; here stands who may knock at all.

use super::role::Role;

/// A permission, as a type: `Caller<ReadAudit>`.
pub trait Permission: 'static {
    /// Its name, as in `/v1/me` and `openapi/permissions.md`.
    const NAME: &'static str;
    /// What it allows.
    const SAYS: &'static str;
    /// The roles that hold it.
    const ROLES: &'static [Role];
}

/// One row of the grid.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The permission's name.
    pub name: &'static str,
    /// What it allows.
    pub says: &'static str,
    /// The roles that hold it.
    pub roles: &'static [Role],
}

macro_rules! permissions {
    ($(#[doc = $says:literal] $permission:ident $name:literal = [$($role:ident),+];)+) => {
        $(
            #[doc = $says]
            #[derive(Debug)]
            pub enum $permission {}
            impl Permission for $permission {
                const NAME: &'static str = $name;
                const SAYS: &'static str = $says;
                const ROLES: &'static [Role] = &[$(Role::$role),+];
            }
        )+
        /// The grid as data.
        pub const GRID: &[Row] = &[$(Row { name: $name, says: $says, roles: $permission::ROLES }),+];
    };
}

#[rustfmt::skip]
permissions! {
    /// Read what one's own token says.
    ReadSelf            "read_self"            = [Opcc, Constabulary, Auditor, Registrar];
    /// Write an area's reference data.
    KeepAreas           "keep_areas"           = [Registrar];
    /// Set how one's own area works: comment periods, reminders, explanations of areas for improvement.
    AmendAreaSettings   "amend_area_settings"  = [OpccApprover];
    /// Register an inspection, with its recommendations, and amend it while it is a draft.
    RegisterInspections "register_inspections" = [Opcc, Registrar];
    /// Publish, correct or withdraw an inspection.
    MoveInspections     "move_inspections"     = [Opcc, Registrar];
    /// Import a published document.
    ImportDocuments     "import_documents"     = [Opcc, Registrar];
    /// See how far the import of a table has come.
    ReadImports         "read_imports"         = [Opcc, Auditor, Registrar];
    /// Write one's own side's texts of a response.
    WriteResponses      "write_responses"      = [Opcc, Constabulary];
    /// Explain the recommendations of a response (Police Act 1996 s.55(5B)).
    ExplainResponses    "explain_responses"    = [Opcc];
    /// Move a response through its workflow.
    MoveResponses       "move_responses"       = [Opcc, ChiefOfficer];
    /// Work on the force's lines: their owner, target and dependency.
    WorkAssignments     "work_assignments"     = [Constabulary];
    /// Move a line through its workflow.
    MoveAssignments     "move_assignments"     = [Opcc, Constabulary];
    /// Tell of a line how the work goes on.
    AddUpdates          "add_updates"          = [Opcc, Constabulary];
    /// Record the policing body's view of a line.
    RecordBodyView      "record_body_view"     = [Opcc];
    /// Record an auditor's opinion of a line.
    RecordAssuranceOpinion "record_assurance_opinion" = [Auditor];
    /// Record what the inspectorate decided of a line.
    RecordInspectorateStatus "record_inspectorate_status" = [Opcc, Constabulary];
    /// See the days that the area must not miss.
    ReadDeadlines       "read_deadlines"       = [Opcc, Constabulary, Auditor];
    /// Read the area's evidence and its files.
    ReadEvidence        "read_evidence"        = [Opcc, Constabulary, Auditor];
    /// Add evidence, amend it and send its files.
    WorkEvidence        "work_evidence"        = [Constabulary];
    /// Move evidence through its workflow.
    MoveEvidence        "move_evidence"        = [Opcc, Constabulary];
    /// Raise the marking of evidence, or lower it by two people.
    MarkEvidence        "mark_evidence"        = [Opcc, Constabulary];
    /// See who moved a record, when and from where to where.
    ReadHistory         "read_history"         = [Opcc, Constabulary, Auditor, Registrar];
    /// Read the area's audit events.
    ReadAudit           "read_audit"           = [Auditor, OpccApprover, ChiefOfficer];
    /// Keep one's own side's webhooks, and see what became of their messages.
    KeepWebhooks        "keep_webhooks"        = [OpccApprover, ChiefOfficer];
    /// See how long records are kept: review dates, legal holds, disposals.
    ReadRetention       "read_retention"       = [Opcc, Constabulary, Auditor];
    /// Review records, hold them, and propose, confirm or refuse their disposal.
    KeepRetention       "keep_retention"       = [OpccApprover, ChiefOfficer];
    /// Prove what the log holds: proofs of events, and bundles to be checked without the service.
    ProveAudit          "prove_audit"          = [Auditor];
}
