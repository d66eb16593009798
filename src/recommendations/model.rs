//! What a recommendation is, and what may be sent of one.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;
use crate::api::text::{Label, Line, Prose, amendment};

crate::vocabulary! {
    /// What the report asks.
    pub enum RecommendationKind {
        /// A recommendation, which every response must explain: Police Act 1996 s.55(5B).
        Recommendation = "recommendation",
        /// An area for improvement: tracked, outside s.55(5B).
        AreaForImprovement = "area_for_improvement",
        /// A cause of concern: the parent of at least one recommendation.
        CauseOfConcern = "cause_of_concern",
    }
}

crate::vocabulary! {
    /// To whom it is addressed.
    pub enum Addressee {
        /// Chief constables.
        ChiefConstables = "chief_constables",
        /// Local policing bodies.
        PolicingBodies = "policing_bodies",
        /// The Home Office.
        HomeOffice = "home_office",
        /// The College of Policing.
        CollegeOfPolicing = "college_of_policing",
        /// The National Police Chiefs' Council.
        Npcc = "npcc",
        /// The Independent Office for Police Conduct.
        Iopc = "iopc",
        /// The Crown Prosecution Service.
        Cps = "cps",
        /// The inspectorate itself.
        Hmicfrs = "hmicfrs",
        /// Somebody else.
        Other = "other",
    }
}

crate::vocabulary! {
    /// By when it is to be met.
    pub enum TargetKind {
        /// At once.
        Immediate = "immediate",
        /// By a day.
        ByDate = "by_date",
        /// Within a time.
        Within = "within",
        /// From now on.
        Ongoing = "ongoing",
        /// The report does not say.
        None = "none",
    }
}

crate::vocabulary! {
    /// How the day of a target came about.
    pub enum TargetBasis {
        /// The report, or who entered it, names the day.
        Stated = "stated",
        /// “Immediately” counts from the day of publication: it is that day.
        Publication = "publication",
        /// A time, counted from the day of publication.
        Counted = "counted_from_publication",
        /// The words give a time that no calendar alone can count.
        NotCountable = "not_countable",
        /// The report sets no day, or the inspection is still a draft.
        NoDate = "no_date",
    }
}

/// By when it is to be met.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationTarget {
    /// In which way the report says it.
    pub kind: TargetKind,
    /// The words as printed.
    #[serde(default)]
    #[schema(value_type = Option<Line>)]
    pub text: Option<String>,
    /// The day they mean; where it is left out it is computed when the inspection is published.
    #[serde(default)]
    pub on: Option<NaiveDate>,
}

impl RecommendationTarget {
    /// How its day came about, as it was entered.
    pub fn basis(&self) -> TargetBasis {
        self.on.map_or(TargetBasis::NoDate, |_| TargetBasis::Stated)
    }
}

impl Default for RecommendationTarget {
    fn default() -> Self {
        Self { kind: TargetKind::None, text: None, on: None }
    }
}

/// A text that was put right after publication.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Erratum {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// The text as it was before.
    pub text: String,
}

/// A recommendation, area for improvement or cause of concern.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Recommendation {
    /// Its id.
    pub id: Uuid,
    /// The inspection it belongs to.
    pub inspection_id: Uuid,
    /// The source's own reference.
    #[schema(example = "21912")]
    pub reference: String,
    /// Its number in the report.
    #[schema(example = "3.2")]
    pub number: String,
    /// What it is.
    pub kind: RecommendationKind,
    /// The cause of concern it belongs to.
    pub cause_of_concern_id: Option<Uuid>,
    /// The words of the report.
    pub text: String,
    /// To whom it is addressed.
    pub addressees: Vec<Addressee>,
    /// By when it is to be met.
    pub target: RecommendationTarget,
    /// What it is about.
    pub themes: Vec<String>,
    /// The older recommendation it takes the place of.
    pub supersedes: Option<Uuid>,
    /// The older recommendation it repeats.
    pub reiterates: Option<Uuid>,
    /// Texts put right after publication, oldest first.
    pub errata: Vec<Erratum>,
    /// Counts its changes.
    pub version: i64,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
    /// Its place in the report.
    #[serde(skip)]
    pub ordinal: i32,
    /// How the day of its target came about.
    #[serde(skip)]
    pub target_basis: TargetBasis,
}

impl Versioned for Recommendation {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Recommendation {
    /// Where to go from a recommendation.
    pub fn links(id: Uuid, inspection_id: Uuid) -> BTreeMap<&'static str, String> {
        [
            ("self", format!("/v1/recommendations/{id}")),
            ("inspection", format!("/v1/inspections/{inspection_id}")),
            ("assignments", format!("/v1/assignments?recommendation_id={id}")),
            ("history", format!("/v1/recommendations/{id}/history")),
        ]
        .into()
    }
}

/// A recommendation as it is added to a draft.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationAdded {
    /// The source's own reference.
    pub reference: Label,
    /// Its number in the report; the next whole number where it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub number: Option<Line>,
    /// What it is; a recommendation where it is left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub kind: Option<RecommendationKind>,
    /// The cause of concern it belongs to.
    #[serde(default)]
    pub cause_of_concern_id: Option<Uuid>,
    /// The words of the report.
    pub text: Prose,
    /// To whom it is addressed.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub addressees: Vec<Addressee>,
    /// By when it is to be met.
    #[serde(default)]
    #[schema(nullable = false)]
    pub target: Option<RecommendationTarget>,
    /// What it is about.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub themes: Vec<Line>,
    /// The older recommendation it takes the place of.
    #[serde(default)]
    pub supersedes: Option<Uuid>,
    /// The older recommendation it repeats.
    #[serde(default)]
    pub reiterates: Option<Uuid>,
}

/// What can be amended (RFC 7396): anything in a draft; once published, the text alone and with a reason.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationAmended {
    /// The source's own reference.
    #[schema(nullable = false)]
    pub reference: Option<Label>,
    /// Its number in the report.
    #[schema(nullable = false)]
    pub number: Option<Line>,
    /// What it is.
    #[schema(nullable = false)]
    pub kind: Option<RecommendationKind>,
    /// The cause of concern it belongs to.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Uuid>)]
    pub cause_of_concern_id: Option<Option<Uuid>>,
    /// The words of the report.
    #[schema(nullable = false)]
    pub text: Option<Prose>,
    /// To whom it is addressed.
    #[schema(nullable = false, max_items = 9)]
    pub addressees: Option<Vec<Addressee>>,
    /// By when it is to be met.
    #[schema(nullable = false)]
    pub target: Option<RecommendationTarget>,
    /// What it is about.
    #[schema(nullable = false, max_items = 50)]
    pub themes: Option<Vec<Line>>,
    /// The older recommendation it takes the place of.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Uuid>)]
    pub supersedes: Option<Option<Uuid>>,
    /// The older recommendation it repeats.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Uuid>)]
    pub reiterates: Option<Option<Uuid>>,
    /// Why a published text is put right: an erratum, which keeps the old text.
    #[schema(nullable = false)]
    pub reason: Option<Prose>,
}

impl RecommendationAmended {
    /// Applies the amendment of a draft; gives the members it changed.
    pub fn apply(self, to: &mut Recommendation) -> Vec<&'static str> {
        let mut fields = Vec::new();
        macro_rules! set {
            ($($member:ident = $value:expr;)+) => { $(
                if let Some(value) = self.$member {
                    fields.push(stringify!($member));
                    let set: fn(&mut Recommendation, _) = $value;
                    set(to, value);
                }
            )+ };
        }
        set! {
            reference = |it, label: Label| it.reference = label.into_string();
            number = |it, line: Line| it.number = line.into_string();
            kind = |it, kind| it.kind = kind;
            cause_of_concern_id = |it, id| it.cause_of_concern_id = id;
            text = |it, prose: Prose| it.text = prose.into_string();
            addressees = |it, addressees| it.addressees = addressees;
            target = |it, target: RecommendationTarget| {
                it.target_basis = target.basis();
                it.target = target;
            };
            themes = |it, lines: Vec<Line>| it.themes = lines.into_iter().map(Line::into_string).collect();
            supersedes = |it, id| it.supersedes = id;
            reiterates = |it, id| it.reiterates = id;
        }
        fields
    }
}
