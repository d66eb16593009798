//! Reads the office's template: divides the text at its headings, then reads each part.
//! The letterhead and the legal citation before the first heading are passed over, never parsed.

use chrono::NaiveDate;

use super::date::{self, NotADate};
use super::fault::{Fault, Faults, LineFault, excerpt};
use super::heading::Heading;
use super::inference::scope;
use super::recommendation::{self, PrintedRecommendation};
use super::reference::{Opening, opening, single_spaced, trimmed};
use crate::inspections::InspectionScope as Scope;

/// The longest document that is read, in bytes: 2 MiB.
pub const LONGEST: usize = 2 * 1024 * 1024;

/// What an office's published response says, as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeDocument {
    /// The inspection's reference without the “#”, opaque.
    pub reference: String,
    /// The inspection's title on one line, without its reference.
    pub title: String,
    /// The day the report was published.
    pub published_on: NaiveDate,
    /// The type of inspection as printed.
    pub inspection_type: String,
    /// Whom the inspection was of, inferred from its type.
    pub scope: Scope,
    /// The key findings, lines kept; may be empty.
    pub key_findings: String,
    /// The recommendations in their printed order; may be none.
    pub recommendations: Vec<PrintedRecommendation>,
    /// The whole response to the end, verbatim but for line endings and outer white space.
    pub response: String,
}

/// A line with its number, counted from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) number: usize,
    pub(super) text: &'t str,
}

struct Section<'t> {
    heading: Heading,
    line: usize,
    lines: Vec<Line<'t>>,
}

/// Reads a whole document, or tells everything that is wrong with it, by line; line 0 is the document as a whole
/// (no text, too long, a heading that is nowhere).
pub fn read(text: &str) -> Result<OfficeDocument, Vec<LineFault>> {
    if text.len() > LONGEST {
        let fault = Fault::TooLong { bytes: text.len(), most: LONGEST };
        return Err(vec![fault.at(0)]);
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    if trimmed(&text).is_empty() {
        return Err(vec![Fault::NoText.at(0)]);
    }
    let mut faults = Faults::default();
    let sections = divide(&text, &mut faults);
    let part = |heading| sections.iter().find(|section| section.heading == heading);

    let title = part(Heading::Title).and_then(|s| title(s, &mut faults));
    let published_on = part(Heading::Published).and_then(|s| published_on(s, &mut faults));
    let inspected = part(Heading::InspectionType).and_then(|s| inspected(s, &mut faults));
    let key_findings = part(Heading::KeyFindings).map(verbatim);
    let recommendations = part(Heading::Recommendations).map(|s| recommendation::read(&s.lines, &mut faults));
    let response = part(Heading::Response).map(|s| {
        let text = verbatim(s);
        if text.is_empty() {
            faults.note(s.line, Fault::EmptyResponse);
        }
        text
    });

    match (title, published_on, inspected, key_findings, recommendations, response) {
        (
            Some((reference, title)),
            Some(published_on),
            Some((inspection_type, scope)),
            Some(key_findings),
            Some(recommendations),
            Some(response),
        ) if faults.is_empty() => Ok(OfficeDocument {
            reference,
            title,
            published_on,
            inspection_type,
            scope,
            key_findings,
            recommendations,
            response,
        }),
        _ => Err(faults.by_line()),
    }
}

fn divide<'t>(text: &'t str, faults: &mut Faults) -> Vec<Section<'t>> {
    let mut sections: Vec<Section<'t>> = Vec::new();
    // What stands under a second heading of the same name belongs to no section.
    let mut stray = false;
    for (number, text) in (1..).zip(text.lines()) {
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\t') {
            faults.note(number, Fault::ControlCharacter(c.into()));
        }
        let Some((heading, value)) = Heading::of(text) else {
            if let (false, Some(section)) = (stray, sections.last_mut()) {
                section.lines.push(Line { number, text });
            }
            continue;
        };
        let standing = |wanted| sections.iter().find(|section| section.heading == wanted).map(|section| section.line);
        stray = standing(heading).is_some();
        if let Some(first) = standing(heading) {
            faults.note(number, Fault::DuplicateHeading { heading: heading.printed(), first });
            continue;
        }
        if standing(Heading::Response).is_some() {
            faults.note(number, Fault::HeadingAfterResponse(heading.printed()));
        }
        sections.push(Section { heading, line: number, lines: vec![Line { number, text: value }] });
    }
    for heading in Heading::ALL {
        if !sections.iter().any(|section| section.heading == heading) {
            faults.note(0, Fault::MissingHeading(heading.printed()));
        }
    }
    sections
}

fn title(section: &Section<'_>, faults: &mut Faults) -> Option<(String, String)> {
    let (line, printed) = paragraph(section, faults, Fault::EmptyTitle)?;
    let fault = match opening(&printed) {
        Opening::Reference { reference, text: title, .. } if !title.is_empty() => {
            return Some((reference.to_owned(), title.to_owned()));
        }
        Opening::Reference { .. } => Fault::EmptyTitle,
        Opening::Unclear => Fault::UnclearReference,
        Opening::None => Fault::MissingReference,
    };
    faults.note(line, fault);
    None
}

fn published_on(section: &Section<'_>, faults: &mut Faults) -> Option<NaiveDate> {
    let (line, printed) = paragraph(section, faults, Fault::EmptyDate)?;
    match date::read(&printed) {
        Ok(date) => return Some(date),
        Err(NotADate::Unreadable) => faults.note(line, Fault::UnreadableDate(excerpt(&printed))),
        Err(NotADate::Impossible) => faults.note(line, Fault::ImpossibleDate(excerpt(&printed))),
    }
    None
}

fn inspected(section: &Section<'_>, faults: &mut Faults) -> Option<(String, Scope)> {
    let (line, printed) = paragraph(section, faults, Fault::EmptyInspectionType)?;
    match scope(&printed) {
        Some(scope) => Some((printed, scope)),
        None => {
            faults.note(line, Fault::UnknownInspectionType(excerpt(&printed)));
            None
        }
    }
}

/// The one paragraph of a section, on one line, and the line it begins on.
fn paragraph(section: &Section<'_>, faults: &mut Faults, empty: Fault) -> Option<(usize, String)> {
    let blank = |line: &Line<'_>| trimmed(line.text).is_empty();
    let lines = &section.lines;
    let Some(from) = lines.iter().position(|line| !blank(line)) else {
        faults.note(section.line, empty);
        return None;
    };
    let to = lines[from..].iter().position(blank).map_or(lines.len(), |length| from + length);
    if let Some(stray) = lines[to..].iter().find(|line| !blank(line)) {
        faults.note(stray.number, Fault::UnexpectedText(section.heading.printed()));
    }
    let texts: Vec<&str> = lines[from..to].iter().map(|line| line.text).collect();
    Some((lines[from].number, single_spaced(&texts.join(" "))))
}

fn verbatim(section: &Section<'_>) -> String {
    let texts: Vec<&str> = section.lines.iter().map(|line| line.text).collect();
    trimmed(&texts.join("\n")).to_owned()
}
