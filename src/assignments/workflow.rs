//! The force's own workflow with a line: `awaiting_allocation → allocated → in_progress → embedding → awaiting_sign_off →
//! force_complete`, and the ways out of it. What others hold of the line stands apart from it, in `positions`.

use crate::auth::Role::{ChiefOfficer, Constabulary, Opcc};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// Where the force says that a line stands.
    pub enum ForceStatus {
        /// Nobody owns it yet.
        AwaitingAllocation = "awaiting_allocation",
        /// It has an owner.
        Allocated = "allocated",
        /// Work has begun.
        InProgress = "in_progress",
        /// What was done is becoming the usual way.
        Embedding = "embedding",
        /// Before the chief officer.
        AwaitingSignOff = "awaiting_sign_off",
        /// The chief officer signed it off.
        ForceComplete = "force_complete",
        /// Another body has to act first, or alone.
        DependentOnOther = "dependent_on_other",
        /// The chief officer declined it.
        WillNotImplement = "will_not_implement",
        /// It does not apply to this force.
        NotApplicable = "not_applicable",
        /// A newer recommendation took its place.
        Superseded = "superseded",
    }
}

crate::vocabulary! {
    /// What can be done to a line.
    pub enum Action as ("AssignmentAction") {
        /// Give it an owner.
        Allocate = "allocate",
        /// Begin the work.
        Start = "start",
        /// Say that it is done and is being made the usual way.
        Embed = "embed",
        /// Put it before the chief officer.
        SubmitForSignOff = "submit_for_sign_off",
        /// Sign it off.
        SignOff = "sign_off",
        /// Send it back to be worked on.
        SendBack = "send_back",
        /// Say on whom it waits.
        Depend = "depend",
        /// Go on, the waiting being over.
        Resume = "resume",
        /// Decline it.
        Decline = "decline",
        /// Say that it does not apply to this force.
        MarkNotApplicable = "mark_not_applicable",
        /// Name the newer recommendation that took its place.
        Supersede = "supersede",
        /// Take it up again.
        Reopen = "reopen",
    }
}

crate::vocabulary! {
    /// What an action needs.
    pub enum Need as ("AssignmentNeed") {
        /// An owner: sent, or written before.
        Owner = "owner",
        /// Evidence that was not rejected.
        EvidenceNotRejected = "evidence_not_rejected",
        /// Another person than the one who submitted it.
        AnotherPerson = "another_person",
        /// The body it waits on: sent, or written before.
        Dependency = "dependency",
        /// Why.
        Reason = "reason",
        /// Why not.
        Rationale = "rationale",
        /// A newer recommendation that binds this area.
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

/// The table. Where a line is taken up again, it is in progress if it has an owner, else it awaits one.
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
        rule(DependentOnOther,   Resume,            AwaitingAllocation, &[Constabulary],        &[]).or(InProgress),

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

        rule(ForceComplete,      Reopen,            AwaitingAllocation, &[Constabulary, Opcc],  &[Need::Reason]).or(InProgress),
        rule(WillNotImplement,   Reopen,            AwaitingAllocation, &[Constabulary, Opcc],  &[Need::Reason]).or(InProgress),
        rule(NotApplicable,      Reopen,            AwaitingAllocation, &[Constabulary, Opcc],  &[Need::Reason]).or(InProgress),
        rule(Superseded,         Reopen,            AwaitingAllocation, &[Constabulary, Opcc],  &[Need::Reason]).or(InProgress),
    ],
};

impl ForceStatus {
    /// Whether the force still works on it, so that its owner, target and dependency may be written.
    pub fn is_open(self) -> bool {
        !WORKFLOW.ends.contains(&self)
    }
}
