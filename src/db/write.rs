//! A write before it is sent: at once, where something is read after it, or with the end of its transaction, where nothing is.

use std::fmt;

use tokio_postgres::types::ToSql;

/// A parameter that its statement owns.
pub type SqlValue = Box<dyn ToSql + Sync + Send>;

/// A statement that writes, with its parameters.
pub struct WriteStatement {
    pub(super) sql: &'static str,
    parameters: Vec<SqlValue>,
}

impl WriteStatement {
    /// A statement of the program's own text; `values!` makes the parameters.
    pub fn new(sql: &'static str, parameters: Vec<SqlValue>) -> Self {
        Self { sql, parameters }
    }

    pub(super) fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.parameters.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect()
    }
}

impl fmt::Debug for WriteStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Write").field(&self.sql).finish()
    }
}

/// The parameters of a [`Write`], in their order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$(Box::new($value) as $crate::db::SqlValue),*] };
}

/// An update of one record where it stands at its version: without such a row, the database itself says that it is stale,
/// and nothing that was sent together with it is committed.
macro_rules! compare_and_set {
    ($($update:literal),+ $(,)?) => {
        concat!("with written as (", $($update,)+ " returning true) select hold_version((select count(*) from written))")
    };
}

pub(crate) use {compare_and_set, values};
