//! The names of parts, attachments and entries that are never accepted inside a file.

/// The endings of programs, scripts, shortcuts and documents with macros. The systems of readers open a file by its
/// ending.
const PROGRAMS: &[&str] = &[
    "apk",
    "app",
    "appinstaller",
    "application",
    "appref-ms",
    "appx",
    "bat",
    "chm",
    "class",
    "cmd",
    "com",
    "command",
    "cpl",
    "csh",
    "deb",
    "desktop",
    "dex",
    "diagcab",
    "dll",
    "dmg",
    "exe",
    "gadget",
    "hta",
    "inf",
    "iqy",
    "jar",
    "jnlp",
    "js",
    "jse",
    "ksh",
    "library-ms",
    "lnk",
    "mjs",
    "msc",
    "msi",
    "msix",
    "msp",
    "mst",
    "pif",
    "pl",
    "ps1",
    "ps1xml",
    "psc1",
    "psd1",
    "psm1",
    "py",
    "pyc",
    "pyw",
    "rb",
    "reg",
    "rpm",
    "scf",
    "scr",
    "sct",
    "search-ms",
    "settingcontent-ms",
    "sh",
    "slk",
    "sys",
    "url",
    "vb",
    "vbe",
    "vbs",
    "website",
    "ws",
    "wsc",
    "wsf",
    "wsh",
    "xbap",
    "xll",
];

/// The endings of Office documents with macros.
const MACROS: &[&str] =
    &["docm", "dotm", "potm", "ppam", "ppsm", "pptm", "sldm", "xla", "xlam", "xlm", "xlsb", "xlsm", "xltm"];

/// The endings of files that a browser opens and that can run scripts.
const PAGES: &[&str] = &["htm", "html", "mht", "mhtml", "shtml", "svg", "svgz", "xht", "xhtml"];

/// The endings of containers that are not read.
const CONTAINERS: &[&str] = &["ace", "cab", "img", "iso", "one", "onepkg", "vhd", "vhdx", "wim"];

/// Returns what a file inside another one is by its name, if such a file is never accepted.
pub(super) fn refused(name: &str) -> Option<&'static str> {
    let ending = ending(name)?;
    let is_one_of = |endings: &[&str]| endings.contains(&ending.as_str());
    if is_one_of(PROGRAMS) {
        Some("a program or script")
    } else if is_one_of(MACROS) {
        Some("a document with macros")
    } else if is_one_of(PAGES) {
        Some("a web page or drawing that can run scripts")
    } else if is_one_of(CONTAINERS) {
        Some("a container of files that is not read")
    } else {
        None
    }
}

/// Returns true if the part of an office document with this name is a program. Its other parts have names of any kind.
pub(super) fn is_program(name: &str) -> bool {
    ending(name).is_some_and(|ending| PROGRAMS.contains(&ending.as_str()) || MACROS.contains(&ending.as_str()))
}

/// Returns true if the name is that of an e-mail.
pub(super) fn is_email(name: &str) -> bool {
    ending(name).is_some_and(|ending| ending == "eml")
}

/// Returns the ending of a name in lower case. Windows ignores dots and spaces at the end.
fn ending(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let name = name.trim_end_matches(|c: char| c == '.' || c.is_whitespace() || c.is_control());
    let (_, ending) = name.rsplit_once('.')?;
    Some(ending.trim().to_lowercase())
}

/// Returns true if Office keeps macros in a part with this name, in lower case.
pub(in crate::files) fn is_macro_part(name: &str) -> bool {
    name.contains("vbaproject") || name.contains("vbadata") || name.contains("macrosheets/")
}

/// Returns true if this content type of an Office package, in lower case, is that of macros.
pub(in crate::files) fn is_macro_type(content_type: &str) -> bool {
    content_type.contains("macro") || content_type.contains("vba")
}

/// Returns true if OpenDocument keeps macros in an entry with this name, in lower case.
pub(in crate::files) fn is_in_macro_folder(name: &str) -> bool {
    name.split('/').rev().skip(1).any(|folder| folder == "basic" || folder == "scripts")
}
