//! The values that are inferred from a type, a title and the first words of a recommendation.

use chrono::NaiveDate;
use section55::imports::document::{infer_kind, infer_scope, infer_target};
use section55::inspections::InspectionScope as Scope;
use section55::vocabulary::WireName;

#[test]
fn the_scope_is_inferred_from_the_type_or_unknown() {
    for (printed, expected) in [
        ("National Inspection", Some(Scope::National)),
        ("NATIONAL THEMATIC", Some(Scope::National)),
        ("Joint national inspection", Some(Scope::National)),
        ("Force Inspection", Some(Scope::Force)),
        ("Local", Some(Scope::Force)),
        ("PEEL 2023–25", Some(Scope::Force)),
        ("Force-specific", Some(Scope::Force)),
        ("Regional inspection", Some(Scope::Regional)),
        ("Inspection", None),
        ("Thematic", None),
        ("International", None),
        ("Enforcement", None),
        ("National PEEL overview", None),
        ("National Child Protection Inspection", None),
    ] {
        assert_eq!(infer_scope(printed), expected, "{printed}");
    }
}

#[test]
fn the_kind_is_inferred_from_type_and_title() {
    for (inspection_type, title, expected) in [
        ("National Inspection", "A joint thematic inspection of the response to rape", "joint_thematic"),
        ("National Inspection", "Vetting, misconduct and misogyny in the police service", "national_thematic"),
        ("National Inspection", "How vulnerable people fare in police custody", "national_thematic"),
        ("National Inspection", "How joint working with councils goes", "national_thematic"),
        ("National Inspection", "State of Policing 2023", "state_of_policing"),
        ("National Inspection", "Report on a super-complaint about stalking", "super_complaint"),
        ("National Inspection", "Rapid review of disorder", "rapid_review"),
        ("National Inspection", "Activism: an inspection commissioned by the Home Secretary", "commissioned"),
        ("Joint thematic inspection", "Youth justice", "joint_thematic"),
        ("PEEL", "Surrey 2023–25", "peel"),
        ("Force Inspection", "PEEL 2021/22: Warwickshire", "peel"),
        ("Force Inspection", "Child protection in Cumbria", "child_protection"),
        ("Force Inspection", "Child protection re-visit in Cumbria", "revisit"),
        ("Force Inspection", "Custody suites in Kent", "custody"),
        ("Force Inspection", "Crime Data Integrity in Kent", "crime_data_integrity"),
        ("Force Inspection", "Counter-corruption in Kent", "integrity"),
        ("Force Inspection", "Firearms licensing in Kent", "force_specific"),
        ("Regional Inspection", "Serious and organised crime in the north", "serious_organised_crime"),
        ("Regional Inspection", "Motorways", "other"),
        ("National Child Protection Inspection", "Kent", "child_protection"),
        ("Inspection", "Kent", "other"),
        ("", "", "other"),
    ] {
        assert_eq!(infer_kind(inspection_type, title).as_str(), expected, "{inspection_type}: {title}");
    }
}

#[test]
fn the_target_is_inferred_from_the_first_words() {
    for (text, kind, printed, on) in [
        ("Immediately, forces should act.", "immediate", "Immediately", None),
        ("IMMEDIATELY: act.", "immediate", "IMMEDIATELY", None),
        ("With immediate effect, act.", "immediate", "With immediate effect", None),
        ("By 30 April 2023, act.", "by_date", "By 30 April 2023", Some((2023, 4, 30))),
        ("by 1 May 2023 act.", "by_date", "by 1 May 2023", Some((2023, 5, 1))),
        ("By 1st May\n2023, act.", "by_date", "By 1st May 2023", Some((2023, 5, 1))),
        ("By 30/04/2023, act.", "by_date", "By 30/04/2023", Some((2023, 4, 30))),
        ("By October 2023, act.", "by_date", "By October 2023", Some((2023, 10, 31))),
        ("By December 2023", "by_date", "By December 2023", Some((2023, 12, 31))),
        ("By February 2024, act.", "by_date", "By February 2024", Some((2024, 2, 29))),
        ("By the end of March 2024, act.", "by_date", "By the end of March 2024", Some((2024, 3, 31))),
        ("By the end of 2024, act.", "by_date", "By the end of 2024", Some((2024, 12, 31))),
        ("Within three months, act.", "within", "Within three months", None),
        ("Within 20 working days, act.", "within", "Within 20 working days", None),
        ("Within the next 12 months, act.", "within", "Within the next 12 months", None),
        ("Within 6 months of this report, act.", "within", "Within 6 months of this report", None),
        (
            "Within six months of the date of publication of this report, act.",
            "within",
            "Within six months of the date of publication of this report",
            None,
        ),
    ] {
        let target = infer_target(text);
        let on = on.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day));
        assert_eq!((target.kind.as_str(), target.printed.as_deref(), target.on), (kind, Some(printed), on), "{text}");
    }
}

#[test]
fn no_target_is_inferred_from_other_text() {
    for text in [
        "",
        "Forces should immediately act.",
        "Forces should, by 30 April 2023, act.",
        "Immediately after arrest, officers should act.",
        "Immediately available staff should act.",
        "By 31 February 2023, act.",
        "By 30 April, act.",
        "By 30 April, 2023 cases should be closed.",
        "By October, 2023 cases should be closed.",
        "By working together, forces should act.",
        "By, say, 1 May 2023, act.",
        "By 2023, act.",
        "By",
        "Within forces, act.",
        "Within three months of joining, officers should be trained.",
        "Within 5 days of the report of a crime, forces should act.",
        "Within 24 hours, forces should act.",
        "Within",
        "Within the next",
    ] {
        let target = infer_target(text);
        assert_eq!((target.kind.as_str(), target.printed, target.on), ("none", None, None), "{text}");
    }
}
