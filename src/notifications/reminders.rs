//! Makes the notifications of days, once a day in London: that a day is near, and that one has passed. A day for which
//! nothing was made in time, because the service was stopped, is caught up with one notification.

use chrono::{Days, NaiveDate};

use super::context::NotificationContext;
use super::kind::{NotificationKind, further_roles, roles_of_deadline};
use super::model::{Cause, Subject};
use super::store::{self, ReminderSettings};
use crate::api::Problem;
use crate::auth::{Call, Role, Side};
use crate::bank_holidays;
use crate::calendar::{BankHolidays, days_until, london_hour};
use crate::db::{AuditedRead, Session, Tx};
use crate::deadlines::{self, Deadline};
use crate::vocabulary::WireName;

/// The number of days after a day within which it is still said that the day has passed.
const CATCH_UP_DAYS: i64 = 7;
/// The largest number of days before a day that an area can set.
const LARGEST_LEAD: u64 = 55;
/// The lead of the notification that a day has passed: it is for the day after.
const PASSED: i32 = -1;

/// Returns the day on which a notification for `lead` days before a day is sent. With `holidays`, it is a working day.
fn send_day(day: NaiveDate, lead: i32, holidays: Option<&BankHolidays>) -> NaiveDate {
    let planned = day - chrono::TimeDelta::days(i64::from(lead));
    let Some(holidays) = holidays else { return planned };
    let next = planned.iter_days().take(14).find(|day| holidays.is_working_day(*day)).unwrap_or(planned);
    // A reminder on the next working day must not come after the day of which it reminds.
    if lead >= 0 && next > day { planned } else { next }
}

/// Returns the lead for which a notification is due today: of the reminders whose day has come, the one nearest to the day;
/// -1 once the day has passed.
fn due_lead(day: NaiveDate, today: NaiveDate, settings: &ReminderSettings, holidays: &BankHolidays) -> Option<i32> {
    let holidays = settings.on_working_days.then_some(holidays);
    let has_come = |lead: i32| send_day(day, lead, holidays) <= today;
    if day < today {
        return (days_until(day, today) >= -CATCH_UP_DAYS && has_come(PASSED)).then_some(PASSED);
    }
    settings.reminder_days.iter().copied().filter(|lead| has_come(*lead)).min()
}

impl NotificationContext {
    /// Makes the reminders of today, unless they are made already or the hour has not come.
    pub(super) async fn make_reminders(&self, made_on: Option<NaiveDate>) -> Result<(), Problem> {
        let now = self.clock.now();
        let is_early = london_hour(now) < self.settings.reminder_hour;
        if is_early || made_on.is_some_and(|made| made >= self.clock.today()) {
            return Ok(());
        }
        let call = self.call_for_all_areas().await?;
        let mut count = 0;
        for area in call.actor.areas() {
            count += Box::pin(self.remind_area(&call, area)).await?;
        }
        let today = call.today();
        let made = async |tx: &Tx<'_>| Ok(AuditedRead::new(store::set_reminders_on(tx, today).await?, Vec::new()));
        self.db.read_audited(&call, made).await?;
        tracing::info!(%today, count, "the reminders of the day are made");
        Ok(())
    }

    /// Makes the reminders of one area, and returns their number.
    async fn remind_area(&self, call: &Call, area: &str) -> Result<u64, Problem> {
        let today = call.today();
        let (from, to) =
            (today - Days::new(LARGEST_LEAD + CATCH_UP_DAYS.unsigned_abs()), today + Days::new(LARGEST_LEAD + 14));
        self.db
            .read_audited(call, async |tx| {
                let mut count = 0;
                let Some(settings) = store::find_reminder_settings(tx, area).await? else {
                    return Ok(AuditedRead::new(count, Vec::new()));
                };
                let holidays = bank_holidays::find_days(tx).await?;
                for deadline in deadlines::list_between(tx, area, from, to, today).await? {
                    if let Some(lead) = due_lead(deadline.on, today, &settings, &holidays) {
                        let kind = if lead < 0 { NotificationKind::DayPassed } else { NotificationKind::DayAhead };
                        count += notify(tx, &deadline, lead, kind, roles_of_deadline(deadline.kind)).await?;
                    }
                    if let Some(lead) = escalation_lead(tx, &deadline, today, &settings).await? {
                        let further = further_roles(deadline.kind);
                        count += notify(tx, &deadline, lead, NotificationKind::Escalated, further).await?;
                    }
                }
                Ok(AuditedRead::new(count, Vec::new()))
            })
            .await
    }
}

/// Returns the lead for which a day goes to a further role today: below 0 if it is late by the days that the area sets, else
/// the days that it is ahead at which the area wants to know that nobody has opened the record.
async fn escalation_lead(
    db: &Session<'_>,
    deadline: &Deadline,
    today: NaiveDate,
    settings: &ReminderSettings,
) -> Result<Option<i32>, Problem> {
    let left = days_until(deadline.on, today);
    if let Some(late) = settings.escalate_late_days.filter(|late| -left >= i64::from(*late)) {
        return Ok((-left <= i64::from(late) + CATCH_UP_DAYS).then_some(-late));
    }
    let Some(ahead) =
        settings.escalate_unopened_days.filter(|ahead| (-CATCH_UP_DAYS..=i64::from(*ahead)).contains(&left))
    else {
        return Ok(None);
    };
    let side = roles_of_deadline(deadline.kind).iter().find_map(|role| role.side()).unwrap_or(Side::PolicingBody);
    Ok((!store::is_opened(db, deadline.resource_id, side).await?).then_some(ahead))
}

/// Stores the notifications of a day for all whom it concerns, and returns their number.
async fn notify(
    tx: &Tx<'_>,
    deadline: &Deadline,
    lead: i32,
    kind: NotificationKind,
    roles: &'static [Role],
) -> Result<u64, Problem> {
    let subject = Subject {
        area: deadline.area.clone(),
        kind,
        resource: deadline.resource.clone(),
        resource_id: deadline.resource_id,
        action: deadline.kind.as_str().to_owned(),
        cause: Cause::Day { deadline: deadline.id, day: deadline.on, lead },
    };
    let mut count = 0;
    for recipient in store::list_recipients(tx, &deadline.area, roles, kind, tx.call().today()).await? {
        count += store::insert_notification(tx, &subject, &recipient).await?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn settings(days: &[i32], on_working_days: bool) -> ReminderSettings {
        let reminder_days = days.to_vec();
        ReminderSettings { reminder_days, on_working_days, escalate_late_days: None, escalate_unopened_days: None }
    }

    fn leads(day: &str, on_working_days: bool, days: &[i32]) -> Vec<(String, i32)> {
        let settings = settings(days, on_working_days);
        let (mut found, mut last) = (Vec::new(), None);
        for today in date("2022-03-01").iter_days().take(90) {
            let lead = due_lead(date(day), today, &settings, &BankHolidays::new([date("2022-04-18")]));
            if lead.is_some() && lead != last {
                found.extend(lead.map(|lead| (today.to_string(), lead)));
                last = lead;
            }
        }
        found
    }

    #[test]
    fn each_reminder_has_its_day_and_the_day_after_says_that_it_has_passed() {
        // 21 April 2022 was a Thursday.
        let expected = [("2022-04-07", 14), ("2022-04-20", 1), ("2022-04-21", 0), ("2022-04-22", -1)];
        let expected: Vec<(String, i32)> = expected.iter().map(|(day, lead)| ((*day).to_owned(), *lead)).collect();
        assert_eq!(leads("2022-04-21", false, &[0, 14, 1]), expected);
    }

    #[test]
    fn a_reminder_for_a_weekend_is_sent_on_monday_unless_that_is_too_late() {
        // 25 April 2022 was a Monday, 24 April a Sunday, 22 April a Friday.
        let sent = |day: &str, days: &[i32]| leads(day, true, days).into_iter().map(|(on, _)| on).collect::<Vec<_>>();
        assert_eq!(sent("2022-04-26", &[2]), ["2022-04-25", "2022-04-27"]);
        assert_eq!(sent("2022-04-24", &[1]), ["2022-04-23", "2022-04-25"], "Monday is after the day itself");
        assert_eq!(sent("2022-04-22", &[]), ["2022-04-25"], "that the day has passed is said on Monday");
        assert_eq!(sent("2022-04-21", &[4]), ["2022-04-19", "2022-04-22"], "18 April was a bank holiday");
    }

    #[test]
    fn what_was_missed_is_caught_up_with_one_notification_for_a_week() {
        let settings = settings(&[14, 7], false);
        let lead = |today: &str| due_lead(date("2022-04-21"), date(today), &settings, &BankHolidays::default());
        assert_eq!(lead("2022-04-06"), None);
        assert_eq!(lead("2022-04-10"), Some(14));
        assert_eq!(lead("2022-04-16"), Some(7));
        assert_eq!(lead("2022-04-28"), Some(-1));
        assert_eq!(lead("2022-04-29"), None);
    }
}
