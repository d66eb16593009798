//! An area as the audit log stores it: the members that everyone may read, and separately the area's settings.

use super::model::Area;
use crate::api::Problem;
use crate::db::Snapshot;

/// Returns the members that everyone may read, without `version` and `updated_at`: changes of the settings alter those
/// two.
pub fn snapshot(area: &Area) -> Result<Snapshot, Problem> {
    let mut value = serde_json::to_value(area).map_err(Problem::internal)?;
    if let Some(members) = value.as_object_mut() {
        ["settings", "version", "updated_at"].iter().for_each(|member| drop(members.remove(*member)));
    }
    Snapshot::new(&value)
}

/// Returns an area's settings.
pub fn settings_snapshot(area: &Area) -> Result<Snapshot, Problem> {
    Snapshot::default().part("settings", None, &area.settings)
}
