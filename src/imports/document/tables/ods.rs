//! Reads OpenDocument spreadsheets. Their files contain the text that each cell shows.

use std::collections::HashSet;

use super::super::package::Package;
use super::super::xml::{Element, Node};
use super::super::{DocumentFault, TableCell};
use super::address::MergedArea;
use super::number_format::{Moment, render_date};
use super::sheet::{SheetCell, SheetLayout, SheetLimits, SheetWriter, WorkbookCount};
use super::workbook::{SheetHeader, WorkbookReceiver};
use super::{MAX_COLUMNS, decimal};

/// The names of the styles that hide a worksheet or strike a text.
#[derive(Default)]
struct Styles {
    hidden_tables: HashSet<String>,
    struck: HashSet<String>,
}

/// Reads the worksheets.
pub(super) fn read(
    bytes: &[u8],
    limits: SheetLimits,
    receiver: &mut dyn WorkbookReceiver,
) -> Result<WorkbookCount, DocumentFault> {
    let mut package = Package::open(bytes)?;
    let mut styles = Styles::default();
    if let Some(common) = package.read_xml("styles.xml")? {
        styles.collect(&common);
    }
    let content = package.read_required_xml("content.xml")?;
    styles.collect(&content);
    let sheets = content.path(&["office:body", "office:spreadsheet"]).ok_or_else(DocumentFault::malformed)?;
    let mut count = WorkbookCount::default();
    for table in sheets.all("table:table") {
        let name = table.attribute("table:name").unwrap_or_default();
        let mut sheet = Sheet { styles: &styles, limits, layout: SheetLayout::default(), cells: Vec::new(), row: 0 };
        sheet.layout.is_hidden =
            table.attribute("table:style-name").is_some_and(|it| styles.hidden_tables.contains(it));
        let mut column = 0;
        sheet.read_columns(table, &mut column);
        sheet.read_rows(table)?;
        receiver.begin_sheet(SheetHeader::new(name, &sheet.layout));
        let mut receive = |row| receiver.receive(row);
        let mut writer = SheetWriter::new(name, &sheet.layout, limits, &mut count, &mut receive);
        sheet.cells.into_iter().try_for_each(|cell| writer.add(cell))?;
        writer.finish()?;
    }
    Ok(count)
}

impl Styles {
    fn collect(&mut self, part: &Element) {
        let lists = ["office:styles", "office:automatic-styles"].into_iter().filter_map(|name| part.child(name));
        for style in lists.flat_map(|list| list.all("style:style")) {
            let Some(name) = style.attribute("style:name") else { continue };
            let property =
                |element: &str, attribute: &str| style.child(element)?.attribute(attribute).map(str::to_owned);
            if property("style:table-properties", "table:display").is_some_and(|display| display == "false") {
                self.hidden_tables.insert(name.to_owned());
            }
            let line = property("style:text-properties", "style:text-line-through-style");
            let kind = property("style:text-properties", "style:text-line-through-type");
            if line.or(kind).is_some_and(|line| line != "none") {
                self.struck.insert(name.to_owned());
            }
        }
    }
}

/// The worksheet that is read.
struct Sheet<'a> {
    styles: &'a Styles,
    limits: SheetLimits,
    layout: SheetLayout,
    cells: Vec<SheetCell>,
    row: u32,
}

fn is_hidden(element: &Element) -> bool {
    element.attribute("table:visibility").is_some_and(|visibility| visibility != "visible")
}

fn number(element: &Element, attribute: &str) -> u32 {
    element.attribute(attribute).and_then(|number| number.parse().ok()).unwrap_or(1).max(1)
}

impl Sheet<'_> {
    fn read_columns(&mut self, parent: &Element, column: &mut u32) {
        for element in parent.elements() {
            match element.name() {
                "table:table-column" => {
                    let end = column.saturating_add(number(element, "table:number-columns-repeated"));
                    if is_hidden(element) {
                        let most = u32::try_from(MAX_COLUMNS).unwrap_or(u32::MAX);
                        self.layout.hidden_columns.extend(*column..end.min(most));
                    }
                    *column = end;
                }
                "table:table-columns" | "table:table-column-group" | "table:table-header-columns" => {
                    self.read_columns(element, column);
                }
                _ => {}
            }
        }
    }

    fn read_rows(&mut self, parent: &Element) -> Result<(), DocumentFault> {
        for element in parent.elements() {
            match element.name() {
                "table:table-row" => self.read_row(element)?,
                "table:table-rows" | "table:table-row-group" | "table:table-header-rows" => self.read_rows(element)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn read_row(&mut self, row: &Element) -> Result<(), DocumentFault> {
        let repeated = number(row, "table:number-rows-repeated");
        let end = self.row.saturating_add(repeated);
        if is_hidden(row) {
            self.layout.hidden_rows.extend(self.row..end.min(self.limits.rows));
        }
        let before = self.cells.len();
        let mut column = 0;
        for element in row.elements() {
            if !matches!(element.name(), "table:table-cell" | "table:covered-table-cell") {
                continue;
            }
            let repeated = number(element, "table:number-columns-repeated");
            if element.name() == "table:table-cell" {
                self.read_cell(element, column, repeated)?;
            }
            column = column.saturating_add(repeated);
        }
        let cells = self.cells[before..].to_vec();
        if !cells.is_empty() {
            // One row beyond the limit is kept, so that the limit is seen.
            let last = end.min(self.limits.rows.saturating_add(1)).max(self.row + 1);
            for row in self.row + 1..last {
                self.cells.extend(cells.iter().map(|cell| SheetCell { row, ..cell.clone() }));
            }
        }
        self.row = end;
        Ok(())
    }

    fn read_cell(&mut self, element: &Element, column: u32, repeated: u32) -> Result<(), DocumentFault> {
        let cell = self.shown_cell(element);
        if super::is_blank(&cell) {
            return Ok(());
        }
        let (rows, columns) =
            (number(element, "table:number-rows-spanned"), number(element, "table:number-columns-spanned"));
        if rows > 1 || columns > 1 {
            let last = (self.row.saturating_add(rows - 1), column.saturating_add(columns - 1));
            self.layout.add_merged(MergedArea { first: (self.row, column), last })?;
        }
        // One column beyond the limit is kept, so that the limit is seen.
        let most = u32::try_from(MAX_COLUMNS).unwrap_or(u32::MAX).max(column) + 1;
        for column in column..column.saturating_add(repeated).min(most) {
            self.cells.push(SheetCell { row: self.row, column, cell: cell.clone(), is_uncertain: false });
        }
        Ok(())
    }

    fn shown_cell(&self, element: &Element) -> TableCell {
        let paragraphs: Vec<String> = element.all("text:p").map(shown_text).collect();
        let shown = paragraphs.join("\n");
        let is_struck = |element: &Element, name: &str| {
            element.attribute(name).is_some_and(|style| self.styles.struck.contains(style))
        };
        let text = match element.attribute("office:value-type") {
            Some("date") => {
                element.attribute("office:date-value").map_or_else(|| shown.clone(), |value| shown_date(value, &shown))
            }
            Some("float" | "currency" | "percentage") if shown.trim().is_empty() => {
                let value = element.attribute("office:value").and_then(|value| value.parse().ok());
                value.map(decimal::plain_number).unwrap_or_default()
            }
            _ => shown,
        };
        let kind = element.attribute("?:value-type").or_else(|| element.attribute("calcext:value-type"));
        let error = kind == Some("error");
        TableCell { struck: is_struck(element, "table:style-name"), error, text, ..TableCell::default() }
    }
}

/// Returns the day of a value such as `2024-03-05T14:30:00`. If the cell does not show the day, as in `Mar 24`, returns
/// the month and the year.
fn shown_date(value: &str, shown: &str) -> String {
    let date = value.split('T').next().unwrap_or_default();
    let parts: Vec<u16> = date.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts[..] else { return shown.to_owned() };
    let numbers = shown.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u16>().ok());
    let (mut shows_day, mut count) = (false, 0);
    for number in numbers {
        shows_day |= number == day;
        count += 1;
    }
    // In `Mar 24`, 24 can be the year and the day.
    if shown.trim().is_empty() || shows_day && (count > 1 || u32::from(day) != u32::from(year) % 100) {
        return date.to_owned();
    }
    let small = |number: u16| u8::try_from(number).unwrap_or_default();
    let moment = Moment { year, month: small(month), day: small(day), hour: 0, minute: 0, second: 0 };
    if count == 1 { render_date(moment, "mmmm yyyy") } else { shown.to_owned() }
}

/// Returns the text of a paragraph, without comments.
fn shown_text(element: &Element) -> String {
    let mut text = String::new();
    append_text(element, &mut text);
    text
}

fn append_text(element: &Element, to: &mut String) {
    for node in &element.children {
        match node {
            Node::Text(text) => to.push_str(text),
            Node::Element(child) => match child.name() {
                "text:s" => {
                    let count = child.attribute("text:c").and_then(|count| count.parse().ok()).unwrap_or(1);
                    to.extend(std::iter::repeat_n(' ', usize::min(count, 100)));
                }
                "text:tab" => to.push('\t'),
                "text:line-break" => to.push('\n'),
                "office:annotation" | "text:note" | "text:ruby-text" => {}
                _ => append_text(child, to),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_only_if_the_cell_shows_the_day() {
        for (value, shown, text) in [
            ("2024-03-05", "05/03/24", "2024-03-05"),
            ("2024-03-05T14:30:00", "5 March 2024", "2024-03-05"),
            ("2024-03-01", "Mar 24", "March 2024"),
            ("2024-03-24", "Mar 24", "March 2024"),
            ("2024-03-24", "24 Mar 24", "2024-03-24"),
            ("2024-03-05", "", "2024-03-05"),
            ("damaged", "Mar 24", "Mar 24"),
        ] {
            assert_eq!(shown_date(value, shown), text, "{shown}");
        }
    }
}
