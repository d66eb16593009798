//! Properties of the parser: no text makes it panic, and a printed document is parsed whatever its spacing.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use section55::imports::document::{infer_kind, infer_scope, infer_target, parse};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn template_piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Inspection Title:".to_owned()),
        Just("Date Published:".to_owned()),
        Just("Type of Inspection:".to_owned()),
        Just("Key Findings".to_owned()),
        Just("Recommendations:".to_owned()),
        Just("PCC & Chief Constable Response to Report:".to_owned()),
        Just("National Inspection".to_owned()),
        "[0-9]{0,3}[.)]? ?#? ?[0-9a-z]{0,4} ?[-–—]? ?[a-zé“’#]{0,6}",
        "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}",
        "\\PC{0,12}",
        any::<String>(),
    ]
}

fn sentence() -> impl Strategy<Value = String> {
    "[A-Z][a-zé’]{2,9}( [a-zé“”]{2,9}){1,8}\\."
}

fn blanks() -> impl Strategy<Value = String> {
    "[ \t\u{a0}]{0,3}"
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_gets_ordered_faults_on_its_own_lines(
        pieces in prop::collection::vec(template_piece(), 0..20),
    ) {
        let text = pieces.join("\n");
        let lines = text.replace("\r\n", "\n").replace('\r', "\n").lines().count();
        if let Err(faults) = parse(&text) {
            prop_assert!(!faults.is_empty());
            prop_assert!(faults.is_sorted_by_key(|fault| fault.line));
            prop_assert!(faults.iter().all(|fault| fault.line <= lines && !fault.detail.is_empty()));
        }
    }

    #[test]
    fn inference_accepts_any_text(first in any::<String>(), second in any::<String>()) {
        infer_scope(&first);
        infer_kind(&first, &second);
        infer_target(&first);
    }

    #[test]
    fn a_generated_document_is_parsed(
        (day, spelled) in (0..9_000i32, any::<bool>()),
        (title, findings) in (sentence(), sentence()),
        texts in prop::collection::vec((sentence(), prop::option::of(sentence()), "[-–—]"), 0..6),
        response in prop::collection::vec(sentence(), 1..5),
        (indent, gap) in (blanks(), blanks()),
        ending in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let date = NaiveDate::from_num_days_from_ce_opt(735_000 + day).unwrap();
        let printed = if spelled {
            format!("{} {} {}", date.day(), MONTHS[date.month0() as usize], date.year())
        } else {
            date.format("%d/%m/%Y").to_string()
        };
        let mut lines = vec![
            "An office".to_owned(),
            format!("{indent}Inspection Title{gap}:"),
            format!("{indent}#{gap}900 {title}"),
            format!("{indent}DATE PUBLISHED:{gap}{printed}"),
            format!("{indent}Type of Inspection:{gap}Force Inspection"),
            format!("{indent}Key{gap} Findings"),
            findings.clone(),
            "Recommendations:".to_owned(),
        ];
        for (i, (first, second, dash)) in texts.iter().enumerate() {
            lines.push(format!("{indent}{}.{gap}#{}{gap} {dash} {first}", i + 1, i + 100));
            lines.extend(second.iter().map(|second| format!("{indent}{second}{gap}")));
        }
        lines.push(format!("{indent}PCC &{gap}Chief Constable Response{gap}:"));
        lines.extend(response.iter().cloned());
        lines.push(format!("{gap}{ending}{indent}"));

        let document = parse(&lines.join(ending)).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
        prop_assert_eq!(&document.reference, "900");
        prop_assert_eq!(document.title, title);
        prop_assert_eq!(document.published_on, date);
        prop_assert_eq!(document.key_findings, findings);
        prop_assert_eq!(document.response, response.join("\n"));
        prop_assert_eq!(document.recommendations.len(), texts.len());
        for (i, (parsed, (first, second, _))) in document.recommendations.iter().zip(&texts).enumerate() {
            prop_assert_eq!(&parsed.number, &(i + 1).to_string());
            prop_assert_eq!(&parsed.reference, &(i + 100).to_string());
            let whole: Vec<&str> = [Some(first), second.as_ref()].into_iter().flatten().map(String::as_str).collect();
            prop_assert_eq!(&parsed.text, &whole.join("\n"));
        }
    }
}
