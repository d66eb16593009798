//! What was corrected in a report, and renamed in an area, after an edition of a response was published. The document of
//! the edition keeps its words and names the corrections.

use chrono::NaiveDate;

use crate::areas::AreaTitles;
use crate::calendar::london_date;
use crate::inspections::Inspection;
use crate::recommendations::{Erratum, Recommendation};
use crate::responses::PrintedReport;

/// One correction that was made after the publication of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaterCorrection {
    /// The day in London of the correction.
    pub on: NaiveDate,
    /// What was corrected, such as `the title of the inspection`.
    pub what: String,
    /// The reason for the correction.
    pub reason: String,
}

/// Returns the corrections of the inspection and its recommendations since the printed ones, in the order in which they
/// were made.
pub fn later_corrections(
    printed: &PrintedReport,
    inspection: &Inspection,
    recommendations: &[Recommendation],
) -> Vec<LaterCorrection> {
    let mut found = corrections_of_inspection(printed, inspection);
    for it in recommendations {
        let before = printed.recommendations.iter().find(|before| before.id == it.id).map_or(0, |before| before.errata);
        for (index, erratum) in it.errata.iter().enumerate().skip(before) {
            let text_after = it.errata.get(index + 1).map_or(&it.text, |next| &next.text);
            let what = format!("{} of recommendation {} (#{})", members(erratum, text_after), it.number, it.reference);
            found.push((erratum.at, what, &erratum.reason));
        }
    }
    found.sort_by_key(|(at, ..)| *at);
    let later = found.into_iter();
    later.map(|(at, what, reason)| LaterCorrection { on: london_date(at), what, reason: reason.clone() }).collect()
}

/// A correction with its time, what was corrected, and its reason.
type Dated<'a> = (chrono::DateTime<chrono::Utc>, String, &'a String);

/// Returns the corrections of the members of an inspection that a document prints.
fn corrections_of_inspection<'a>(printed: &PrintedReport, inspection: &'a Inspection) -> Vec<Dated<'a>> {
    let corrections = inspection.corrections.iter().enumerate().skip(printed.corrections);
    let found = corrections.filter_map(|(index, correction)| {
        let next = inspection.corrections.get(index + 1);
        let title = next.map_or(&inspection.title, |next| &next.title);
        let published_on = next.map_or(inspection.published_on, |next| next.published_on);
        let names = [
            (*title != correction.title, "the title"),
            (published_on != correction.published_on, "the day of publication"),
            (correction.key_findings.is_some(), "the key findings"),
        ];
        let what = join(&names);
        (!what.is_empty()).then(|| (correction.at, format!("{what} of the inspection"), &correction.reason))
    });
    found.collect()
}

/// Names the members that an erratum corrected.
fn members(erratum: &Erratum, text_after: &str) -> String {
    join(&[
        (erratum.text != *text_after, "the text"),
        (erratum.kind.is_some(), "the kind"),
        (erratum.target.is_some(), "the target"),
        (erratum.addressees.is_some(), "the addressees"),
        (erratum.cause_of_concern_id.is_some(), "the cause of concern"),
    ])
}

/// Returns the names whose condition holds, such as `the text, the kind and the target`.
fn join(names: &[(bool, &str)]) -> String {
    let names: Vec<&str> = names.iter().filter(|(holds, _)| *holds).map(|(_, name)| *name).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Returns a sentence for each name and title of the area that has changed since it was printed.
pub fn later_names(printed: &PrintedReport, titles: &AreaTitles) -> Vec<String> {
    let names = [
        ("local policing body", &printed.policing_body, &titles.policing_body),
        ("holder of the office", &printed.office_holder, &titles.office_holder),
        ("force", &printed.force, &titles.force),
        ("chief officer", &printed.chief_officer, &titles.chief_officer),
    ];
    let changed = names.iter().filter(|(_, before, now)| before != now);
    changed.map(|(what, before, now)| format!("The {what} is now called {now}. It was called {before}.")).collect()
}
