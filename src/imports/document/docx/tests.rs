//! Tests of the reader of Word documents, with small documents that each test builds.

use super::super::{Block, LineStyle, TableRow};
use super::fixture::{document, docx, item, level, lines, notice, p, texts};
use super::read;

#[test]
fn lists_have_the_numbers_that_word_shows() {
    let numbering = [
        "<w:abstractNum w:abstractNumId='0'>",
        &level(0, "decimal", "%1."),
        &level(1, "decimal", "%1.%2"),
        &level(2, "lowerLetter", "(%3)"),
        &level(3, "lowerRoman", "%4)"),
        "</w:abstractNum><w:abstractNum w:abstractNumId='1'>",
        &level(0, "bullet", "\u{f0b7}"),
        &level(1, "bullet", "o"),
        "</w:abstractNum><w:abstractNum w:abstractNumId='2'>",
        &level(0, "upperRoman", "Recommendation %1:"),
        "</w:abstractNum>",
        "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>",
        "<w:num w:numId='2'><w:abstractNumId w:val='1'/></w:num>",
        "<w:num w:numId='3'><w:abstractNumId w:val='2'/></w:num>",
        "<w:num w:numId='4'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/>\
         </w:lvlOverride></w:num>",
    ]
    .concat();
    let body = [
        item(1, 0, "a"),
        item(1, 1, "b"),
        item(1, 1, "c"),
        item(1, 2, "d"),
        item(1, 3, "e"),
        p("between"),
        item(1, 0, "f"),
        item(1, 1, "g"),
        item(2, 0, "h"),
        item(2, 1, "i"),
        item(3, 0, "j"),
        item(3, 0, "k"),
        item(4, 0, "l"),
        item(4, 0, "m"),
        item(1, 0, "n"),
        item(0, 0, "o"),
        item(9, 0, "p"),
    ]
    .concat();
    let document = document(&body, &[("numbering", "numbering", &numbering)]);
    assert_eq!(
        texts(&document),
        [
            "1. a",
            "1.1 b",
            "1.2 c",
            "    (a) d",
            "      i) e",
            "between",
            "2. f",
            "2.1 g",
            "• h",
            "  • i",
            "Recommendation I: j",
            "Recommendation II: k",
            "7. l",
            "8. m",
            "9. n",
            "o",
            "p"
        ]
    );
    assert_eq!(lines(&document)[0].1, LineStyle::ListItem);
}

#[test]
fn styles_give_headings_and_their_numbers() {
    let styles = "<w:style w:type='paragraph' w:styleId='H1'><w:name w:val='heading 1'/><w:pPr><w:numPr><w:numId \
        w:val='1'/></w:numPr></w:pPr></w:style>\
        <w:style w:type='paragraph' w:styleId='H2'><w:name w:val='heading 2'/><w:basedOn w:val='H1'/></w:style>\
        <w:style w:type='paragraph' w:styleId='Strong'><w:name w:val='Lead'/><w:rPr><w:b/></w:rPr></w:style>\
        <w:style w:type='paragraph' w:styleId='T1'><w:name w:val='toc 1'/></w:style>\
        <w:style w:type='paragraph' w:styleId='Loop'><w:name w:val='Loop'/><w:basedOn w:val='Loop'/></w:style>";
    let of_style = |index, style, text: &str| {
        level(index, "decimal", text).replace("<w:numFmt", &format!("<w:pStyle w:val='{style}'/><w:numFmt"))
    };
    let numbering = format!(
        "<w:abstractNum w:abstractNumId='0'>{}{}</w:abstractNum>\
         <w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>",
        of_style(0, "H1", "%1"),
        of_style(1, "H2", "%1.%2")
    );
    let styled =
        |style: &str, text: &str| p(text).replace("<w:p>", &format!("<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr>"));
    let body = [
        styled("T1", "Introduction 3"),
        styled("H1", "Introduction"),
        styled("H2", "Scope"),
        styled("H1", "Findings"),
        styled("H2", "First"),
        styled("Strong", "Our response"),
        styled("Loop", "Text"),
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Bold</w:t></w:r><w:r><w:t> and not</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:r><w:rPr><w:b w:val='0'/></w:rPr><w:t>Not bold</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:pPr><w:outlineLvl w:val='1'/></w:pPr><w:r><w:t>Outline</w:t></w:r></w:p>".to_owned(),
    ]
    .concat();
    let document = document(&body, &[("styles", "styles", styles), ("numbering", "numbering", &numbering)]);
    assert_eq!(
        lines(&document),
        [
            ("1 Introduction", LineStyle::Heading),
            ("1.1 Scope", LineStyle::Heading),
            ("2 Findings", LineStyle::Heading),
            ("2.1 First", LineStyle::Heading),
            ("Our response", LineStyle::Heading),
            ("Text", LineStyle::Text),
            ("Bold and not", LineStyle::Text),
            ("Not bold", LineStyle::Text),
            ("Outline", LineStyle::Heading),
        ]
    );
    notice(&document, "table_of_contents");
}

#[test]
fn tables_have_cells_and_merged_cells() {
    let cell = |properties: &str, text: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text));
    let body = format!(
        "{}<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr><w:trPr><w:hidden/></w:trPr>{}{}<w:tc>{}{}</w:tc></w:tr>\
         <w:tr><w:trPr><w:del w:id='1'/></w:trPr>{}</w:tr></w:tbl>{}",
        p("before"),
        cell("<w:gridSpan w:val='2'/>", "wide"),
        cell("", "c"),
        cell("<w:vMerge w:val='restart'/>", "tall"),
        cell("", "b2"),
        "<w:tc><w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>gone</w:t></w:r></w:p></w:tc>",
        cell("<w:vMerge/>", ""),
        cell("", "b3"),
        p("one"),
        p("two"),
        cell("", "deleted row"),
        p("after"),
    );
    let document = document(&body, &[]);
    let Block::Table(table) = &document.blocks[1] else { panic!("no table") };
    let shown = |row: &TableRow| {
        let cells = row.cells.iter().map(|cell| {
            format!("{}{}{}", cell.text, if cell.merged { "*" } else { "" }, if cell.struck { "-" } else { "" })
        });
        cells.collect::<Vec<_>>().join("|")
    };
    assert_eq!(
        table.rows.iter().map(shown).collect::<Vec<_>>(),
        ["wide|wide*|c", "tall|b2|gone-", "tall*|b3|one\ntwo"]
    );
    assert_eq!((table.name.as_str(), table.rows[2].number, table.rows[2].hidden), ("Table 1", 3, true));
    let Block::Line(after) = &document.blocks[2] else { panic!("no line") };
    assert_eq!((after.text.as_str(), after.place.line), ("after", Some(5)));
    assert!(notice(&document, "tracked_changes").contains("deleted row"));
}

#[test]
fn breaks_changes_hidden_text_and_comments() {
    let body = [
        "<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t><w:tab/><w:t>three</w:t><w:br w:type='page'/></w:r></w:p>",
        "<w:p><w:r><w:t>by </w:t></w:r><w:del><w:r><w:delText>June</w:delText></w:r></w:del>\
         <w:ins><w:r><w:t>July</w:t></w:r></w:ins></w:p>",
        "<w:p><w:r><w:t>seen</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>\
         <w:r><w:commentReference w:id='4'/></w:r></w:p>",
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>all secret</w:t></w:r></w:p>",
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>joined </w:t></w:r></w:p>",
        "<w:p><w:r><w:t>together</w:t></w:r></w:p>",
    ]
    .concat();
    let comments = "<w:comment w:id='4'><w:p><w:r><w:t>Check this</w:t></w:r></w:p></w:comment>";
    let header = "<w:p><w:r><w:t>OFFICIAL</w:t></w:r></w:p>";
    let document =
        document(&body, &[("comments", "comments", comments), ("header", "hdr", header), ("footer", "ftr", header)]);
    assert_eq!(texts(&document), ["one", "two\tthree", "", "by July", "seen", "joined together"]);
    assert!(notice(&document, "tracked_changes").contains("June"));
    assert!(notice(&document, "hidden_text").contains("secret · all secret"));
    assert!(notice(&document, "comments").contains("Check this"));
    assert!(notice(&document, "header_or_footer").contains("“OFFICIAL”"));
}

#[test]
fn boxes_and_fields_of_forms() {
    let control = |checked: &str| {
        format!(
            "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='{checked}'/></w14:checkbox></w:sdtPr>\
             <w:sdtContent><w:r><w:t>x</w:t></w:r></w:sdtContent></w:sdt>"
        )
    };
    let field = |data: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType='begin'><w:ffData>{data}</w:ffData></w:fldChar></w:r>\
             <w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
        )
    };
    let body = [
        format!("<w:p>{}<w:r><w:t> PEEL</w:t></w:r></w:p>", control("1")),
        format!("<w:p>{}<w:r><w:t> Custody</w:t></w:r></w:p>", control("0")),
        format!("<w:p>{}<w:r><w:t> Yes</w:t></w:r></w:p>", field("<w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox>")),
        format!("<w:p>{}<w:r><w:t> No</w:t></w:r></w:p>", field("<w:checkBox><w:default w:val='0'/></w:checkBox>")),
        format!(
            "<w:p>{}</w:p>",
            field("<w:ddList><w:result w:val='1'/><w:listEntry w:val='A'/><w:listEntry w:val='B'/></w:ddList>")
        ),
        "<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FE'/><w:t> sym</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:r><w:rPr><w:rFonts w:ascii='Wingdings'/></w:rPr><w:t>\u{a8}</w:t></w:r><w:r><w:t> old</w:t></w:r></w:p>"
            .to_owned(),
        "<w:p><w:r><w:t>Date: </w:t></w:r><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Click \
         here</w:t></w:r></w:sdtContent></w:sdt></w:p>"
            .to_owned(),
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> REF x </w:instrText></w:r><w:r>\
         <w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>page 4</w:t></w:r><w:r><w:fldChar \
         w:fldCharType='end'/></w:r></w:p>"
            .to_owned(),
    ]
    .concat();
    let document = document(&body, &[]);
    assert_eq!(texts(&document), ["☒ PEEL", "☐ Custody", "☒ Yes", "☐ No", "B", "☒ sym", "☐ old", "Date:", "page 4"]);
    assert!(notice(&document, "placeholders").contains("Click here"));
}

#[test]
fn text_boxes_notes_and_pictures() {
    let inside = p("in the box");
    let body = [
        format!(
            "<w:p><w:r><w:t>anchor</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>\
             <w:txbxContent>{inside}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>\
             <w:txbxContent>{inside}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        ),
        "<w:p><w:r><w:t>See the note</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>".to_owned(),
        "<w:p><w:r><w:drawing><wp:docPr id='1' name='x' descr='The crest'/><pic:pic/></w:drawing></w:r></w:p>"
            .to_owned(),
    ]
    .concat();
    let notes = format!("<w:footnote w:id='2'>{}</w:footnote>", p(" Page 4."));
    let document = document(&body, &[("footnotes", "footnotes", &notes)]);
    assert_eq!(texts(&document), ["anchor", "in the box", "See the note[1]", "", "[1] Page 4."]);
    assert_eq!(notice(&document, "pictures"), "Pictures were left out: 1. Their descriptions: “The crest”.");
}

#[test]
fn bad_files_are_faults() {
    let code = |bytes: &[u8]| read(bytes).unwrap_err().code.into_owned();
    let whole = docx(&p("text"), &[]);
    assert_eq!(code(&whole[..whole.len() / 2]), "malformed");
    assert_eq!(code(&docx("", &[])), "no_text");
    assert_eq!(code(&docx(&"<w:sdt><w:sdtContent>".repeat(1_000), &[])), "too_deep");
    assert_eq!(code(&docx(&p("x").repeat(20_001), &[])), "too_long");
    let wide =
        format!("<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='4000000000'/></w:tcPr>{}</w:tc></w:tr></w:tbl>", p("x"));
    assert_eq!(code(&docx(&wide, &[])), "too_long");
}
