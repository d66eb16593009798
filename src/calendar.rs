//! The clock of section 55, and what day it is in London. Every function takes its time; none reads a clock.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SubsecRound, TimeZone, Utc};
use chrono_tz::Europe::London;

/// How long a local policing body has, in days, the day of publication being the first: Police Act 1996 s.55(5A).
pub const DAYS_TO_RESPOND: u64 = 56;

/// The day s.37 of the Policing and Crime Act 2017 came into force (SI 2017/399 reg. 4); earlier reports carry no date.
pub const IN_FORCE: NaiveDate = NaiveDate::from_ymd_opt(2017, 5, 2).expect("2 May 2017 is a day");

/// The last day on which a response is in time, for a report published on that day; none before [`IN_FORCE`].
///
/// Weekends and bank holidays do not extend it: Police Act 1996 s.55(5A) counts days.
pub fn due_on(published_on: NaiveDate) -> Option<NaiveDate> {
    (published_on >= IN_FORCE).then(|| published_on.checked_add_days(Days::new(DAYS_TO_RESPOND - 1)))?
}

/// The civil date in Europe/London at an instant.
pub fn london_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&London).date_naive()
}

/// Noon in London on a day: the instant that stands for a day of which no hour is known.
pub fn london_noon(on: NaiveDate) -> DateTime<Utc> {
    let noon = on.and_time(NaiveTime::from_hms_opt(12, 0, 0).expect("noon is a time"));
    // The clocks change at night, so noon exists once on every day.
    London.from_local_datetime(&noon).single().map_or_else(|| noon.and_utc(), |at| at.with_timezone(&Utc))
}

/// The last instant of a day in London.
pub fn london_end(on: NaiveDate) -> DateTime<Utc> {
    let next = on.checked_add_days(Days::new(1)).unwrap_or(on).and_time(NaiveTime::MIN);
    // The clocks change after one o'clock, so midnight exists once on every day.
    let midnight =
        London.from_local_datetime(&next).single().map_or_else(|| next.and_utc(), |at| at.with_timezone(&Utc));
    midnight - chrono::TimeDelta::microseconds(1)
}

/// Days from today to a day: 0 on the day itself, negative once it has passed.
pub fn days_until(day: NaiveDate, today: NaiveDate) -> i64 {
    (day - today).num_days()
}

/// An instant as exact as PostgreSQL keeps it: whole microseconds.
pub fn to_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(written: &str) -> NaiveDate {
        written.parse().expect("a date")
    }

    #[test]
    fn a_day_ends_at_midnight_in_london() {
        for (on, end) in [
            ("2022-03-26", "2022-03-26T23:59:59.999999Z"),
            ("2022-03-27", "2022-03-27T22:59:59.999999Z"),
            ("2022-10-30", "2022-10-30T23:59:59.999999Z"),
        ] {
            assert_eq!(london_end(day(on)), end.parse::<DateTime<Utc>>().expect("an instant"), "{on}");
        }
    }

    #[test]
    fn the_day_of_publication_is_the_first_of_the_56() {
        assert_eq!(due_on(day("2022-02-25")), Some(day("2022-04-21")));
        assert_eq!(due_on(day("2022-11-02")), Some(day("2022-12-27")), "a bank holiday extends nothing");
        assert_eq!(due_on(day("2021-07-16")), Some(day("2021-09-09")));
        assert_eq!(due_on(day("2023-12-06")), Some(day("2024-01-30")));
    }

    #[test]
    fn a_report_from_before_section_37_carries_no_date() {
        assert_eq!(due_on(day("2017-03-02")), None);
        assert_eq!(due_on(day("2017-05-01")), None);
        assert_eq!(due_on(day("2017-05-02")), Some(day("2017-06-26")));
    }

    #[test]
    fn every_day_from_2000_to_2100_counts_56_inclusive_days_or_none() {
        let mut on = day("2000-01-01");
        while on <= day("2100-12-31") {
            match due_on(on) {
                None => assert!(on < IN_FORCE, "{on}"),
                Some(due) => {
                    assert!(on >= IN_FORCE, "{on}");
                    assert_eq!(on.iter_days().take_while(|d| *d <= due).count(), 56, "{on}");
                }
            }
            on = on.succ_opt().expect("a next day");
        }
        assert_eq!(due_on(day("2024-02-29")), Some(day("2024-04-24")));
        assert_eq!(due_on(day("2024-01-05")), Some(day("2024-02-29")));
    }

    #[test]
    fn the_date_in_london_follows_both_clock_changes() {
        let at = |written: &str| london_date(written.parse().expect("an instant"));
        assert_eq!(at("2026-03-28T23:59:59Z"), day("2026-03-28"));
        assert_eq!(at("2026-03-29T22:59:59Z"), day("2026-03-29"));
        assert_eq!(at("2026-03-29T23:00:00Z"), day("2026-03-30"), "summer time began that night");
        assert_eq!(at("2026-10-24T23:00:00Z"), day("2026-10-25"));
        assert_eq!(at("2026-10-25T23:59:59Z"), day("2026-10-25"), "and ended that night");
        assert_eq!(at("2026-10-26T00:00:00Z"), day("2026-10-26"));
    }

    #[test]
    fn noon_in_london_is_on_its_day_all_century() {
        let mut on = day("2000-01-01");
        while on <= day("2100-12-31") {
            assert_eq!(london_date(london_noon(on)), on);
            on = on.succ_opt().expect("a next day");
        }
    }

    #[test]
    fn days_left_are_none_on_the_last_day() {
        assert_eq!(days_until(day("2022-04-21"), day("2022-04-21")), 0);
        assert_eq!(days_until(day("2022-04-21"), day("2022-04-18")), 3);
        assert_eq!(days_until(day("2022-04-21"), day("2022-04-22")), -1);
    }
}
