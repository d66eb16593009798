//! The settings that row security reads: on whose behalf a statement runs. They hold for one transaction. Without
//! them no row is visible.

use std::sync::LazyLock;

use tokio_postgres::types::ToSql;

use crate::auth::Scope;

/// The values of the settings for one caller.
pub(super) struct RowSecuritySettings {
    areas: String,
    sides: String,
    registrar: &'static str,
    recorded: &'static str,
    caller: String,
    person: String,
}

const NAMES: [&str; 6] = ["areas", "sides", "registrar", "recorded", "caller", "person"];

/// The statement that sets all of them for the current transaction.
pub(super) static SET_SETTINGS: LazyLock<String> = LazyLock::new(|| format!("select {}", set_config_calls(0)));

/// Returns one call of `set_config` for each setting. Their parameters follow the statement's own `own_parameters`.
fn set_config_calls(own_parameters: usize) -> String {
    let calls = NAMES
        .iter()
        .zip(own_parameters + 1..)
        .map(|(name, parameter)| format!("set_config('section55.{name}', ${parameter}, true)"));
    calls.collect::<Vec<_>>().join(", ")
}

impl RowSecuritySettings {
    /// Creates the settings of a scope. `audited` states that an audit event records what is read.
    pub(super) fn new(scope: &Scope, audited: bool) -> Self {
        let on_or_off = |value| if value { "on" } else { "off" };
        Self {
            areas: scope.areas().join(","),
            sides: scope.side_list(),
            registrar: on_or_off(scope.is_registrar()),
            recorded: on_or_off(audited),
            caller: scope.caller().to_owned(),
            person: scope.person().to_owned(),
        }
    }

    /// Returns the values in the order of [`NAMES`].
    pub(super) fn values(&self) -> [&(dyn ToSql + Sync); 6] {
        [&self.areas, &self.sides, &self.registrar, &self.recorded, &self.caller, &self.person]
    }
}

/// Wraps a query that has this number of parameters so that it also sets the settings. The query then is a
/// transaction of its own and takes one round trip. The values of the settings follow the query's own parameters.
///
/// The settings are set in a condition that refers to no row. PostgreSQL evaluates such a condition first, and once. If
/// it were evaluated after row security, no row would be visible.
pub(super) fn with_settings(sql: &str, parameters: usize) -> String {
    let set = set_config_calls(parameters);
    format!(
        "select q.* from ({sql}\n) q
         where (select num_nulls(set_config('transaction_read_only', 'on', true), {set})) = 0"
    )
}
