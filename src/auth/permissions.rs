//! The permissions and the roles that have each of them. A role also has the permissions of the roles that it covers.
//! Which role may perform which transition is stated in the workflows.

use super::role::Role;

/// A permission, as a type: `Caller<ReadAudit>`.
pub trait Permission: 'static {
    /// The name, as `/v1/me` and `openapi/permissions.md` state it.
    const NAME: &'static str;
    /// What the permission allows.
    const DESCRIPTION: &'static str;
    /// The roles that have the permission.
    const ROLES: &'static [Role];
    /// True if every valid token has the permission, even without a known role.
    const ANY_TOKEN: bool;
}

/// One row of the table of permissions.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The permission's name.
    pub name: &'static str,
    /// What the permission allows.
    pub description: &'static str,
    /// The roles that have the permission.
    pub roles: &'static [Role],
    /// True if every valid token has the permission, even without a known role.
    pub any_token: bool,
}

macro_rules! permissions {
    ($(#[doc = $description:literal] $permission:ident $name:literal = [$($role:ident),+] $($any_token:ident)?;)+) => {
        $(
            #[doc = $description]
            #[derive(Debug)]
            pub enum $permission {}
            impl Permission for $permission {
                const NAME: &'static str = $name;
                const DESCRIPTION: &'static str = $description;
                const ROLES: &'static [Role] = &[$(Role::$role),+];
                const ANY_TOKEN: bool = permissions!(@is_given $($any_token)?);
            }
        )+
        /// The table of permissions.
        pub const PERMISSIONS: &[Row] =
            &[$(Row {
                name: $name,
                description: $description,
                roles: $permission::ROLES,
                any_token: $permission::ANY_TOKEN,
            }),+];
    };
    (@is_given) => { false };
    (@is_given any_token) => { true };
}

#[rustfmt::skip]
permissions! {
    /// Read what the caller's own token states. A token without a known role may too.
    ReadSelf            "read_self"            = [Opcc, Constabulary, Auditor, Registrar] any_token;
    /// Choose the notifications that the caller receives by e-mail.
    ChooseNotifications "choose_notifications" = [Opcc, Constabulary];
    /// Create areas and update their reference data.
    KeepAreas           "keep_areas"           = [Registrar];
    /// Create, rename and delete bank holidays.
    KeepBankHolidays    "keep_bank_holidays"   = [Registrar];
    /// Update the settings of the caller's own area: comment period, reminders, explanations of areas for improvement.
    AmendAreaSettings   "amend_area_settings"  = [OpccApprover];
    /// Register inspections with their recommendations, and update them while they are drafts.
    RegisterInspections "register_inspections" = [Opcc, Registrar];
    /// Publish, correct or withdraw inspections.
    MoveInspections     "move_inspections"     = [Opcc, Registrar];
    /// Import published documents.
    ImportDocuments     "import_documents"     = [Opcc, Registrar];
    /// Read the progress and the result of imports.
    ReadImports         "read_imports"         = [Opcc, Auditor, Registrar];
    /// Read the import profile of the caller's own area: the words of its office's documents and tables.
    ReadImportProfiles  "read_import_profiles" = [Opcc, Auditor];
    /// Replace the import profile of the caller's own area.
    KeepImportProfiles  "keep_import_profiles" = [Opcc];
    /// Write the caller's own side's texts of responses.
    WriteResponses      "write_responses"      = [Opcc, Constabulary];
    /// Write the explanation for each recommendation of a response (Police Act 1996 s.55(5B)).
    ExplainResponses    "explain_responses"    = [Opcc];
    /// Read the remarks of the caller's own side on responses.
    ReadRemarks         "read_remarks"         = [Opcc, Constabulary, Auditor];
    /// Make remarks for the caller's own side, change the caller's own, and resolve those of the side.
    WriteRemarks        "write_remarks"        = [Opcc, Constabulary];
    /// Perform the transitions of responses.
    MoveResponses       "move_responses"       = [Opcc, ChiefOfficer];
    /// Update assignments: the force its owner, local target and dependency, and each side the person whom it assigns.
    WorkAssignments     "work_assignments"     = [Opcc, Constabulary];
    /// Perform the transitions of assignments.
    MoveAssignments     "move_assignments"     = [Opcc, Constabulary];
    /// Add progress updates to assignments.
    AddUpdates          "add_updates"          = [Opcc, Constabulary];
    /// Record the policing body's view of assignments.
    RecordBodyView      "record_body_view"     = [Opcc];
    /// Record an auditor's opinion of assignments.
    RecordAssuranceOpinion "record_assurance_opinion" = [Auditor];
    /// Record the inspectorate's decisions about assignments.
    RecordInspectorateStatus "record_inspectorate_status" = [Opcc, Constabulary];
    /// Read the positions that imported trackers state: those of the caller's own side and the inspectorate's.
    ReadImportedPositions "read_imported_positions" = [Opcc, Constabulary, Auditor];
    /// Confirm or reject imported positions of the caller's own side.
    ConfirmImportedPositions "confirm_imported_positions" = [Opcc, Constabulary];
    /// Read what waits for the caller.
    ReadTasks           "read_tasks"           = [Opcc, Constabulary, Auditor, Registrar];
    /// Read the deadlines of the area.
    ReadDeadlines       "read_deadlines"       = [Opcc, Constabulary, Auditor];
    /// Make calendars of deadlines with a secret address, and list and delete the caller's own.
    KeepCalendars       "keep_calendars"       = [Opcc, Constabulary, Auditor];
    /// Read evidence of the area and download its files.
    ReadEvidence        "read_evidence"        = [Opcc, Constabulary, Auditor];
    /// Add evidence and upload its files.
    WorkEvidence        "work_evidence"        = [Constabulary];
    /// Update evidence: the force its members, and each side the person whom it assigns.
    AmendEvidence       "amend_evidence"       = [Opcc, Constabulary];
    /// Perform the transitions of evidence.
    MoveEvidence        "move_evidence"        = [Opcc, Constabulary];
    /// Raise the marking of evidence, and lower it together with a second person.
    MarkEvidence        "mark_evidence"        = [Opcc, Constabulary];
    /// Read the history of a record: its transitions, with person and time.
    ReadHistory         "read_history"         = [Opcc, Constabulary, Auditor, Registrar];
    /// Read the people of the area.
    ReadPeople          "read_people"          = [Opcc, Constabulary, Auditor];
    /// Add and update the entries of people of the caller's own side.
    KeepPeople          "keep_people"          = [Opcc, Constabulary];
    /// Read the audit events of the area.
    ReadAudit           "read_audit"           = [Auditor, OpccApprover, ChiefOfficer];
    /// Manage the webhooks of the caller's own side, and read their deliveries.
    KeepWebhooks        "keep_webhooks"        = [OpccApprover, ChiefOfficer];
    /// Read the retention of records: review dates, legal holds and disposals.
    ReadRetention       "read_retention"       = [Opcc, Constabulary, Auditor];
    /// Review records, set and lift legal holds, and propose, confirm or refuse disposals.
    KeepRetention       "keep_retention"       = [OpccApprover, ChiefOfficer];
    /// Get proofs of audit events, and bundles that can be verified without the service.
    ProveAudit          "prove_audit"          = [Auditor];
}
