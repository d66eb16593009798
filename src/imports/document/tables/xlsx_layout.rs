//! What the parts of an XLSX file state beside the values of its cells: hidden rows, columns and worksheets, merged
//! cells, and errors. The crate for the values does not tell them.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::super::DocumentFault;
use super::super::package::Package;
use super::address::{parse_address, parse_area};
use super::sheet::SheetLayout;
use super::{MAX_COLUMNS, MAX_ROWS};

/// The most cells with errors that are kept.
const MAX_ERRORS: usize = 10_000;
/// The most hidden rows that are kept. Rows below are beyond the limit of a table anyway.
const MAX_HIDDEN: u32 = MAX_ROWS * 5;

/// A worksheet, as the workbook lists it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ListedSheet {
    /// The name of the worksheet.
    pub(super) name: String,
    /// The name of its part in the archive.
    part: Option<String>,
    /// Whether the worksheet is hidden.
    is_hidden: bool,
}

/// Lists the worksheets of a workbook in their order.
pub(super) fn list_sheets(package: &mut Package<'_>) -> Result<Vec<ListedSheet>, DocumentFault> {
    let workbook_part = target_of(package, "", "_rels/.rels", |kind, _| kind.ends_with("/officeDocument"))?;
    let workbook_part = workbook_part.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let (folder, file) = workbook_part.rsplit_once('/').unwrap_or(("", &workbook_part));
    let relations =
        if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
    let workbook = package.read_required_xml(&workbook_part)?;
    let mut listed = Vec::new();
    let relations = package.read_xml(&relations)?;
    for sheet in workbook.child("?:sheets").into_iter().flat_map(|sheets| sheets.all("?:sheet")) {
        let id = sheet.attribute("r:id");
        let relation = relations.iter().flat_map(|list| list.elements()).find(|it| it.attribute("Id") == id);
        let part = relation.and_then(|relation| relation.attribute("Target")).map(|target| resolve(folder, target));
        listed.push(ListedSheet {
            name: sheet.attribute("name").unwrap_or_default().to_owned(),
            part,
            is_hidden: sheet.attribute("state").is_some_and(|state| state != "visible"),
        });
    }
    Ok(listed)
}

/// Returns the target of the first relation that matches its type and id.
fn target_of(
    package: &mut Package<'_>,
    folder: &str,
    part: &str,
    matches: impl Fn(&str, &str) -> bool,
) -> Result<Option<String>, DocumentFault> {
    let Some(relations) = package.read_xml(part)? else { return Ok(None) };
    let found = relations.elements().find(|relation| {
        matches(relation.attribute("Type").unwrap_or_default(), relation.attribute("Id").unwrap_or_default())
    });
    Ok(found.and_then(|relation| relation.attribute("Target")).map(|target| resolve(folder, target)))
}

/// Returns the name of a part from a target, which is relative to a folder unless it begins with a slash.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Reads the layout of a worksheet. A part that is missing has none.
pub(super) fn read_layout(package: &mut Package<'_>, sheet: &ListedSheet) -> Result<SheetLayout, DocumentFault> {
    let mut layout = SheetLayout::default();
    layout.is_hidden = sheet.is_hidden;
    let Some(bytes) = sheet.part.as_ref().map(|part| package.read(part)).transpose()?.flatten() else {
        return Ok(layout);
    };
    let mut reader = quick_xml::Reader::from_reader(bytes.as_slice());
    let mut position = Position::default();
    loop {
        match reader.read_event().map_err(|_| DocumentFault::malformed())? {
            Event::Start(element) => position.start(&element, &mut layout)?,
            Event::Empty(element) => {
                position.start(&element, &mut layout)?;
                position.end(element.local_name().as_ref(), &mut layout);
            }
            Event::End(element) => position.end(element.local_name().as_ref(), &mut layout),
            Event::Text(text) if position.in_error_value => {
                position.error.push_str(&text.decode().map_err(|_| DocumentFault::malformed())?);
            }
            Event::DocType(_) => return Err(DocumentFault::malformed()),
            Event::Eof => return Ok(layout),
            _ => {}
        }
    }
}

/// The position in the XML of a worksheet.
#[derive(Default)]
struct Position {
    row: u32,
    column: u32,
    is_error: bool,
    in_error_value: bool,
    error: String,
}

impl Position {
    fn start(&mut self, element: &BytesStart<'_>, layout: &mut SheetLayout) -> Result<(), DocumentFault> {
        match element.local_name().as_ref() {
            b"row" => {
                if let Some(number) = attribute(element, b"r").and_then(|number| number.parse::<u32>().ok()) {
                    self.row = number.saturating_sub(1);
                }
                self.column = 0;
                if is_true(element, b"hidden") && self.row < MAX_HIDDEN {
                    layout.hidden_rows.insert(self.row);
                }
            }
            b"c" => {
                if let Some((row, column)) = attribute(element, b"r").and_then(|address| parse_address(&address)) {
                    (self.row, self.column) = (row, column);
                }
                self.is_error = attribute(element, b"t").is_some_and(|kind| kind == "e");
                self.error.clear();
            }
            b"v" => self.in_error_value = self.is_error,
            b"col" if is_true(element, b"hidden") => {
                let number = |name| attribute(element, name).and_then(|number| number.parse::<u32>().ok());
                let (Some(first @ 1..), Some(last)) = (number(b"min"), number(b"max")) else { return Ok(()) };
                let end = u32::try_from(MAX_COLUMNS).unwrap_or(u32::MAX);
                layout.hidden_columns.extend(first - 1..last.min(end));
            }
            b"mergeCell" => {
                if let Some(area) = attribute(element, b"ref").and_then(|area| parse_area(&area)) {
                    layout.add_merged(area)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8], layout: &mut SheetLayout) {
        match name {
            b"row" => self.row = self.row.saturating_add(1),
            b"v" => self.in_error_value = false,
            b"c" => {
                if self.is_error && layout.errors.len() < MAX_ERRORS {
                    let error = self.error.trim().chars().take(60).collect();
                    layout.errors.insert((self.row, self.column), error);
                }
                self.is_error = false;
                self.column = self.column.saturating_add(1);
            }
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let attribute = element.attributes().with_checks(false).flatten().find(|it| it.key.as_ref() == name)?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn is_true(element: &BytesStart<'_>, name: &[u8]) -> bool {
    attribute(element, name).is_some_and(|value| value == "1" || value == "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_in_the_archive() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "../other/./a.xml"), "other/a.xml");
        assert_eq!(resolve("", "xl/workbook.xml"), "xl/workbook.xml");
    }
}
