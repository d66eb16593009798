//! What can happen to a record, as one table: the event in the log, and the type that readers of the feed and receivers of
//! webhooks know it by. What is not here is in the log alone, such as a reading.

macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident = $resource:literal $action:literal $wire:literal;)+) => {
        crate::vocabulary! {
            /// What happened to a record.
            pub enum ChangeType { $($(#[$doc])+ $name = $wire),+ }
        }

        impl ChangeType {
            /// The kind of record, and what was done to it, as the log has them.
            pub fn event(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($resource, $action)),+ }
            }

            /// What an event of the log is told as; none where the log keeps it to itself.
            pub fn of(resource: &str, action: &str) -> Option<Self> {
                match (resource, action) { $(($resource, $action) => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

#[rustfmt::skip]
kinds! {
    /// An area was entered.
    AreaCreated = "area" "create" "area.created";
    /// An area, or how it works inside, was amended.
    AreaAmended = "area" "amend" "area.amended";
    /// An inspection was registered, as a draft.
    InspectionRegistered = "inspection" "register" "inspection.registered";
    /// A draft was amended.
    InspectionAmended = "inspection" "amend" "inspection.amended";
    /// An inspection was published, with its recommendations.
    InspectionPublished = "inspection" "publish" "inspection.published";
    /// A published inspection was put right.
    InspectionCorrected = "inspection" "correct" "inspection.corrected";
    /// An inspection was withdrawn.
    InspectionWithdrawn = "inspection" "withdraw" "inspection.withdrawn";
    /// A recommendation was added to a draft.
    RecommendationAdded = "recommendation" "add" "recommendation.added";
    /// A recommendation of a draft was amended.
    RecommendationAmended = "recommendation" "amend" "recommendation.amended";
    /// A published recommendation's text was put right.
    RecommendationCorrected = "recommendation" "correct" "recommendation.corrected";
    /// The day of a recommendation's target was worked out anew.
    RecommendationDated = "recommendation" "date" "recommendation.dated";
    /// A recommendation was taken out of a draft.
    RecommendationRemoved = "recommendation" "remove" "recommendation.removed";
    /// A response is called for.
    ResponseOpened = "response" "open" "response.opened";
    /// The drafts of a response were amended; told to the side whose drafts they are.
    ResponseAmended = "response" "amend" "response.amended";
    /// A published document was brought into a response; told to the policing body.
    ResponseImported = "response" "import" "response.imported";
    /// The chief officer was invited to comment.
    ResponseInvited = "response" "invite" "response.invited";
    /// The chief officer commented.
    ResponseCommentsSubmitted = "response" "submit_comments" "response.comments_submitted";
    /// The chief officer has no comment.
    ResponseNilReturned = "response" "nil_return" "response.nil_returned";
    /// The policing body went on without the chief officer's comments.
    ResponseProceeded = "response" "proceed" "response.proceeded";
    /// A response was put before its approver.
    ResponseSubmitted = "response" "submit" "response.submitted";
    /// The approver gave it back.
    ResponseReturned = "response" "return" "response.returned";
    /// It was approved.
    ResponseApproved = "response" "approve" "response.approved";
    /// The approval was voided.
    ResponseReopened = "response" "reopen" "response.reopened";
    /// An edition was published.
    ResponsePublished = "response" "publish" "response.published";
    /// A copy was sent.
    ResponseCopyRecorded = "response" "record_copy" "response.copy_recorded";
    /// The next edition was begun.
    ResponseCorrected = "response" "correct" "response.corrected";
    /// No response is required.
    ResponseMarkedNotRequired = "response" "mark_not_required" "response.marked_not_required";
    /// It is required after all.
    ResponseReinstated = "response" "reinstate" "response.reinstated";
    /// A line was opened.
    AssignmentOpened = "assignment" "open" "assignment.opened";
    /// A line was amended; to the public, that what it sees of one changed.
    AssignmentAmended = "assignment" "amend" "assignment.amended";
    /// Somebody took a position on a line.
    AssignmentPositionRecorded = "assignment" "record_position" "assignment.position_recorded";
    /// It was given an owner.
    AssignmentAllocated = "assignment" "allocate" "assignment.allocated";
    /// The work began.
    AssignmentStarted = "assignment" "start" "assignment.started";
    /// It is done and becoming usual.
    AssignmentEmbedded = "assignment" "embed" "assignment.embedded";
    /// It was put before the chief officer.
    AssignmentSubmittedForSignOff = "assignment" "submit_for_sign_off" "assignment.submitted_for_sign_off";
    /// The chief officer signed.
    AssignmentSignedOff = "assignment" "sign_off" "assignment.signed_off";
    /// The chief officer gave it back.
    AssignmentSentBack = "assignment" "send_back" "assignment.sent_back";
    /// It waits on another body.
    AssignmentMadeDependent = "assignment" "depend" "assignment.made_dependent";
    /// It no longer does.
    AssignmentResumed = "assignment" "resume" "assignment.resumed";
    /// The force will not do it.
    AssignmentDeclined = "assignment" "decline" "assignment.declined";
    /// It is not the force's.
    AssignmentMarkedNotApplicable = "assignment" "mark_not_applicable" "assignment.marked_not_applicable";
    /// A newer recommendation took its place.
    AssignmentSuperseded = "assignment" "supersede" "assignment.superseded";
    /// It was taken up again.
    AssignmentReopened = "assignment" "reopen" "assignment.reopened";
    /// It was told how the work goes on.
    AssignmentUpdateAdded = "assignment_update" "add" "assignment_update.added";
    /// Evidence was added.
    EvidenceAdded = "evidence" "add" "evidence.added";
    /// It was amended.
    EvidenceAmended = "evidence" "amend" "evidence.amended";
    /// A version of its file was sent.
    EvidenceUploaded = "evidence" "upload" "evidence.uploaded";
    /// It was put before the policing body.
    EvidenceSubmitted = "evidence" "submit" "evidence.submitted";
    /// It was accepted.
    EvidenceAccepted = "evidence" "accept" "evidence.accepted";
    /// It was rejected.
    EvidenceRejected = "evidence" "reject" "evidence.rejected";
    /// Changes were asked for.
    EvidenceChangesRequested = "evidence" "request_changes" "evidence.changes_requested";
    /// It was withdrawn.
    EvidenceWithdrawn = "evidence" "withdraw" "evidence.withdrawn";
    /// Its marking was lowered to OFFICIAL.
    EvidenceMarkingLowered = "evidence" "confirm_lowering" "evidence.marking_lowered";
}
