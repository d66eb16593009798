//! The causes of concern of a tracker's rows: recommendations that stand below a cause of concern can belong to it.

use serde_json::json;

use super::record::{About, Record};
use crate::imports::proposal::{Confidence, Fact, QuestionCode};
use crate::recommendations::RecommendationKind;

/// The last cause of concern above a row.
#[derive(Default)]
pub(super) struct Causes {
    last: Option<String>,
}

impl Causes {
    /// Asks whether a recommendation belongs to the cause of concern above it, if the row does not say.
    pub(super) fn settle(&mut self, record: &mut Record) {
        let own = &record.recommendation;
        match own.kind.value {
            Some(RecommendationKind::CauseOfConcern) => self.last.clone_from(&own.number.value),
            Some(RecommendationKind::Recommendation) if !record.has_unstated_kind => {
                let is_unstated = own.cause_of_concern.from.is_none();
                let (Some(cause), true) = (self.last.clone(), is_unstated) else { return };
                let detail = format!(
                    "The recommendation at {} stands below the cause of concern {cause}. Does it belong to it?",
                    record.at
                );
                record.recommendation.cause_of_concern =
                    Fact { value: Some(cause.clone()), confidence: Confidence::Inferred, from: None };
                let asked =
                    record.ask_without_source(About::Recommendation("cause_of_concern"), QuestionCode::Confirm, detail);
                asked.proposed = Some(json!(cause));
            }
            _ => self.last = None,
        }
    }
}
