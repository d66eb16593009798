//! Documents in the variants of the office's template, and documents that the service renders.

use chrono::NaiveDate;
use section55::imports::document::{PolicingBodyDocument, parse};
use section55::inspections::InspectionScope as Scope;

pub const DOCUMENT: &str = "\
Cumbria Office of the Police and Crime Commissioner
Cumbria Police and Crime Commissioner (PCC) response to inspections of the Constabulary
Section 33 of the Police Act 1996 asks for an answer within 56 days: see below.
\tInspection Title:
\t#22310 Vetting, misconduct and misogyny in the police service

\tDate Published:
\t02/11/2022

\tType of Inspection:
\tNational Inspection\u{20}

\tKey Findings\u{20}

\tThe inspectors looked at eight forces.
The recommendations of earlier reports, and the key findings: both were followed up.

Too many checks were “left open”.


\tRecommendations:\u{20}

\t1. #22401 - By 30 April 2023, forces should look again at every old clearance.
2. #22402 – Immediately, forces should say who decides:
   a) for officers;

   b) for staff.
3.2) # 22403 — Within 6 months of this report, the College should
publish its guidance within
28 days of agreeing it.

\tPCC & Chief Constable Response to Report and Recommendation:

\t The Commissioner has read the report.  It is thorough.\u{20}
“We have begun,” the Chief Constable’s office writes.

\tA second paragraph, indented.



";

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn document(text: &str) -> PolicingBodyDocument {
    parse(text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"))
}

fn short_document(response_heading: &str) -> String {
    format!(
        "Inspection Title: #7 A title\nDate Published: 2/11/2022\nType of Inspection: Force Inspection\n\
         Key Findings: Short.\nRecommendations: None\n{response_heading}\nThe answer.\n"
    )
}

#[test]
fn the_whole_template_is_parsed() {
    let document = document(DOCUMENT);
    assert_eq!(document.reference, "22310");
    assert_eq!(document.title, "Vetting, misconduct and misogyny in the police service");
    assert_eq!(document.published_on, day(2022, 11, 2));
    assert_eq!(document.inspection_type, "National Inspection");
    assert_eq!(document.scope, Scope::National);
    assert!(document.key_findings.starts_with("The inspectors looked at eight forces.\nThe recommendations of"));
    assert!(document.key_findings.ends_with("\n\nToo many checks were “left open”."));
    assert_eq!(
        document.response,
        "The Commissioner has read the report.  It is thorough. \n“We have begun,” the Chief Constable’s office \
         writes.\n\n\tA second paragraph, indented."
    );
}

#[test]
fn recommendations_keep_their_number_reference_line_and_text() {
    let document = document(DOCUMENT);
    let parsed: Vec<(&str, &str, usize)> =
        document.recommendations.iter().map(|r| (r.number.as_str(), r.reference.as_str(), r.line)).collect();
    assert_eq!(parsed, [("1", "22401", 23), ("2", "22402", 24), ("3.2", "22403", 28)]);
    let texts: Vec<&str> = document.recommendations.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "By 30 April 2023, forces should look again at every old clearance.",
            "Immediately, forces should say who decides:\na) for officers;\n\nb) for staff.",
            "Within 6 months of this report, the College should\npublish its guidance within\n28 days of agreeing it.",
        ]
    );
}

#[test]
fn line_endings_byte_order_mark_and_non_breaking_spaces_change_nothing() {
    let plain = document(DOCUMENT);
    assert_eq!(document(&DOCUMENT.replace('\n', "\r\n")), plain);
    assert_eq!(document(&DOCUMENT.replace('\n', "\r")), plain);
    assert_eq!(document(&format!("\u{feff}{DOCUMENT}")), plain);
    let pasted = DOCUMENT
        .replace("Inspection Title:", "\u{a0}Inspection\u{a0}Title\u{a0}:\u{a0}")
        .replace("\t02/11/2022", "\u{a0}02/11/2022\u{a0}")
        .replace("1. #22401 - ", "1.\u{a0}#22401\u{a0}-\u{a0}")
        .replace("\tDate", "\u{200b}Date");
    assert_eq!(document(&pasted), plain);
}

#[test]
fn headings_can_vary_in_case_spacing_and_colon_and_contain_their_value() {
    let plain = document(DOCUMENT);
    let varied = DOCUMENT
        .replace("Inspection Title:\n\t", "INSPECTION   TITLE : ")
        .replace("Date Published:\n", "date published\n")
        .replace("Type of Inspection:\n\t", "Type Of\tInspection:")
        .replace("Key Findings \n\n\t", "KeyFindings:")
        .replace("Recommendations: ", "recommendation(s)");
    let parsed = document(&varied);
    let without_lines = |mut document: PolicingBodyDocument| {
        document.recommendations.iter_mut().for_each(|r| r.line = 0);
        document
    };
    assert_eq!(without_lines(parsed), without_lines(plain));
}

#[test]
fn the_heading_of_the_response_can_name_every_policing_body() {
    for heading in [
        "PCC & Chief Constable Response to Report and Recommendation:",
        "PCC and Chief Constable response",
        "Commissioner and Chief Constable response",
        "COMMISSIONER’S RESPONSE:",
        "PFCC & Chief Constable Response to Report and Recommendations",
        "PCC's response to the recommendations",
        "Police, Fire and Crime Commissioner and Chief Constable Response to Report and Recommendation(s)",
        "Mayor & Chief Constable Response",
        "Mayor of West Yorkshire and Chief Constable Response to the Report",
        "Police and Crime Commissioner for Devon and Cornwall response",
        "Mayor's Office for Policing and Crime response",
        "MOPAC/Commissioner Response",
        "Common Council and Commissioner Response:",
        "Response to Report and Recommendation(s)",
        "Response to the inspectorate's report and its recommendations:",
    ] {
        assert_eq!(document(&short_document(heading)).response, "The answer.", "{heading}");
    }
    assert_eq!(document(&short_document("PCC Response: It begins here.")).response, "It begins here.\nThe answer.");
}

#[test]
fn prose_is_not_a_heading() {
    for prose in [
        "In response to the report the Commissioner wrote.",
        "The PCC response was late.",
        "Cumbria Police and Crime Commissioner (PCC) response to inspections of Cumbria Constabulary",
        "The key findings: see page 3.",
        "Key findings and recommendations",
        "A response",
        "Response",
        "Our recommendations",
        "Recommendation 1: we agree.",
    ] {
        let text = short_document("PCC Response").replace("Short.", &format!("Short.\n{prose}"));
        assert_eq!(document(&text).key_findings, format!("Short.\n{prose}"), "{prose}");
        let text = short_document("PCC Response").replace("The answer.", prose);
        assert_eq!(document(&text).response, prose);
    }
}

#[test]
fn dates_have_the_day_first_in_figures_or_words() {
    for (printed, expected) in [
        ("02/11/2022", day(2022, 11, 2)),
        ("2/1/2022", day(2022, 1, 2)),
        ("29 / 02 / 2024", day(2024, 2, 29)),
        ("25 February 2022", day(2022, 2, 25)),
        ("1st MARCH  2022", day(2022, 3, 1)),
    ] {
        let text = short_document("PCC Response").replace("2/11/2022", printed);
        assert_eq!(document(&text).published_on, expected, "{printed}");
    }
}

#[test]
fn a_report_can_have_no_recommendations() {
    for printed in ["None", "none.", "", "\n\n", "\n\tN/A\n", "No recommendations"] {
        let text = short_document("PCC Response").replace(": None", &format!(": {printed}"));
        assert_eq!(document(&text).recommendations, [], "{printed:?}");
    }
}

#[test]
fn a_title_can_have_several_lines_and_a_space_after_the_hash() {
    let text = short_document("PCC Response").replace("#7 A title", "\n\t# A-7/x\n");
    assert_eq!(parse(&text).unwrap_err()[0].code, "unclear_reference");
    let text = short_document("PCC Response").replace("#7 A title", "\n\t# PEEL/7 – A  title that\n\truns on\n");
    let document = document(&text);
    assert_eq!((document.reference.as_str(), document.title.as_str()), ("PEEL/7", "A title that runs on"));
}

#[test]
fn a_dash_may_follow_the_reference_without_a_space() {
    for printed in ["1. #41–Forces agree.", "1 #41-Forces agree.", "1)#41 -Forces agree.", "1. #41- Forces agree."] {
        let text = short_document("PCC Response").replace("None", printed);
        let document = document(&text);
        let [only] = document.recommendations.as_slice() else { panic!("{document:?}") };
        assert_eq!(
            (only.number.as_str(), only.reference.as_str(), only.text.as_str()),
            ("1", "41", "Forces agree."),
            "{printed}"
        );
    }
}

#[test]
fn a_document_that_the_service_renders_is_parsed() {
    let rendered = "\
Police, Fire and Crime Commissioner for Cumbria
Response under section 55 of the Police Act 1996 to a report of His Majesty's Inspectors

Inspection Title: #22310 Vetting, misconduct and misogyny in the police service
Date Published: 02/11/2022
Type of Inspection: National Inspection

Key Findings:
The inspectors looked at eight forces.

Recommendations:
1. #22401 - By 30 April 2023, forces should look again at every old clearance.
2. #22402 - Immediately, forces should say who decides.

PFCC & Chief Constable Response to Report and Recommendations:

Comments of the Police, Fire and Crime Commissioner
The report is welcome.

Comments of the Chief Constable
No comments were submitted.

Recommendation 1 (#22401): action taken
Every clearance was looked at.

Published on 20/12/2022, in time (last day 27/12/2022).
Copies: inspectors 21/12/2022; Secretary of State 21/12/2022.
";
    let document = document(rendered);
    assert_eq!(document.reference, "22310");
    assert_eq!(document.published_on, day(2022, 11, 2));
    let references: Vec<&str> = document.recommendations.iter().map(|r| r.reference.as_str()).collect();
    assert_eq!(references, ["22401", "22402"]);
    assert!(document.response.starts_with("Comments of the Police, Fire"));
    assert!(document.response.ends_with("Secretary of State 21/12/2022."));
}
