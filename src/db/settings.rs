//! What row security is told: whose work a statement is. It holds for one transaction, and without it nothing is seen.

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

/// Sets them for the transaction that has begun.
pub(super) const SET: &str = "
    select set_config('section55.areas', $1, true), set_config('section55.sides', $2, true),
           set_config('section55.registrar', $3, true), set_config('section55.recorded', $4, true),
           set_config('section55.caller', $5, true)";

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

    /// In the order of [`SET`].
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
    let [areas, sides, registrar, recorded, caller] = [1, 2, 3, 4, 5].map(|place| parameters + place);
    format!(
        "select q.* from ({sql}\n) q
         where (select num_nulls(
             set_config('transaction_read_only', 'on', true),
             set_config('section55.areas', ${areas}, true), set_config('section55.sides', ${sides}, true),
             set_config('section55.registrar', ${registrar}, true), set_config('section55.recorded', ${recorded}, true),
             set_config('section55.caller', ${caller}, true))) = 0"
    )
}
