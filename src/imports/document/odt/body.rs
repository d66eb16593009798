//! The paragraphs, lists and tables of an OpenDocument text.

use super::super::grid::{Grid, Piece, cell_text};
use super::super::numbers::list_prefix;
use super::super::omission::Omission;
use super::super::xml::{Element, Node};
use super::super::{DocumentFault, LineStyle, TableRow};
use super::Reader;
use super::inline::{Inline, text_of};
use super::lists::{OpenList, count, label};
use super::styles::Properties;

/// The most times that a row or cell is repeated.
const MAX_REPEATED: usize = 20_001;

/// The number or bullet of the next paragraph, and its indentation.
type Label = Option<(String, usize)>;

impl<'a> Reader<'a> {
    /// Reads the paragraphs, lists and tables in the text, a section, a cell, a note or a text box.
    ///
    /// # Errors
    ///
    /// Returns `too_long` if a table passes a limit.
    pub(super) fn read_blocks(&mut self, parent: &'a Element) -> Result<Vec<Piece>, DocumentFault> {
        let mut pieces = Vec::new();
        self.append_blocks(parent, &mut pieces)?;
        Ok(pieces)
    }

    fn append_blocks(&mut self, parent: &'a Element, pieces: &mut Vec<Piece>) -> Result<(), DocumentFault> {
        for element in parent.elements() {
            match element.name() {
                "text:p" | "text:h" => self.read_paragraph(element, &mut None, false, pieces)?,
                "text:list" => self.read_list(element, pieces)?,
                "text:numbered-paragraph" => self.append_blocks(element, pieces)?,
                "table:table" => {
                    let rows = self.read_table(element)?;
                    if !rows.is_empty() {
                        pieces.push(Piece::Table(rows));
                    }
                }
                "text:section" => {
                    if matches!(element.attribute("text:display"), Some("none" | "condition")) {
                        self.builder.omit(Omission::HiddenText, &text_of(element));
                    } else {
                        self.append_blocks(element, pieces)?;
                    }
                }
                "text:table-of-content" => self.builder.omit(Omission::TableOfContents, ""),
                "text:index-body" | "text:alphabetical-index" | "text:bibliography" => {
                    self.append_blocks(element, pieces)?;
                }
                "text:tracked-changes" => self.read_tracked_changes(element),
                name if name.starts_with("draw:") => {
                    let mut inline = Inline::default();
                    self.read_shape(element, &mut inline);
                    self.read_boxes(&inline, pieces)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_tracked_changes(&mut self, changes: &'a Element) {
        for change in changes.elements().flat_map(Element::elements) {
            let deleted = if change.name() == "text:deletion" { paragraphs_of(change) } else { String::new() };
            self.builder.omit(Omission::TrackedChanges, &deleted);
        }
    }

    fn read_list(&mut self, element: &'a Element, pieces: &mut Vec<Piece>) -> Result<(), DocumentFault> {
        let style = element.attribute("text:style-name").map(str::to_owned);
        let style = style.or_else(|| self.list_style_of_paragraphs(element)).unwrap_or_default();
        let mut list = OpenList::new(element, &style, &self.ended_lists);
        self.read_items(element, &mut list, &style, pieces)?;
        list.end(&mut self.ended_lists);
        Ok(())
    }

    /// Returns the list style that the style of the first paragraph names.
    fn list_style_of_paragraphs(&self, list: &Element) -> Option<String> {
        let item = list.child("text:list-item")?;
        let paragraph = item.child("text:p").or_else(|| item.child("text:h"))?;
        self.styles.properties("paragraph", paragraph.attribute("text:style-name")).list
    }

    fn read_items(
        &mut self,
        element: &'a Element,
        list: &mut OpenList,
        style: &str,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), DocumentFault> {
        for item in element.elements() {
            let has_own_text = item.elements().next().is_some_and(|first| first.name() != "text:list");
            let mut label: Label = None;
            // An item that contains only another list has no number of its own.
            if item.name() == "text:list-item" && has_own_text {
                let start = item.attribute("text:start-value").and_then(|start| start.parse().ok());
                let levels = self.styles.list(style);
                list.count(levels, start);
                label = list.label(levels);
            }
            for child in item.elements() {
                match child.name() {
                    "text:p" | "text:h" => self.read_paragraph(child, &mut label, true, pieces)?,
                    "text:list" => {
                        let level = list.level;
                        list.level += 1;
                        let inner = child.attribute("text:style-name").unwrap_or(style);
                        self.read_items(child, list, inner, pieces)?;
                        list.level = level;
                        list.end_levels_below();
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn read_paragraph(
        &mut self,
        element: &'a Element,
        label_of_item: &mut Label,
        is_in_list: bool,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), DocumentFault> {
        let properties = self.styles.properties("paragraph", element.attribute("text:style-name"));
        let mut inline = Inline::default();
        self.read_inline(element, &properties, &mut inline);
        if inline.text.trim().is_empty() && inline.has_omissions {
            return self.read_boxes(&inline, pieces);
        }
        let is_heading = element.name() == "text:h";
        let mut label_here = label_of_item.take();
        if is_heading && !is_in_list && element.attribute("text:is-list-header") != Some("true") {
            let level = element.attribute("text:outline-level").and_then(|level| level.parse().ok()).unwrap_or(1);
            let level = std::cmp::max(level, 1_usize) - 1;
            let start = element.attribute("text:start-value").and_then(|start| start.parse().ok());
            count(&mut self.headings, level, Some(&self.styles.outline), start);
            label_here = label(&self.headings, level, &self.styles.outline);
        }
        let is_bold = inline.characters > 0 && inline.bold == inline.characters;
        let style = if is_heading || is_bold || properties.is_title == Some(true) {
            LineStyle::Heading
        } else if label_here.is_some() {
            LineStyle::ListItem
        } else {
            LineStyle::Text
        };
        let text = match label_here {
            Some((label, indentation)) => {
                let indentation = if is_heading { 0 } else { indentation };
                format!("{}{}", list_prefix(indentation, &label), inline.text.trim_start_matches([' ', '\t']))
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
        self.read_rows(table, &mut grid)?;
        Ok(grid.into_rows())
    }

    fn read_rows(&mut self, parent: &'a Element, grid: &mut Grid) -> Result<(), DocumentFault> {
        for element in parent.elements() {
            match element.name() {
                "table:table-header-rows" | "table:table-rows" | "table:table-row-group" => {
                    self.read_rows(element, grid)?;
                }
                "table:table-row" => {
                    let is_hidden = matches!(element.attribute("table:visibility"), Some("collapse" | "filter"));
                    for _ in 0..number(element, "table:number-rows-repeated") {
                        for cell in element.all("table:table-cell") {
                            self.read_cell(cell, grid)?;
                        }
                        grid.end_row(is_hidden)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_cell(&mut self, cell: &'a Element, grid: &mut Grid) -> Result<(), DocumentFault> {
        // A person decides on cells that are struck through as a whole.
        let is_struck = self.is_struck(cell, &Properties::default()) == Some(true);
        let before = std::mem::replace(&mut self.is_in_struck_cell, is_struck);
        let pieces = self.read_blocks(cell);
        self.is_in_struck_cell = before;
        let (text, tables) = cell_text(&pieces?);
        for _ in 0..tables {
            self.builder.omit(Omission::NestedTables, "");
        }
        let (columns, rows) = (number(cell, "table:number-columns-spanned"), number(cell, "table:number-rows-spanned"));
        for _ in 0..number(cell, "table:number-columns-repeated").min(300) {
            grid.push_cell(text.clone(), is_struck, columns, rows);
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Returns true if all text in an element is struck through, and none if it has no text.
    fn is_struck(&self, element: &Element, properties: &Properties) -> Option<bool> {
        let name = element.attribute("text:style-name");
        let properties = match element.name() {
            "text:p" | "text:h" => self.styles.properties("paragraph", name),
            "text:span" => self.styles.properties("text", name).or(properties),
            _ => properties.clone(),
        };
        let of_children = element.children.iter().filter_map(|child| match child {
            Node::Text(text) if text.trim().is_empty() => None,
            Node::Text(_) => Some(properties.is_struck == Some(true)),
            Node::Element(child) => self.is_struck(child, &properties),
        });
        of_children.reduce(|all, one| all && one)
    }
}

/// Returns the number in an attribute, or 1.
fn number(element: &Element, name: &str) -> usize {
    element.attribute(name).and_then(|number| number.parse().ok()).unwrap_or(1).clamp(1, MAX_REPEATED)
}

/// Returns the text of the paragraphs in an element, without its other parts.
fn paragraphs_of(element: &Element) -> String {
    let paragraphs = element.elements().filter(|child| matches!(child.name(), "text:p" | "text:h"));
    paragraphs.map(text_of).collect::<Vec<_>>().join(" ")
}
