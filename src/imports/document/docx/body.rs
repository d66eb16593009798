//! The paragraphs and tables of a Word document.

use super::super::grid::{Grid, Piece, cell_text};
use super::super::numbers::list_prefix;
use super::super::omission::Omission;
use super::super::xml::Element;
use super::super::{DocumentFault, LineStyle, TableRow};
use super::Reader;
use super::inline::{Inline, alternative, text_of};
use super::styles::{Properties, is_on};

impl<'a> Reader<'a> {
    /// Reads the paragraphs and tables in the body, a cell, a note or a text box.
    ///
    /// # Errors
    ///
    /// Returns `too_long` if a table passes a limit.
    pub(super) fn read_blocks(&mut self, parent: &'a Element) -> Result<Vec<Piece>, DocumentFault> {
        let mut pieces = Vec::new();
        self.append_blocks(parent, &mut pieces)?;
        if !self.joined.is_empty() {
            pieces.push(Piece::Paragraph(std::mem::take(&mut self.joined), LineStyle::Text));
        }
        Ok(pieces)
    }

    fn append_blocks(&mut self, parent: &'a Element, pieces: &mut Vec<Piece>) -> Result<(), DocumentFault> {
        for element in parent.elements() {
            match element.name() {
                "w:p" => self.read_paragraph(element, pieces)?,
                "w:tbl" => {
                    let rows = self.read_table(element)?;
                    if !rows.is_empty() {
                        pieces.push(Piece::Table(rows));
                    }
                }
                "w:sdt" => {
                    let gallery = element.path(&["w:sdtPr", "w:docPartObj", "w:docPartGallery"]);
                    let gallery = gallery.and_then(|gallery| gallery.attribute("w:val"));
                    let Some(content) = element.child("w:sdtContent") else { continue };
                    if gallery == Some("Table of Contents") {
                        self.builder.omit(Omission::TableOfContents, "");
                        continue;
                    }
                    let placeholder = element.path(&["w:sdtPr", "w:showingPlcHdr"]);
                    if placeholder.is_some_and(is_on) {
                        self.builder.omit(Omission::Placeholders, &text_of(content));
                        continue;
                    }
                    self.append_blocks(content, pieces)?;
                }
                "w:ins" | "w:moveTo" | "w:customXml" | "w:smartTag" => self.append_blocks(element, pieces)?,
                "w:del" | "w:moveFrom" => self.builder.omit(Omission::TrackedChanges, &text_of(element)),
                "mc:AlternateContent" => {
                    if let Some(chosen) = alternative(element) {
                        self.append_blocks(chosen, pieces)?;
                    }
                }
                "w:altChunk" => self.builder.omit(Omission::EmbeddedParts, ""),
                _ => {}
            }
        }
        Ok(())
    }

    fn read_paragraph(&mut self, element: &'a Element, pieces: &mut Vec<Piece>) -> Result<(), DocumentFault> {
        let own = element.child("w:pPr");
        let style_id = own.and_then(|own| own.child("w:pStyle")).and_then(|style| style.attribute("w:val"));
        let style_id = style_id.or(self.styles.default_paragraph()).map(str::to_owned);
        let of_style = style_id.as_deref().map(|id| self.styles.properties(id)).unwrap_or_default();
        let direct = Properties::new(own, None);
        let list_is_of_style = direct.list.is_none();
        let properties = direct.or(&of_style);
        let mut inline = Inline { text: std::mem::take(&mut self.joined), ..Inline::default() };
        self.read_inline(element, &properties, &mut inline);
        // The instruction of a field does not extend over paragraphs, so one without an end is damaged.
        self.fields.retain(|field| field.is_result);
        let mark = own.and_then(|own| own.child("w:rPr"));
        if mark.is_some_and(|mark| mark.child("w:del").is_some() || mark.child("w:moveFrom").is_some()) {
            self.builder.omit(Omission::TrackedChanges, "");
            self.joined = std::mem::take(&mut inline.text);
            return self.read_boxes(&inline, pieces);
        }
        let is_blank = inline.text.trim().is_empty();
        if properties.is_contents == Some(true) && !is_blank {
            self.builder.omit(Omission::TableOfContents, "");
            return Ok(());
        }
        if is_blank && inline.has_omissions {
            return self.read_boxes(&inline, pieces);
        }
        let list = properties.list.as_deref().filter(|list| *list != "0");
        let style_of_list = style_id.as_deref().filter(|_| list_is_of_style);
        let label = list.and_then(|list| self.numbering.label(list, properties.level, style_of_list));
        let label = label.filter(|label| !label.text.is_empty());
        let is_bold = inline.characters > 0 && inline.bold == inline.characters;
        let style = if properties.is_heading == Some(true) || is_bold {
            LineStyle::Heading
        } else if label.is_some() {
            LineStyle::ListItem
        } else {
            LineStyle::Text
        };
        let text = match label {
            Some(label) => {
                if label.is_approximate {
                    self.builder.omit(Omission::NumberFormats, &label.text);
                }
                let indentation = if style == LineStyle::Heading { 0 } else { label.indentation };
                format!("{}{}", list_prefix(indentation, &label.text), inline.text.trim_start_matches([' ', '\t']))
            }
            None => std::mem::take(&mut inline.text),
        };
        pieces.push(Piece::Paragraph(text, style));
        self.read_boxes(&inline, pieces)
    }

    /// Reads the text boxes of a paragraph, which follow it.
    fn read_boxes(&mut self, inline: &Inline<'a>, pieces: &mut Vec<Piece>) -> Result<(), DocumentFault> {
        inline.boxes.iter().try_for_each(|content| self.append_blocks(content, pieces))
    }

    fn read_table(&mut self, table: &'a Element) -> Result<Vec<TableRow>, DocumentFault> {
        let mut grid = Grid::default();
        let mut rows = Vec::new();
        collect_wrapped(table, "w:tr", false, &mut rows);
        for (row, _) in rows {
            let properties = row.child("w:trPr");
            let has = |name: &str| properties.and_then(|properties| properties.child(name)).is_some_and(is_on);
            if has("w:del") {
                self.builder.omit(Omission::TrackedChanges, &text_of(row));
                continue;
            }
            if has("w:ins") {
                self.builder.omit(Omission::TrackedChanges, "");
            }
            let before = properties.and_then(|properties| number(properties, "w:gridBefore")).unwrap_or(0);
            if before > 0 {
                grid.push_cell(String::new(), false, before, 1);
            }
            let mut cells = Vec::new();
            collect_wrapped(row, "w:tc", false, &mut cells);
            for (cell, is_prompt) in cells {
                if is_prompt {
                    self.builder.omit(Omission::Placeholders, &text_of(cell));
                    grid.push_cell(String::new(), false, columns_of(cell), 1);
                } else {
                    self.read_cell(cell, &mut grid)?;
                }
            }
            grid.end_row(has("w:hidden"))?;
        }
        Ok(grid.into_rows())
    }

    fn read_cell(&mut self, cell: &'a Element, grid: &mut Grid) -> Result<(), DocumentFault> {
        let properties = cell.child("w:tcPr");
        let columns = columns_of(cell);
        // A cell that continues the merged cell above has no text of its own.
        let merge = properties.and_then(|properties| properties.child("w:vMerge"));
        if merge.is_some_and(|merge| merge.attribute("w:val").unwrap_or("continue") == "continue") {
            grid.continue_above(columns);
            return Ok(());
        }
        // A person decides on cells that are struck through as a whole.
        let before = std::mem::replace(&mut self.is_in_struck_cell, is_struck(cell));
        let pieces = self.read_blocks(cell);
        self.is_in_struck_cell = before;
        let (text, tables) = cell_text(&pieces?);
        for _ in 0..tables {
            self.builder.omit(Omission::NestedTables, "");
        }
        grid.push_cell(text, is_struck(cell), columns, 1);
        Ok(())
    }
}

/// Returns the number in a property such as `w:gridSpan`.
fn number(properties: &Element, name: &str) -> Option<usize> {
    properties.child(name)?.attribute("w:val")?.parse().ok()
}

/// Returns the number of columns that a cell covers.
fn columns_of(cell: &Element) -> usize {
    cell.child("w:tcPr").and_then(|properties| number(properties, "w:gridSpan")).unwrap_or(1)
}

/// Returns true if all text in a cell is struck through.
fn is_struck(cell: &Element) -> bool {
    let mut runs = Vec::new();
    cell.collect("w:r", &mut runs);
    let with_text = || runs.iter().filter(|run| run.all("w:t").any(|text| !text.text().trim().is_empty()));
    let struck = |run: &Element| {
        let is = |name: &str| run.path(&["w:rPr", name]).is_some_and(is_on);
        is("w:strike") || is("w:dstrike")
    };
    with_text().next().is_some() && with_text().all(|run| struck(run))
}

/// Appends the rows of a table, or the cells of a row, also those inside content controls. The second value is true if
/// the control shows only its prompt.
fn collect_wrapped<'a>(parent: &'a Element, name: &str, is_prompt: bool, found: &mut Vec<(&'a Element, bool)>) {
    for element in parent.elements() {
        match element.name() {
            of if of == name => found.push((element, is_prompt)),
            "w:sdt" => {
                let is_prompt = element.path(&["w:sdtPr", "w:showingPlcHdr"]).is_some_and(is_on);
                if let Some(content) = element.child("w:sdtContent") {
                    collect_wrapped(content, name, is_prompt, found);
                }
            }
            "w:ins" | "w:moveTo" | "w:customXml" => collect_wrapped(element, name, is_prompt, found),
            _ => {}
        }
    }
}
