//! E-mails: their attachments, by name and by content.

use base64::Engine;

use super::samples::{EMAIL, PNG, WORD, archive, package};
use super::{assert_passes, assert_refused, program};

/// Makes an e-mail with an attachment. `headers` are the fields of the attachment's part.
fn email(headers: &str, content: &[u8]) -> Vec<u8> {
    let content = base64::engine::general_purpose::STANDARD.encode(content);
    format!(
        "From: A <a@force.example>\r\nTo: b@force.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: \
         multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>See <a href=\"https://host.example\">\
         the report</a><script>x</script></p>\r\n--b\r\n{headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {content}\r\n--b--\r\n"
    )
    .into_bytes()
}

fn attached(name: &str, content: &[u8]) -> Vec<u8> {
    email(
        &format!("Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\""),
        content,
    )
}

#[test]
fn attached_programs_are_refused() {
    for name in ["a.exe", "a.JS", "minutes.pdf.vbs", "a.lnk ", "a.hta.", "a.docm", "a.html", "a.svg", "a.iso", "a.jar"]
    {
        assert_refused(&attached(name, b"x"), "active_content", "The file contains");
    }
    assert_refused(&attached("minutes.pdf", &program()), "active_content", "a program");
    let name_only = "Content-Type: application/octet-stream; name=a.exe";
    assert_refused(&email(name_only, b"x"), "active_content", "a.exe");
    let encoded = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=UTF-8''a%2Ee%78e";
    assert_refused(&email(encoded, b"x"), "active_content", "a.exe");
    let word = "Content-Type: application/pdf; name=\"=?utf-8?b?YS5leGU=?=\"";
    assert_refused(&email(word, b"x"), "active_content", "a.exe");
    let in_text = "From: a\r\nTo: b\r\n\r\nHello\r\nbegin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n";
    assert_refused(in_text.as_bytes(), "active_content", "a.exe");
}

#[test]
fn attached_documents_are_checked_like_files_of_their_own() {
    let macros = package(WORD, &[("word/vbaProject.bin", b"x")]);
    assert_refused(&attached("a.docx", &macros), "macros", "vbaProject");
    let zip = archive(&[("in/a.exe", b"x")]);
    assert_refused(&attached("a.zip", &zip), "active_content", "in/a.exe");
    assert_refused(&attached("a.zip", &archive(&[("a.docx", &macros)])), "macros", "vbaProject");
    assert_refused(&attached("a.pdf", b"%PDF-1.4 and no more"), "malformed", "damaged");
    let inner = attached("a.exe", b"x");
    assert_refused(&attached("forwarded.eml", &inner), "active_content", "a.exe");
    let text = String::from_utf8(inner).expect("text");
    let forwarded = format!(
        "From: a\r\nTo: b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: \
         message/rfc822\r\n\r\n{text}\r\n--c--\r\n"
    );
    assert_refused(forwarded.as_bytes(), "active_content", "a.exe");
}

#[test]
fn what_cannot_be_checked_is_refused() {
    assert_refused(&attached("a.rar", b"Rar!\x1a\x07\x00"), "active_content", "RAR");
    assert_refused(&attached("winmail.dat", b"\x78\x9f\x3e\x22"), "active_content", "winmail.dat");
    assert_refused(&attached("a.rtf", b"{\\rtf1 }"), "active_content", "Rich Text");
    let encrypted = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m";
    assert_refused(&email(encrypted, b"x"), "encrypted", "password");
}

#[test]
fn a_message_whose_parts_can_be_divided_in_another_way_is_refused() {
    // The parser sees no program in these. Another program may go on after the end, or not take the line for an end.
    for before in [
        "\r\n--b--\r\n",
        "\r\nTo: b--b--\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\nTo: b",
        "\r\n--bx\r\n\r\n--b--\r\n",
        "\r\nx\r\n--bx\r\n\r\nTo: b--b--\r\n",
    ] {
        let message = format!(
            "From: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{before}\r\n--b\r\n\
             Content-Disposition: attachment; filename=a.exe\r\n\r\nx\r\n--b--\r\n"
        );
        assert_refused(message.as_bytes(), "malformed", "damaged");
        let encoded = base64::engine::general_purpose::STANDARD.encode(&message);
        let outer = format!(
            "From: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: \
             message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--c--\r\n"
        );
        assert_refused(outer.as_bytes(), "malformed", "damaged");
    }
}

#[test]
fn ordinary_messages_pass() {
    assert_passes(EMAIL, "a message of text");
    let with_epilogue = [&attached("picture.png", PNG)[..], b"\r\nSent from a telephone\r\n"].concat();
    assert_passes(&with_epilogue, "a message with a text after its last part");
    let forwarded = format!(
        "From: a\r\nTo: b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: \
         message/rfc822\r\n\r\n{}\r\n--c--\r\n",
        String::from_utf8(attached("picture.png", PNG)).expect("text")
    );
    assert_passes(forwarded.as_bytes(), "a forwarded message");
    assert_passes(&attached("picture.png", PNG), "a picture");
    assert_passes(&attached("minutes.docx", &package(WORD, &[])), "a document");
    assert_passes(&attached("figures.zip", &archive(&[("a.csv", b"a,b\n1,2\n")])), "an archive of a table");
    let signed = "Content-Type: application/pkcs7-signature; name=smime.p7s";
    assert_passes(&email(signed, b"x"), "a signature");
}
