//! The kinds of tasks, and which rule of which workflow makes each. An action without a kind waits for nobody: it is a
//! choice that a person may make at any time, or the alternative to an action that has one.

use crate::assignments::imported;
use crate::auth::permissions::{Permission, RecordBodyView};
use crate::auth::{Actor, Role};
use crate::evidence::marking;
use crate::retention::disposals;
use crate::vocabulary::WireName;
use crate::workflow::Workflow;
use crate::{assignments, evidence, imports, responses};

crate::vocabulary! {
    /// What a task asks the caller to do.
    pub enum TaskKind {
        /// Invite the chief officer to comment.
        InviteComments = "invite_comments",
        /// Comment for the force, or state that there are no comments.
        Comment = "comment",
        /// Continue without the chief officer's comments, whose last day has passed.
        ProceedWithoutComments = "proceed_without_comments",
        /// Write what the response lacks: the policing body's comments, or an explanation of a recommendation.
        ExplainResponse = "explain_response",
        /// Submit a response that lacks nothing for approval.
        SubmitResponse = "submit_response",
        /// Approve a response that another person submitted, or return it.
        ApproveResponse = "approve_response",
        /// Publish an approved response.
        PublishResponse = "publish_response",
        /// Record what became of a response whose last day had passed when the inspection was registered here.
        RecordPublishedResponse = "record_published_response",
        /// Send the copies of a published response to the inspectors and the Secretary of State.
        SendCopies = "send_copies",
        /// Allocate an assignment to an owner.
        AllocateAssignment = "allocate_assignment",
        /// Add an update to an assignment on which nothing was recorded for 90 days, or since its last day passed.
        UpdateAssignment = "update_assignment",
        /// Sign off an assignment that another person submitted, or send it back.
        SignOffAssignment = "sign_off_assignment",
        /// Record the policing body's view of an assignment that the force completed.
        RecordBodyView = "record_body_view",
        /// Review evidence that another person submitted.
        ReviewEvidence = "review_evidence",
        /// Change evidence as the policing body requested, and submit it again.
        ReviseEvidence = "revise_evidence",
        /// Answer the questions of an import, and accept or discard it.
        DecideImport = "decide_import",
        /// Confirm an imported position, or reject it.
        ConfirmPosition = "confirm_position",
        /// Confirm a disposal that another person proposed, or refuse it.
        ConfirmDisposal = "confirm_disposal",
        /// Confirm the lower marking of evidence that another person requested, or refuse it.
        ConfirmLowering = "confirm_lowering",
    }
}

impl TaskKind {
    /// Returns true if the task is done by a transition, whose action the task names.
    fn is_a_transition(self) -> bool {
        !matches!(self, Self::ExplainResponse | Self::UpdateAssignment | Self::RecordBodyView | Self::DecideImport)
    }
}

/// The kinds of tasks of an action on a response.
fn of_response(state: responses::State, action: responses::Action) -> &'static [TaskKind] {
    use responses::Action;
    match action {
        Action::Invite => &[TaskKind::InviteComments],
        // Comments that come after the response was begun without them wait for nobody.
        Action::SubmitComments if state == responses::State::AwaitingComments => &[TaskKind::Comment],
        Action::Proceed => &[TaskKind::ProceedWithoutComments],
        Action::Submit => &[TaskKind::ExplainResponse, TaskKind::SubmitResponse],
        Action::Approve => &[TaskKind::ApproveResponse],
        Action::Publish => &[TaskKind::PublishResponse],
        Action::RecordPublished if state == responses::State::Received => &[TaskKind::RecordPublishedResponse],
        Action::RecordCopy => &[TaskKind::SendCopies],
        Action::SubmitComments
        | Action::NilReturn
        | Action::RecordPublished
        | Action::Return
        | Action::Reopen
        | Action::Correct
        | Action::MarkNotRequired
        | Action::Reinstate => &[],
    }
}

/// The kinds of tasks of an action on an assignment.
fn of_assignment(_: assignments::ForceStatus, action: assignments::Action) -> &'static [TaskKind] {
    use assignments::Action;
    match action {
        Action::Allocate => &[TaskKind::AllocateAssignment],
        Action::SignOff => &[TaskKind::SignOffAssignment],
        // The force moves its own work on when it has done it. Until then the task is the update.
        Action::Start
        | Action::Embed
        | Action::SubmitForSignOff
        | Action::Resume
        | Action::SendBack
        | Action::Depend
        | Action::Decline
        | Action::MarkNotApplicable
        | Action::Supersede
        | Action::Reopen => &[],
    }
}

/// The kinds of tasks of an action on an item of evidence.
fn of_evidence(state: evidence::State, action: evidence::Action) -> &'static [TaskKind] {
    use evidence::Action;
    match action {
        Action::Accept | Action::Reject => &[TaskKind::ReviewEvidence],
        Action::Submit if state == evidence::State::ChangesRequested => &[TaskKind::ReviseEvidence],
        Action::Submit | Action::RequestChanges | Action::Withdraw => &[],
    }
}

/// The kinds of tasks of an action on the marking of an item.
fn of_marking(_: marking::MarkingState, action: marking::Action) -> &'static [TaskKind] {
    use marking::Action;
    match action {
        Action::ConfirmLowering => &[TaskKind::ConfirmLowering],
        Action::Raise | Action::RequestLowering | Action::RefuseLowering => &[],
    }
}

/// The kinds of tasks of an action on an import.
fn of_import(_: imports::State, action: imports::Action) -> &'static [TaskKind] {
    use imports::Action;
    match action {
        Action::Accept => &[TaskKind::DecideImport],
        Action::Discard | Action::Undo => &[],
    }
}

/// The kinds of tasks of an action on an imported position.
fn of_position(_: imported::State, action: imported::Action) -> &'static [TaskKind] {
    use imported::Action;
    match action {
        Action::Confirm => &[TaskKind::ConfirmPosition],
        Action::Reject | Action::Withdraw => &[],
    }
}

/// The kinds of tasks of an action on a disposal.
fn of_disposal(_: disposals::DisposalState, action: disposals::Action) -> &'static [TaskKind] {
    use disposals::Action;
    match action {
        Action::Confirm => &[TaskKind::ConfirmDisposal],
        Action::Refuse => &[],
    }
}

/// The work that an actor's roles permit: in which state of which workflow, by which action, a task of which kind. The
/// columns have equal lengths, as the statement takes them.
#[derive(Debug, Default)]
pub struct PermittedWork {
    /// The names of the workflows.
    pub workflows: Vec<&'static str>,
    /// The states.
    pub states: Vec<&'static str>,
    /// The actions; empty if the task is not done by a transition.
    pub actions: Vec<&'static str>,
    /// The kinds.
    pub kinds: Vec<&'static str>,
}

impl PermittedWork {
    /// Returns the work that the actor's roles permit.
    pub fn of(actor: &Actor) -> Self {
        let mut work = Self::default();
        work.add_rules(actor, &responses::WORKFLOW, of_response);
        work.add_rules(actor, &assignments::WORKFLOW, of_assignment);
        work.add_rules(actor, &evidence::WORKFLOW, of_evidence);
        work.add_rules(actor, &marking::WORKFLOW, of_marking);
        work.add_rules(actor, &imports::WORKFLOW, of_import);
        work.add_rules(actor, &imported::WORKFLOW, of_position);
        work.add_rules(actor, &disposals::WORKFLOW, of_disposal);
        let assignment = assignments::WORKFLOW.name;
        // The force reports on its own work. The policing body may add updates too, but none waits for it.
        if actor.has_any_role(&[Role::Constabulary]) {
            for state in UPDATED {
                work.add(assignment, state.as_str(), "", TaskKind::UpdateAssignment);
            }
        }
        if actor.has_any_role(RecordBodyView::ROLES) {
            let state = assignments::ForceStatus::ForceComplete.as_str();
            work.add(assignment, state, "", TaskKind::RecordBodyView);
        }
        work
    }

    fn add_rules<S: WireName, A: WireName, N: WireName>(
        &mut self,
        actor: &Actor,
        workflow: &Workflow<S, A, N>,
        kinds: impl Fn(S, A) -> &'static [TaskKind],
    ) {
        for rule in workflow.rules.iter().filter(|rule| actor.has_any_role(rule.roles)) {
            for kind in kinds(rule.from, rule.action) {
                let action = if kind.is_a_transition() { rule.action.as_str() } else { "" };
                self.add(workflow.name, rule.from.as_str(), action, *kind);
            }
        }
    }

    fn add(&mut self, workflow: &'static str, state: &'static str, action: &'static str, kind: TaskKind) {
        self.workflows.push(workflow);
        self.states.push(state);
        self.actions.push(action);
        self.kinds.push(kind.as_str());
    }
}

/// The statuses in which the force works on an assignment.
const UPDATED: [assignments::ForceStatus; 4] = [
    assignments::ForceStatus::Allocated,
    assignments::ForceStatus::InProgress,
    assignments::ForceStatus::Embedding,
    assignments::ForceStatus::DependentOnOther,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_can_wait_for_somebody_and_none_for_auditors() {
        let roles: Vec<Role> = Role::ALL.to_vec();
        let work = PermittedWork::of(&Actor::new("issuer", "subject", None, &roles, &["cumbria"]));
        for kind in TaskKind::NAMES {
            assert!(work.kinds.contains(kind), "{kind} waits for nobody");
        }
        let auditor = PermittedWork::of(&Actor::new("issuer", "subject", None, &[Role::Auditor], &["cumbria"]));
        assert!(auditor.kinds.is_empty(), "auditors read, and nothing waits for them: {auditor:?}");
    }
}
