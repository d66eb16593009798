//! The marker of a store: an object that names the deployment to which the store belongs. Without the marker of its own
//! deployment, the service neither writes to a store nor deletes from it: the folder of a volume that is not mounted
//! looks like an empty store, and the bucket of another deployment like one full of unreferenced objects.

use chrono::{DateTime, Utc};
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt, PutPayload};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store::{Store, unavailable};
use crate::api::Problem;

/// The key of the marker.
pub(super) const MARKER: &str = "section55-store.json";

/// The marker of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreMarker {
    /// The identity of the database whose files the store holds.
    pub deployment: Uuid,
    /// When the marker was written.
    pub marked_at: DateTime<Utc>,
}

impl Store {
    /// Returns the marker, or `None` if the store has none.
    ///
    /// # Errors
    ///
    /// Returns 503 if the store cannot be read, and 500 if the marker is not JSON as the service writes it.
    pub async fn find_marker(&self) -> Result<Option<StoreMarker>, Problem> {
        let key = Path::from(MARKER);
        let failed = |error| unavailable("read", &key, &error);
        let found = match self.objects.get(&key).await {
            Err(Error::NotFound { .. }) => return Ok(None),
            found => found.map_err(failed)?,
        };
        let bytes = found.bytes().await.map_err(failed)?;
        let marker = serde_json::from_slice(&bytes);
        marker.map(Some).map_err(|error| Problem::internal(format!("the object {key} is not a marker: {error}")))
    }

    /// Writes the marker of this store's deployment. Any other marker is replaced.
    ///
    /// # Errors
    ///
    /// Returns 503 if the store cannot be written.
    pub async fn write_marker(&self, at: DateTime<Utc>) -> Result<(), Problem> {
        let key = Path::from(MARKER);
        let marker = StoreMarker { deployment: self.deployment()?, marked_at: at };
        let text = serde_json::to_string_pretty(&marker).map_err(Problem::internal)? + "\n";
        let written = self.objects.put(&key, PutPayload::from(text)).await;
        written.map(drop).map_err(|error| unavailable("stored", &key, &error))
    }

    /// Checks that the store has the marker of this store's deployment.
    ///
    /// # Errors
    ///
    /// Returns 503 if the marker is missing, is that of another deployment, or cannot be read.
    pub async fn require_marker(&self) -> Result<(), Problem> {
        let own = self.deployment()?;
        let log = match self.find_marker().await? {
            Some(marker) if marker.deployment == own => return Ok(()),
            Some(marker) => {
                format!("{self:?} belongs to the deployment {}, and this database to {own}", marker.deployment)
            }
            None => format!("{self:?} has no marker {MARKER}: check that the right folder or bucket is mounted"),
        };
        Err(Problem::unavailable(format!("{log}; nothing is written to it or deleted from it"), 30))
    }

    fn deployment(&self) -> Result<Uuid, Problem> {
        self.deployment.ok_or_else(|| Problem::internal(format!("{self:?} was opened without a deployment")))
    }
}
