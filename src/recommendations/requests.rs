//! The request bodies of recommendations: the creation, the amendment, and a row of an imported table.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Addressee, Recommendation, RecommendationKind, RecommendationTarget, TargetBasis, TargetKind};
use crate::api::amendment::given;
use crate::api::text::{LongText, ShortText, SingleLineText};

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

crate::amendment! {
    /// The members to change (RFC 7396). In a draft, any member can change. After publication, `text`, `kind`,
    /// `target`, `addressees` and `cause_of_concern_id` can be corrected, with a `reason`.
    pub struct RecommendationAmendment for Recommendation {
        /// The source's reference for the recommendation.
        reference: ShortText = |it, value| it.reference = value.into_string(),
        /// The number in the report.
        number: SingleLineText = |it, value| it.number = value.into_string(),
        /// The kind.
        kind: RecommendationKind = |it, value| it.kind = value,
        /// The id of the cause of concern that this recommendation belongs to.
        cause_of_concern_id: Option<Uuid> = |it, value| it.cause_of_concern_id = value,
        /// The text, exactly as in the report.
        text: LongText = |it, value| it.text = value.into_string(),
        /// The bodies to which the recommendation is addressed.
        #[schema(max_items = 9)]
        addressees: Vec<Addressee> = |it, value| it.addressees = value,
        /// The date by which the recommendation should be met. Its members are changed one by one; null resets it to
        /// `none`.
        target: Option<RecommendationTargetAmendment> = |it, value| match value {
            Some(amendment) => amendment.apply(it),
            None => (it.target, it.target_basis) = (RecommendationTarget::default(), TargetBasis::NoDate),
        },
        /// The themes of the recommendation.
        #[schema(max_items = 50)]
        themes: Vec<SingleLineText> =
            |it, value| it.themes = value.into_iter().map(SingleLineText::into_string).collect(),
        /// The id of the older recommendation that this one replaces.
        supersedes: Option<Uuid> = |it, value| it.supersedes = value,
        /// The id of the older recommendation that this one repeats.
        reiterates: Option<Uuid> = |it, value| it.reiterates = value,
        ;
        /// The reason for correcting a published recommendation. The old values stay readable as an erratum.
        reason: LongText,
    }
}

/// The members of a target to change (RFC 7396). An absent member stays as it is; null removes it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationTargetAmendment {
    /// The kind of the target.
    #[serde(default)]
    #[schema(nullable = false)]
    pub kind: Option<TargetKind>,
    /// The target's text, as printed in the report.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<SingleLineText>, required = false)]
    pub text: Option<Option<SingleLineText>>,
    /// The target's date. A date that the service computed is computed again, unless this member states one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>, required = false)]
    pub on: Option<Option<NaiveDate>>,
}

impl RecommendationTargetAmendment {
    fn apply(self, to: &mut Recommendation) {
        let target = &mut to.target;
        if let Some(kind) = self.kind {
            target.kind = kind;
        }
        if let Some(text) = self.text {
            target.text = text.map(SingleLineText::into_string);
        }
        match self.on {
            Some(on) => target.on = on,
            None if to.target_basis != TargetBasis::Stated => target.on = None,
            None => {}
        }
        to.target_basis = target.basis();
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
