//! The report that a tracker's rows name, in columns such as `Inspection` and `Date published`.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use super::super::context::DayFormat;
use super::cell_day::{self, CellDay};
use super::cells::cut;
use super::member::TrackerMember as Member;
use super::source::Cell;
use super::words::normalize;
use crate::imports::proposal::{Fact, Proposal, ProposedInspection, Question, QuestionCode, Source};
use crate::inspections::{InspectionKind, InspectionScope, Subjects};
use crate::vocabulary::WireName;

/// The most different cells of a column that are kept.
const MAX_VALUES: usize = 200;

/// The different cells of each column about the report.
#[derive(Debug, Default)]
pub(super) struct InspectionCells {
    cells: BTreeMap<&'static str, (Member, Vec<Cell>)>,
    /// The normalized texts of each column.
    known: HashSet<(&'static str, String)>,
}

impl InspectionCells {
    /// Adds a cell, unless the column has the same text already.
    pub fn add(&mut self, member: Member, cell: &Cell) {
        let (_, cells) = self.cells.entry(member.as_str()).or_insert_with(|| (member, Vec::new()));
        if cells.len() < MAX_VALUES && self.known.insert((member.as_str(), normalize(&cell.text))) {
            cells.push(cell.clone());
        }
    }

    /// Returns the titles of the reports.
    pub fn titles(&self) -> Vec<&Cell> {
        self.cells.get(Member::InspectionTitle.as_str()).map_or_else(Vec::new, |(_, cells)| cells.iter().collect())
    }

    /// Puts the cells into the inspection. A value that stands elsewhere in the file stays, and a different one is asked
    /// about.
    pub fn write(&self, proposal: &mut Proposal, format: DayFormat) {
        for (name, (member, cells)) in &self.cells {
            let Some(first) = cells.first() else { continue };
            let pointer = format!("/{}", name.replace('.', "/"));
            if let [first, others @ ..] = cells.as_slice()
                && !others.is_empty()
            {
                let mut question = contradiction(&pointer, "The rows of the table state different values.", first);
                question.options = if *member == Member::InspectionPublishedOn {
                    cells.iter().filter_map(|cell| day_of(cell, format)).map(|day| json!(day)).collect()
                } else {
                    cells.iter().map(|cell| json!(cell.text)).collect()
                };
                proposal.questions.push(question);
                continue;
            }
            let asked = write_one(&mut proposal.inspection, *member, first, format);
            proposal.questions.extend(asked.map(|(code, detail)| Question {
                code,
                pointer: pointer.clone(),
                detail,
                options: options_of(*member),
                proposed: None,
                from: Some(first.source()),
            }));
        }
    }
}

fn options_of(member: Member) -> Vec<serde_json::Value> {
    let names = match member {
        Member::InspectionKind => InspectionKind::NAMES,
        Member::InspectionScope => InspectionScope::NAMES,
        _ => &[],
    };
    names.iter().map(|name| json!(name)).collect()
}

fn contradiction(pointer: &str, why: &str, cell: &Cell) -> Question {
    let detail = format!("{why} Which one is right?");
    let from = Some(cell.source());
    let (options, proposed) = (Vec::new(), None);
    Question { code: QuestionCode::Contradiction, pointer: pointer.to_owned(), detail, options, proposed, from }
}

fn day_of(cell: &Cell, format: DayFormat) -> Option<chrono::NaiveDate> {
    match cell_day::read(&cell.text, format, false) {
        CellDay::Printed(day) | CellDay::Inferred { day, .. } => Some(day),
        _ => None,
    }
}

/// Sets one member of the inspection from a cell. Returns a question if the cell cannot be read, or contradicts an
/// earlier cell.
fn write_one(
    inspection: &mut ProposedInspection,
    member: Member,
    cell: &Cell,
    format: DayFormat,
) -> Option<(QuestionCode, String)> {
    let text = &cell.text;
    let name = || text.to_lowercase().replace([' ', '-'], "_");
    let unknown = |what: &str| {
        let detail = format!("The cell {} has the {what} “{}”, which the service does not know.", cell.at(), cut(text));
        (QuestionCode::Missing, detail)
    };
    match member {
        Member::InspectionReference => set(&mut inspection.reference, text.trim_start_matches('#').to_owned(), cell),
        Member::InspectionSource => set(&mut inspection.source, text.clone(), cell),
        Member::InspectionTitle => set(&mut inspection.title, text.clone(), cell),
        Member::InspectionLegalBasis => set(&mut inspection.legal_basis, text.clone(), cell),
        Member::InspectionLeadInspectorate => set(&mut inspection.lead_inspectorate, text.clone(), cell),
        Member::InspectionReportUrl => set(&mut inspection.report_url, text.clone(), cell),
        Member::InspectionKeyFindings => set(&mut inspection.key_findings, text.clone(), cell),
        Member::InspectionKind => match InspectionKind::find(&name()) {
            Some(kind) => set(&mut inspection.kind, kind, cell),
            None => Some(unknown("kind of inspection")),
        },
        Member::InspectionScope => match InspectionScope::find(&name()) {
            Some(scope) => set(&mut inspection.scope, scope, cell),
            None => Some(unknown("scope")),
        },
        Member::InspectionPublishedOn => match cell_day::read(text, format, false) {
            CellDay::Printed(day) | CellDay::Inferred { day, .. } => set(&mut inspection.published_on, day, cell),
            _ => {
                inspection.published_on.from.get_or_insert_with(|| Source::new(&cell.place, text));
                let detail =
                    format!("The cell {} has the day of publication “{}”. Which day is it?", cell.at(), cut(text));
                Some((QuestionCode::UnclearDate, detail))
            }
        },
        Member::InspectionSubjects if text.eq_ignore_ascii_case("all") => {
            set(&mut inspection.subjects, Subjects::All, cell)
        }
        Member::InspectionSubjects => {
            let codes = text.split([',', ';']).map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned);
            set(&mut inspection.subjects, Subjects::Codes(codes.collect()), cell)
        }
        _ => None,
    }
}

/// Sets a fact that is missing or inferred. Returns a question if the file states another value elsewhere.
fn set<T: PartialEq + std::fmt::Debug>(fact: &mut Fact<T>, value: T, cell: &Cell) -> Option<(QuestionCode, String)> {
    use crate::imports::proposal::Confidence::{Inferred, Missing};
    let is_same = match (&fact.value, &fact.from) {
        (Some(own), _) if *own == value => true,
        (_, Some(source)) => normalize(&source.text) == normalize(&cell.text),
        _ => false,
    };
    if is_same && fact.value.is_some() {
        return None;
    }
    if matches!(fact.confidence, Missing | Inferred) {
        *fact = Fact::printed(value, &cell.place, &cell.text);
        return None;
    }
    let other = fact.from.as_ref().map_or_else(String::new, |source| cut(&source.text));
    let detail = format!(
        "The text states “{other}”, and the cell {} states “{}”. Which one is right?",
        cell.at(),
        cut(&cell.text)
    );
    Some((QuestionCode::Contradiction, detail))
}
