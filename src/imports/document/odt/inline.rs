//! The text of a paragraph of an OpenDocument text: spans, spaces, notes, fields, controls and frames.

use super::super::omission::Omission;
use super::super::symbols;
use super::super::xml::{Element, Node};
use super::Reader;
use super::styles::Properties;

/// The text of a paragraph while it is read.
#[derive(Default)]
pub(super) struct Inline<'a> {
    pub(super) text: String,
    /// The number of characters that are not blank, and of those that are bold.
    pub(super) characters: usize,
    pub(super) bold: usize,
    /// Whether text was left out because it is hidden or struck through.
    pub(super) has_omissions: bool,
    /// The contents of text boxes that are anchored in the paragraph.
    pub(super) boxes: Vec<&'a Element>,
}

impl<'a> Reader<'a> {
    /// Reads the content of a paragraph or of a span in it.
    pub(super) fn read_inline(&mut self, parent: &'a Element, properties: &Properties, inline: &mut Inline<'a>) {
        for node in &parent.children {
            let element = match node {
                Node::Element(element) => element,
                Node::Text(text) => {
                    self.push_collapsed(text, properties, inline);
                    continue;
                }
            };
            match element.name() {
                "text:s" => {
                    let count = element.attribute("text:c").and_then(|count| count.parse().ok()).unwrap_or(1);
                    self.push(&" ".repeat(std::cmp::min(count, 200)), properties, inline);
                }
                "text:tab" => self.push("\t", properties, inline),
                "text:line-break" => self.push("\n", properties, inline),
                "text:note" => {
                    let body = element.child("text:note-body");
                    self.notes.extend(body);
                    if body.is_some() {
                        self.push(&format!("[{}]", self.notes.len()), properties, inline);
                    }
                }
                "text:span" => {
                    let own = self.styles.properties("text", element.attribute("text:style-name"));
                    self.read_inline(element, &own.or(properties), inline);
                }
                "office:annotation" => self.builder.omit(Omission::Comments, &text_of(element)),
                "text:hidden-text" | "text:hidden-paragraph"
                    if element.attribute("text:is-hidden") != Some("false") =>
                {
                    let words = element.attribute("text:string-value").unwrap_or_default();
                    inline.has_omissions = true;
                    self.builder.omit(Omission::HiddenText, words);
                }
                "loext:content-control" => self.read_control(element, properties, inline),
                "text:placeholder" => self.builder.omit(Omission::Placeholders, &text_of(element)),
                "draw:control" => {
                    let state = element.attribute("draw:control").and_then(|id| self.check_boxes.get(id));
                    if let Some((is_ticked, label)) = state.cloned() {
                        let text = format!("{} {label}", symbols::check_box(is_ticked));
                        self.push(text.trim_end(), properties, inline);
                    }
                }
                name if name.starts_with("draw:") => self.read_shape(element, inline),
                "text:soft-page-break" | "text:ruby-text" | "office:annotation-end" | "text:bookmark" => {}
                // Links, fields and other containers.
                _ => self.read_inline(element, properties, inline),
            }
        }
    }

    fn read_control(&mut self, control: &'a Element, properties: &Properties, inline: &mut Inline<'a>) {
        let is = |name: &str| control.attribute(name) == Some("true");
        if is("loext:checkbox") {
            let shown = symbols::check_box(is("loext:checked"));
            self.push(shown.encode_utf8(&mut [0; 4]), properties, inline);
        } else if is("loext:showing-place-holder") {
            self.builder.omit(Omission::Placeholders, &text_of(control));
        } else {
            self.read_inline(control, properties, inline);
        }
    }

    /// Reads a frame: its text box, or else its picture.
    pub(super) fn read_shape(&mut self, shape: &'a Element, inline: &mut Inline<'a>) {
        if shape.name() == "draw:text-box" {
            inline.boxes.push(shape);
        } else if matches!(shape.name(), "draw:image" | "draw:object" | "draw:object-ole") {
            self.builder.omit(Omission::Pictures, "");
        } else if let Some(text_box) = shape.child("draw:text-box") {
            inline.boxes.push(text_box);
        } else if ["draw:image", "draw:object", "draw:object-ole"].iter().any(|name| shape.child(name).is_some()) {
            let title = shape.elements().find(|element| element.name().ends_with("desc"));
            self.builder.omit(Omission::Pictures, &title.map(Element::text).unwrap_or_default());
        } else if shape.child("text:p").is_some() {
            // A shape with text in it.
            inline.boxes.push(shape);
        } else {
            shape.elements().filter(|element| element.name().starts_with("draw:")).for_each(|element| {
                self.read_shape(element, inline);
            });
        }
    }

    /// Appends text of the file, in which a run of white space is one space.
    fn push_collapsed(&mut self, text: &str, properties: &Properties, inline: &mut Inline<'a>) {
        let mut collapsed = String::new();
        let mut after_space = inline.text.is_empty() || inline.text.ends_with([' ', '\n', '\t']);
        for character in text.chars() {
            let is_space = matches!(character, ' ' | '\t' | '\n' | '\r');
            if !(is_space && after_space) {
                collapsed.push(if is_space { ' ' } else { character });
            }
            after_space = is_space;
        }
        self.push(&collapsed, properties, inline);
    }

    fn push(&mut self, text: &str, properties: &Properties, inline: &mut Inline<'a>) {
        if properties.is_hidden == Some(true) {
            inline.has_omissions = true;
            return self.builder.omit(Omission::HiddenText, text);
        }
        let characters = text.chars().filter(|character| !character.is_whitespace()).count();
        if properties.is_struck == Some(true) && !self.is_in_struck_cell {
            inline.has_omissions |= characters > 0;
            return self.builder.omit(Omission::StruckText, text);
        }
        inline.characters += characters;
        inline.bold += if properties.is_bold == Some(true) { characters } else { 0 };
        for character in text.chars() {
            inline.text.push(symbols::private_character(character).unwrap_or(character));
        }
    }
}

/// Returns all text inside an element, with a space after each paragraph.
pub(super) fn text_of(element: &Element) -> String {
    let mut text = String::new();
    append_text(element, &mut text);
    text
}

fn append_text(element: &Element, text: &mut String) {
    for node in &element.children {
        match node {
            Node::Text(part) => text.push_str(part),
            Node::Element(child) => {
                if matches!(child.name(), "text:s" | "text:tab" | "text:line-break") {
                    text.push(' ');
                }
                append_text(child, text);
                if matches!(child.name(), "text:p" | "text:h") {
                    text.push(' ');
                }
            }
        }
    }
}
