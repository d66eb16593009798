//! The relationships of the parts of an Office package (ISO/IEC 29500-2), and the addresses that they name.

use super::ContentFault;

/// Checks a relationship. `kind` is its type, a URI; its last segment says what it is.
pub(super) fn check(kind: &str, target: &str, is_external: bool, part: &str) -> Result<(), ContentFault> {
    let kind = kind.rsplit('/').next().unwrap_or_default().to_lowercase();
    match kind.as_str() {
        "vbaproject" | "wordvbadata" | "xlmacrosheet" | "xlintlmacrosheet" | "attachedtoolbars" => {
            return Err(ContentFault::macros(part));
        }
        "oleobject" => return Err(ContentFault::embedded_object("an object of another program", target)),
        "control" | "activexcontrolbinary" => return Err(ContentFault::embedded_object("an ActiveX control", target)),
        // A reader follows a hyperlink, and Excel asks before it reads another workbook.
        "hyperlink" | "externallinkpath" => return Ok(()),
        kind if kind.starts_with("xl") => return Ok(()),
        _ => {}
    }
    if is_external && is_elsewhere(target) {
        let what = match kind.as_str() {
            "attachedtemplate" => "its template",
            "frame" => "a frame",
            "subdocument" => "a subdocument",
            "image" => "a picture",
            _ => "a part",
        };
        return Err(ContentFault::loads(what, target));
    }
    Ok(())
}

/// Returns true if an address is not on a drive of the reader's own computer: a URL, or a folder that another computer
/// shares.
pub(super) fn is_elsewhere(address: &str) -> bool {
    let address = percent_decoded(address.trim()).replace('\\', "/").to_lowercase();
    if address.starts_with("//") {
        return true;
    }
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        || !scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    {
        // The colon is part of a name, and the address is relative.
        return false;
    }
    // A drive, or content that the address itself holds.
    if scheme.len() == 1 || scheme == "data" || scheme == "cid" {
        return false;
    }
    if scheme != "file" {
        return true;
    }
    // file:///C:/folder and file:///C|/folder name a drive, file:///folder names a folder of this computer, and
    // file://server/folder and file:////server/folder name another computer.
    let path = rest.trim_start_matches('/').as_bytes();
    let names_drive = path.len() >= 2 && path[0].is_ascii_alphabetic() && matches!(path[1], b':' | b'|');
    let slashes = rest.len() - path.len();
    !names_drive && !matches!(slashes, 0 | 1 | 3)
}

/// Returns a text with its `%41` decoded. Other characters stay.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = byte.and_then(|digits| std::str::from_utf8(digits).ok());
        match byte.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::is_elsewhere;

    #[test]
    fn an_address_on_another_computer_is_elsewhere() {
        for address in [
            "http://host.example/a.dotm",
            "HTTPS://host.example/a",
            " ftp://host.example/a",
            "mhtml:http://host.example/a!x",
            "\\\\server\\share\\a.dotm",
            "//server/share",
            "file://server/share/a.dotm",
            "file:///\\\\server\\share",
            "file:///%5C%5Cserver%5Cshare",
            "file://///server/share",
            "ms-word:ofe|u|http://host.example",
            "%68ttp://host.example/",
        ] {
            assert!(is_elsewhere(address), "{address}");
        }
        for address in [
            "Normal.dotm",
            "../templates/Letter.dotx",
            "file:///C:\\Users\\a\\Letter.dotx",
            "file:///C:/Users/a/Letter%20two.dotx",
            "C:\\Users\\a\\Letter.dotx",
            "file:///home/a/letter.ott",
            "Letter two: a.dotx",
            "#Sheet1",
            "",
        ] {
            assert!(!is_elsewhere(address), "{address}");
        }
    }
}
