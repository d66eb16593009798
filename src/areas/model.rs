//! A police area, its policing body, its force and its settings, as callers see them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::notification_address::NotificationAddress;
use crate::api::Versioned;
use crate::api::text::{SingleLineText, single_line};

crate::vocabulary! {
    /// The kind of an area's local policing body: Police Act 1996 s.101(1) and the orders made since.
    pub enum PolicingBodyKind {
        /// A police and crime commissioner.
        PoliceAndCrimeCommissioner = "police_and_crime_commissioner",
        /// A police, fire and crime commissioner.
        PoliceFireAndCrimeCommissioner = "police_fire_and_crime_commissioner",
        /// A mayor who exercises a commissioner's functions.
        Mayor = "mayor",
        /// The Mayor's Office for Policing and Crime.
        MayorsOfficeForPolicingAndCrime = "mayors_office_for_policing_and_crime",
        /// The Common Council of the City of London.
        CommonCouncil = "common_council",
    }
}

crate::vocabulary! {
    /// The country of an area.
    pub enum Country as ("AreaCountry") {
        /// England.
        England = "england",
        /// Wales.
        Wales = "wales",
    }
}

/// A police area.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Area {
    /// The area's id.
    pub id: Uuid,
    /// The area's code, as tokens name it.
    #[schema(example = "cumbria")]
    pub code: String,
    /// The area's name.
    pub name: String,
    /// The area's country.
    pub country: Country,
    /// The area's local policing body.
    pub policing_body: PolicingBody,
    /// The area's police force.
    pub force: Force,
    /// The first day on which the area exists; null if it is earlier than the service's records.
    pub valid_from: Option<NaiveDate>,
    /// The last day on which the area exists; null if no end is known.
    pub valid_to: Option<NaiveDate>,
    /// The code of the area that replaces this one.
    pub successor: Option<String>,
    /// The area's settings. Only callers of the area receive this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub settings: Option<AreaSettings>,
    /// The version of the record: 1 at first, one more with each change.
    pub version: i64,
    /// When the record was created.
    pub created_at: DateTime<Utc>,
    /// When the record was last changed.
    pub updated_at: DateTime<Utc>,
    /// Links to this record and to related resources, by relation.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Area {
    fn version(&self) -> i64 {
        self.version
    }
}

/// A local policing body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicingBody {
    /// The policing body's name.
    #[serde(deserialize_with = "single_line")]
    #[schema(value_type = SingleLineText)]
    pub name: String,
    /// The policing body's kind.
    pub kind: PolicingBodyKind,
    /// The title of the person who holds the office.
    #[serde(deserialize_with = "single_line")]
    #[schema(value_type = SingleLineText)]
    pub office_holder_title: String,
    /// The first day on which this body is the area's policing body; null if it is earlier than the service's records.
    #[serde(default)]
    pub since: Option<NaiveDate>,
}

/// A police force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Force {
    /// The force's name.
    #[serde(deserialize_with = "single_line")]
    #[schema(value_type = SingleLineText)]
    pub name: String,
    /// The title of the force's chief officer.
    #[serde(deserialize_with = "single_line")]
    #[schema(value_type = SingleLineText)]
    pub chief_officer_title: String,
}

/// An area's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AreaSettings {
    /// Whether areas for improvement also need an explanation, which Police Act 1996 s.55(5B) does not require.
    pub afi_explanation_required: bool,
    /// The days that the chief officer has for comments, if an invitation states no date.
    pub comments_days: i32,
    /// The days before a deadline on which the calendar of deadlines has a reminder.
    pub reminder_days: Vec<i32>,
    /// The number of years from the day a record is finished to its retention review.
    pub retention_years: i32,
    /// Where notifications are sent by e-mail, besides the people who choose to receive them.
    pub notification_addresses: Vec<NotificationAddress>,
    /// Whether a reminder that falls on a weekend or bank holiday is sent on the next working day.
    pub reminders_on_working_days: bool,
    /// Days after a deadline at which what is late goes to a further role: the approver or the chief officer. Null: never.
    pub escalate_late_days: Option<i32>,
    /// Days before a deadline at which what nobody of the side has changed or been assigned to goes to that role. Null: never.
    pub escalate_unopened_days: Option<i32>,
}

/// The settings of an area that decide about its responses.
#[derive(Clone, Copy, Debug)]
pub struct AreaRules {
    /// Whether areas for improvement also need an explanation.
    pub afi_explanation_required: bool,
    /// The days that the chief officer has for comments, if an invitation states no date.
    pub comments_days: i32,
}

/// The names and titles of an area's policing body and force.
#[derive(Clone, Debug)]
pub struct AreaTitles {
    /// The policing body's name.
    pub policing_body: String,
    /// The title of the person who holds the office.
    pub office_holder: String,
    /// The force's name.
    pub force: String,
    /// The title of the chief officer.
    pub chief_officer: String,
}
