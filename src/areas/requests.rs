//! The request bodies of areas: the replacement of an area, and the amendment of its settings.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::model::{Area, AreaSettings, Country, Force, PolicingBody};
use super::notification_address::NotificationAddress;
use crate::api::amendment::given;
use crate::api::text::SingleLineText;

/// All members of an area except its settings.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaReplacement {
    /// The area's name.
    pub name: SingleLineText,
    /// The area's country.
    pub country: Country,
    /// The area's local policing body.
    pub policing_body: PolicingBody,
    /// The area's police force.
    pub force: Force,
    /// The first day on which the area exists.
    pub valid_from: Option<NaiveDate>,
    /// The last day on which the area exists.
    pub valid_to: Option<NaiveDate>,
    /// The code of the area that replaces this one.
    #[schema(pattern = "^[a-z][a-z0-9-]{1,62}$")]
    pub successor: Option<String>,
}

impl AreaReplacement {
    /// Returns true if the area already has these members.
    pub fn equals(&self, area: &Area) -> bool {
        *self.name == *area.name
            && self.country == area.country
            && self.policing_body == area.policing_body
            && self.force == area.force
            && self.valid_from == area.valid_from
            && self.valid_to == area.valid_to
            && self.successor == area.successor
    }
}

/// The members of an area that its own approver can amend.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaAmendment {
    /// The settings to change.
    #[serde(default)]
    #[schema(required = false)]
    pub settings: AreaSettingsAmendment,
}

/// The settings to change. A setting that is absent stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaSettingsAmendment {
    /// Whether areas for improvement also need an explanation.
    #[schema(nullable = false)]
    pub afi_explanation_required: Option<bool>,
    /// The days that the chief officer has for comments, if an invitation states no date.
    #[schema(minimum = 1, maximum = 55, nullable = false)]
    pub comments_days: Option<i32>,
    /// The days before a deadline on which the calendar of deadlines has a reminder.
    #[schema(max_items = 10, nullable = false)]
    pub reminder_days: Option<Vec<DaysBeforeDeadline>>,
    /// The number of years from the day a record is finished to its retention review.
    #[schema(minimum = 1, maximum = 100, nullable = false)]
    pub retention_years: Option<i32>,
    /// Where notifications are sent by e-mail. The list replaces the present one.
    #[schema(max_items = 20, nullable = false)]
    pub notification_addresses: Option<Vec<NotificationAddress>>,
    /// Whether a reminder that falls on a weekend or bank holiday is sent on the next working day.
    #[schema(nullable = false)]
    pub reminders_on_working_days: Option<bool>,
    /// Days after a deadline at which what is late goes to a further role; null for never.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 55)]
    pub escalate_late_days: Option<Option<i32>>,
    /// Days before a deadline at which what nobody has opened goes to that role; null for never.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 55)]
    pub escalate_unopened_days: Option<Option<i32>>,
}

impl AreaSettingsAmendment {
    /// Returns true if the settings already have these values.
    pub fn equals(&self, settings: &AreaSettings) -> bool {
        let reminders = self.reminder_days.as_ref().map(|days| days.iter().map(|day| day.0).collect::<Vec<_>>());
        self.afi_explanation_required.is_none_or(|required| required == settings.afi_explanation_required)
            && self.comments_days.is_none_or(|days| days == settings.comments_days)
            && self.retention_years.is_none_or(|years| years == settings.retention_years)
            && reminders.is_none_or(|days| days == settings.reminder_days)
            && self.notification_addresses.as_ref().is_none_or(|all| *all == settings.notification_addresses)
            && self.reminders_on_working_days.is_none_or(|only| only == settings.reminders_on_working_days)
            && self.escalate_late_days.is_none_or(|days| days == settings.escalate_late_days)
            && self.escalate_unopened_days.is_none_or(|days| days == settings.escalate_unopened_days)
    }
}

/// A number of days before a deadline: 0 to 55.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(transparent)]
pub struct DaysBeforeDeadline(pub i32);

impl PartialSchema for DaysBeforeDeadline {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(55)).into()
    }
}

impl ToSchema for DaysBeforeDeadline {
    fn name() -> Cow<'static, str> {
        "DaysBeforeDeadline".into()
    }
}
