//! What an area is, and what may be sent of one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::api::Versioned;
use crate::api::text::Line;

crate::vocabulary! {
    /// What kind of local policing body an area has: Police Act 1996 s.101(1) and the orders made since.
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
    /// The country an area lies in.
    pub enum Country {
        /// England
        England = "england",
        /// Wales
        Wales = "wales",
    }
}

/// A police area.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Area {
    /// Its id.
    pub id: Uuid,
    /// Its slug, as tokens name it.
    #[schema(example = "cumbria")]
    pub code: String,
    /// Its name.
    pub name: String,
    /// The country it lies in.
    pub country: Country,
    /// Its local policing body.
    pub policing_body: PolicingBody,
    /// Its police force.
    pub force: Force,
    /// The first day it was an area; null where that was before the record.
    pub valid_from: Option<NaiveDate>,
    /// The last day it was an area; null while it is.
    pub valid_to: Option<NaiveDate>,
    /// The area that came after it.
    pub successor: Option<String>,
    /// How the area works; shown to its own callers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub settings: Option<AreaSettings>,
    /// Counts its changes.
    pub version: i64,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for Area {
    fn version(&self) -> i64 {
        self.version
    }
}

/// A local policing body.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicingBody {
    /// Its name.
    #[schema(value_type = Line)]
    pub name: String,
    /// Its kind.
    pub kind: PolicingBodyKind,
    /// What its office holder is called.
    #[schema(value_type = Line)]
    pub office_holder_title: String,
    /// Since when it is the area's; null where that was before the record.
    #[serde(default)]
    pub since: Option<NaiveDate>,
}

/// A police force.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Force {
    /// Its name.
    #[schema(value_type = Line)]
    pub name: String,
    /// What its chief officer is called.
    #[schema(value_type = Line)]
    pub chief_officer_title: String,
}

/// How an area works.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AreaSettings {
    /// Whether areas for improvement need an explanation too, beyond Police Act 1996 s.55(5B).
    pub afi_explanation_required: bool,
    /// How many days the chief officer is given to comment, where an invitation does not say.
    pub comments_days: i32,
    /// How many days before a deadline its owners are reminded.
    pub reminder_days: Vec<i32>,
    /// How many years after a record came to its end it is reviewed: kept longer, or disposed of.
    pub retention_years: i32,
}

/// An area as a registrar writes it whole; its settings stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaWritten {
    /// Its name.
    pub name: Line,
    /// The country it lies in.
    pub country: Country,
    /// Its local policing body.
    pub policing_body: PolicingBody,
    /// Its police force.
    pub force: Force,
    /// The first day it was an area.
    pub valid_from: Option<NaiveDate>,
    /// The last day it was an area.
    pub valid_to: Option<NaiveDate>,
    /// The area that came after it.
    #[schema(pattern = "^[a-z][a-z0-9-]{1,62}$")]
    pub successor: Option<String>,
}

/// What an area's approver can amend.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaAmended {
    /// The settings to change.
    pub settings: AreaSettingsAmended,
}

/// The settings to change; those left out stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaSettingsAmended {
    /// Whether areas for improvement need an explanation too.
    #[schema(nullable = false)]
    pub afi_explanation_required: Option<bool>,
    /// How many days the chief officer is given to comment.
    #[schema(minimum = 1, maximum = 55, nullable = false)]
    pub comments_days: Option<i32>,
    /// How many days before a deadline its owners are reminded.
    #[schema(max_items = 10, nullable = false)]
    pub reminder_days: Option<Vec<Days>>,
    /// How many years after a record came to its end it is reviewed.
    #[schema(minimum = 1, maximum = 100, nullable = false)]
    pub retention_years: Option<i32>,
}

/// A number of days before a deadline: 0 to 55.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(transparent)]
pub struct Days(pub i32);

impl PartialSchema for Days {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(55)).into()
    }
}

impl ToSchema for Days {
    fn name() -> Cow<'static, str> {
        "Days".into()
    }
}
