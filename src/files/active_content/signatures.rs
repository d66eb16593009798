//! What a file is by its first bytes, as far as active content depends on it.

/// What a file is.
pub(super) enum Kind {
    /// A zip archive, which office documents are too.
    Zip,
    /// A compound file (MS-CFB), such as an Outlook message or a document of Office 97.
    CompoundFile,
    /// A PDF.
    Pdf,
    /// A program, a script or a shortcut to one.
    Program,
    /// A format that can contain programs and is not read, with the reason.
    Unchecked(&'static str),
    /// Anything else, such as a picture or a text.
    Other,
}

/// The first bytes of programs: ELF, Mach-O (four forms), Java, Android, WebAssembly, shortcuts of Windows.
const PROGRAMS: &[&[u8]] = &[
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"dex\n0",
    b"\0asm",
    b"\x4c\0\0\0\x01\x14\x02\0",
    b"#!",
];

/// The first bytes of formats that are not read.
const UNCHECKED: &[(&[u8], &str)] = &[
    (b"{\\rt", "it is a document in Rich Text Format"),
    (b"Rar!\x1a\x07", "it is a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive"),
    (b"\x1f\x8b", "it is a gzip archive"),
    (b"BZh", "it is a bzip2 archive"),
    (b"\xfd7zXZ\0", "it is an xz archive"),
    (b"\x28\xb5\x2f\xfd", "it is a Zstandard archive"),
    (b"MSCF", "it is a cabinet archive"),
    (b"ITSF", "it is compiled help"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "it is a OneNote section"),
    (b"\x78\x9f\x3e\x22", "it is an attachment in the format of Outlook (winmail.dat)"),
    (b"conectix", "it is a disk image"),
    (b"vhdxfile", "it is a disk image"),
];

/// Returns what a file is.
pub(super) fn kind(bytes: &[u8]) -> Kind {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Kind::Zip;
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return Kind::CompoundFile;
    }
    if memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some() {
        return Kind::Pdf;
    }
    // The header of a program for DOS and Windows has zeros; a text that begins with these letters has none.
    let is_windows_program = bytes.starts_with(b"MZ") && bytes.len() >= 64 && bytes[..64].contains(&0);
    if is_windows_program || PROGRAMS.iter().any(|first| bytes.starts_with(first)) {
        return Kind::Program;
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Kind::Unchecked("it is a tar archive");
    }
    if bytes.get(0x8001..0x8006) == Some(b"CD001") {
        return Kind::Unchecked("it is a disk image");
    }
    let unchecked = UNCHECKED.iter().find(|(first, _)| bytes.starts_with(first));
    unchecked.map_or(Kind::Other, |(_, why)| Kind::Unchecked(why))
}
