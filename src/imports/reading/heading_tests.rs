//! Tests of headings.

use super::*;
use Section::{
    AreasForImprovement, CausesOfConcern, ChiefOfficerComments, Conclusion, Dated, Explanations, FormField,
    InspectionType, JointComments, KeyFindings, Overview, PolicingBodyComments, Published, Recommendations, Reply,
    Response, Responses, Signature, Structure, Title,
};

fn section(line: &str) -> Option<Section> {
    find(line, &Profile::default()).map(|heading| heading.section)
}

#[test]
fn headings_are_found_by_synonyms() {
    for (line, expected) in [
        ("Inspection Title:", Title),
        ("Title of Inspection: PEEL 2021/22", Title),
        ("Teitl yr arolygiad / Inspection title: Gwrando / Listening", Title),
        ("Title\t\t:\tRegulating our own", Title),
        ("Inspection           Effectiveness: Crewe Linton", Title),
        ("HMICFRS thematic report – Out of the shadows", Title),
        ("1. Title of report:  PEEL", Title),
        ("A1  Name of report:             Paper chase", Title),
        ("C2  Commissioner", PolicingBodyComments),
        ("Commissioner’s remark\tGood.", PolicingBodyComments),
        ("CC: We have acted at once.", ChiefOfficerComments),
        ("Authorised: 20 October 2022", Dated),
        ("Date Published", Published),
        ("Published: 7 July 2022", Published),
        ("HMICFRS publication  22.03.18", Published),
        ("Type of Inspection: ☒ Westmoor", InspectionType),
        ("KEY FINDINGS", KeyFindings),
        ("Recommendations:", Recommendations),
        ("Recommendation(s):", Recommendations),
        ("Recommendations for chief constables", Recommendations),
        ("HMICFRS’s recommendations to forces:", Recommendations),
        ("For the Crown Prosecution Service", Recommendations),
        ("Argymhellion / Recommendations", Recommendations),
        ("SECTION A: RECOMMENDATIONS", Recommendations),
        ("2.2 Vetting AFIs (2)", AreasForImprovement),
        ("Areas for improvement", AreasForImprovement),
        ("Meysydd i’w gwella", AreasForImprovement),
        ("Cause of concern", CausesOfConcern),
        ("2. Responses", Responses),
        ("Explanation for each recommendation", Explanations),
        ("My answers", Explanations),
        ("Overview", Overview),
        ("3. Next steps", Conclusion),
        ("1. Police and Crime Commissioner’s comments", PolicingBodyComments),
        ("PCC RESPONSE:", PolicingBodyComments),
        ("PFCC comment: My team", PolicingBodyComments),
        ("What the Commissioner says", PolicingBodyComments),
        ("What I say", PolicingBodyComments),
        ("My comments", PolicingBodyComments),
        ("The Commissioner adds", PolicingBodyComments),
        ("Comments of the Mayor’s Office", PolicingBodyComments),
        ("Comments of the Board", PolicingBodyComments),
        ("Sylwadau’r Comisiynydd / Commissioner’s comments", PolicingBodyComments),
        ("FORCE RESPONSE:", ChiefOfficerComments),
        ("Force response (provided by Deputy Chief Constable):", ChiefOfficerComments),
        ("Chief Constable’s comments (letter of 5 March 2024)", ChiefOfficerComments),
        ("Comments of the Commissioner of Police of Kingsport", ChiefOfficerComments),
        ("What the Chief Constable says", ChiefOfficerComments),
        ("Lyndale Police says:", ChiefOfficerComments),
        ("Response of Oldgate Police", ChiefOfficerComments),
        ("Constabulary update: N/A", ChiefOfficerComments),
        ("PCC & Chief Constable Response to Report and Recommendation:", JointComments),
        ("Police and Crime Commissioner and Chief Constable Response to Report and Recommendations:", JointComments),
        ("The Mayor’s reply to the Commissioner’s comments", Reply),
        ("Reply to the Chief Constable", Reply),
        ("Ymateb / Response", Response),
        ("Response: The force has", Response),
        ("Date response sent: 11/03/2022", Dated),
        ("SIGNED: D. Quill, Police and Crime Commissioner", Signature),
        ("Deadline for Response: 16 March 2022", FormField),
        ("Response by the Police and Crime Commissioner to HMICFRS Inspections of Westmoor Constabulary", Structure),
    ] {
        assert_eq!(section(line), Some(expected), "{line}");
    }
}

#[test]
fn sentences_and_names_are_no_headings() {
    for line in [
        "The force should respond to recommendations.",
        "I write to you in response to the above letter, which HMICFRS published on 31st October 2023.",
        "There were five recommendations, two of them for police forces.",
        "Police and Crime Commissioner for Greywold",
        "The vetting unit was given 2 AFIs and the standards department 1.",
        "By 31 March 2024, chief constables should ask.",
        "We accept both recommendations for the police.",
        "The cause of concern and what inspectors asked for were these:",
        "R. Marlowe",
    ] {
        assert_eq!(section(line), None, "{line}");
    }
}

#[test]
fn a_heading_has_its_parts() {
    let heading = |line: &str| find(line, &Profile::default()).expect("the line is a heading");
    assert_eq!(
        heading("Recommendations for the Ministry of Justice").addressees.as_deref(),
        Some("the Ministry of Justice")
    );
    assert_eq!(
        heading("Chief Constable’s comments (letter of 5 March 2024)").note.as_deref(),
        Some("letter of 5 March 2024")
    );
    assert_eq!(heading("My answer to recommendation 3").item.as_deref(), Some("3"));
    assert_eq!(heading("Response to recommendation 1").item.as_deref(), Some("1"));
    let line = "Date Published:   3 May 2024";
    assert_eq!(&line[heading(line).value_at..], "3 May 2024");
    assert_eq!(heading("2.2 Vetting AFIs (2)").number.as_deref(), Some("2.2"));
}
