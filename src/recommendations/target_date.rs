//! Computes the date of a target from its printed text and the day of publication. Pure functions.

use chrono::{Days, Months, NaiveDate};

use super::model::{RecommendationTarget, TargetBasis, TargetKind};

const NUMBERS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// Parses a number as reports write it before a unit of time: `3`, `three`, `a`.
pub fn parse_number(word: &str) -> Option<u32> {
    let spelled = |word: &str| NUMBERS.iter().zip(1..).find_map(|(known, number)| (*known == word).then_some(number));
    match word {
        "a" => Some(1),
        "eighteen" => Some(18),
        _ if (1..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()) => word.parse().ok(),
        _ => spelled(word),
    }
}

/// Returns the last day of a period such as “within three months”, counted from the day of publication. Working days
/// cannot be counted, because that needs a list of all bank holidays.
pub fn end_of_period(printed: &str, published_on: NaiveDate) -> Option<NaiveDate> {
    let lower = printed.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.find(|word| *word == "within")?;
    let mut next = words.next()?;
    if next == "the" {
        words.next().filter(|word| *word == "next")?;
        next = words.next()?;
    }
    let count = parse_number(next)?;
    match words.next()?.trim_end_matches('s') {
        "day" => published_on.checked_add_days(Days::new(u64::from(count))),
        "week" => published_on.checked_add_days(Days::new(u64::from(count) * 7)),
        "month" => published_on.checked_add_months(Months::new(count)),
        "year" => published_on.checked_add_months(Months::new(count * 12)),
        _ => None,
    }
}

impl RecommendationTarget {
    /// Returns the target's date for a report published on this day, and its basis. `basis` is the basis of the present
    /// date.
    pub fn compute_date(&self, basis: TargetBasis, published_on: NaiveDate) -> (Option<NaiveDate>, TargetBasis) {
        match (self.kind, basis) {
            (_, TargetBasis::Stated) => (self.on, TargetBasis::Stated),
            (TargetKind::Immediate, _) => (Some(published_on), TargetBasis::Publication),
            (TargetKind::Within, _) => match self.text.as_deref().and_then(|text| end_of_period(text, published_on)) {
                Some(on) => (Some(on), TargetBasis::Counted),
                None => (None, TargetBasis::NotCountable),
            },
            _ => (None, TargetBasis::NoDate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(written: &str) -> NaiveDate {
        written.parse().expect("the text is a date")
    }

    #[test]
    fn a_period_is_counted_from_the_day_of_publication() {
        for (printed, expected) in [
            ("Within three months", Some("2022-05-25")),
            ("within 6 months of this report,", Some("2022-08-25")),
            ("Within the next twelve months", Some("2023-02-25")),
            ("within a year", Some("2023-02-25")),
            ("within two weeks", Some("2022-03-11")),
            ("Within 56 days of publication", Some("2022-04-22")),
            ("within eighteen months", Some("2023-08-25")),
            ("within 20 working days", None),
            ("within the year", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(end_of_period(printed, day("2022-02-25")), expected.map(day), "{printed}");
        }
        assert_eq!(
            end_of_period("within one month", day("2022-01-31")),
            Some(day("2022-02-28")),
            "the month's last day"
        );
    }

    #[test]
    fn each_kind_of_target_has_a_date_with_a_basis() {
        let compute_date = |kind, text: Option<&str>, on: Option<&str>| {
            let target = RecommendationTarget { kind, text: text.map(str::to_owned), on: on.map(day) };
            target.compute_date(target.basis(), day("2022-02-25"))
        };
        let published = Some(day("2022-02-25"));
        assert_eq!(
            compute_date(TargetKind::Immediate, Some("Immediately"), None),
            (published, TargetBasis::Publication)
        );
        let stated = (Some(day("2023-04-30")), TargetBasis::Stated);
        assert_eq!(compute_date(TargetKind::ByDate, Some("By 30 April 2023"), Some("2023-04-30")), stated);
        assert_eq!(compute_date(TargetKind::Within, Some("within a while"), Some("2023-04-30")), stated);
        let counted = (Some(day("2022-05-25")), TargetBasis::Counted);
        assert_eq!(compute_date(TargetKind::Within, Some("within three months"), None), counted);
        assert_eq!(compute_date(TargetKind::Within, Some("within a while"), None), (None, TargetBasis::NotCountable));
        assert_eq!(compute_date(TargetKind::Within, None, None), (None, TargetBasis::NotCountable));
        assert_eq!(compute_date(TargetKind::Ongoing, None, None), (None, TargetBasis::NoDate));
    }
}
