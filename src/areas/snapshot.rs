//! An area as the log keeps it: what everyone may know of it, and apart from that its own settings.

use super::model::Area;
use crate::api::Problem;
use crate::db::Snapshot;

/// What everyone may know of an area, without its version, which its settings move too.
pub fn snapshot(area: &Area) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(area).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        ["settings", "version", "updated_at"].iter().for_each(|member| drop(members.remove(*member)));
    }
    Snapshot::of(&value)
}

/// An area's own settings.
pub fn settings_snapshot(area: &Area) -> Result<Snapshot, Problem> {
    Snapshot::default().part("settings", None, &area.settings)
}
