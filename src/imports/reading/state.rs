//! The state of a reading: the parts of the document, which of them a member has taken, and the proposal so far.

use chrono::NaiveDate;
use serde_json::Value;

use super::claims::{Claims, Passage};
use super::context::ReadingContext;
use super::outline::{Part, PartKind};
use crate::imports::document::Place;
use crate::imports::proposal::{Proposal, Question, QuestionCode, Source, UnclaimedReason};

/// The state of a reading.
pub(super) struct Reading<'c> {
    pub(super) context: &'c ReadingContext,
    pub(super) parts: Vec<Part>,
    /// Whether a stage has taken or listed the part.
    pub(super) is_done: Vec<bool>,
    /// The last part that is an item.
    pub(super) last_item: Option<usize>,
    pub(super) claims: Claims,
    pub(super) proposal: Proposal,
}

impl<'c> Reading<'c> {
    pub(super) fn new(context: &'c ReadingContext, parts: Vec<Part>, claims: Claims) -> Self {
        let is_done = vec![false; parts.len()];
        let last_item = parts.iter().rposition(|part| matches!(part.kind, PartKind::Item(_)));
        Self { context, parts, is_done, last_item, claims, proposal: Proposal::default() }
    }

    /// Claims a part for a member.
    pub(super) fn take(&mut self, part: usize) -> Option<Passage> {
        self.is_done[part] = true;
        self.claims.take_part(&self.parts[part])
    }

    /// Lists a part as unclaimed.
    pub(super) fn leave(&mut self, part: usize, reason: UnclaimedReason) {
        if !self.is_done[part] {
            self.is_done[part] = true;
            self.claims.leave_part(&self.parts[part], reason);
        }
    }

    /// Returns the indexes of the parts that are not done and of which the condition is true.
    pub(super) fn open_parts(&self, condition: impl Fn(&PartKind) -> bool) -> Vec<usize> {
        (0..self.parts.len()).filter(|at| !self.is_done[*at] && condition(&self.parts[*at].kind)).collect()
    }

    /// Adds a question.
    pub(super) fn ask(
        &mut self,
        code: QuestionCode,
        pointer: impl Into<String>,
        detail: impl Into<String>,
    ) -> &mut Question {
        self.proposal.questions.push(Question::new(code, pointer, detail));
        let last = self.proposal.questions.len() - 1;
        &mut self.proposal.questions[last]
    }

    pub(super) fn published_on(&self) -> Option<NaiveDate> {
        self.proposal.inspection.published_on.value
    }
}

impl Question {
    /// Sets the possible answers.
    pub(super) fn with_options(&mut self, options: impl IntoIterator<Item = Value>) -> &mut Self {
        self.options = options.into_iter().collect();
        self
    }

    /// Sets the proposed answer.
    pub(super) fn with_proposed(&mut self, proposed: impl Into<Value>) -> &mut Self {
        self.proposed = Some(proposed.into());
        self
    }

    /// Sets the words that raise the question.
    pub(super) fn with_words(&mut self, place: &Place, words: &str) -> &mut Self {
        self.from = Some(Source::new(place, words));
        self
    }
}
