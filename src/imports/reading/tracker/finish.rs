//! Puts the records of a tracker into the proposal: numbers, kinds, days of updates, positions, and the questions.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::json;

use super::super::day::ParsedDay;
use super::causes::Causes;
use super::cited_recommendation;
use super::columns::Column;
use super::member::TrackerMember as Member;
use super::numbers::Numbers;
use super::record::{About, Record};
use super::row_questions::RowQuestions;
use super::settings::Settings;
use super::word_list::WordList;
use crate::imports::proposal::{
    Answers, Confidence, Fact, Proposal, ProposedExplanation, ProposedPosition, Question, QuestionCode, ResponseRole,
};
use crate::recommendations::{RecommendationTarget, TargetKind, end_of_period};
use crate::vocabulary::WireName;

/// Puts the records of the trackers into a proposal.
pub(super) struct Finishing<'a> {
    settings: &'a Settings,
    answers: &'a Answers,
    proposal: &'a mut Proposal,
    columns: &'a [Column],
    words: WordList,
    /// The indexes of the words of each position, by the index of the position.
    words_of: Vec<(usize, [Option<usize>; 3])>,
    rows: RowQuestions,
    /// The number of updates without a day, by the index of their column.
    undated: HashMap<usize, usize>,
}

impl<'a> Finishing<'a> {
    pub fn new(
        settings: &'a Settings,
        answers: &'a Answers,
        proposal: &'a mut Proposal,
        columns: &'a [Column],
    ) -> Self {
        Self {
            settings,
            answers,
            proposal,
            columns,
            words: WordList::default(),
            words_of: Vec::new(),
            rows: RowQuestions::default(),
            undated: HashMap::new(),
        }
    }

    /// Puts the records into the proposal. `is_one` is false if the table names several reports.
    pub fn finish(mut self, records: Vec<Record>, is_one: bool) {
        let (answers, mut records): (Vec<_>, Vec<_>) = records
            .into_iter()
            .partition(|record| is_one && cited_recommendation::find(&self.proposal.recommendations, record).is_some());
        for mut record in answers {
            let Some(at) = cited_recommendation::find(&self.proposal.recommendations, &record) else { continue };
            self.settle_update(&mut record);
            cited_recommendation::complete(&mut self.proposal.recommendations[at], &mut record);
            self.add_to_known(at, record);
        }
        let mut numbers = Numbers::new(&self.proposal.recommendations, &mut records, is_one);
        let mut causes = Causes::default();
        for mut record in records {
            numbers.settle(&mut record);
            causes.settle(&mut record);
            self.settle_target(&mut record);
            self.rows.settle(&mut record, self.answers);
            if record.recommendation.text.value.is_none() && !record.asks(About::Recommendation("text")) {
                let detail = format!("The row at {} has no text of a recommendation.", record.at);
                record.ask_without_source(About::Recommendation("text"), QuestionCode::Missing, detail);
            }
            self.settle_update(&mut record);
            self.add(record);
        }
        self.settle_words();
        self.settle_days_of_columns();
        self.rows.finish(self.proposal, self.answers);
    }

    /// Puts together the target in the report from the template's columns. Counts a period from the day of publication.
    fn settle_target(&self, record: &mut Record) {
        let parts = std::mem::take(&mut record.target);
        let Some(source) = parts.source else {
            let published_on = self.proposal.inspection.published_on.value;
            if let (Some(target), Some(published_on)) = (&mut record.recommendation.target.value, published_on)
                && target.kind == TargetKind::Within
                && target.on.is_none()
            {
                target.on = target.text.as_deref().and_then(|text| end_of_period(text, published_on));
            }
            return;
        };
        let kind = parts.kind.unwrap_or(match (parts.on, &parts.text) {
            (Some(_), _) => TargetKind::ByDate,
            (None, Some(text)) => super::super::target::read_target(text, None).target.kind,
            (None, None) => TargetKind::None,
        });
        let target = RecommendationTarget { kind, text: parts.text, on: parts.on };
        record.recommendation.target = Fact::printed(target, &source.place, &source.text);
    }

    /// Settles the day of the update: its own column, the day that leads it, the heading of its column, or the day of the
    /// table.
    fn settle_update(&mut self, record: &mut Record) {
        let Some(text) = record.position.update.value.clone() else { return };
        let source = record.position.update.from.clone().unwrap_or_default();
        if record.position.update_on.value.is_some() || record.asks(About::Position("update_on")) {
            record.undated_update_in = None;
            return;
        }
        if let Some((day, is_only)) = super::cell_day::day_of_update(&text, self.settings.day_format) {
            let fact = if is_only { Fact::printed } else { Fact::inferred };
            record.position.update_on = fact(day, &source.place, &source.text);
            record.undated_update_in = None;
            return;
        }
        let Some(index) = record.undated_update_in else { return };
        let column = self.columns.iter().find(|column| column.index == index);
        let heading = column.and_then(|column| column.proposed.member.from.clone()).unwrap_or_default();
        record.position.update_on = if let Some(answer) = self.answer_for_column(index) {
            answer
        } else if let Some(day) = column.and_then(|column| column.day).and_then(ParsedDay::date) {
            Fact::printed(day, &heading.place, &heading.text)
        } else if let Some(as_at) = usable_day(record, column) {
            as_at
        } else {
            *self.undated.entry(index).or_default() += 1;
            Fact::default()
        };
    }

    fn answer_for_column(&self, index: usize) -> Option<Fact<NaiveDate>> {
        let answer = self.answers.get(&format!("/columns/{index}/updated_on"))?;
        let value = answer.as_str().and_then(|day| day.parse().ok());
        Some(Fact { value, confidence: Confidence::Answered, from: None })
    }

    /// Asks what the answers in a column of the table are, once.
    fn ask_about_answers(&mut self, answer: &Fact<String>) {
        let role = &mut self.proposal.response.force_answers_are;
        let (Some(source), None) = (&answer.from, role.value) else { return };
        *role = Fact::inferred(ResponseRole::Explanations, &source.place, &source.text);
        self.proposal.questions.push(Question {
            code: QuestionCode::Role,
            pointer: "/response/force_answers_are".to_owned(),
            detail: "Are the answers in the table the explanations of the response, or the chief officer's comments?"
                .to_owned(),
            options: ResponseRole::NAMES.iter().map(|name| json!(name)).collect(),
            proposed: Some(json!(ResponseRole::Explanations)),
            from: Some(source.clone()),
        });
    }

    /// Adds a record of a recommendation that the document prints elsewhere.
    fn add_to_known(&mut self, at: usize, mut record: Record) {
        let number = self.proposal.recommendations[at].number.value.clone().unwrap_or_default();
        // What the row asks about the recommendation, the document answers.
        record.asked.retain(|asked| !matches!(asked.about, About::Recommendation(_)));
        let of_known = |explanation: &ProposedExplanation| explanation.number == number;
        if let Some(explained) = self.proposal.response.explanations.iter().position(of_known)
            && let Some(text) = record.explanation.value.take()
        {
            let earlier = &mut self.proposal.response.explanations[explained].text;
            let both = [earlier.value.clone().unwrap_or_default(), text].join("\n");
            earlier.value = Some(both.clone());
            let detail = format!("The file answers {number} in two places. Are these words together the explanation?");
            self.proposal.questions.push(Question {
                code: QuestionCode::Confirm,
                pointer: format!("/response/explanations/{explained}/text"),
                detail,
                options: Vec::new(),
                proposed: Some(json!(both)),
                from: std::mem::take(&mut record.explanation).from,
            });
        }
        self.add_what_was_done(at, number, record);
    }

    /// Adds a record, with its questions.
    fn add(&mut self, mut record: Record) {
        let number = record.recommendation.number.value.clone().unwrap_or_default();
        let recommendation = std::mem::take(&mut record.recommendation);
        self.add_what_was_done(self.proposal.recommendations.len(), number, record);
        self.proposal.recommendations.push(recommendation);
    }

    /// Adds the explanation and the position of a record, and its questions. `at` is the place of the recommendation.
    fn add_what_was_done(&mut self, at: usize, number: String, mut record: Record) {
        let words = self.words.add(&mut record, self.settings);
        let explanation = self.proposal.response.explanations.len();
        let position = self.proposal.positions.len();
        if record.has_explanation() {
            let is_force = |column: &Column| column.member == Some(Member::Explanation) && column.is_force_answer;
            if self.columns.iter().any(is_force) {
                self.ask_about_answers(&record.explanation);
            }
            self.proposal.response.explanations.push(ProposedExplanation {
                number: number.clone(),
                text: std::mem::take(&mut record.explanation),
                policing_body: std::mem::take(&mut record.policing_body_explanation),
                ..ProposedExplanation::default()
            });
        }
        if record.has_position() {
            self.words_of.push((position, words));
            let note = if record.notes.is_empty() { Fact::default() } else { Fact::assumed(record.notes.join("\n")) };
            self.proposal.positions.push(ProposedPosition { number, note, ..std::mem::take(&mut record.position) });
        }
        for asked in record.asked {
            let pointer = match asked.about {
                About::Recommendation(member) => format!("/recommendations/{at}/{member}"),
                About::Position(member) => format!("/positions/{position}/{member}"),
                About::Explanation(member) => format!("/response/explanations/{explanation}/{member}"),
            };
            let (code, detail, from) = (asked.code, asked.detail, asked.from);
            let question = Question { code, pointer, detail, options: asked.options, proposed: asked.proposed, from };
            self.proposal.questions.push(question);
        }
    }

    /// Gives each position the status that its words were read as, or that a person said they mean.
    fn settle_words(&mut self) {
        let first = self.proposal.rows.words.len();
        let (words, questions) = self.words.finish(first, self.answers);
        for (position, [force, body, inspectorate]) in &self.words_of {
            let position = &mut self.proposal.positions[*position];
            let word = |index: &Option<usize>| index.and_then(|index| words.get(index));
            if let Some(fact) = word(force).and_then(|word| word.force_status.clone()) {
                position.force_status = fact;
            }
            if let Some(fact) = word(body).and_then(|word| word.body_view.clone()) {
                position.body_view = fact;
            }
            if let Some(fact) = word(inspectorate).and_then(|word| word.inspectorate_status.clone()) {
                position.inspectorate_status = fact;
            }
        }
        self.proposal.rows.words.extend(words);
        self.proposal.questions.extend(questions);
    }

    /// States the day of the updates of each column, and asks for it where updates have none.
    fn settle_days_of_columns(&mut self) {
        for column in self.columns.iter().filter(|column| column.member == Some(Member::Update)) {
            let heading = column.proposed.member.from.clone().unwrap_or_default();
            let answer = self.answer_for_column(column.index);
            let undated = self.undated.get(&column.index).copied().unwrap_or_default();
            let fact = match column.day {
                _ if answer.is_some() => answer.clone().unwrap_or_default(),
                Some(ParsedDay::Day(day)) => Fact::printed(day, &heading.place, &heading.text),
                _ => Fact::default(),
            };
            self.proposal.columns[column.index].updated_on = Some(fact);
            if undated == 0 || answer.is_some() {
                continue;
            }
            let last_day = column.day.and_then(ParsedDay::last_day);
            let rows = if undated == 1 { "1 update has".to_owned() } else { format!("{undated} updates have") };
            let (code, why) = match last_day {
                Some(_) => (QuestionCode::UnclearDate, "its heading has no day of the month"),
                None => (QuestionCode::Missing, "neither the table nor its heading states one"),
            };
            self.proposal.questions.push(Question {
                code,
                pointer: format!("/columns/{}/updated_on", column.index),
                detail: format!(
                    "{rows} no day in the column “{}”, and {why}. On which day were the updates made?",
                    column.label
                ),
                options: Vec::new(),
                proposed: last_day.map(|day| json!(day)),
                from: Some(heading),
            });
        }
    }
}

/// Returns the day of the table for an update, unless the heading of the column names another month.
fn usable_day(record: &Record, column: Option<&Column>) -> Option<Fact<NaiveDate>> {
    let as_at = record.as_at.as_ref()?;
    let month = column.and_then(|column| column.day).and_then(ParsedDay::last_day);
    let is_other_month =
        month.is_some_and(|last| last.format("%Y-%m").to_string() != as_at.day.format("%Y-%m").to_string());
    (!is_other_month).then(|| Fact::inferred(as_at.day, &as_at.source.place, &as_at.source.text))
}
