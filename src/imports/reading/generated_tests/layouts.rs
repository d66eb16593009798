//! The layouts: each writes a record as a document, with the facts that are expected.

use serde_json::{Value, json};

use super::record::{Item, Record};

/// Writes a record as a document. Returns the text and the expected facts.
pub type Layout = fn(&Record) -> (String, Value);

/// The office's template, whose headings stand on lines of their own.
pub const TEMPLATE: Layout = |record| {
    let mut lines = vec![
        "Northmere Office of Police and Crime Commissioner".to_owned(),
        format!("Inspection Title:\n#40101 {}\n", record.title),
        format!("Date Published:\n{}\n", record.published_printed),
        "Recommendations:\n".to_owned(),
    ];
    lines.extend(numbered(&record.recommendations, |number, item| {
        format!("{number}. #401{number:02}1 - {}", item.text)
    }));
    if !record.improvements.is_empty() {
        lines.push("\nAreas for improvement\n".to_owned());
        lines.extend(record.improvements.iter().map(|item| format!("• {}", item.text)));
    }
    lines.push(format!("\nPCC Response to Report and Recommendation:\n\n{}\n", record.comments));
    if record.recommendations.iter().any(|item| item.explanation.is_some()) {
        lines.push("Recommendations\n".to_owned());
        lines.extend(explained(&record.recommendations, |number, text| format!("Recommendation {number}: {text}")));
    }
    lines.push("Page 1 of 1".to_owned());
    let mut expected = expected(record, |number| number.to_string(), |_| Value::Null);
    expected["inspection"]["reference"] = json!("40101");
    for (index, item) in list(&mut expected["recommendations"]).iter_mut().enumerate() {
        if index < record.recommendations.len() {
            item["reference"] = json!(format!("401{:02}1", index + 1));
        }
    }
    expected["response"] = json!({
        "policing_body_comments": record.comments,
        "explanations": explanations(&record.recommendations, |number| number.to_string()),
    });
    (lines.join("\n"), expected)
};

/// A form with tick boxes.
pub const FORM: Layout = |record| {
    let is_national = record.kind.ends_with("thematic");
    let boxes = if is_national { ("☐", "☒") } else { ("☒", "☐") };
    let mut lines = vec![
        "Response by the Police and Crime Commissioner to HMICFRS inspections of Northmere Police\n".to_owned(),
        format!("Title of Inspection: {}", record.title),
        format!("Date Inspection Published: {}", record.published_printed),
        format!("Type of Inspection: {} Northmere Police Specific\n{} National", boxes.0, boxes.1),
        format!("Date response sent: {}", record.answered_on.format("%d/%m/%Y")),
        format!("\nFORCE RESPONSE:\n{}", record.chief_comments),
    ];
    if !record.recommendations.is_empty() {
        lines.push("\nRECOMMENDATIONS:".to_owned());
        lines.extend(numbered(&record.recommendations, |number, item| format!("{number}. {}", item.text)));
    }
    if !record.improvements.is_empty() {
        lines.push("\nAREAS FOR IMPROVEMENT:".to_owned());
        lines.extend(numbered(&record.improvements, |number, item| format!("{number}. {}", item.text)));
    }
    lines.push(format!("\nPCC RESPONSE:\n{}", record.comments));
    lines.push("\nSIGNED: R. Marlowe, Police and Crime Commissioner".to_owned());
    let mut expected = expected(record, |_| String::new(), |_| Value::Null);
    for item in list(&mut expected["recommendations"]) {
        // Two lists each begin with 1, so that a reader can number the second in two ways.
        item.as_object_mut().expect("an object").remove("number");
    }
    expected["inspection"]["scope"] = json!(if is_national { "national" } else { "force" });
    expected["response"] = json!({
        "policing_body_comments": record.comments,
        "chief_officer_comments": record.chief_comments,
        "dated": record.answered_on,
        "signed_by": "R. Marlowe",
        "explanations": [],
    });
    (lines.join("\n"), expected)
};

/// Each recommendation with the answers under it.
pub const INLINE: Layout = |record| {
    let mut lines = vec![
        format!("HMICFRS: {}\n", record.title),
        format!("Published: {}\n", record.published_printed),
        "Response from: Office of the Police and Crime Commissioner for Northmere\n".to_owned(),
        format!("Commissioner’s comments\n\n{}\n", record.comments),
    ];
    for (word, items) in [("Recommendation", &record.recommendations), ("Area for improvement", &record.improvements)] {
        for (number, item) in (1..).zip(items) {
            lines.push(format!("{word} {number}\n{}\n", item.text));
            if let Some((_, text)) = &item.explanation {
                lines.push(format!("Force response: {text}\n"));
                lines.extend(item.remark.iter().map(|remark| format!("PCC comment: {remark}\n")));
            }
        }
    }
    let mut expected = expected(record, |number| number.to_string(), |number| json!(number.to_string()));
    // An area for improvement has the number of a recommendation, so that its answer can be told in two ways.
    let is_unclear = !record.improvements.is_empty() && !record.recommendations.is_empty();
    let mut answered = explanations(&record.recommendations, |number| number.to_string());
    if record.recommendations.is_empty() {
        answered = explanations(&record.improvements, |number| number.to_string());
    }
    expected["response"] = if is_unclear {
        Value::Null
    } else {
        json!({ "policing_body_comments": record.comments, "explanations": answered })
    };
    (lines.join("\n"), expected)
};

/// A letter to the Home Secretary.
pub const LETTER: Layout = |record| {
    let mut lines = vec![
        format!(
            "The Home Secretary\n\nHome Office\n\n2 Marsham Street\n\nLondon  SW1P 4DF\n\n{}\n",
            record.answered_on.format("%-d %B %Y")
        ),
        format!("{}\n", record.title),
        format!(
            "I write to you in response to the above report, which HMICFRS published on {}.\n",
            record.published_printed
        ),
    ];
    lines.extend(numbered(&record.recommendations, |number, item| {
        let explanation = item.explanation.as_ref().map(|(_, text)| format!("\n\nResponse: {text}"));
        format!("Recommendation {number}\n\n{}{}\n", item.text, explanation.unwrap_or_default())
    }));
    if !record.improvements.is_empty() {
        lines.push("Areas for improvement\n".to_owned());
        lines.extend(record.improvements.iter().map(|item| format!("  • {}", item.text)));
    }
    lines.push(format!("\nMy comments\n\n{}\n", record.comments));
    lines.push("Yours sincerely\n\nR. Marlowe\nPolice and Crime Commissioner for Northmere".to_owned());
    let mut expected = expected(record, |number| number.to_string(), |_| Value::Null);
    expected["response"] = json!({
        "policing_body_comments": record.comments,
        "dated": record.answered_on,
        "signed_by": "R. Marlowe",
        "explanations": explanations(&record.recommendations, |number| number.to_string()),
    });
    (lines.join("\n"), expected)
};

/// Numbered sections, with areas for improvement and no recommendations.
pub const NUMBERED_SECTIONS: Layout = |record| {
    let record = &Record { recommendations: Vec::new(), ..record.clone() };
    let mut lines = vec![
        format!("Commissioner’s response to HMICFRS report: {}\n", record.title),
        format!("Report published: {}\n", record.published_printed),
        format!("1. Police and Crime Commissioner’s comments\n\n1.1 {}\n", record.comments),
        format!("2. Chief Constable’s comments\n\n2.1 {}\n", record.chief_comments),
        "3. Responses\n".to_owned(),
    ];
    let mut section = 0;
    lines.extend(numbered(&record.improvements, |number, item| {
        let explanation = item.explanation.as_ref().map(|(_, text)| {
            section += 1;
            format!("\n\n3.{section} {text}")
        });
        format!("AFI {number}: {}{}\n", item.text, explanation.unwrap_or_default())
    }));
    let mut expected = expected(record, |number| number.to_string(), |number| json!(number.to_string()));
    expected["response"] = json!({
        "policing_body_comments": record.comments,
        "chief_officer_comments": record.chief_comments,
        "explanations": explanations(&record.improvements, |number| number.to_string()),
    });
    (lines.join("\n"), expected)
};

/// A table as an office keeps it.
pub const TRACKER: Layout = |record| {
    let mut lines = vec![
        "Northmere Police – HMICFRS tracker for the Joint Audit Committee".to_owned(),
        format!("Report: {} (published {})\n", record.title, record.published_printed),
        "Ref\tType\tRecommendation\tOwner\tRAG\tUpdate".to_owned(),
    ];
    let row = |number: String, kind: &str, item: &Item| {
        let update = item.explanation.as_ref().map_or("", |(_, text)| text);
        format!("{number}\t{kind}\t{}\tHead of Crime\tGreen\t{update}", item.text)
    };
    lines.extend(numbered(&record.recommendations, |number, item| row(number.to_string(), "Recommendation", item)));
    lines.extend(numbered(&record.improvements, |number, item| row(format!("AFI {number}"), "AFI", item)));
    let expected = expected(record, |number| number.to_string(), |number| json!(format!("AFI {number}")));
    (lines.join("\n"), expected)
};

/// Returns the facts that are the same in each layout. A number that is null is not compared.
fn expected(record: &Record, number: impl Fn(usize) -> String, improvement: impl Fn(usize) -> Value) -> Value {
    let item = |kind: &str, number: Value, item: &Item| {
        let mut expected = json!({ "kind": kind, "text": item.text, "target": item.target });
        if !number.is_null() {
            expected["number"] = number;
        }
        expected
    };
    let recommendations = numbered(&record.recommendations, |at, one| item("recommendation", json!(number(at)), one));
    let improvements = numbered(&record.improvements, |at, one| item("area_for_improvement", improvement(at), one));
    json!({
        "inspection": { "title": record.title, "kind": record.kind, "published_on": record.published_on,
                        "published_printed": record.published_printed },
        "recommendations": recommendations.into_iter().chain(improvements).collect::<Vec<_>>(),
    })
}

fn explanations(items: &[Item], number: impl Fn(usize) -> String) -> Vec<Value> {
    let explained = (1..).zip(items).filter_map(|(at, item)| Some((at, item.explanation.as_ref()?)));
    explained.map(|(at, (branch, text))| json!({ "number": number(at), "branch": branch, "text": text })).collect()
}

fn numbered<T>(items: &[Item], write: impl FnMut(usize, &Item) -> T) -> Vec<T> {
    let mut write = write;
    (1..).zip(items).map(|(number, item)| write(number, item)).collect()
}

fn explained(items: &[Item], write: impl Fn(usize, &str) -> String) -> Vec<String> {
    let explained = (1..).zip(items).filter_map(|(number, item)| Some((number, &item.explanation.as_ref()?.1)));
    explained.map(|(number, text)| write(number, text)).collect()
}

fn list(value: &mut Value) -> &mut Vec<Value> {
    value.as_array_mut().expect("a list")
}
