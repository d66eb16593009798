//! The workflow of the force's status: `awaiting_allocation → allocated → in_progress → embedding → awaiting_sign_off →
//! force_complete`, and the states that end it early. The folder `positions` holds the positions of others.

mod needs;

use crate::auth::Role::{ChiefOfficer, Constabulary, Opcc};
use crate::workflow::{Workflow, rule};

pub use needs::unmet;

crate::vocabulary! {
    /// The status that the force states for an assignment.
    pub enum ForceStatus {
        /// The assignment has no owner yet.
        AwaitingAllocation = "awaiting_allocation",
        /// The assignment has an owner.
        Allocated = "allocated",
        /// Work has started.
        InProgress = "in_progress",
        /// The work is done and is becoming normal practice.
        Embedding = "embedding",
        /// The assignment is with the chief officer for sign-off.
        AwaitingSignOff = "awaiting_sign_off",
        /// The chief officer signed off the assignment.
        ForceComplete = "force_complete",
        /// Another body must act before the force can, or instead of it.
        DependentOnOther = "dependent_on_other",
        /// The chief officer declined the recommendation.
        WillNotImplement = "will_not_implement",
        /// The recommendation does not apply to this force.
        NotApplicable = "not_applicable",
        /// A newer recommendation superseded this one.
        Superseded = "superseded",
    }
}

crate::vocabulary! {
    /// An action on an assignment.
    pub enum Action as ("AssignmentAction") {
        /// Allocate the work to an owner.
        Allocate = "allocate",
        /// Start the work.
        Start = "start",
        /// State that the work is done and is becoming normal practice.
        Embed = "embed",
        /// Submit the assignment to the chief officer for sign-off.
        SubmitForSignOff = "submit_for_sign_off",
        /// Sign off the assignment as complete.
        SignOff = "sign_off",
        /// Return the assignment to the force for more work.
        SendBack = "send_back",
        /// State that the work depends on another body.
        Depend = "depend",
        /// Resume the work after waiting for another body.
        Resume = "resume",
        /// Decline the recommendation.
        Decline = "decline",
        /// State that the recommendation does not apply to this force.
        MarkNotApplicable = "mark_not_applicable",
        /// Record that a newer recommendation supersedes this one.
        Supersede = "supersede",
        /// Reopen the assignment.
        Reopen = "reopen",
    }
}

crate::vocabulary! {
    /// A condition that an action needs.
    pub enum Need as ("AssignmentNeed") {
        /// The request or the record names an owner.
        Owner = "owner",
        /// At least one item of evidence is neither rejected nor withdrawn.
        EvidenceNotRejected = "evidence_not_rejected",
        /// The caller is not the person who submitted the assignment for sign-off.
        AnotherPerson = "another_person",
        /// The request or the record names the body that the work depends on.
        Dependency = "dependency",
        /// The request states a reason.
        Reason = "reason",
        /// The request states a rationale.
        Rationale = "rationale",
        /// The request names a newer recommendation that has an assignment in this area.
        NewerRecommendation = "newer_recommendation",
    }
}

use Action::{
    Allocate, Decline, Depend, Embed, MarkNotApplicable, Reopen, Resume, SendBack, SignOff, Start, SubmitForSignOff,
    Supersede,
};
use ForceStatus::{
    Allocated, AwaitingAllocation, AwaitingSignOff, DependentOnOther, Embedding, ForceComplete, InProgress,
    NotApplicable, Superseded, WillNotImplement,
};

/// The workflow table: the only source of the transitions, their roles and their needs.
///
/// `resume` and `reopen` lead to `in_progress` if the assignment has an owner, and to `awaiting_allocation` otherwise.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<ForceStatus, Action, Need> = Workflow {
    name: "assignment",
    start: AwaitingAllocation,
    ends: &[ForceComplete, WillNotImplement, NotApplicable, Superseded],
    rules: &[
        //   from                action             to                  by                      needs
        rule(AwaitingAllocation, Allocate,          Allocated,          &[Constabulary],        &[Need::Owner]),
        rule(Allocated,          Start,             InProgress,         &[Constabulary],        &[]),
        rule(InProgress,         Embed,             Embedding,          &[Constabulary],        &[]),
        rule(Embedding,          SubmitForSignOff,  AwaitingSignOff,    &[Constabulary],        &[Need::EvidenceNotRejected]),
        rule(AwaitingSignOff,    SignOff,           ForceComplete,      &[ChiefOfficer],        &[Need::AnotherPerson]),
        rule(AwaitingSignOff,    SendBack,          InProgress,         &[ChiefOfficer],        &[Need::Reason]),

        rule(AwaitingAllocation, Depend,            DependentOnOther,   &[Constabulary],        &[Need::Dependency]),
        rule(Allocated,          Depend,            DependentOnOther,   &[Constabulary],        &[Need::Dependency]),
        rule(InProgress,         Depend,            DependentOnOther,   &[Constabulary],        &[Need::Dependency]),
        rule(Embedding,          Depend,            DependentOnOther,   &[Constabulary],        &[Need::Dependency]),
        rule(DependentOnOther,   Resume,            AwaitingAllocation, &[Constabulary],        &[]).or_to(InProgress),

        rule(AwaitingAllocation, Decline,           WillNotImplement,   &[ChiefOfficer],        &[Need::Rationale]),
        rule(Allocated,          Decline,           WillNotImplement,   &[ChiefOfficer],        &[Need::Rationale]),
        rule(InProgress,         Decline,           WillNotImplement,   &[ChiefOfficer],        &[Need::Rationale]),
        rule(Embedding,          Decline,           WillNotImplement,   &[ChiefOfficer],        &[Need::Rationale]),
        rule(AwaitingSignOff,    Decline,           WillNotImplement,   &[ChiefOfficer],        &[Need::Rationale]),
        rule(DependentOnOther,   Decline,           WillNotImplement,   &[ChiefOfficer],        &[Need::Rationale]),

        rule(AwaitingAllocation, MarkNotApplicable, NotApplicable,      &[ChiefOfficer],        &[Need::Reason]),
        rule(Allocated,          MarkNotApplicable, NotApplicable,      &[ChiefOfficer],        &[Need::Reason]),
        rule(InProgress,         MarkNotApplicable, NotApplicable,      &[ChiefOfficer],        &[Need::Reason]),
        rule(Embedding,          MarkNotApplicable, NotApplicable,      &[ChiefOfficer],        &[Need::Reason]),
        rule(AwaitingSignOff,    MarkNotApplicable, NotApplicable,      &[ChiefOfficer],        &[Need::Reason]),
        rule(DependentOnOther,   MarkNotApplicable, NotApplicable,      &[ChiefOfficer],        &[Need::Reason]),

        rule(AwaitingAllocation, Supersede,         Superseded,         &[Constabulary],        &[Need::NewerRecommendation]),
        rule(Allocated,          Supersede,         Superseded,         &[Constabulary],        &[Need::NewerRecommendation]),
        rule(InProgress,         Supersede,         Superseded,         &[Constabulary],        &[Need::NewerRecommendation]),
        rule(Embedding,          Supersede,         Superseded,         &[Constabulary],        &[Need::NewerRecommendation]),
        rule(AwaitingSignOff,    Supersede,         Superseded,         &[Constabulary],        &[Need::NewerRecommendation]),
        rule(DependentOnOther,   Supersede,         Superseded,         &[Constabulary],        &[Need::NewerRecommendation]),

        rule(ForceComplete,      Reopen,            AwaitingAllocation, &[Constabulary, Opcc],  &[Need::Reason]).or_to(InProgress),
        rule(WillNotImplement,   Reopen,            AwaitingAllocation, &[Constabulary, Opcc],  &[Need::Reason]).or_to(InProgress),
        rule(NotApplicable,      Reopen,            AwaitingAllocation, &[Constabulary, Opcc],  &[Need::Reason]).or_to(InProgress),
        rule(Superseded,         Reopen,            AwaitingAllocation, &[Constabulary, Opcc],  &[Need::Reason]).or_to(InProgress),
    ],
};

impl ForceStatus {
    /// Returns true while the force works on the assignment. Only then may its owner, target and dependency change.
    pub fn is_open(self) -> bool {
        !WORKFLOW.ends.contains(&self)
    }
}
