//! The versions of the records that an import can write.

use uuid::Uuid;

use crate::api::Problem;
use crate::db::Session;
use crate::imports::model::RecordVersion;
use crate::imports::store::proposals;

/// Returns the versions of an inspection, of its recommendations, and of the area's response and assignments, in order.
///
/// # Errors
///
/// Returns 503 if the database fails.
pub async fn find(db: &Session<'_>, inspection: Uuid, area: Option<&str>) -> Result<Vec<RecordVersion>, Problem> {
    let found = proposals::find_versions(db, inspection, area).await?;
    let mut records: Vec<_> =
        found.into_iter().map(|(resource, id, version)| RecordVersion { resource, id, version }).collect();
    records.sort();
    Ok(records)
}
