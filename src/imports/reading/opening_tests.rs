//! Tests of the openings of recommendations.

use super::*;
use RecommendationKind::{AreaForImprovement as Area, CauseOfConcern as Cause, Recommendation as Rec};

fn summary(line: &str) -> Option<(Form, Option<RecommendationKind>, String, String, String)> {
    let found = parse(line)?;
    Some((
        found.form,
        found.kind,
        found.number.unwrap_or_default(),
        found.reference.unwrap_or_default(),
        found.rest.to_owned(),
    ))
}

#[test]
fn every_opening_is_found() {
    use Form::{Bracket, Bullet, Labelled, Letter, Parts, Reference, Stop};
    for (line, form, kind, number, reference, rest) in [
        ("1. The force", Stop, None, "1", "", "The force"),
        ("1) The force", Bracket, None, "1", "", "The force"),
        ("(1) The force", Bracket, None, "1", "", "The force"),
        ("1. #30102 - Within", Stop, None, "1", "30102", "Within"),
        ("2. #30103 – By", Stop, None, "2", "30103", "By"),
        ("1. #30102 - Area for improvement: The", Stop, Some(Area), "1", "30102", "The"),
        ("1. 1. #30102 (Cause of concern) The", Stop, Some(Cause), "1", "30102", "The"),
        ("1 - By", Stop, None, "1", "", "By"),
        ("3.2. #30102 - The", Parts, None, "3.2", "30102", "The"),
        ("#30102 - The", Reference, None, "", "30102", "The"),
        ("#30102: The", Reference, None, "", "30102", "The"),
        ("32011: By", Reference, None, "", "32011", "By"),
        ("AFI – The", Labelled, Some(Area), "", "", "The"),
        ("Recommendation for all forces: By", Labelled, Some(Rec), "", "", "By"),
        ("(#30102) The", Reference, None, "", "30102", "The"),
        ("Recommendation 1", Labelled, Some(Rec), "1", "", ""),
        ("RECOMMENDATION 1:", Labelled, Some(Rec), "1", "", ""),
        ("Recommendation One: Within", Labelled, Some(Rec), "1", "", "Within"),
        ("Recommendation 2 – done on", Labelled, Some(Rec), "2", "", "done on"),
        ("Recommendation 1 By 31 March", Labelled, Some(Rec), "1", "", "By 31 March"),
        ("Recommendation 1 (#30102) - Action taken: text", Labelled, Some(Rec), "1", "30102", "Action taken: text"),
        ("Recommendation: 1", Labelled, Some(Rec), "1", "", ""),
        ("Rec 1: By", Labelled, Some(Rec), "1", "", "By"),
        ("Rec. 1", Labelled, Some(Rec), "1", "", ""),
        ("R1 - By", Labelled, Some(Rec), "1", "", "By"),
        ("R1  Within three months", Labelled, Some(Rec), "1", "", "Within three months"),
        ("AFI 1: The", Labelled, Some(Area), "1", "", "The"),
        ("AFI1. The", Labelled, Some(Area), "1", "", "The"),
        ("Area for improvement 2: The", Labelled, Some(Area), "2", "", "The"),
        ("Area for improvement: The", Labelled, Some(Area), "", "", "The"),
        ("Cause of concern: The", Labelled, Some(Cause), "", "", "The"),
        ("Argymhelliad 1 / Recommendation 1", Labelled, Some(Rec), "1", "", ""),
        ("• The force", Bullet, None, "", "", "The force"),
        (" - Recommendation: Within", Labelled, Some(Rec), "", "", "Within"),
        ("a) the first", Letter, None, "a", "", "the first"),
        ("(ii) the first", Letter, None, "ii", "", "the first"),
        ("7.2 Recommendation: The", Parts, Some(Rec), "7.2", "", "The"),
        ("2.3 We hired", Parts, None, "2.3", "", "We hired"),
        ("A1. By", Stop, None, "A1", "", "By"),
        ("On recommendation 2, we have", Labelled, Some(Rec), "2", "", "we have"),
        ("On 1: sergeants", Labelled, Some(Rec), "1", "", "sergeants"),
    ] {
        let expected = (form, kind, number.to_owned(), reference.to_owned(), rest.to_owned());
        assert_eq!(summary(line), Some(expected), "{line}");
    }
}

#[test]
fn sentences_do_not_open_an_item() {
    for line in [
        "Recommendation 1 has been completed.",
        "Recommendations 1 and 2 were met.",
        "Recommendation",
        "Recommendations:",
        "On 1 May we began.",
        "I welcome it.",
        "2024. It was",
        "Recorded crime fell.",
        "Rector A",
    ] {
        assert_eq!(summary(line), None, "{line}");
    }
    let labelled = parse("Recommendation 1 (cause of concern 1)").expect("an opening");
    assert_eq!(labelled.note.as_deref(), Some("cause of concern 1"));
}
