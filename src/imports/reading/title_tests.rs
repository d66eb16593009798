//! Tests of titles.

use super::*;

#[test]
fn titles_are_cleaned() {
    for (printed, title, reference) in [
        ("#30101 An inspection of how it works", "An inspection of how it works", Some("30101")),
        ("An inspection of how it works (#30101)", "An inspection of how it works", Some("30101")),
        (
            "Custody in Hillport – an unannounced inspection (published 13 Feb 2024)",
            "Custody in Hillport – an unannounced inspection",
            None,
        ),
        ("PEEL 2021/22 – Westmoor Constabulary", "PEEL 2021/22 – Westmoor Constabulary", None),
        ("“Ready for anything?”", "Ready for anything?", None),
        ("Counting the cost: an inspection of fraud", "Counting the cost: an inspection of fraud", None),
    ] {
        assert_eq!(
            clean(printed),
            Title { title: title.to_owned(), reference: reference.map(str::to_owned) },
            "{printed}"
        );
    }
}

#[test]
fn titles_are_found_in_lines() {
    for (line, expected) in [
        ("HMICFRS: Answering the call – a thematic inspection", Some("Answering the call – a thematic inspection")),
        (
            "Commissioner’s response to HMICFRS report: How well Eastvale Police keeps its own house in order",
            Some("How well Eastvale Police keeps its own house in order"),
        ),
        (
            "HMICFRS Northmere Police revisit: custody aftercare cause of concern",
            Some("HMICFRS Northmere Police revisit: custody aftercare cause of concern"),
        ),
        (
            "Response to HMICFRS’s National Child Protection Inspection of Wexmoor Police, published on 1 August 2024",
            Some("National Child Protection Inspection of Wexmoor Police"),
        ),
        ("Subject: HMICFRS report “Fraud counts: a thematic inspection”", Some("Fraud counts: a thematic inspection")),
        (
            "HMICFRS REPORT: “Searching questions: an inspection of stop and search”",
            Some("Searching questions: an inspection of stop and search"),
        ),
        (
            "Harrowdale PCC response to: Shining a light – a thematic inspection",
            Some("Shining a light – a thematic inspection"),
        ),
        ("PEEL 2023–2025: An inspection of Calderby Police", Some("PEEL 2023–2025: An inspection of Calderby Police")),
        ("Police and Crime Commissioner for Greywold", None),
        ("Response to a joint inspection by HMICFRS, HMI Probation and Ofsted", None),
        ("Response by the Police and Crime Commissioner to HMICFRS Inspections of Westmoor Constabulary", None),
        ("Hillport Police – HMICFRS tracker for the Joint Audit Committee", None),
        ("HMICFRS inspection response form", None),
        ("London  SW1P 4DF", None),
    ] {
        let found = super::super::title_line::of_line(line, false)
            .filter(|found| found.score >= 3)
            .map(|found| found.title.title);
        assert_eq!(found.as_deref(), expected, "{line}");
    }
}

#[test]
fn a_report_about_a_response_keeps_its_whole_title() {
    for title in [
        "A joint thematic inspection of the police response to arson – Part two: after the fire",
        "An inspection of how forces respond to hate crime: one year on",
        "Fast answers: a review of the response to silent calls",
    ] {
        assert_eq!(strip_prefix(title), None, "{title}");
        assert_eq!(clean(title).title, title);
    }
}
