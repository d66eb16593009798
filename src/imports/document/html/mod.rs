//! Reads web pages (HTML). Scripts, styles and hidden elements are left out; menus, headers and footers of the page
//! stay as lines.

mod element;
mod list;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use self::element::{Kind, is_hidden};
use self::list::List;
use self::tree::{Child, Element};
use super::builder::DocumentBuilder;
use super::grid::Piece;
use super::omission::Omission;
use super::symbols::check_box;
use super::{Document, DocumentFault, DocumentFormat, LineStyle};

/// The deepest nesting of elements.
const MAX_DEPTH: usize = 400;

/// Reads the elements of a page in order.
struct Reader {
    builder: DocumentBuilder,
    pieces: Vec<Piece>,
    line: OpenLine,
    lists: Vec<List>,
    /// The number or bullet of the list item that has begun, until its first line ends.
    label: Option<String>,
    depth: usize,
    /// How many open elements are bold, headings and preformatted text.
    bold: usize,
    headings: usize,
    preformatted: usize,
    /// Whether the open cell is struck through as a whole, so that its text stays.
    is_in_struck_cell: bool,
}

/// The line that is being read.
#[derive(Default)]
struct OpenLine {
    text: String,
    characters: usize,
    bold: usize,
}

/// Reads a page.
///
/// # Errors
///
/// Returns a fault if the page has no text, or passes a limit.
pub(super) fn read(text: &str) -> Result<Document, DocumentFault> {
    let page = tree::parse(text);
    let mut reader = Reader {
        builder: DocumentBuilder::new(DocumentFormat::Html),
        pieces: Vec::new(),
        line: OpenLine::default(),
        lists: Vec::new(),
        label: None,
        depth: 0,
        bold: 0,
        headings: 0,
        preformatted: 0,
        is_in_struck_cell: false,
    };
    let is_script = |child: &Child<'_>| matches!(child, Child::Element(element) if element.name() == "script");
    for _ in page.document().descendants().filter(is_script) {
        reader.builder.omit(Omission::Scripts, "");
    }
    reader.read_children(page.document())?;
    reader.end_line();
    for piece in std::mem::take(&mut reader.pieces) {
        match piece {
            Piece::Paragraph(text, style) => reader.builder.push_paragraph(&text, style)?,
            Piece::Table(rows) => reader.builder.push_table(rows)?,
        }
    }
    reader.builder.finish()
}

impl Reader {
    fn read_children(&mut self, element: Element<'_>) -> Result<(), DocumentFault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let detail = format!("The page is nested deeper than {MAX_DEPTH} levels. Send it in another format.");
            return Err(DocumentFault::new("too_deep", detail));
        }
        for child in element.children() {
            match child {
                Child::Text(text) => self.push_text(text),
                Child::Element(element) => self.read_element(element)?,
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn read_element(&mut self, element: Element<'_>) -> Result<(), DocumentFault> {
        let kind = Kind::of(element);
        if kind != Kind::Ignored && is_hidden(element) {
            self.builder.omit(Omission::HiddenText, &element.text());
            return Ok(());
        }
        match kind {
            Kind::Ignored => {}
            Kind::Picture => {
                self.builder.omit(Omission::Pictures, element.attribute("alt").unwrap_or_default());
            }
            Kind::Embedded => self.builder.omit(Omission::EmbeddedParts, ""),
            Kind::LineBreak => self.break_line(),
            Kind::Deleted => self.builder.omit(Omission::TrackedChanges, &element.text()),
            Kind::Inserted => {
                self.builder.omit(Omission::TrackedChanges, "");
                self.read_children(element)?;
            }
            Kind::Bold => {
                self.bold += 1;
                self.read_children(element)?;
                self.bold -= 1;
            }
            Kind::Struck if self.is_in_struck_cell => self.read_children(element)?,
            Kind::Struck => self.builder.omit(Omission::StruckText, &element.text()),
            Kind::Heading => {
                self.end_line();
                self.headings += 1;
                self.read_children(element)?;
                self.end_line();
                self.headings -= 1;
            }
            Kind::Preformatted => {
                self.end_line();
                self.preformatted += 1;
                self.read_children(element)?;
                self.end_line();
                self.preformatted -= 1;
            }
            Kind::Superscript => {
                let text = element.text();
                let is_mark = text.trim().parse::<u32>().is_ok() && element.elements().next().is_some();
                if is_mark {
                    self.push(&format!("[{}]", text.trim()));
                } else {
                    self.read_children(element)?;
                }
            }
            Kind::List => self.read_list(element)?,
            Kind::ListItem => self.read_list_item(element)?,
            Kind::Table => self.read_table(element)?,
            Kind::Input => self.read_input(element),
            Kind::Select => {
                let options = || {
                    element.descendants().filter_map(|child| match child {
                        Child::Element(option) if option.name() == "option" => Some(option),
                        _ => None,
                    })
                };
                let chosen = options().find(|option| option.attribute("selected").is_some()).or(options().next());
                self.push(chosen.map(Element::text).unwrap_or_default().trim());
            }
            Kind::Block => {
                self.end_line();
                self.read_children(element)?;
                self.end_line();
            }
            Kind::Inline => self.read_children(element)?,
        }
        Ok(())
    }

    fn read_input(&mut self, element: Element<'_>) {
        let attribute = |name| element.attribute(name);
        match attribute("type").unwrap_or("text").to_ascii_lowercase().as_str() {
            "checkbox" | "radio" => {
                self.push(check_box(attribute("checked").is_some()).encode_utf8(&mut [0; 4]));
            }
            "hidden" | "submit" | "button" | "reset" | "image" | "password" | "file" | "search" => {}
            _ => self.push(attribute("value").unwrap_or_default()),
        }
    }

    /// Appends text of the page, in which a run of white space is one space.
    fn push_text(&mut self, text: &str) {
        if self.preformatted > 0 {
            for (index, line) in text.split('\n').enumerate() {
                if index > 0 {
                    self.break_line();
                }
                self.push(line.trim_end_matches('\r'));
            }
            return;
        }
        let mut collapsed = String::new();
        let mut after_space = self.line.text.is_empty() || self.line.text.ends_with([' ', '\t']);
        for character in text.chars() {
            let is_space = character.is_ascii_whitespace();
            if !(is_space && after_space) {
                collapsed.push(if is_space { ' ' } else { character });
            }
            after_space = is_space;
        }
        self.push(&collapsed);
    }

    fn push(&mut self, text: &str) {
        let characters = text.chars().filter(|character| !character.is_whitespace()).count();
        self.line.characters += characters;
        self.line.bold += if self.bold > 0 { characters } else { 0 };
        self.line.text.push_str(text);
    }

    /// Ends the line if it has text.
    fn end_line(&mut self) {
        if self.line.text.trim().is_empty() {
            self.line = OpenLine::default();
        } else {
            self.break_line();
        }
    }

    /// Ends the line, also a blank one.
    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let text = if self.preformatted > 0 { line.text.as_str() } else { line.text.trim() };
        let label = if text.is_empty() { None } else { self.label.take() };
        let is_bold = line.characters > 0 && line.bold == line.characters;
        let style = if self.headings > 0 || is_bold {
            LineStyle::Heading
        } else if label.is_some() {
            LineStyle::ListItem
        } else {
            LineStyle::Text
        };
        self.pieces.push(Piece::Paragraph(format!("{}{text}", label.unwrap_or_default()), style));
    }
}
