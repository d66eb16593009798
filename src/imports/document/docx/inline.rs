//! The text of a Word paragraph: runs, fields, tracked changes, content controls, symbols, notes and shapes.

use super::super::omission::Omission;
use super::super::symbols;
use super::super::xml::Element;
use super::Reader;
use super::styles::{Properties, is_on};

/// The text of a paragraph while it is read.
#[derive(Default)]
pub(super) struct Inline<'a> {
    pub(super) text: String,
    /// The number of characters that are not blank, and of those that are bold.
    pub(super) characters: usize,
    pub(super) bold: usize,
    /// Whether text was left out because it is hidden, struck through or belongs to the table of contents.
    pub(super) has_omissions: bool,
    /// The contents of text boxes that are anchored in the paragraph.
    pub(super) boxes: Vec<&'a Element>,
}

/// A field, such as a cross-reference or a check box of a form.
#[derive(Default)]
pub(super) struct Field {
    instruction: String,
    /// Whether its result has begun.
    pub(super) is_result: bool,
    /// What the field shows without a result: a box, or the chosen item of a list.
    shown: Option<String>,
}

impl<'a> Reader<'a> {
    /// Reads the content of a paragraph, hyperlink, content control or other container of runs.
    pub(super) fn read_inline(&mut self, parent: &'a Element, paragraph: &Properties, inline: &mut Inline<'a>) {
        for element in parent.elements() {
            match element.name() {
                "w:r" => self.read_run(element, paragraph, inline),
                "w:ins" | "w:moveTo" => {
                    self.builder.omit(Omission::TrackedChanges, "");
                    self.read_inline(element, paragraph, inline);
                }
                "w:del" | "w:moveFrom" => self.builder.omit(Omission::TrackedChanges, &text_of(element)),
                "w:sdt" => self.read_control(element, paragraph, inline),
                "mc:AlternateContent" => {
                    if let Some(chosen) = alternative(element) {
                        self.read_inline(chosen, paragraph, inline);
                    }
                }
                "m:oMath" | "m:oMathPara" => self.push(&text_of(element), paragraph, inline),
                "w:hyperlink" | "w:smartTag" | "w:fldSimple" | "w:customXml" | "w:dir" | "w:bdo" => {
                    self.read_inline(element, paragraph, inline);
                }
                _ => {}
            }
        }
    }

    /// Reads a content control inside a paragraph.
    fn read_control(&mut self, control: &'a Element, paragraph: &Properties, inline: &mut Inline<'a>) {
        let properties = control.child("w:sdtPr");
        if let Some(is_ticked) = properties.and_then(check_box_state) {
            return self.push(symbols::check_box(is_ticked).encode_utf8(&mut [0; 4]), paragraph, inline);
        }
        let Some(content) = control.child("w:sdtContent") else { return };
        if properties.and_then(|properties| properties.child("w:showingPlcHdr")).is_some_and(is_on) {
            return self.builder.omit(Omission::Placeholders, &text_of(content));
        }
        self.read_inline(content, paragraph, inline);
    }

    /// Reads a run: text with the same properties.
    fn read_run(&mut self, run: &'a Element, paragraph: &Properties, inline: &mut Inline<'a>) {
        let own = run.child("w:rPr");
        let style = own.and_then(|own| own.child("w:rStyle")).and_then(|style| style.attribute("w:val"));
        let of_style = style.map(|style| self.styles.properties(style)).unwrap_or_default();
        let properties = Properties::new(None, own).or(&of_style).or(paragraph);
        self.read_run_content(run, &properties, inline);
    }

    fn read_run_content(&mut self, run: &'a Element, properties: &Properties, inline: &mut Inline<'a>) {
        for element in run.elements() {
            match element.name() {
                "w:t" => self.push_in_font(&element.text(), properties, inline),
                "w:tab" | "w:ptab" => self.push("\t", properties, inline),
                "w:br" | "w:cr" => self.push("\n", properties, inline),
                "w:noBreakHyphen" => self.push("-", properties, inline),
                "w:sym" => {
                    let code = element.attribute("w:char").and_then(|code| u32::from_str_radix(code, 16).ok());
                    let font = element.attribute("w:font").unwrap_or_default();
                    self.push_symbol(font, code.unwrap_or_default(), properties, inline);
                }
                "w:footnoteReference" | "w:endnoteReference" => {
                    if let Some(id) = element.attribute("w:id") {
                        self.notes.push((element.name() == "w:footnoteReference", id));
                        self.push(&format!("[{}]", self.notes.len()), properties, inline);
                    }
                }
                "w:commentReference" => {
                    let words = element.attribute("w:id").and_then(|id| self.comments.get(id)).cloned();
                    self.builder.omit(Omission::Comments, &words.unwrap_or_default());
                }
                "w:fldChar" => self.read_field_character(element, properties, inline),
                "w:instrText" => {
                    if let Some(field) = self.fields.last_mut().filter(|field| field.instruction.len() < 200) {
                        field.instruction.push_str(&element.text());
                    }
                }
                "w:ruby" => {
                    if let Some(base) = element.child("w:rubyBase") {
                        self.read_inline(base, properties, inline);
                    }
                }
                "mc:AlternateContent" => {
                    if let Some(chosen) = alternative(element) {
                        self.read_run_content(chosen, properties, inline);
                    }
                }
                "w:drawing" | "w:pict" | "w:object" => self.read_shape(element, inline),
                _ => {}
            }
        }
    }

    /// Reads the beginning, the middle or the end of a field.
    fn read_field_character(&mut self, element: &'a Element, properties: &Properties, inline: &mut Inline<'a>) {
        match element.attribute("w:fldCharType") {
            Some("begin") => {
                let shown = element.child("w:ffData").and_then(shown_by_form_field);
                self.fields.push(Field { shown, ..Field::default() });
            }
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    field.is_result = true;
                }
            }
            Some("end") => {
                let field = self.fields.pop();
                if let Some(shown) = field.and_then(|field| field.shown) {
                    self.push(&shown, properties, inline);
                }
            }
            _ => {}
        }
    }

    /// Reads text boxes and pictures.
    fn read_shape(&mut self, shape: &'a Element, inline: &mut Inline<'a>) {
        let boxes = inline.boxes.len();
        collect_boxes(shape, &mut inline.boxes);
        let names = ["pic:pic", "v:imagedata", "?:chart", "?:relIds", "?:OLEObject"];
        if inline.boxes.len() == boxes && names.iter().any(|name| shape.find(name).is_some()) {
            let description = shape.find("?:docPr").and_then(|properties| properties.attribute("descr"));
            self.builder.omit(Omission::Pictures, description.unwrap_or_default());
        }
    }

    /// Appends text in the font of its run, which can be a symbol font.
    fn push_in_font(&mut self, text: &str, properties: &Properties, inline: &mut Inline<'a>) {
        match properties.font.as_deref().filter(|font| symbols::is_symbol_font(font)) {
            Some(font) => {
                let font = font.to_owned();
                text.chars().for_each(|code| self.push_symbol(&font, u32::from(code), properties, inline));
            }
            None => self.push(text, properties, inline),
        }
    }

    fn push_symbol(&mut self, font: &str, code: u32, properties: &Properties, inline: &mut Inline<'a>) {
        let known = symbols::unicode(font, code).or_else(|| {
            let is_plain = !symbols::is_symbol_font(font) && !(0xe000..=0xf8ff).contains(&code);
            char::from_u32(code).filter(|_| is_plain)
        });
        if known.is_none() {
            self.builder.omit(Omission::UnreadCharacters, "");
        }
        let character = known.unwrap_or(char::REPLACEMENT_CHARACTER);
        self.push(character.encode_utf8(&mut [0; 4]), properties, inline);
    }

    /// Appends text, unless it is hidden or belongs to a table of contents.
    fn push(&mut self, text: &str, properties: &Properties, inline: &mut Inline<'a>) {
        if self.fields.iter().any(|field| !field.is_result && field.shown.is_none()) {
            return;
        }
        if self.fields.iter().any(|field| field.instruction.trim_start().starts_with("TOC")) {
            inline.has_omissions = true;
            return self.builder.omit(Omission::TableOfContents, text);
        }
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
        inline.text.push_str(text);
    }
}

/// Returns the state of a content control that is a check box.
fn check_box_state(properties: &Element) -> Option<bool> {
    let check_box = properties.child("w14:checkbox")?;
    Some(
        check_box
            .child("w14:checked")
            .is_some_and(|checked| !matches!(checked.attribute("w14:val"), Some("0" | "false"))),
    )
}

/// Returns what a form field shows without a result.
fn shown_by_form_field(data: &Element) -> Option<String> {
    if let Some(check_box) = data.child("w:checkBox") {
        let state = check_box.child("w:checked").or_else(|| check_box.child("w:default"));
        return Some(symbols::check_box(state.is_some_and(is_on)).to_string());
    }
    let list = data.child("w:ddList")?;
    let chosen = list.child("w:result").or_else(|| list.child("w:default"));
    let index = chosen.and_then(|chosen| chosen.attribute("w:val")?.parse().ok()).unwrap_or(0);
    list.all("w:listEntry").nth(index)?.attribute("w:val").map(str::to_owned)
}

/// Returns the part of an alternative that is read: the first choice, or else the fallback.
pub(super) fn alternative(element: &Element) -> Option<&Element> {
    let choice = element.all("mc:Choice").find(|choice| choice.elements().next().is_some());
    choice.or_else(|| element.child("mc:Fallback"))
}

/// Appends the contents of the text boxes in a shape.
fn collect_boxes<'a>(shape: &'a Element, boxes: &mut Vec<&'a Element>) {
    for element in shape.elements() {
        match element.name() {
            "w:txbxContent" => boxes.push(element),
            "mc:AlternateContent" => {
                if let Some(chosen) = alternative(element) {
                    collect_boxes(chosen, boxes);
                }
            }
            _ => collect_boxes(element, boxes),
        }
    }
}

/// Returns all text inside an element, including deleted text, with a space after each paragraph.
pub(super) fn text_of(element: &Element) -> String {
    let mut text = String::new();
    append_text(element, &mut text);
    text
}

fn append_text(element: &Element, text: &mut String) {
    for child in element.elements() {
        match child.name() {
            "w:t" | "w:delText" | "m:t" => text.push_str(&child.text()),
            "w:tab" | "w:br" => text.push(' '),
            "w:p" => {
                append_text(child, text);
                text.push(' ');
            }
            _ => append_text(child, text),
        }
    }
}
