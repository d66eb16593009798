//! The words for positions in a tracker, each once. A person confirms or corrects a word, and all rows with it follow.

use serde_json::{Value, json};

use super::cells::cut;
use super::record::{About, Record};
use super::settings::Settings;
use super::status::{self, ForceWord, FoundBy, Reading};
use super::words::{contains_phrase, normalize};
use crate::assignments::ForceStatus;
use crate::assignments::positions::{BodyView, InspectorateStatus};
use crate::imports::proposal::{Answers, Confidence, Fact, ProposedWord, Question, QuestionCode, Source};
use crate::vocabulary::WireName;

/// The words for positions, in the order of the rows.
#[derive(Debug, Default)]
pub(super) struct WordList {
    entries: Vec<Entry>,
    /// The index of each word by its member and normalized words, so that each row finds its word at once.
    index: std::collections::HashMap<(&'static str, String, Option<&'static str>), usize>,
}

#[derive(Debug)]
struct Entry {
    member: &'static str,
    rows: u32,
    source: Source,
    value: Option<&'static str>,
    by: Option<FoundBy>,
    is_colour: bool,
}

/// The most statuses that are listed.
const MAX_WORDS: usize = 500;

impl WordList {
    /// Adds the words of a record, and returns their indexes.
    pub fn add(&mut self, record: &mut Record, settings: &Settings) -> [Option<usize>; 3] {
        move_to_inspectorate(record);
        let has_owner = record.position.owner.value.is_some();
        let name_of = |word: ForceWord| match word {
            ForceWord::Status(status) => status,
            ForceWord::NotStarted if has_owner => ForceStatus::Allocated,
            ForceWord::NotStarted => ForceStatus::AwaitingAllocation,
        };
        let force = record.force_words.clone();
        let force = force.and_then(|words| {
            let reading = named(status::force(&words.text, settings), |word| name_of(word).as_str());
            self.add_one(record, "force_status", words, reading)
        });
        let body = record.body_words.clone();
        let body = body.and_then(|words| {
            let reading = named(status::body(&words.text), BodyView::as_str);
            self.add_one(record, "body_view", words, reading)
        });
        let inspectorate = record.inspectorate_words.clone();
        let inspectorate = inspectorate.and_then(|words| {
            let reading = named(status::inspectorate(&words.text), InspectorateStatus::as_str);
            self.add_one(record, "inspectorate_status", words, reading)
        });
        [force, body, inspectorate]
    }

    fn add_one(
        &mut self,
        record: &mut Record,
        member: &'static str,
        source: Source,
        reading: Reading<&'static str>,
    ) -> Option<usize> {
        let further: Vec<Source> = record
            .further_words
            .iter()
            .filter(|(other, _)| *other == member)
            .map(|(_, source)| source.clone())
            .collect();
        if !further.is_empty() {
            ask_about_disagreement(record, member, &source, &further);
            return None;
        }
        let (value, by, is_colour) = match reading {
            Reading::Known { value, by } => (Some(value), Some(by), false),
            Reading::Colour => (None, None, true),
            Reading::Unknown => (None, None, false),
        };
        // What stands beside the status is kept, and so are words that were not understood.
        let is_cut = source.text.ends_with('…');
        if !is_cut && !matches!(by, Some(FoundBy::Name | FoundBy::Table | FoundBy::Profile)) {
            record.note(label_of(member), &source.text);
        }
        let key = (member, normalize(&source.text), value);
        if let Some(at) = self.index.get(&key) {
            self.entries[*at].rows += 1;
            return Some(*at);
        }
        if self.entries.len() == MAX_WORDS {
            return None;
        }
        self.index.insert(key, self.entries.len());
        self.entries.push(Entry { member, rows: 1, source, value, by, is_colour });
        Some(self.entries.len() - 1)
    }

    /// Returns the words for the proposal, and the questions about them. `first` is the index of the first word.
    pub fn finish(&self, first: usize, answers: &Answers) -> (Vec<ProposedWord>, Vec<Question>) {
        let mut words = Vec::new();
        let mut questions = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let pointer = entry.pointer(first + at);
            let mut word =
                ProposedWord { printed: entry.source.text.clone(), rows: entry.rows, ..ProposedWord::default() };
            match entry.member {
                "force_status" => word.force_status = Some(fact(entry, answers.get(&pointer))),
                "body_view" => word.body_view = Some(fact(entry, answers.get(&pointer))),
                _ => word.inspectorate_status = Some(fact(entry, answers.get(&pointer))),
            }
            words.push(word);
            questions.extend(entry.question(pointer));
        }
        (words, questions)
    }
}

fn named<T>(reading: Reading<T>, name: impl Fn(T) -> &'static str) -> Reading<&'static str> {
    match reading {
        Reading::Known { value, by } => Reading::Known { value: name(value), by },
        Reading::Colour => Reading::Colour,
        Reading::Unknown => Reading::Unknown,
    }
}

fn label_of(member: &str) -> &'static str {
    match member {
        "force_status" => "Status",
        "body_view" => "Policing body's view",
        _ => "HMICFRS status",
    }
}

fn fact<T: WireName>(entry: &Entry, answer: Option<&Value>) -> Fact<T> {
    let value = entry.value.and_then(T::find);
    let from = Some(entry.source.clone());
    match answer {
        Some(Value::String(name)) => Fact { value: T::find(name), confidence: Confidence::Answered, from },
        Some(Value::Null) => Fact { value: None, confidence: Confidence::Answered, from },
        _ => {
            let confidence = match (value, entry.by) {
                (None, _) => Confidence::Missing,
                (Some(_), Some(FoundBy::Name)) => Confidence::Printed,
                (Some(_), _) => Confidence::Inferred,
            };
            Fact { value, confidence, from }
        }
    }
}

impl Entry {
    fn pointer(&self, index: usize) -> String {
        format!("/rows/words/{index}/{}", self.member)
    }

    fn question(&self, pointer: String) -> Option<Question> {
        use ForceStatus::{ForceComplete, NotApplicable, Superseded, WillNotImplement};
        let printed = cut(&self.source.text);
        let rows = if self.rows == 1 { "1 row states".to_owned() } else { format!("{} rows state", self.rows) };
        let is = |statuses: &[ForceStatus]| statuses.iter().any(|status| self.value == Some(status.as_str()));
        let is_known = self.by == Some(FoundBy::Profile);
        let (code, detail) = match (self.member, self.value) {
            (_, None) if self.is_colour => (
                QuestionCode::UnclearStatus,
                format!(
                    "{rows} “{printed}”, which is a colour. A colour is never a status. Which status do they have?"
                ),
            ),
            (_, None) => (
                QuestionCode::UnclearStatus,
                format!("{rows} “{printed}”, which the service does not know. Which status does it mean?"),
            ),
            ("force_status", _) if is(&[ForceComplete]) && !is_known => (
                QuestionCode::Confirm,
                format!(
                    "{rows} “{printed}”: claimed in the table, signed off by nobody. Is this the force's status, and not the \
                     inspectorate's?"
                ),
            ),
            ("force_status", _)
                if is(&[WillNotImplement, NotApplicable, Superseded])
                    && self.by != Some(FoundBy::Name)
                    && !is_known =>
            {
                (QuestionCode::Confirm, format!("{rows} “{printed}”. Is this the force's status?"))
            }
            ("inspectorate_status", Some(value)) if value != InspectorateStatus::Open.as_str() => (
                QuestionCode::Confirm,
                format!("{rows} “{printed}” as a position of the inspectorate. Did the inspectorate decide this?"),
            ),
            _ => return None,
        };
        let options = match self.member {
            "force_status" => ForceStatus::NAMES,
            "body_view" => BodyView::NAMES,
            _ => InspectorateStatus::NAMES,
        };
        Some(Question {
            code,
            pointer,
            detail,
            options: options.iter().map(|name| json!(name)).collect(),
            proposed: self.value.map(|value| json!(value)),
            from: Some(self.source.clone()),
        })
    }
}

/// Moves words such as “Closed by HMICFRS” from a column of the force's status to the inspectorate's position. They say
/// nothing of the force's own status, so it is asked.
fn move_to_inspectorate(record: &mut Record) {
    const INSPECTORATE: [&str; 4] = ["hmicfrs", "hmic", "inspectorate", "inspectors"];
    let names_inspectorate = |words: &Source| {
        let words = normalize(&words.text);
        INSPECTORATE.iter().any(|name| contains_phrase(&words, name))
    };
    let is_decision = |words: &Source| matches!(status::inspectorate(&words.text), Reading::Known { .. });
    if record.inspectorate_words.is_some() {
        return;
    }
    let Some(words) = record.force_words.take_if(|words| names_inspectorate(words) && is_decision(words)) else {
        return;
    };
    let detail = format!(
        "The row at {} states “{}”, which is a position of the inspectorate. Which status does the force have?",
        record.at,
        cut(&words.text)
    );
    let asked = record.ask(About::Position("force_status"), QuestionCode::Missing, detail, words.clone());
    asked.options = ForceStatus::NAMES.iter().map(|name| json!(name)).collect();
    record.inspectorate_words = Some(words);
}

/// Asks about statuses that differ between the rows of a recommendation.
fn ask_about_disagreement(record: &mut Record, member: &'static str, own: &Source, further: &[Source]) {
    let all: Vec<String> =
        std::iter::once(own).chain(further).map(|source| format!("“{}”", cut(&source.text))).collect();
    let detail = format!(
        "The rows of the recommendation at {} state {}. Which status does the recommendation have as a whole?",
        record.at,
        all.join(" and ")
    );
    let options = match member {
        "force_status" => ForceStatus::NAMES,
        "body_view" => BodyView::NAMES,
        _ => InspectorateStatus::NAMES,
    };
    let asked = record.ask(About::Position(member), QuestionCode::Contradiction, detail, own.clone());
    asked.options = options.iter().map(|name| json!(name)).collect();
    for source in std::iter::once(own).chain(further) {
        record.note(label_of(member), &source.text);
    }
}
