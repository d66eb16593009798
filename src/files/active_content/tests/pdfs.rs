//! PDF: scripts, actions, attached files and XFA, in objects, in compressed objects and in objects out of use.

use std::io::Write;

use super::{assert_passes, assert_refused};

/// Builds a file from its objects, of which the first is the catalogue and the second the list of pages.
fn pdf(catalogue: &str, more: &[&str]) -> Vec<u8> {
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R{catalogue}>>"),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>".to_owned(),
    ];
    objects.extend(more.iter().map(|object| (*object).to_owned()));
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = String::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend_from_slice(format!("{} 0 obj{object}endobj\n", index + 1).as_bytes());
    }
    let (start, count) = (file.len(), objects.len() + 1);
    let end = format!(
        "xref\n0 {count}\n0000000000 65535 f \n{offsets}trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend_from_slice(end.as_bytes());
    file
}

/// Builds a file whose fourth object is in a compressed stream of objects (ISO 32000-2 §7.5.7).
fn pdf_with_compressed_object(object: &str) -> Vec<u8> {
    let head = "4 0 ";
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(format!("{head}{object}").as_bytes()).expect("compressed");
    let compressed = encoder.finish().expect("compressed");
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = vec![0];
    for (number, object) in [
        (1, "<</Type/Catalog/Pages 2 0 R/Names 4 0 R>>"),
        (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
    ] {
        offsets.push(file.len());
        file.extend_from_slice(format!("{number} 0 obj{object}endobj\n").as_bytes());
    }
    let stream = file.len();
    let dict = format!("<</Type/ObjStm/N 1/First {}/Filter/FlateDecode/Length {}>>", head.len(), compressed.len());
    file.extend_from_slice(format!("5 0 obj{dict}stream\n").as_bytes());
    file.extend_from_slice(&compressed);
    file.extend_from_slice(b"\nendstream endobj\n");
    let start = file.len();
    let mut table = Vec::new();
    let mut row = |kind: u8, second: usize, third: u8| {
        table.push(kind);
        table.extend_from_slice(&u32::try_from(second).expect("an offset").to_be_bytes());
        table.push(third);
    };
    row(0, 0, 255);
    offsets[1..].iter().for_each(|offset| row(1, *offset, 0));
    row(2, 5, 0);
    row(1, stream, 0);
    row(1, start, 0);
    let dict = format!("<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length {}>>", table.len());
    file.extend_from_slice(format!("6 0 obj{dict}stream\n").as_bytes());
    file.extend_from_slice(&table);
    file.extend_from_slice(format!("\nendstream endobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    file
}

#[test]
fn scripts_and_programs_are_refused() {
    for (catalogue, object, what) in [
        ("/OpenAction 4 0 R", "<</S/JavaScript/JS(app.alert(1))>>", "JavaScript"),
        ("", "<</S/J#61vaScript/JS(app.alert(1))>>", "JavaScript"),
        ("", "<</Type/Annot/A<</JS 5 0 R>>>>", "JavaScript"),
        ("/Names<</JavaScript 4 0 R>>", "<</Names[]>>", "JavaScript"),
        ("", "<</Type/Annot/A<</S/Launch/F(cmd.exe)>>>>", "Launch"),
        ("", "<</Type/Annot/Subtype/RichMedia>>", "RichMedia"),
        ("", "<</Type/Annot/A<</S/SubmitForm/F(http://host.example)>>>>", "SubmitForm"),
        ("", "<</Type/Annot/A<</S/ImportData/F(a)>>>>", "ImportData"),
        ("/OpenAction<</S/URI/URI(http://host.example)>>", "<<>>", "OpenAction"),
        ("/OpenAction 4 0 R", "<</S/GoTo/D[3 0 R/Fit]/Next<</S/URI/URI(http://host.example)>>>>", "OpenAction"),
        ("/OpenAction<</S/GoToR/F(\\\\server\\a.pdf)/D[0/Fit]>>", "<<>>", "OpenAction"),
        ("", "<</Type/Page/AA<</O<</S/URI/URI(http://host.example)>>>>>>", "AA"),
        ("/AcroForm<</XFA[(a)4 0 R]>>", "<<>>", "XFA"),
        ("", "<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>", "an attached file"),
        ("", "<</Type/EmbeddedFile/Length 1>>stream\nx\nendstream", "an attached file"),
        ("", "<</Length 0/F(http://host.example)>>stream\n\nendstream", "content in another file"),
    ] {
        assert_refused(&pdf(catalogue, &[object]), "active_content", what);
    }
}

#[test]
fn a_script_in_a_compressed_object_is_refused() {
    assert_refused(&pdf_with_compressed_object("<</S/JavaScript/JS(x)>>"), "active_content", "JavaScript");
    assert_refused(&pdf_with_compressed_object("<</Z[<</JS(x)>>]>>"), "active_content", "JavaScript");
    assert_passes(&pdf_with_compressed_object("<</Dests 3 0 R>>"), "a compressed object");
}

#[test]
fn an_object_out_of_use_is_refused_too() {
    let mut file = pdf("", &[]);
    let at = memchr::memmem::find(&file, b"1 0 obj").expect("the first object");
    // The object begins where no table points.
    let hidden = b"%\n9 0 obj<</S/JavaScript/JS(x)>>endobj\n";
    file.splice(at..at, hidden.iter().copied());
    assert_refused(&file, "active_content", "JavaScript");
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    assert_refused(b"%PDF-1.7\n", "malformed", "damaged");
    let encrypted = pdf("", &[]);
    let at = memchr::memmem::rfind(&encrypted, b"/Root").expect("the trailer");
    let dict = b"/Encrypt<</Filter/Other/V 9>>";
    let encrypted = [&encrypted[..at], dict, &encrypted[at..]].concat();
    assert_refused(&encrypted, "encrypted", "password");
}

#[test]
fn ordinary_files_pass() {
    let link = "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://www.example.org/JS)>>>>";
    assert_passes(&pdf("/OpenAction[3 0 R/Fit]", &[link]), "a hyperlink and a first page");
    assert_passes(&pdf("/OpenAction<</S/GoTo/D[3 0 R/Fit]>>/AcroForm<</Fields[]>>", &[]), "a first page and a form");
    assert_passes(&pdf("/OpenAction 4 0 R", &["<</S/Named/N/NextPage>>"]), "a named action");
    let text = "BT (Nothing/JS runs) Tj ET";
    let content = format!("<</Length {}>>stream\n{text}\nendstream", text.len());
    assert_passes(&pdf("/Metadata 4 0 R", &[&content]), "text that names a script");
}
