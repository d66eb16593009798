//! Active content in PDF files (ISO 32000): scripts, actions that start programs or open addresses by themselves,
//! attached files, and forms of XFA.

use hayro_interpret::hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, Stream};
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use memchr::{memchr_iter, memmem};

use super::ContentFault;

/// The deepest nesting of objects in an object.
const MAX_DEPTH: usize = 64;

const SCRIPTS: &str = "JavaScript";
const ATTACHMENTS: &str = "an attached file";
const FORMS: &str = "an XFA form";
const MEDIA: &str = "a multimedia object (RichMedia)";
const LAUNCH: &str = "an action that starts a program (Launch)";

/// The names that are active content wherever they stand, as a key or as a value.
const NAMES: &[(&[u8], &str)] = &[
    (b"JavaScript", SCRIPTS),
    (b"Launch", LAUNCH),
    (b"EmbeddedFile", ATTACHMENTS),
    (b"RichMedia", MEDIA),
    (b"RichMediaExecute", MEDIA),
];

/// The keys of dictionaries that are active content, and too short to be looked for in the bytes of the file.
const KEYS: &[(&[u8], &str)] = &[(b"JS", SCRIPTS), (b"OnInstantiate", SCRIPTS), (b"EF", ATTACHMENTS), (b"XFA", FORMS)];

/// The actions that nothing may start, not even a click of the reader: they send or read data.
const ACTIONS: &[(&[u8], &str)] = &[
    (b"SubmitForm", "an action that sends data (SubmitForm)"),
    (b"ImportData", "an action that reads a file (ImportData)"),
];

/// The actions that may run by themselves, because they only change the view.
const VIEW_ACTIONS: &[&[u8]] =
    &[b"GoTo", b"Named", b"Hide", b"SetOCGState", b"ResetForm", b"Trans", b"Thread", b"GoTo3DView", b"GoToDp"];

/// Checks a file. `place` is its name if it is inside another file.
pub(super) fn check(place: &str, bytes: &[u8]) -> Result<(), ContentFault> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => ContentFault::encrypted(place),
        LoadPdfError::Invalid if memmem::find(bytes, b"/Encrypt").is_some() => ContentFault::encrypted(place),
        LoadPdfError::Invalid => ContentFault::malformed(place),
    })?;
    let found = find_name(bytes).or_else(|| pdf.objects().into_iter().find_map(|object| find_in_object(&object, 0)));
    found.map_or(Ok(()), |what| Err(ContentFault::pdf(what, place)))
}

/// Returns what one of the names in the bytes of the file is. It finds objects that the tables of the file no longer
/// list, and that another program may list. Names in compressed objects are found in the objects.
fn find_name(bytes: &[u8]) -> Option<&'static str> {
    memchr_iter(b'/', bytes).find_map(|at| {
        let name = name_at(&bytes[at + 1..])?;
        NAMES.iter().find(|(known, _)| *known == name.as_slice()).map(|(_, what)| *what)
    })
}

/// Returns the name that begins the bytes, with its `#41` decoded. Returns none if it is longer than the names sought.
fn name_at(bytes: &[u8]) -> Option<Vec<u8>> {
    const LONGEST: usize = 16;
    let mut name = Vec::new();
    let mut at = 0;
    loop {
        let byte = match bytes.get(at) {
            Some(b'#') => {
                let digits = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
                at += 2;
                u8::from_str_radix(digits, 16).ok()?
            }
            None | Some(b'\0' | b'\t' | b'\n' | b'\x0c' | b'\r' | b' ') => return Some(name),
            Some(b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%') => return Some(name),
            Some(byte) => *byte,
        };
        name.push(byte);
        at += 1;
        if name.len() > LONGEST {
            return None;
        }
    }
}

/// Returns what in an object is active content. References are not followed, because every object is checked.
fn find_in_object(object: &Object<'_>, depth: usize) -> Option<&'static str> {
    if depth > MAX_DEPTH {
        return Some("objects that are nested too deep");
    }
    match object {
        Object::Dict(dict) => find_in_dict(dict, depth),
        Object::Stream(stream) => find_in_stream(stream, depth),
        Object::Array(array) => find_in_array(array, depth),
        Object::Name(name) => find_known(NAMES, name),
        _ => None,
    }
}

fn find_in_array(array: &Array<'_>, depth: usize) -> Option<&'static str> {
    array.raw_iter().find_map(|item| match item {
        MaybeRef::NotRef(object) => find_in_object(&object, depth + 1),
        MaybeRef::Ref(_) => None,
    })
}

fn find_in_stream(stream: &Stream<'_>, depth: usize) -> Option<&'static str> {
    let dict = stream.dict();
    if dict.contains_key(b"F") && dict.contains_key(b"Length") {
        return Some("content in another file");
    }
    find_in_dict(dict, depth)
}

fn find_in_dict(dict: &Dict<'_>, depth: usize) -> Option<&'static str> {
    if let Some(what) = dict.get::<Name<'_>>(b"S").and_then(|action| find_known(ACTIONS, &action)) {
        return Some(what);
    }
    if dict.get::<Dict<'_>>(b"OpenAction").is_some_and(|action| !is_harmless(&action, 0)) {
        return Some("an action that runs when it is opened (OpenAction)");
    }
    if let Some(actions) = dict.get::<Dict<'_>>(b"AA") {
        let runs =
            |name: &Name<'_>| actions.get::<Dict<'_>>(name.as_ref()).is_some_and(|action| !is_harmless(&action, 0));
        if actions.keys().any(|name| runs(&name)) {
            return Some("an action that runs by itself (AA)");
        }
    }
    dict.entries().find_map(|(key, value)| {
        find_known(NAMES, &key).or_else(|| find_known(KEYS, &key)).or_else(|| match value {
            MaybeRef::NotRef(object) => find_in_object(&object, depth + 1),
            MaybeRef::Ref(_) => None,
        })
    })
}

fn find_known(known: &[(&[u8], &'static str)], name: &Name<'_>) -> Option<&'static str> {
    known.iter().find(|(known, _)| *known == name.as_ref()).map(|(_, what)| *what)
}

/// Returns true if an action and those that follow it only change the view.
fn is_harmless(action: &Dict<'_>, depth: usize) -> bool {
    let changes_view =
        action.get::<Name<'_>>(b"S").is_none_or(|kind| VIEW_ACTIONS.iter().any(|known| *known == kind.as_ref()));
    if !changes_view || depth > MAX_DEPTH {
        return false;
    }
    let next = action.get::<Dict<'_>>(b"Next").into_iter();
    let list = action.get::<Array<'_>>(b"Next");
    let list = list.iter().flat_map(|list| list.iter::<Dict<'_>>());
    next.chain(list).all(|action| is_harmless(&action, depth + 1))
}
