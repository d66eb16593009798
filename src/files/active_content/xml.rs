//! Active content in the XML parts of office documents: relationships, fields that start programs, links that load by
//! themselves, and event listeners. Names are compared without their prefix, because a document can choose it.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::relationships::{self, is_elsewhere};
use super::{ContentFault, names};

/// The deepest nesting of fields.
const MAX_FIELDS: usize = 100;

/// Returns true if the bytes begin like XML, in UTF-8 or UTF-16.
pub(super) fn begins_like_one(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.trim_ascii_start().starts_with(b"<")
}

/// Checks a part.
pub(super) fn check(part: &str, bytes: &[u8]) -> Result<(), ContentFault> {
    let text = decode(bytes);
    let mut reader = Reader::from_str(&text);
    // Office reads only well-formed parts, and the checks of the service's readers are stricter than this one.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut fields = Fields::default();
    let mut is_instruction = false;
    loop {
        match reader.read_event().map_err(|_| ContentFault::malformed(part))? {
            Event::Start(start) => {
                is_instruction = start.local_name().as_ref() == b"instrText";
                check_element(part, &start, &mut fields)?;
            }
            Event::Empty(start) => check_element(part, &start, &mut fields)?,
            Event::End(end) => is_instruction &= end.local_name().as_ref() != b"instrText",
            Event::Text(text) if is_instruction => {
                fields.push(&text.xml_content(XmlVersion::Implicit1_0).map_err(|_| ContentFault::malformed(part))?);
            }
            Event::CData(text) if is_instruction => {
                fields.push(&text.xml_content(XmlVersion::Implicit1_0).map_err(|_| ContentFault::malformed(part))?);
            }
            Event::GeneralRef(reference) if is_instruction => {
                if let Ok(Some(character)) = reference.resolve_char_ref() {
                    fields.push(character.encode_utf8(&mut [0; 4]));
                }
            }
            // An old OpenDocument names the DTD of its manifest, but declares no entities of its own.
            Event::DocType(document_type) if memchr::memmem::find(&document_type, b"<!ENTITY").is_some() => {
                return Err(ContentFault::document_type(part));
            }
            Event::Eof => return fields.check_all(part),
            _ => {}
        }
    }
}

fn check_element(part: &str, element: &BytesStart<'_>, fields: &mut Fields) -> Result<(), ContentFault> {
    let name = element.local_name();
    let href = || attribute(element, b"href").filter(|address| is_elsewhere(address));
    let what = match name.as_ref() {
        b"Relationship" => {
            let target = attribute(element, b"Target").unwrap_or_default();
            let is_external =
                attribute(element, b"TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("External"));
            let kind = attribute(element, b"Type").unwrap_or_default();
            return relationships::check(&kind, &target, is_external, part);
        }
        b"Override" | b"Default" => {
            let content_type = attribute(element, b"ContentType").unwrap_or_default().to_lowercase();
            return if names::is_macro_type(&content_type) { Err(ContentFault::macros(&content_type)) } else { Ok(()) };
        }
        b"fldChar" => return fields.mark(part, &attribute(element, b"fldCharType").unwrap_or_default()),
        b"fldSimple" => return check_field(part, &attribute(element, b"instr").unwrap_or_default()),
        // Word and OpenDocument name a link by the Dynamic Data Exchange, which starts a program, differently.
        b"ddeLink" | b"dde-link" | b"dde-source" | b"dde-connection-decl" => {
            return Err(ContentFault::runs("a DDE link", part));
        }
        b"connection" => {
            let refreshes = attribute(element, b"refreshOnLoad").is_some_and(|value| value == "1" || value == "true");
            return if refreshes { Err(ContentFault::loads("data", part)) } else { Ok(()) };
        }
        b"event-listener" => return Err(ContentFault::macros(part)),
        b"plugin" | b"applet" => return Err(ContentFault::embedded_object("a plug-in", part)),
        b"auto-reload" => "a page",
        b"template" => "its template",
        b"floating-frame" => "a frame",
        b"image" | b"fill-image" | b"background-image" => "a picture",
        b"object" | b"object-ole" => "an object",
        b"section-source" => "a section",
        _ => return Ok(()),
    };
    href().map_or(Ok(()), |address| Err(ContentFault::loads(what, &address)))
}

/// Returns the value of the attribute with this name, without its prefix.
fn attribute(element: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let mut attributes = element.attributes();
    let attribute = attributes.with_checks(false).flatten().find(|it| it.key.local_name().as_ref() == name)?;
    match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => Some(value.into_owned()),
        Err(_) => Some(String::from_utf8_lossy(&attribute.value).into_owned()),
    }
}

/// The fields that are open in a Word document, outermost first. Their code can extend over several elements.
#[derive(Default)]
struct Fields(Vec<Field>);

#[derive(Default)]
struct Field {
    code: String,
    /// Whether the field is past its code, in its result.
    is_in_result: bool,
    /// Whether another field computes the first word of the code.
    begins_with_field: bool,
}

impl Fields {
    fn push(&mut self, text: &str) {
        if let Some(field) = self.0.last_mut().filter(|field| !field.is_in_result) {
            field.code.push_str(text);
        }
    }

    /// Moves on at a mark: the beginning, the separator or the end of a field.
    fn mark(&mut self, part: &str, kind: &str) -> Result<(), ContentFault> {
        match kind {
            "begin" => {
                if let Some(outer) = self.0.last_mut() {
                    outer.begins_with_field |= !outer.is_in_result && outer.code.trim().is_empty();
                }
                self.0.push(Field::default());
                if self.0.len() > MAX_FIELDS {
                    return Err(ContentFault::malformed(part));
                }
            }
            "separate" => {
                if let Some(field) = self.0.last_mut() {
                    field.is_in_result = true;
                    field.check(part)?;
                }
            }
            "end" => {
                if let Some(field) = self.0.pop() {
                    field.check(part)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Checks the fields that have no end.
    fn check_all(&self, part: &str) -> Result<(), ContentFault> {
        self.0.iter().try_for_each(|field| field.check(part))
    }
}

impl Field {
    fn check(&self, part: &str) -> Result<(), ContentFault> {
        if self.begins_with_field {
            return Err(ContentFault::runs("a field whose command another field computes", part));
        }
        check_field(part, &self.code)
    }
}

/// Refuses the fields with which Word starts a program.
fn check_field(part: &str, code: &str) -> Result<(), ContentFault> {
    let command = code.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\\');
    let command: String = command.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
    if command.eq_ignore_ascii_case("dde") || command.eq_ignore_ascii_case("ddeauto") {
        return Err(ContentFault::runs("a DDE field", part));
    }
    Ok(())
}

/// Returns XML in UTF-8 or UTF-16 as text.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let utf_16 = |to_unit: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| to_unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xff, 0xfe, ..] => Cow::Owned(utf_16(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => Cow::Owned(utf_16(u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(bytes),
    }
}
