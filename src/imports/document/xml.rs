//! XML of office documents as a tree, with a fixed prefix for each namespace. Document types and their entities are
//! refused, and the size and depth of the tree are limited.

use std::collections::HashSet;
use std::rc::Rc;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use super::DocumentFault;

/// The deepest nesting of elements. Documents of Word with tables in tables have about 60 levels.
const MAX_DEPTH: usize = 256;
/// The most elements and texts of one tree.
const MAX_NODES: usize = 1_000_000;
/// The most attributes of one element.
const MAX_ATTRIBUTES: usize = 200;

/// The prefixes that names have in the tree, by namespace.
const PREFIXES: [(&str, &str); 27] = [
    ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "w:"),
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", "w:"),
    ("http://schemas.microsoft.com/office/word/2010/wordml", "w14:"),
    ("http://schemas.openxmlformats.org/markup-compatibility/2006", "mc:"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/math", "m:"),
    ("http://purl.oclc.org/ooxml/officeDocument/math", "m:"),
    ("http://schemas.openxmlformats.org/drawingml/2006/picture", "pic:"),
    ("http://purl.oclc.org/ooxml/drawingml/picture", "pic:"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "r:"),
    ("http://purl.oclc.org/ooxml/officeDocument/relationships", "r:"),
    ("http://schemas.openxmlformats.org/package/2006/relationships", "rel:"),
    ("http://schemas.openxmlformats.org/package/2006/content-types", "ct:"),
    ("urn:schemas-microsoft-com:vml", "v:"),
    ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", "office:"),
    ("urn:oasis:names:tc:opendocument:xmlns:text:1.0", "text:"),
    ("urn:oasis:names:tc:opendocument:xmlns:style:1.0", "style:"),
    ("urn:oasis:names:tc:opendocument:xmlns:table:1.0", "table:"),
    ("urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", "draw:"),
    ("urn:oasis:names:tc:opendocument:xmlns:form:1.0", "form:"),
    ("urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0", "fo:"),
    ("urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "manifest:"),
    ("urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0", "loext:"),
    ("http://purl.org/dc/elements/1.1/", "dc:"),
    ("http://www.w3.org/1999/xlink", "xlink:"),
    ("http://www.w3.org/XML/1998/namespace", "xml:"),
    ("http://schemas.openxmlformats.org/drawingml/2006/main", "a:"),
    ("http://purl.oclc.org/ooxml/drawingml/main", "a:"),
];

/// An element with its attributes and content. Names have the prefix of their namespace, or none if it is not known.
#[derive(Debug, Default)]
pub(super) struct Element {
    name: Rc<str>,
    attributes: Vec<(Rc<str>, String)>,
    /// The elements and texts inside.
    pub(super) children: Vec<Node>,
}

/// A part of an element's content.
#[derive(Debug)]
pub(super) enum Node {
    /// An element.
    Element(Element),
    /// Text, without entities.
    Text(String),
}

impl Element {
    /// Returns the name with its prefix, such as `w:p`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| &**known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the elements directly inside.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Returns the elements directly inside with this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.name() == name)
    }

    /// Returns the first element directly inside with this name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name() == name)
    }

    /// Returns the element at the end of a path of names.
    pub(super) fn path(&self, names: &[&str]) -> Option<&Element> {
        names.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Returns the first element with this name at any depth, in the order of the document.
    pub(super) fn find(&self, name: &str) -> Option<&Element> {
        self.elements().find_map(|element| if element.name() == name { Some(element) } else { element.find(name) })
    }

    /// Appends all elements with this name at any depth, in the order of the document.
    pub(super) fn collect<'a>(&'a self, name: &str, found: &mut Vec<&'a Element>) {
        for element in self.elements() {
            if element.name() == name {
                found.push(element);
            }
            element.collect(name, found);
        }
    }

    /// Returns the text directly inside.
    pub(super) fn text(&self) -> String {
        let texts = self.children.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        texts.collect()
    }
}

/// Parses a part of a document. `name` is the name of the part, for faults.
///
/// # Errors
///
/// Returns a fault if the part is not well-formed, has a document type, or passes a limit.
pub(super) fn parse(bytes: &[u8], name: &str) -> Result<Element, DocumentFault> {
    let malformed = || {
        let detail = format!("The part {name} of the file is damaged. Save the document again, and send that file.");
        DocumentFault::new("malformed", detail)
    };
    let text = decode(bytes).ok_or_else(malformed)?;
    let mut reader = NsReader::from_str(&text);
    let mut names = Names::default();
    let mut open: Vec<Element> = Vec::new();
    let mut nodes = 0;
    loop {
        let event = reader.read_event().map_err(|_| malformed())?;
        nodes += 1;
        if nodes > MAX_NODES {
            let detail = format!("The part {name} of the file has more than {MAX_NODES} elements. Send smaller files.");
            return Err(DocumentFault::new("too_long", detail));
        }
        let closed = match event {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    let detail = format!("The part {name} of the file is nested deeper than {MAX_DEPTH} levels.");
                    return Err(DocumentFault::new("too_deep", detail));
                }
                open.push(names.element(&reader, &start).ok_or_else(malformed)?);
                continue;
            }
            Event::Empty(start) => names.element(&reader, &start).ok_or_else(malformed)?,
            Event::End(_) => open.pop().ok_or_else(malformed)?,
            Event::Text(text) => {
                push_text(&mut open, &text.xml_content(XmlVersion::Implicit1_0).map_err(|_| malformed())?);
                continue;
            }
            Event::CData(text) => {
                push_text(&mut open, &text.xml_content(XmlVersion::Implicit1_0).map_err(|_| malformed())?);
                continue;
            }
            Event::GeneralRef(entity) => {
                match entity.resolve_char_ref().map_err(|_| malformed())? {
                    Some(character) => push_text(&mut open, character.encode_utf8(&mut [0; 4])),
                    None => {
                        let entity = entity.decode().map_err(|_| malformed())?;
                        push_text(&mut open, resolve_predefined_entity(&entity).ok_or_else(malformed)?);
                    }
                }
                continue;
            }
            Event::DocType(_) => {
                let detail = format!("The part {name} of the file has a document type, which office documents do not.");
                return Err(DocumentFault::new("document_type", detail));
            }
            Event::Eof => return Err(malformed()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(closed)),
            None => return Ok(closed),
        }
    }
}

/// Appends text to the element that is open.
fn push_text(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else { return };
    match parent.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => parent.children.push(Node::Text(text.to_owned())),
    }
}

/// Returns XML in UTF-8 or UTF-16 as text.
fn decode(bytes: &[u8]) -> Option<String> {
    let from_units = |to_unit: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| to_unit([pair[0], pair[1]]));
        char::decode_utf16(units).collect::<Result<String, _>>().ok()
    };
    match bytes {
        [0xff, 0xfe, ..] => from_units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => from_units(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok().map(str::to_owned),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
}

/// The names of a tree, each stored once.
#[derive(Default)]
struct Names(HashSet<Rc<str>>);

impl Names {
    /// Returns the element that a tag opens.
    fn element(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Option<Element> {
        let (namespace, local) = reader.resolver().resolve_element(start.name());
        let name = self.name(&namespace, local.as_ref())?;
        let mut attributes = Vec::new();
        // The check for duplicates compares each attribute with all others.
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            if attributes.len() >= MAX_ATTRIBUTES {
                return None;
            }
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let (namespace, local) = reader.resolver().resolve_attribute(attribute.key);
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
            attributes.push((self.name(&namespace, local.as_ref())?, value));
        }
        Some(Element { name, attributes, children: Vec::new() })
    }

    /// Returns a name with the prefix of its namespace.
    fn name(&mut self, namespace: &ResolveResult<'_>, local: &[u8]) -> Option<Rc<str>> {
        let local = std::str::from_utf8(local).ok()?;
        let prefix = match namespace {
            ResolveResult::Bound(Namespace(uri)) => {
                PREFIXES.iter().find(|(known, _)| known.as_bytes() == *uri).map_or("?:", |(_, prefix)| prefix)
            }
            ResolveResult::Unbound => "",
            ResolveResult::Unknown(_) => "?:",
        };
        let full = format!("{prefix}{local}");
        if let Some(known) = self.0.get(full.as_str()) {
            return Some(known.clone());
        }
        let name: Rc<str> = full.into();
        self.0.insert(name.clone());
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(xml: &str) -> String {
        parse(xml.as_bytes(), "part.xml").expect_err("a fault").code.into_owned()
    }

    #[test]
    fn a_tree_has_the_prefixes_of_the_namespaces() {
        let xml = "<?xml version='1.0'?><x:p xmlns:x='http://purl.oclc.org/ooxml/wordprocessingml/main' x:a='1' b='&lt;'>\
                   a &amp; b&#33;<x:t/><![CDATA[<c>]]></x:p>";
        let tree = parse(xml.as_bytes(), "part.xml").expect("a tree");
        assert_eq!((tree.name(), tree.attribute("w:a"), tree.attribute("b")), ("w:p", Some("1"), Some("<")));
        assert_eq!(tree.text(), "a & b!<c>");
        assert!(tree.child("w:t").is_some());
        let utf16: Vec<u8> = "\u{feff}<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(parse(&utf16, "part.xml").expect("a tree").text(), "é");
    }

    #[test]
    fn entities_depth_and_damage_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"cccc\"><!ENTITY d \"&b;&b;&b;\">]><a>&d;</a>";
        assert_eq!(code(bomb), "document_type");
        assert_eq!(code("<a>&undefined;</a>"), "malformed");
        assert_eq!(code("<a><b></a>"), "malformed");
        assert_eq!(code("<a>"), "malformed");
        assert_eq!(code(""), "malformed");
        assert_eq!(code(&"<a>".repeat(1_000)), "too_deep");
        assert_eq!(parse(&[0xff, 0xfe, 0x3c], "p").expect_err("a fault").code, "malformed");
    }
}
