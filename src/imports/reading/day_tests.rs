//! Tests of days.

use super::*;

fn day(written: &str) -> ParsedDay {
    ParsedDay::Day(written.parse().expect("the text is a date"))
}

#[test]
fn every_plain_form_is_a_day() {
    for text in [
        "13 Feb 2024",
        "13 February 2024",
        "13th day of February 2024",
        "13th February 2024",
        "13th of February, 2024",
        "Tuesday 13 February 2024",
        "Tuesday, 13 February 2024",
        "Tues 13th Feb 2024.",
        "2024-02-13",
        "13.02.24",
        "13.2.2024",
        "13/02/2024",
        "13/2/24",
        "13-02-2024",
        "13-Feb-2024",
        "13 Feb. 2024",
        "February 13, 2024",
        "February 13th, 2024",
        "13 Chwefror 2024",
        "13 Chwefror 2024 / 13 February 2024",
        "13FEB2024",
        "13 FEBRUARY 2024",
        "13\u{a0}February\u{a0}2024",
    ] {
        assert_eq!(parse_day(text), Some(day("2024-02-13")), "{text}");
    }
    assert_eq!(parse_day("13 Medi 2023 / 13 September 2023"), Some(day("2023-09-13")));
    assert_eq!(parse_day_as("02/13/2024", DayFormat::MonthFirst), Some(day("2024-02-13")));
}

#[test]
fn what_is_no_day_is_not_made_one() {
    for text in ["", "TBC", "1.2", "3.10", "1.2.3.4", "2021/22", "spring", "13 Medi 2023 / 14 September 2023", "may"] {
        assert_eq!(parse_day(text), None, "{text}");
    }
    assert_eq!(
        parse_day("Wednesday 13 February 2024"),
        Some(ParsedDay::WrongWeekday(day("2024-02-13").date().expect("a value")))
    );
    assert_eq!(parse_day("February 2024"), Some(ParsedDay::Month { year: 2024, month: 2 }));
    assert_eq!(parse_day("2024"), Some(ParsedDay::Year(2024)));
    assert_eq!(parse_day("31 June 2024"), Some(ParsedDay::Impossible));
    assert_eq!(parse_day("31/06/2024"), Some(ParsedDay::Impossible));
}

#[test]
fn days_are_found_in_a_sentence() {
    let text = "Published on 31st October 2023 after a visit between 3 and 8 July 2023, reported in May 2024.";
    let found: Vec<&str> = find_days(text).iter().map(|found| &text[found.start..found.end]).collect();
    assert_eq!(found, ["31st October 2023", "8 July 2023", "May 2024"]);
    let month = find_days("By June 2024");
    assert_eq!(month[0].day.last_day(), "2024-06-30".parse().ok());
}
