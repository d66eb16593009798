//! The request bodies of recommendations: the creation, the amendment, and a row of an imported table.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Addressee, Recommendation, RecommendationKind, RecommendationTarget};
use crate::api::text::{LongText, ShortText, SingleLineText, amendment};

/// A recommendation to add to a draft inspection.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationCreation {
    /// The source's reference for the recommendation.
    pub reference: ShortText,
    /// The number in the report; if absent, the position in the report.
    #[serde(default)]
    #[schema(nullable = false)]
    pub number: Option<SingleLineText>,
    /// The kind; `recommendation` if absent.
    #[serde(default)]
    #[schema(nullable = false)]
    pub kind: Option<RecommendationKind>,
    /// The id of the cause of concern that this recommendation belongs to.
    #[serde(default)]
    pub cause_of_concern_id: Option<Uuid>,
    /// The text, exactly as in the report.
    pub text: LongText,
    /// The bodies to which the recommendation is addressed.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub addressees: Vec<Addressee>,
    /// The date by which the recommendation should be met.
    #[serde(default)]
    #[schema(nullable = false)]
    pub target: Option<RecommendationTarget>,
    /// The themes of the recommendation.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub themes: Vec<SingleLineText>,
    /// The id of the older recommendation that this one replaces.
    #[serde(default)]
    pub supersedes: Option<Uuid>,
    /// The id of the older recommendation that this one repeats.
    #[serde(default)]
    pub reiterates: Option<Uuid>,
}

/// The members to change (RFC 7396). In a draft, any member can change. After publication, only `text`, with a
/// `reason`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationAmendment {
    /// The source's reference for the recommendation.
    #[schema(nullable = false)]
    pub reference: Option<ShortText>,
    /// The number in the report.
    #[schema(nullable = false)]
    pub number: Option<SingleLineText>,
    /// The kind.
    #[schema(nullable = false)]
    pub kind: Option<RecommendationKind>,
    /// The id of the cause of concern that this recommendation belongs to.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Uuid>)]
    pub cause_of_concern_id: Option<Option<Uuid>>,
    /// The text, exactly as in the report.
    #[schema(nullable = false)]
    pub text: Option<LongText>,
    /// The bodies to which the recommendation is addressed.
    #[schema(nullable = false, max_items = 9)]
    pub addressees: Option<Vec<Addressee>>,
    /// The date by which the recommendation should be met.
    #[schema(nullable = false)]
    pub target: Option<RecommendationTarget>,
    /// The themes of the recommendation.
    #[schema(nullable = false, max_items = 50)]
    pub themes: Option<Vec<SingleLineText>>,
    /// The id of the older recommendation that this one replaces.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Uuid>)]
    pub supersedes: Option<Option<Uuid>>,
    /// The id of the older recommendation that this one repeats.
    #[serde(default, deserialize_with = "amendment")]
    #[schema(value_type = Option<Uuid>)]
    pub reiterates: Option<Option<Uuid>>,
    /// The reason for correcting a published text. The old text stays readable as an erratum.
    #[schema(nullable = false)]
    pub reason: Option<LongText>,
}

impl RecommendationAmendment {
    /// Applies the amendment of a draft, and returns the names of the members that it sets.
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
            reference = |it, reference: ShortText| it.reference = reference.into_string();
            number = |it, number: SingleLineText| it.number = number.into_string();
            kind = |it, kind| it.kind = kind;
            cause_of_concern_id = |it, id| it.cause_of_concern_id = id;
            text = |it, text: LongText| it.text = text.into_string();
            addressees = |it, addressees| it.addressees = addressees;
            target = |it, target: RecommendationTarget| {
                it.target_basis = target.basis();
                it.target = target;
            };
            themes = |it, themes: Vec<SingleLineText>| {
                it.themes = themes.into_iter().map(SingleLineText::into_string).collect();
            };
            supersedes = |it, id| it.supersedes = id;
            reiterates = |it, id| it.reiterates = id;
        }
        fields
    }
}

/// One row of an imported table: a recommendation that names its cause of concern by reference.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationRow {
    /// The source's reference for the recommendation.
    pub reference: ShortText,
    /// The number in the report; if absent, the position in the report.
    #[serde(default)]
    pub number: Option<SingleLineText>,
    /// The kind; `recommendation` if absent.
    #[serde(default)]
    pub kind: Option<RecommendationKind>,
    /// The reference of the cause of concern that this recommendation belongs to, in the table or already in the
    /// inspection.
    #[serde(default)]
    pub cause_of_concern: Option<ShortText>,
    /// The text, exactly as in the report.
    pub text: LongText,
    /// The bodies to which the recommendation is addressed.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub addressees: Vec<Addressee>,
    /// The date by which the recommendation should be met.
    #[serde(default)]
    pub target: Option<RecommendationTarget>,
    /// The themes of the recommendation.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub themes: Vec<SingleLineText>,
    /// The id of the older recommendation that this one replaces.
    #[serde(default)]
    pub supersedes: Option<Uuid>,
    /// The id of the older recommendation that this one repeats.
    #[serde(default)]
    pub reiterates: Option<Uuid>,
}
