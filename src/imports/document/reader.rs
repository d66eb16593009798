//! Parses the policing bodies' template: splits the text at its headings, and then parses each section. The letterhead
//! and the legal citation before the first heading are ignored.

use chrono::NaiveDate;

use super::date::{self, DateError};
use super::fault::{DocumentFault, DocumentFaults, LineFault, excerpt};
use super::heading::Heading;
use super::inference::infer_scope;
use super::recommendation::{self, PrintedRecommendation};
use super::reference::{LeadingReference, collapse_blanks, parse_leading_reference, trim_blanks};
use crate::inspections::InspectionScope as Scope;

/// The most bytes of a document: 2 MiB.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// A policing body's published response, as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicingBodyDocument {
    /// The inspection's reference, without the “#”.
    pub reference: String,
    /// The inspection's title on one line, without its reference.
    pub title: String,
    /// The day on which the report was published.
    pub published_on: NaiveDate,
    /// The type of inspection as printed.
    pub inspection_type: String,
    /// The scope of the inspection, inferred from its type.
    pub scope: Scope,
    /// The key findings, with their line breaks. They can be empty.
    pub key_findings: String,
    /// The recommendations in their printed order. There can be none.
    pub recommendations: Vec<PrintedRecommendation>,
    /// The whole response up to the end. Only line endings and outer white space differ from the document.
    pub response: String,
}

/// A line with its number, counted from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumberedLine<'t> {
    pub(super) number: usize,
    pub(super) text: &'t str,
}

struct Section<'t> {
    heading: Heading,
    line: usize,
    lines: Vec<NumberedLine<'t>>,
}

/// Parses a whole document, or returns all of its faults in the order of the lines. Line 0 is the document as a whole:
/// it has no text, is too long or lacks a heading.
pub fn parse(text: &str) -> Result<PolicingBodyDocument, Vec<LineFault>> {
    if text.len() > MAX_BYTES {
        let fault = DocumentFault::TooLong { bytes: text.len(), most: MAX_BYTES };
        return Err(vec![fault.at(0)]);
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    if trim_blanks(&text).is_empty() {
        return Err(vec![DocumentFault::NoText.at(0)]);
    }
    let mut faults = DocumentFaults::default();
    let sections = split_sections(&text, &mut faults);
    let section = |heading| sections.iter().find(|section| section.heading == heading);

    let title = section(Heading::Title).and_then(|s| parse_title(s, &mut faults));
    let published_on = section(Heading::Published).and_then(|s| parse_published_on(s, &mut faults));
    let inspection_type = section(Heading::InspectionType).and_then(|s| parse_inspection_type(s, &mut faults));
    let key_findings = section(Heading::KeyFindings).map(section_text);
    let recommendations =
        section(Heading::Recommendations).map(|s| recommendation::parse_section(&s.lines, &mut faults));
    let response = section(Heading::Response).map(|s| {
        let text = section_text(s);
        if text.is_empty() {
            faults.add(s.line, DocumentFault::EmptyResponse);
        }
        text
    });

    match (title, published_on, inspection_type, key_findings, recommendations, response) {
        (
            Some((reference, title)),
            Some(published_on),
            Some((inspection_type, scope)),
            Some(key_findings),
            Some(recommendations),
            Some(response),
        ) if faults.is_empty() => Ok(PolicingBodyDocument {
            reference,
            title,
            published_on,
            inspection_type,
            scope,
            key_findings,
            recommendations,
            response,
        }),
        _ => Err(faults.into_line_faults()),
    }
}

fn split_sections<'t>(text: &'t str, faults: &mut DocumentFaults) -> Vec<Section<'t>> {
    let mut sections: Vec<Section<'t>> = Vec::new();
    // Text under a second heading of the same name belongs to no section.
    let mut after_duplicate = false;
    for (number, text) in (1..).zip(text.lines()) {
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\t') {
            faults.add(number, DocumentFault::ControlCharacter(c.into()));
        }
        let Some((heading, value)) = Heading::from_line(text) else {
            if let (false, Some(section)) = (after_duplicate, sections.last_mut()) {
                section.lines.push(NumberedLine { number, text });
            }
            continue;
        };
        let line_of = |heading| sections.iter().find(|section| section.heading == heading).map(|section| section.line);
        after_duplicate = line_of(heading).is_some();
        if let Some(first) = line_of(heading) {
            faults.add(number, DocumentFault::DuplicateHeading { heading: heading.printed(), first });
            continue;
        }
        if line_of(Heading::Response).is_some() {
            faults.add(number, DocumentFault::HeadingAfterResponse(heading.printed()));
        }
        sections.push(Section { heading, line: number, lines: vec![NumberedLine { number, text: value }] });
    }
    for heading in Heading::ALL {
        if !sections.iter().any(|section| section.heading == heading) {
            faults.add(0, DocumentFault::MissingHeading(heading.printed()));
        }
    }
    sections
}

fn parse_title(section: &Section<'_>, faults: &mut DocumentFaults) -> Option<(String, String)> {
    let (line, printed) = single_paragraph(section, faults, DocumentFault::EmptyTitle)?;
    let fault = match parse_leading_reference(&printed) {
        LeadingReference::Reference { reference, text: title, .. } if !title.is_empty() => {
            return Some((reference.to_owned(), title.to_owned()));
        }
        LeadingReference::Reference { .. } => DocumentFault::EmptyTitle,
        LeadingReference::Unclear => DocumentFault::UnclearReference,
        LeadingReference::None => DocumentFault::MissingReference,
    };
    faults.add(line, fault);
    None
}

fn parse_published_on(section: &Section<'_>, faults: &mut DocumentFaults) -> Option<NaiveDate> {
    let (line, printed) = single_paragraph(section, faults, DocumentFault::EmptyDate)?;
    match date::parse(&printed) {
        Ok(date) => return Some(date),
        Err(DateError::Unreadable) => faults.add(line, DocumentFault::UnreadableDate(excerpt(&printed))),
        Err(DateError::Impossible) => faults.add(line, DocumentFault::ImpossibleDate(excerpt(&printed))),
    }
    None
}

fn parse_inspection_type(section: &Section<'_>, faults: &mut DocumentFaults) -> Option<(String, Scope)> {
    let (line, printed) = single_paragraph(section, faults, DocumentFault::EmptyInspectionType)?;
    match infer_scope(&printed) {
        Some(scope) => Some((printed, scope)),
        None => {
            faults.add(line, DocumentFault::UnknownInspectionType(excerpt(&printed)));
            None
        }
    }
}

/// Returns the only paragraph of a section, on one line, and the number of its first line.
fn single_paragraph(
    section: &Section<'_>,
    faults: &mut DocumentFaults,
    empty: DocumentFault,
) -> Option<(usize, String)> {
    let blank = |line: &NumberedLine<'_>| trim_blanks(line.text).is_empty();
    let lines = &section.lines;
    let Some(start) = lines.iter().position(|line| !blank(line)) else {
        faults.add(section.line, empty);
        return None;
    };
    let end = lines[start..].iter().position(blank).map_or(lines.len(), |length| start + length);
    if let Some(stray) = lines[end..].iter().find(|line| !blank(line)) {
        faults.add(stray.number, DocumentFault::UnexpectedText(section.heading.printed()));
    }
    let texts: Vec<&str> = lines[start..end].iter().map(|line| line.text).collect();
    Some((lines[start].number, collapse_blanks(&texts.join(" "))))
}

/// Returns the text of a section, without outer white space.
fn section_text(section: &Section<'_>) -> String {
    let texts: Vec<&str> = section.lines.iter().map(|line| line.text).collect();
    trim_blanks(&texts.join("\n")).to_owned()
}
