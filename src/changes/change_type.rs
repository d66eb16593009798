//! The types of changes, as one table: the audit event, and its type in the change feed and in webhooks. An
//! event that is not in this table, such as a read, appears only in the audit log.

macro_rules! change_types {
    ($($(#[$doc:meta])+ $name:ident = $resource:literal $action:literal $wire:literal;)+) => {
        crate::vocabulary! {
            /// The type of a change: the kind of record and what happened to it.
            pub enum ChangeType { $($(#[$doc])+ $name = $wire),+ }
        }

        impl ChangeType {
            /// Returns the resource and the action of the audit event.
            pub fn event(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($resource, $action)),+ }
            }

            /// Returns the type of an audit event, or `None` if the change feed leaves the event out.
            pub fn from_event(resource: &str, action: &str) -> Option<Self> {
                match (resource, action) { $(($resource, $action) => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

#[rustfmt::skip]
change_types! {
    /// An area was created.
    AreaCreated = "area" "create" "area.created";
    /// The details or settings of an area were changed.
    AreaAmended = "area" "amend" "area.amended";
    /// An inspection was registered as a draft.
    InspectionRegistered = "inspection" "register" "inspection.registered";
    /// A draft inspection was changed.
    InspectionAmended = "inspection" "amend" "inspection.amended";
    /// An inspection was published, with its recommendations.
    InspectionPublished = "inspection" "publish" "inspection.published";
    /// A published inspection was corrected.
    InspectionCorrected = "inspection" "correct" "inspection.corrected";
    /// An inspection was withdrawn.
    InspectionWithdrawn = "inspection" "withdraw" "inspection.withdrawn";
    /// A recommendation was added to a draft inspection.
    RecommendationAdded = "recommendation" "add" "recommendation.added";
    /// A recommendation of a draft inspection was changed.
    RecommendationAmended = "recommendation" "amend" "recommendation.amended";
    /// A published recommendation was corrected.
    RecommendationCorrected = "recommendation" "correct" "recommendation.corrected";
    /// The target date of a recommendation was computed again.
    RecommendationDated = "recommendation" "date" "recommendation.dated";
    /// A recommendation was deleted from a draft inspection.
    RecommendationRemoved = "recommendation" "remove" "recommendation.removed";
    /// A response was opened, because the area must respond to a published inspection.
    ResponseOpened = "response" "open" "response.opened";
    /// The drafts of a response were changed. Only the side that owns the drafts receives this.
    ResponseAmended = "response" "amend" "response.amended";
    /// A published document was imported into a response. Only the policing body's side receives this.
    ResponseImported = "response" "import" "response.imported";
    /// The import of a published document into a response was undone. Only the policing body's side receives this.
    ResponseImportUndone = "response" "undo_import" "response.import_undone";
    /// The chief officer was invited to comment.
    ResponseInvited = "response" "invite" "response.invited";
    /// The chief officer submitted comments.
    ResponseCommentsSubmitted = "response" "submit_comments" "response.comments_submitted";
    /// The chief officer stated that there are no comments.
    ResponseNilReturned = "response" "nil_return" "response.nil_returned";
    /// The policing body continued without the chief officer's comments.
    ResponseProceeded = "response" "proceed" "response.proceeded";
    /// A response was submitted for approval.
    ResponseSubmitted = "response" "submit" "response.submitted";
    /// The approver returned a response to drafting.
    ResponseReturned = "response" "return" "response.returned";
    /// A response was approved.
    ResponseApproved = "response" "approve" "response.approved";
    /// The approval of a response was voided.
    ResponseReopened = "response" "reopen" "response.reopened";
    /// An edition of a response was published.
    ResponsePublished = "response" "publish" "response.published";
    /// A response that was published elsewhere was recorded.
    ResponsePublicationRecorded = "response" "record_published" "response.publication_recorded";
    /// A copy of a response to the inspectors or the Secretary of State was recorded.
    ResponseCopyRecorded = "response" "record_copy" "response.copy_recorded";
    /// The correction of a published response began a new edition.
    ResponseCorrected = "response" "correct" "response.corrected";
    /// A response was marked as not required.
    ResponseMarkedNotRequired = "response" "mark_not_required" "response.marked_not_required";
    /// A response that was not required became required again.
    ResponseReinstated = "response" "reinstate" "response.reinstated";
    /// An assignment was opened.
    AssignmentOpened = "assignment" "open" "assignment.opened";
    /// An assignment was changed. The public receives only this type, when the published assignment changed.
    AssignmentAmended = "assignment" "amend" "assignment.amended";
    /// A position on an assignment was recorded.
    AssignmentPositionRecorded = "assignment" "record_position" "assignment.position_recorded";
    /// The first state of an assignment changed, because the addressees of its recommendation were corrected.
    AssignmentReaddressed = "assignment" "readdress" "assignment.readdressed";
    /// The force confirmed its position that an imported tracker states.
    AssignmentImportedPositionRecorded =
        "assignment" "record_imported_position" "assignment.imported_position_recorded";
    /// An assignment was given an owner.
    AssignmentAllocated = "assignment" "allocate" "assignment.allocated";
    /// Work on an assignment started.
    AssignmentStarted = "assignment" "start" "assignment.started";
    /// The action of an assignment is complete and being embedded.
    AssignmentEmbedded = "assignment" "embed" "assignment.embedded";
    /// An assignment was submitted for the chief officer's sign-off.
    AssignmentSubmittedForSignOff = "assignment" "submit_for_sign_off" "assignment.submitted_for_sign_off";
    /// The chief officer signed off an assignment.
    AssignmentSignedOff = "assignment" "sign_off" "assignment.signed_off";
    /// The chief officer sent an assignment back.
    AssignmentSentBack = "assignment" "send_back" "assignment.sent_back";
    /// An assignment became dependent on another organisation.
    AssignmentMadeDependent = "assignment" "depend" "assignment.made_dependent";
    /// An assignment is no longer dependent on another organisation.
    AssignmentResumed = "assignment" "resume" "assignment.resumed";
    /// The force declined an assignment.
    AssignmentDeclined = "assignment" "decline" "assignment.declined";
    /// An assignment was marked as not applicable.
    AssignmentMarkedNotApplicable = "assignment" "mark_not_applicable" "assignment.marked_not_applicable";
    /// An assignment was superseded by a newer recommendation.
    AssignmentSuperseded = "assignment" "supersede" "assignment.superseded";
    /// An assignment was reopened.
    AssignmentReopened = "assignment" "reopen" "assignment.reopened";
    /// A progress update was added to an assignment.
    AssignmentUpdateAdded = "assignment_update" "add" "assignment_update.added";
    /// An imported tracker states a position, which waits for a person to confirm it. Only the side whose position it is
    /// receives this; of the inspectorate's positions, both sides.
    ImportedPositionProposed = "imported_position" "propose" "imported_position.proposed";
    /// An imported position was confirmed. The same sides receive this.
    ImportedPositionConfirmed = "imported_position" "confirm" "imported_position.confirmed";
    /// An imported position was rejected. The same sides receive this.
    ImportedPositionRejected = "imported_position" "reject" "imported_position.rejected";
    /// An imported position was withdrawn, because the import was undone. The same sides receive this.
    ImportedPositionWithdrawn = "imported_position" "withdraw" "imported_position.withdrawn";
    /// An item of evidence was added.
    EvidenceAdded = "evidence" "add" "evidence.added";
    /// An item of evidence was changed.
    EvidenceAmended = "evidence" "amend" "evidence.amended";
    /// A version of an evidence file was uploaded.
    EvidenceUploaded = "evidence" "upload" "evidence.uploaded";
    /// An item of evidence was submitted to the policing body.
    EvidenceSubmitted = "evidence" "submit" "evidence.submitted";
    /// An item of evidence was accepted.
    EvidenceAccepted = "evidence" "accept" "evidence.accepted";
    /// An item of evidence was rejected.
    EvidenceRejected = "evidence" "reject" "evidence.rejected";
    /// The policing body requested changes to an item of evidence.
    EvidenceChangesRequested = "evidence" "request_changes" "evidence.changes_requested";
    /// An item of evidence was withdrawn.
    EvidenceWithdrawn = "evidence" "withdraw" "evidence.withdrawn";
    /// The marking of an item of evidence was lowered to OFFICIAL.
    EvidenceMarkingLowered = "evidence" "confirm_lowering" "evidence.marking_lowered";
}
