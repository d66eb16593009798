//! A proposal: the facts that were read in a file, with the confidence and the place of each, and what a person must
//! still answer. Nothing is registered until a person accepts the proposal.

mod answers;
mod fact;
mod model;
mod question;

pub use answers::{Answers, apply_answers};
pub use fact::{Confidence, Fact, Source};
pub use model::{
    Addressees, Language, Proposal, ProposedColumn, ProposedExplanation, ProposedInspection, ProposedPosition,
    ProposedRecommendation, ProposedResponse, ProposedRows, ProposedWord, ResponseRole, UnclaimedLine, UnclaimedReason,
};
pub use question::{Question, QuestionCode};
