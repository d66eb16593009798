//! What row security is told: whose work a statement is. It holds for one transaction, and without it nothing is seen.

use std::sync::LazyLock;

use tokio_postgres::types::ToSql;

use crate::auth::Scope;

/// The settings of one caller's work.
pub(super) struct Settings {
    areas: String,
    sides: String,
    registrar: &'static str,
    recorded: &'static str,
    caller: String,
}

const NAMES: [&str; 5] = ["areas", "sides", "registrar", "recorded", "caller"];

/// Sets them for the transaction that has begun.
pub(super) static SET: LazyLock<String> = LazyLock::new(|| format!("select {}", each_set(0)));

/// What sets each of them, the parameters being those after so many others.
fn each_set(after: usize) -> String {
    let set =
        NAMES.iter().zip(after + 1..).map(|(name, place)| format!("set_config('section55.{name}', ${place}, true)"));
    set.collect::<Vec<_>>().join(", ")
}

impl Settings {
    /// Those of a scope; `recorded` where what is read is told of by an event.
    pub(super) fn of(scope: &Scope, recorded: bool) -> Self {
        let on = |yes| if yes { "on" } else { "off" };
        Self {
            areas: scope.areas().join(","),
            sides: scope.side_list(),
            registrar: on(scope.is_registrar()),
            recorded: on(recorded),
            caller: scope.caller().to_owned(),
        }
    }

    /// In the order of [`NAMES`].
    pub(super) fn values(&self) -> [&(dyn ToSql + Sync); 5] {
        [&self.areas, &self.sides, &self.registrar, &self.recorded, &self.caller]
    }
}

/// A statement of so many parameters that reads, as a transaction of its own in one message: the settings are the parameters
/// after its own.
///
/// They are set by a condition that no row has a part in: PostgreSQL looks at such a condition first, and once. Were it the
/// other way round, row security would let nothing be seen.
pub(super) fn alone(sql: &str, parameters: usize) -> String {
    let set = each_set(parameters);
    format!(
        "select q.* from ({sql}\n) q
         where (select num_nulls(set_config('transaction_read_only', 'on', true), {set})) = 0"
    )
}
