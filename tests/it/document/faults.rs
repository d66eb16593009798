//! Documents that cannot be parsed: all faults are returned at once, in the order of the lines.

use section55::imports::document::{MAX_BYTES, parse};

use super::parsing::DOCUMENT;

fn faults(text: &str) -> Vec<(usize, &'static str)> {
    parse(text).expect_err("it should not be readable").into_iter().map(|fault| (fault.line, fault.code)).collect()
}

fn faults_after_replacing(from: &str, to: &str) -> Vec<(usize, &'static str)> {
    assert!(DOCUMENT.contains(from), "{from}");
    faults(&DOCUMENT.replacen(from, to, 1))
}

#[test]
fn no_text_and_too_much_text_are_faults_on_line_0() {
    for text in ["", " \n\t\r\n", "\u{feff}", "\u{a0}\u{200b}"] {
        assert_eq!(faults(text), [(0, "no_text")]);
    }
    assert_eq!(faults(&"a".repeat(MAX_BYTES + 1)), [(0, "too_long")]);
    let padded = format!("{DOCUMENT}{}", " ".repeat(MAX_BYTES - DOCUMENT.len()));
    assert!(parse(&padded).is_ok());
}

#[test]
fn a_missing_heading_is_a_fault_on_line_0_that_names_it() {
    for heading in ["Inspection Title", "Date Published", "Type of Inspection", "Key Findings", "Recommendations"] {
        let all = parse(&DOCUMENT.replacen(&format!("\t{heading}"), "\tSomething else", 1)).unwrap_err();
        assert_eq!((all[0].line, all[0].code), (0, "missing_heading"));
        assert!(all[0].detail.contains(heading), "{all:?}");
    }
    let all = faults("A letter.\nNothing of the template is here.\n");
    assert_eq!(all, [(0, "missing_heading"); 6]);
    assert_eq!(
        faults_after_replacing("PCC & Chief Constable Response to Report", "PCC Answer to Report")[0],
        (0, "missing_heading")
    );
}

#[test]
fn a_second_heading_of_the_same_name_is_a_fault_everywhere() {
    assert_eq!(
        faults_after_replacing("Too many checks", "Key Findings:\nToo many checks"),
        [(18, "duplicate_heading")]
    );
    assert_eq!(
        faults_after_replacing("“We have begun", "Recommendations\n“We have begun"),
        [(35, "duplicate_heading")]
    );
    assert_eq!(faults_after_replacing("\tA second", "PCC Response:\n\tA second"), [(37, "duplicate_heading")]);
    let two = faults(&format!("{DOCUMENT}{DOCUMENT}"));
    assert_eq!(two.len(), 6);
    assert!(two.iter().all(|(_, code)| *code == "duplicate_heading"));
}

#[test]
fn a_heading_after_the_response_is_a_fault() {
    let (before, response) = DOCUMENT.split_once("\tRecommendations: ").unwrap();
    let (recommendations, response) = response.split_once("\tPCC").unwrap();
    let swapped = format!("{before}\tPCC{response}\tRecommendations:{recommendations}");
    assert_eq!(faults(&swapped).into_iter().map(|(_, code)| code).collect::<Vec<_>>(), ["heading_after_response"]);
}

#[test]
fn invalid_titles_dates_and_types_are_faults_on_their_line() {
    let title = "#22310 Vetting, misconduct and misogyny in the police service";
    assert_eq!(faults_after_replacing(title, ""), [(4, "empty_title")]);
    assert_eq!(faults_after_replacing(title, "#22310"), [(5, "empty_title")]);
    assert_eq!(faults_after_replacing(title, "#22310 – "), [(5, "empty_title")]);
    assert_eq!(faults_after_replacing(title, "Vetting"), [(5, "missing_reference")]);
    assert_eq!(faults_after_replacing(title, "# – Vetting"), [(5, "unclear_reference")]);
    assert_eq!(faults_after_replacing(title, "#2022-11 Vetting"), [(5, "unclear_reference")]);
    assert_eq!(faults_after_replacing(title, &format!("{title}\n\nA note")), [(7, "unexpected_text")]);
    assert_eq!(faults_after_replacing("02/11/2022", ""), [(7, "empty_date")]);
    for date in ["30/02/2022", "02/25/2022", "31 April 2022", "0/1/2022", "29/2/2023"] {
        assert_eq!(faults_after_replacing("02/11/2022", date), [(8, "impossible_date")], "{date}");
    }
    for date in ["2/11/22", "2022-11-02", "February 2022", "tomorrow", "02/11/2022 (revised)", "+2/11/2022", "1/1/0001"]
    {
        assert_eq!(faults_after_replacing("02/11/2022", date), [(8, "unreadable_date")], "{date}");
    }
    assert_eq!(faults_after_replacing("National Inspection", ""), [(10, "empty_inspection_type")]);
    for unclear in ["Inspection", "National Force Inspection", "Thematic", "National Child Protection Inspection"] {
        assert_eq!(
            faults_after_replacing("National Inspection", unclear),
            [(11, "unknown_inspection_type")],
            "{unclear}"
        );
    }
}

#[test]
fn a_line_between_recommendations_is_never_ignored() {
    assert_eq!(
        faults_after_replacing("\t1. #22401", "\tForces must act.\n1. #22401"),
        [(23, "text_before_recommendations")]
    );
    assert_eq!(faults_after_replacing("\t1. #22401", "None\n1. #22401"), [(23, "text_before_recommendations")]);
    for line in [
        "3. Forces should act.",
        "3) Forces should act.",
        "3.1 forces should act.",
        "3 Forces should act.",
        "3.",
        "3 - #22404 - Forces should act.",
    ] {
        let expected = [(28, "number_without_reference")];
        assert_eq!(faults_after_replacing("3.2) # 22403", &format!("{line}\n3.2) # 22403")), expected, "{line}");
    }
    for line in [
        "#22404 - Forces should act.",
        "- #22404 – Forces should act.",
        "Recommendation 3: #22404 - Act.",
        "# 22404 Forces should act.",
    ] {
        let expected = [(28, "reference_without_number")];
        assert_eq!(faults_after_replacing("3.2) # 22403", &format!("{line}\n3.2) # 22403")), expected, "{line}");
    }
    let joined = faults_after_replacing("every old clearance.\n2. #22402", "every old clearance. 2. #22402");
    assert_eq!(joined, [(23, "reference_without_number")]);
}

#[test]
fn invalid_recommendations_are_faults_on_their_line() {
    assert_eq!(faults_after_replacing("#22402 – Immediately", "#22402 Immediately"), [(24, "missing_dash")]);
    assert_eq!(faults_after_replacing("#22402 – Immediately", "#22402: Immediately"), [(24, "unclear_reference")]);
    assert_eq!(faults_after_replacing("#22402 – Immediately", "# – Immediately"), [(24, "unclear_reference")]);
    assert_eq!(faults_after_replacing("#22402 – Immediately", "#22402-3 Immediately"), [(24, "unclear_reference")]);
    assert_eq!(faults_after_replacing("#22402", "#22401"), [(24, "duplicate_reference")]);
    let empty = faults_after_replacing("By 30 April 2023, forces should look again at every old clearance.", " ");
    assert_eq!(empty, [(23, "empty_recommendation")]);
}

#[test]
fn an_empty_response_and_control_characters_are_faults() {
    let (before, _) = DOCUMENT.split_once("\t The Commissioner has read").unwrap();
    assert_eq!(faults(before), [(32, "empty_response")]);
    assert_eq!(faults_after_replacing("It is thorough", "It is\0thorough"), [(34, "control_character")]);
    assert_eq!(faults_after_replacing("eight forces", "eight\u{b}forces\u{1b}"), [(15, "control_character")]);
    assert_eq!(faults_after_replacing("Cumbria Office", "Cumbria\u{85}Office"), [(1, "control_character")]);
}

#[test]
fn all_faults_are_returned_at_once_in_the_order_of_the_lines() {
    let text = DOCUMENT
        .replace("\tType of Inspection:\n\tNational Inspection \n", "")
        .replace("02/11/2022", "31/11/2022")
        .replace("#22402 –", "–")
        .replace("thorough", "tho\0rough");
    assert_eq!(
        faults(&text),
        [(0, "missing_heading"), (8, "impossible_date"), (22, "number_without_reference"), (32, "control_character")]
    );
    let first = &parse(&text).unwrap_err()[1];
    assert_eq!(first.to_string(), "line 8: “31/11/2022” is not a day in the calendar.");
}

#[test]
fn the_faults_of_a_binary_file_are_limited_to_a_thousand() {
    let all = parse(&"\u{1}\n".repeat(10_000)).unwrap_err();
    assert_eq!(all.len(), 1_001);
    assert_eq!(all[1_000].code, "more_faults");
    assert!(all[1_000].detail.starts_with("9006 "), "{}", all[1_000].detail);
}
