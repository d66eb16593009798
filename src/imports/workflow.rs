//! The workflow of an imported proposal: a person answers its questions and accepts it, or discards it. An accepted
//! import can be undone as a whole while nothing came after it.

use crate::api::Fault;
use crate::auth::Actor;
use crate::auth::Role::{Opcc, OpccApprover, Registrar};
use crate::imports::model::ImportRecord;
use crate::imports::proposal::Question;
use crate::vocabulary::WireName;
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// The state of an imported proposal.
    pub enum State as ("ImportProposalState") {
        /// The file was read, and nothing is registered. A person answers the questions.
        Proposed = "proposed",
        /// A person accepted the proposal, and it was written to the record.
        Accepted = "accepted",
        /// A person discarded the proposal, or nobody decided on it for 30 days.
        Discarded = "discarded",
        /// What the accepted import wrote was taken back.
        Undone = "undone",
    }
}

crate::vocabulary! {
    /// An action of the workflow of imported proposals.
    pub enum Action as ("ImportAction") {
        /// Write the proposal to the record.
        Accept = "accept",
        /// Discard the proposal.
        Discard = "discard",
        /// Take back what the accepted import wrote.
        Undo = "undo",
    }
}

crate::vocabulary! {
    /// A need of an action.
    pub enum Need as ("ImportNeed") {
        /// Every question of the proposal has an answer.
        QuestionsAnswered = "questions_answered",
        /// The caller accepted the import, or approves for the area, or is a registrar.
        AcceptedByCallerOrApprover = "accepted_by_caller_or_approver",
        /// The records that the import wrote are unchanged.
        NothingAfter = "nothing_after",
    }
}

use Action::{Accept, Discard, Undo};
use State::{Accepted, Discarded, Proposed, Undone};

/// The rules of the workflow.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<State, Action, Need> = Workflow {
    name: "import",
    start: Proposed,
    ends: &[Accepted, Discarded, Undone],
    rules: &[
        //   from      action   to         by                  needs
        rule(Proposed, Accept,  Accepted,  &[Opcc, Registrar], &[Need::QuestionsAnswered]),
        rule(Proposed, Discard, Discarded, &[Opcc, Registrar], &[]),
        rule(Accepted, Undo,    Undone,    &[Opcc, Registrar], &[Need::AcceptedByCallerOrApprover, Need::NothingAfter]),
    ],
};

/// What the needs depend on besides the record.
#[derive(Clone, Copy, Debug)]
pub struct ImportContext<'a> {
    /// The open questions.
    pub questions: &'a [Question],
    /// Why the import cannot be undone, if a record that it wrote has changed.
    pub change_after: Option<&'a str>,
}

/// Returns what the import lacks for a need.
pub fn unmet(need: Need, record: &ImportRecord, context: ImportContext<'_>, actor: &Actor) -> Vec<Fault> {
    match need {
        Need::QuestionsAnswered => context.questions.iter().map(question_fault).collect(),
        Need::AcceptedByCallerOrApprover => {
            let accepted = (record.accepted_issuer.as_deref(), record.accepted_subject.as_deref());
            // Exactly this subject: a likeness may forbid an act, but not permit one.
            let by_caller = accepted == (Some(actor.issuer.as_str()), Some(actor.subject.as_str()));
            if by_caller || actor.has_any_role(&[OpccApprover, Registrar]) {
                return Vec::new();
            }
            let detail = "Only the person who accepted the import, an approver of the area or a registrar can undo it.";
            vec![Fault::record("", need.as_str(), detail)]
        }
        Need::NothingAfter => {
            let fault = |detail: &str| Fault::record("", need.as_str(), detail);
            context.change_after.map(fault).into_iter().collect()
        }
    }
}

/// Returns the fault of an open question. Its code is the question's, and its pointer is where the answer goes.
fn question_fault(question: &Question) -> Fault {
    Fault::record(question.pointer.clone(), question.code.as_str(), question.detail.clone())
}
