//! Updates a recommendation. A correction of a published recommendation's addressees also changes its assignments, which
//! the module of recommendations does not know.

use uuid::Uuid;

use crate::api::Problem;
use crate::assignments;
use crate::auth::Call;
use crate::db::{Tx, Write};
use crate::recommendations::{self, Recommendation, RecommendationAmendment, UpdatedRecommendation};

/// Amends a recommendation of a draft, or corrects a published one and its assignments. Returns the recommendation.
///
/// # Errors
///
/// As [`recommendations::update`].
pub async fn update(
    tx: &Tx<'_>,
    id: Uuid,
    amendment: &RecommendationAmendment,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<Recommendation>, Problem> {
    let updated = recommendations::update(tx, id, amendment, check_version, call).await?;
    let UpdatedRecommendation { before, after, published, event } = updated;
    let Some(event) = event else { return Ok(Write::unchanged(after)) };
    let readdressed = if published { assignments::readdress(tx, &before, &after).await? } else { Vec::new() };
    let area = event.area.clone();
    let readdressed = readdressed.into_iter().map(|it| it.acted_for(area.as_deref(), &tx.call().actor));
    Ok(Write::new(after, event).with_events(readdressed))
}
