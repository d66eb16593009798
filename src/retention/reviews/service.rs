//! The recording of retention reviews.

use uuid::Uuid;

use super::model::RetentionReview;
use super::requests::RetentionReviewCreation;
use super::store;
use crate::api::{Fault, Problem};
use crate::auth::Call;
use crate::db::{Event, Snapshot, Tx, Write};
use crate::retention::store::find_record;
use crate::vocabulary::WireName;

/// Records a review of a record of the caller's areas. The record's review date changes to the one in the review.
///
/// # Errors
///
/// Returns 422 if the caller has no such record, or if the new review date is in the past.
pub async fn create(
    tx: &Tx<'_>,
    creation: &RetentionReviewCreation,
    call: &Call,
) -> Result<Write<RetentionReview>, Problem> {
    let RetentionReviewCreation { resource, resource_id, review_on, reason } = creation;
    let subject = find_record(tx, resource.as_str(), *resource_id).await?.ok_or_else(|| {
        let detail = format!("Your areas have no {resource} {resource_id}. Check resource and resource_id.");
        Problem::invalid(vec![Fault::body("/resource_id", "unknown_reference", detail)])
    })?;
    let today = call.today();
    if *review_on < today {
        let detail = format!("review_on ({review_on}) is in the past. Use {today} or later.");
        return Err(Problem::invalid(vec![Fault::body("/review_on", "out_of_range", detail)]));
    }
    let id = Uuid::now_v7();
    let review = RetentionReview {
        id,
        area: subject.area,
        resource: *resource,
        resource_id: *resource_id,
        review_on: *review_on,
        reason: reason.to_string(),
        by: call.actor.display_name().to_owned(),
        created_at: call.at,
        links: RetentionReview::links(id, *resource_id),
    };
    store::insert(tx, &review).await?;
    let event = Event::new("retention_review", id, 1, "review").area(&review.area).parent(review.resource_id);
    let event = event.after(Snapshot::new(&review)?);
    Ok(Write::new(review, event))
}
