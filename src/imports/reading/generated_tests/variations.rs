//! Variations of documents that do not change what they state: blanks, quotation marks, dashes, marks of bold text, page
//! numbers, and lines broken at a width.

use serde_json::Value;

use super::{DocumentFormat, expected_facts, is_wrong, read_as};

/// A document: its name, its text and the expected facts.
type Sample = (&'static str, &'static str, &'static str);

macro_rules! samples {
    ($($name:literal),+ $(,)?) => {
        [$((
            $name,
            include_str!(concat!("../../../../tests/documents/imports/", $name, ".txt")),
            include_str!(concat!("../../../../tests/documents/imports/", $name, ".expected.json")),
        )),+]
    };
}

const SAMPLES: [Sample; 14] = samples![
    "bilingual-welsh",
    "form-ticked-type",
    "joint-by-addressee-month-only",
    "letter-cause-of-concern",
    "numbered-sections-afi",
    "pasted-table-tracker",
    "recommendation-n-inline-response",
    "template-page-furniture-afi",
    "committee-paper-city-corporation",
    "form-round-brackets",
    "joint-with-prosecutors",
    "letter-mayors-policing-office",
    "rec-n-constabulary-update",
    "some-recommendations-answered",
];

/// A change of a text. The texts of the expected facts change in the same way if `changes_facts` is true.
#[derive(Clone, Copy)]
struct Variation {
    name: &'static str,
    changes_facts: bool,
    format: DocumentFormat,
    change: fn(&str) -> String,
}

/// The text as it is.
const AS_IT_IS: Variation =
    Variation { name: "as it is", changes_facts: false, format: DocumentFormat::Text, change: str::to_owned };

const VARIATIONS: [Variation; 11] = [
    Variation {
        name: "blanks at the ends of lines",
        change: |text| each_line(text, |line| format!("{line}  ")),
        ..AS_IT_IS
    },
    Variation { name: "indented lines", change: |text| each_line(text, |line| format!("    {line}")), ..AS_IT_IS },
    Variation { name: "more blank lines", change: |text| text.replace("\n\n", "\n\n\n"), ..AS_IT_IS },
    Variation {
        name: "fixed blanks",
        change: |text| each_line(text, |line| line.replacen(' ', "\u{a0}", 3)),
        ..AS_IT_IS
    },
    Variation {
        name: "straight quotation marks",
        changes_facts: true,
        change: |text| text.replace(['‘', '’'], "'").replace(['“', '”'], "\""),
        ..AS_IT_IS
    },
    Variation { name: "hyphens for dashes", changes_facts: true, change: |text| text.replace('–', "-"), ..AS_IT_IS },
    Variation { name: "bold headings", change: |text| each_heading(text, |line| format!("**{line}**")), ..AS_IT_IS },
    Variation { name: "headings in capitals", change: |text| each_heading(text, str::to_uppercase), ..AS_IT_IS },
    Variation { name: "lines broken at 76 characters", change: |text| each_line(text, broken), ..AS_IT_IS },
    Variation { name: "page numbers", change: with_page_numbers, ..AS_IT_IS },
    Variation { name: "paragraphs of Word", format: DocumentFormat::Docx, ..AS_IT_IS },
];

fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    let lines = text.split('\n').map(|line| if line.trim().is_empty() { line.to_owned() } else { change(line) });
    lines.collect::<Vec<_>>().join("\n")
}

/// Breaks a line as a text that was copied from a PDF. Rows of tables stay.
fn broken(line: &str) -> String {
    let mut broken = String::new();
    let mut width = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        let separator = if width == 0 {
            ""
        } else if width + length > 76 && !line.contains('\t') {
            "\n"
        } else {
            " "
        };
        width = if separator == "\n" { length } else { width + separator.len() + length };
        broken.push_str(separator);
        broken.push_str(word);
    }
    broken
}

/// Puts a page number after each twelfth line.
fn with_page_numbers(text: &str) -> String {
    let mut page = 0;
    let lines = (1..).zip(text.split('\n')).map(|(number, line)| {
        if number % 12 != 0 || line.contains('\t') {
            return line.to_owned();
        }
        page += 1;
        format!("{line}\nPage {page} of 9\n\u{c}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Changes each line that ends with a colon and begins a section.
fn each_heading(text: &str, change: impl Fn(&str) -> String) -> String {
    let is_heading = |line: &str| line.ends_with(':') && line.len() < 60 && !line.starts_with(['•', ' ']);
    each_line(text, |line| if is_heading(line) && !line.contains("should") { change(line) } else { line.to_owned() })
}

/// Changes each text of a value.
fn change_texts(value: &mut Value, change: fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| change_texts(item, change)),
        Value::Object(members) => members.values_mut().for_each(|member| change_texts(member, change)),
        _ => {}
    }
}

/// Returns the differences between what is read in a text and the expected facts, and the lines that are lost.
fn differences_of(text: &str, expected: &str, variation: &Variation) -> Vec<String> {
    let mut expected: Value = serde_json::from_str(expected).expect("the expected facts are JSON");
    if variation.changes_facts {
        for member in ["inspection", "recommendations", "response", "positions", "welsh"] {
            change_texts(&mut expected[member], variation.change);
        }
    }
    // A sentence of `must_not` quotes the document as it is.
    expected["must_not"] = Value::Null;
    let text = &(variation.change)(text);
    let import = read_as(variation.format, text);
    let lost = expected_facts::every_line_is_accounted_for(&import, text);
    let differences = expected_facts::differences(&import, &expected).into_iter();
    differences.chain(lost.into_iter().map(|line| format!("lost line: {line}"))).collect()
}

#[test]
fn a_variation_of_a_document_gives_the_same_facts() {
    let mut wrong = Vec::new();
    for (name, text, expected) in SAMPLES {
        let as_it_is = differences_of(text, expected, &AS_IT_IS);
        wrong.extend(as_it_is.iter().map(|difference| format!("{name}: {difference}")));
        for variation in &VARIATIONS {
            let differences = differences_of(text, expected, variation).into_iter();
            let differences = differences.filter(|difference| !as_it_is.contains(difference));
            wrong.extend(differences.map(|difference| format!("{name}, {}: {difference}", variation.name)));
        }
    }
    assert!(wrong.is_empty(), "{} differences: {wrong:#?}", wrong.len());
}

/// Headings and labels of the documents, and words instead of them that no list of words can contain.
const UNKNOWN_WORDS: [(&str, &str); 16] = [
    ("Force response:", "Update from the beat:"),
    ("PFCC comment:", "Word from the top floor:"),
    ("FORCE RESPONSE:", "UPDATE FROM THE BEAT:"),
    ("PCC RESPONSE:", "WORD FROM THE TOP FLOOR:"),
    ("Constabulary update:", "Update from the beat:"),
    ("Commissioner’s view:", "Word from the top floor:"),
    ("Overall comments from the Commissioner", "Words from the top floor"),
    ("Commissioner’s comments", "Words from the top floor"),
    ("Foreword from the Commissioner", "Words from the top floor"),
    ("Chief Constable’s comments", "Words from the beat"),
    ("Comments of the Mayor’s Office", "Words from the top floor"),
    ("Areas for improvement", "Things to do better"),
    ("AREAS FOR IMPROVEMENT:", "THINGS TO DO BETTER:"),
    ("Deadline for Response", "Last day for words"),
    ("Conclusion", "And so"),
    ("Report ref. no.", "Paper in the cabinet"),
];

#[test]
fn unknown_headings_give_no_wrong_fact() {
    let mut wrong = Vec::new();
    for (name, text, expected) in SAMPLES {
        let as_it_is = differences_of(text, expected, &AS_IT_IS);
        for (known, unknown) in UNKNOWN_WORDS.iter().filter(|(known, _)| text.contains(known)) {
            let differences = differences_of(&text.replace(known, unknown), expected, &AS_IT_IS).into_iter();
            // Nobody can find what stands under such words. It must be missing, asked or unclaimed, but not wrong.
            let differences = differences.filter(|difference| is_wrong(difference) && !as_it_is.contains(difference));
            wrong.extend(differences.map(|difference| format!("{name}, {unknown:?} for {known:?}: {difference}")));
        }
    }
    assert!(wrong.is_empty(), "{} differences: {wrong:#?}", wrong.len());
}
