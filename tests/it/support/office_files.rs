//! Builds DOCX, ODT and HTML files from lines and tables, so that tests need no files. Numbered lines get the numbering
//! of the format.

use std::io::{Cursor, Write};

use section55::imports::document::text::quoted_cells;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A line of running text. Tabs stay.
    Line(String),
    /// A heading.
    Heading(String),
    /// A paragraph that is bold as a whole.
    Bold(String),
    /// An item of a numbered list. On level 0 it has the number `1.`, and on level 1 `1.1`.
    Numbered(usize, String),
    /// An item of a list with bullets, on a level from 0.
    Bullet(usize, String),
    /// A table of rows with cells.
    Table(Vec<Vec<String>>),
}

/// Returns the parts of a plain text. Lines that follow each other with the same number of tabs, two or more, are a
/// table. All other lines are running text.
pub fn parts_of(text: &str) -> Vec<Part> {
    let tabs = |line: &str| line.matches('\t').count();
    let printed: Vec<&str> = text.lines().flat_map(|line| line.split('\u{c}')).collect();
    let mut lines: Vec<String> = Vec::new();
    let mut from = 0;
    while let Some(line) = printed.get(from) {
        // A quoted cell of a spreadsheet has line breaks.
        let count = if tabs(line) > 0 { quoted_cells::lines_of_row(printed[from..].iter().copied()) } else { None };
        let end = from + count.unwrap_or(1);
        lines.push(printed[from..end].join("\n"));
        from = end;
    }
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let is_row = |row: &String| tabs(row) >= 2 && tabs(row) == tabs(line);
        // A short line between two rows is a row of one cell.
        let is_heading = |at: usize| !lines[at].is_empty() && tabs(&lines[at]) == 0 && !lines[at].ends_with('.');
        let mut rows = 0;
        while lines.get(at + rows).is_some_and(is_row)
            || rows > 0 && lines.get(at + rows + 1).is_some_and(is_row) && is_heading(at + rows)
        {
            rows += 1;
        }
        if rows > 1 {
            let cells = |row: &String| quoted_cells::split(row);
            parts.push(Part::Table(lines[at..at + rows].iter().map(cells).collect()));
            at += rows;
        } else {
            parts.push(Part::Line(line.clone()));
            at += 1;
        }
    }
    parts
}

/// Builds a Word document.
pub fn docx(parts: &[Part]) -> Vec<u8> {
    let paragraph = |properties: &str, run: &str, text: &str| {
        let text = escape(text).replace('\t', "</w:t><w:tab/><w:t xml:space=\"preserve\">");
        let text = text.replace('\n', "</w:t><w:br/><w:t xml:space=\"preserve\">");
        format!(
            "<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
        )
    };
    let list = |number: u32, level: &usize| {
        format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{number}\"/></w:numPr>")
    };
    let body: String = parts
        .iter()
        .map(|part| match part {
            Part::Line(text) => paragraph("", "", text),
            Part::Heading(text) => paragraph("<w:pStyle w:val=\"Heading1\"/>", "", text),
            Part::Bold(text) => paragraph("", "<w:b/>", text),
            Part::Numbered(level, text) => paragraph(&list(1, level), "", text),
            Part::Bullet(level, text) => paragraph(&list(2, level), "", text),
            Part::Table(rows) => {
                let cell = |text: &String| format!("<w:tc>{}</w:tc>", paragraph("", "", text));
                let row = |cells: &Vec<String>| format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>());
                format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
            }
        })
        .collect();
    let root = |name: &str, content: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:{name} \
             xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{content}</w:{name}>"
        )
    };
    let level = |at: usize, form: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl=\"{at}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{form}\"/><w:lvlText w:val=\"{text}\"/></w:lvl>"
        )
    };
    let numbering = format!(
        "<w:abstractNum w:abstractNumId=\"0\">{}{}</w:abstractNum><w:abstractNum w:abstractNumId=\"1\">{}{}\
         </w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num><w:num w:numId=\"2\">\
         <w:abstractNumId w:val=\"1\"/></w:num>",
        level(0, "decimal", "%1."),
        level(1, "decimal", "%1.%2"),
        level(0, "bullet", "\u{f0b7}"),
        level(1, "bullet", "o"),
    );
    let styles = "<w:style w:type=\"paragraph\" w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/></w:style>";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relationships = |targets: &[(&str, &str)]| {
        let one = |(kind, target): &(&str, &str)| {
            format!("<Relationship Id=\"{kind}\" Type=\"{office}/{kind}\" Target=\"{target}\"/>")
        };
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
            targets.iter().map(one).collect::<String>()
        )
    };
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default \
        Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override \
        PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml\
        .document.main+xml\"/></Types>";
    archive(&[
        ("[Content_Types].xml", types.to_owned()),
        ("_rels/.rels", relationships(&[("officeDocument", "word/document.xml")])),
        ("word/document.xml", root("document", &format!("<w:body>{body}</w:body>"))),
        ("word/_rels/document.xml.rels", relationships(&[("styles", "styles.xml"), ("numbering", "numbering.xml")])),
        ("word/styles.xml", root("styles", styles)),
        ("word/numbering.xml", root("numbering", &numbering)),
    ])
}

/// Builds an OpenDocument text.
pub fn odt(parts: &[Part]) -> Vec<u8> {
    let inside = |text: &str| {
        // Spaces after a space are lost in a paragraph, so each of them is an element.
        let mut inside = String::new();
        for character in escape(text).chars() {
            let is_after_space = inside.is_empty() || inside.ends_with([' ', '>']);
            match character {
                ' ' if is_after_space => inside.push_str("<text:s/>"),
                '\t' => inside.push_str("<text:tab/>"),
                '\n' => inside.push_str("<text:line-break/>"),
                other => inside.push(other),
            }
        }
        inside
    };
    let paragraph = |style: &str, text: &str| format!("<text:p text:style-name=\"{style}\">{}</text:p>", inside(text));
    // Each item is a list of its own that continues the one before it.
    let item = |style: &str, level: &usize, text: &str| {
        let deeper = ("<text:list><text:list-item>".repeat(*level), "</text:list-item></text:list>".repeat(*level));
        format!(
            "<text:list text:style-name=\"{style}\" text:continue-numbering=\"true\"><text:list-item>{}{}{}</text:list-item>\
             </text:list>",
            deeper.0,
            paragraph("", text),
            deeper.1
        )
    };
    let body: String = parts
        .iter()
        .map(|part| match part {
            Part::Line(text) => paragraph("", text),
            Part::Heading(text) => format!("<text:h text:outline-level=\"1\">{}</text:h>", inside(text)),
            Part::Bold(text) => paragraph("Bold", text),
            Part::Numbered(level, text) => item("Numbers", level, text),
            Part::Bullet(level, text) => item("Bullets", level, text),
            Part::Table(rows) => {
                let cell = |text: &String| format!("<table:table-cell>{}</table:table-cell>", paragraph("", text));
                let row = |cells: &Vec<String>| {
                    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
                };
                format!("<table:table>{}</table:table>", rows.iter().map(row).collect::<String>())
            }
        })
        .collect();
    let namespaces = ["office", "text", "table", "style"]
        .map(|name| format!(" xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\""))
        .concat();
    let fo = "xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\"";
    let styles = "<style:style style:name=\"Bold\" style:family=\"paragraph\"><style:text-properties \
        fo:font-weight=\"bold\"/></style:style><text:list-style style:name=\"Numbers\"><text:list-level-style-number \
        text:level=\"1\" style:num-format=\"1\" style:num-suffix=\".\"/><text:list-level-style-number text:level=\"2\" \
        style:num-format=\"1\" text:display-levels=\"2\"/></text:list-style><text:list-style style:name=\"Bullets\">\
        <text:list-level-style-bullet text:level=\"1\" text:bullet-char=\"•\"/><text:list-level-style-bullet \
        text:level=\"2\" text:bullet-char=\"◦\"/></text:list-style>";
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content{namespaces} {fo}><office:automatic-styles>\
         {styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>\
         </office:document-content>"
    );
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.text".to_owned()),
        ("content.xml", content),
        ("META-INF/manifest.xml", manifest.to_owned()),
    ])
}

/// Builds a web page.
pub fn html(parts: &[Part]) -> String {
    let mut numbers = [0, 0];
    let mut body = String::new();
    for part in parts {
        let element = match part {
            // An empty paragraph has no line, but a line break has.
            Part::Line(text) if text.trim().is_empty() => "<p><br></p>".to_owned(),
            Part::Line(text) => format!("<p style=\"white-space: pre-wrap\">{}</p>", escape(text)),
            Part::Heading(text) => format!("<h1>{}</h1>", escape(text)),
            Part::Bold(text) => format!("<p><strong>{}</strong></p>", escape(text)),
            Part::Numbered(0, text) => {
                numbers = [numbers[0] + 1, 0];
                format!("<ol start=\"{}\"><li>{}</li></ol>", numbers[0], escape(text))
            }
            // HTML has no numbers such as 1.1, so they are part of the text.
            Part::Numbered(_, text) => {
                numbers[1] += 1;
                format!("<p>{}.{} {}</p>", numbers[0], numbers[1], escape(text))
            }
            Part::Bullet(level, text) => {
                format!("{}<li>{}</li>{}", "<ul>".repeat(level + 1), escape(text), "</ul>".repeat(level + 1))
            }
            Part::Table(rows) => {
                let cell = |text: &String| format!("<td>{}</td>", escape(text).replace('\n', "<br>"));
                let row = |cells: &Vec<String>| format!("<tr>{}</tr>", cells.iter().map(cell).collect::<String>());
                format!("<table>{}</table>", rows.iter().map(row).collect::<String>())
            }
        };
        body.push_str(&element);
        body.push('\n');
    }
    format!("<!DOCTYPE html>\n<html lang=\"en\"><head><title>Response</title></head><body>\n{body}</body></html>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn archive(entries: &[(&str, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(content.as_bytes()).expect("its content");
    }
    zip.finish().expect("an archive").into_inner()
}
