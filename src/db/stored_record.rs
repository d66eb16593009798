//! A stored record's columns, stated once: the struct, its row mapping, and the statements that insert and update its
//! row follow from one list of fields.

use tokio_postgres::{Error, Row};

use super::statement::{FromRow, SqlValue};

/// Returns `insert into {table} ({columns}) values ($1, …)`, with one parameter a column.
pub fn insert_sql(table: &str, columns: &[&str]) -> String {
    let places: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
    format!("insert into {table} ({}) values ({})", columns.join(", "), places.join(", "))
}

/// Returns an update that increases the version by one and sets the columns, the first from parameter `first`. It fails
/// with `S5501` when no row meets the condition.
///
/// In every such statement `$1` is the id, `$2` the version that the caller read, and `$3` the time of the update.
pub fn update_sql(table: &str, columns: &[&str], condition: &str, first: usize) -> String {
    let sets: Vec<String> = columns.iter().zip(first..).map(|(column, place)| format!("{column} = ${place}")).collect();
    format!(
        "with written as (
             update {table} set {}, version = version + 1, updated_at = $3 where {condition} returning true
         ) select assert_version((select count(*) from written))",
        sets.join(", ")
    )
}

/// Returns the statement that copies the rows that meet `condition` to another table, in place of older copies.
///
/// `extra` names columns that only the copy has, each with the expression that computes it.
pub fn copy_sql(from: &str, to: &str, columns: &[&str], extra: &[(&str, &str)], condition: &str) -> String {
    let names: Vec<&str> = columns.iter().copied().chain(extra.iter().map(|(name, _)| *name)).collect();
    let values: Vec<&str> = columns.iter().copied().chain(extra.iter().map(|(_, value)| *value)).collect();
    let sets: Vec<String> = columns[1..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        "insert into {to} ({}) select {} from {from} where {condition} on conflict (id) do update set {}",
        names.join(", "),
        values.join(", "),
        sets.join(", ")
    )
}

/// A struct whose members are columns of the record that it belongs to.
pub trait ColumnGroup: FromRow {
    /// Returns the values of its columns, in the order in which the record names them.
    fn values(&self) -> Vec<SqlValue>;
}

/// Calls the function that computes a field of a record from its key and its row.
#[doc(hidden)]
pub fn computed<K, T>(key: K, row: &Row, compute: impl FnOnce(K, &Row) -> Result<T, Error>) -> Result<T, Error> {
    compute(key, row)
}

/// Declares the struct of a stored record. Each field is a column of the same name, stated in this one place, and begins
/// with its role:
///
/// - `inserted`: written when the row is inserted and never again;
/// - `updated`: written by inserts and updates; `json` likewise, as a `jsonb` value;
/// - `maintained`: written by other statements, defaults or triggers;
/// - `joined`: not a column of the table, but a value that the query adds; `joined_group`: several, by `FromRow`;
/// - `computed`: not a column, but computed from the key and the row by the function after `=`;
/// - `group`: a struct that is several columns, named after `=`; it implements `FromRow` and [`ColumnGroup`].
///
/// The first field is the key. The macro implements `FromRow`, and for the statements `COLUMNS`, `insert_sql`,
/// `insert_values`, `update_sql` and `update_values`.
#[macro_export]
macro_rules! stored_record {
    (
        $(#[$meta:meta])*
        pub struct $record:ident in $table:literal as $alias:literal, updated where $condition:literal from $place:literal {
            $(#[$key_attribute:meta])* key $key:ident: $key_type:ty,
            $($(#[$attribute:meta])* $role:ident $field:ident: $type:ty $(= $computed:expr)?,)*
        }
    ) => {
        $(#[$meta])*
        pub struct $record {
            $(#[$key_attribute])* pub $key: $key_type,
            $($(#[$attribute])* pub $field: $type,)*
        }

        impl $crate::db::FromRow for $record {
            fn from_row(row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error> {
                let $key = row.try_get(stringify!($key))?;
                Ok(Self { $key, $($field: $crate::stored_field!(read $role row $key $field $(= $computed)?),)* })
            }
        }

        impl $record {
            /// The columns of the table, for a `select`.
            pub(crate) const COLUMNS: &'static str =
                concat!($alias, stringify!($key) $(, $crate::stored_field!(name $role $alias $field $(= $computed)?))*);

            /// Returns the names of the columns that the statements of these roles write.
            fn column_names(updates: bool, inserts: bool, maintained: bool) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if $crate::stored_field!(is_written $role updates inserts maintained) {
                    names.extend($crate::stored_field!(columns $role $field $(= $computed)?).split(", "));
                })*
                names
            }

            /// Returns the statement that copies the rows that meet `condition` to another table, with the expressions in
            /// `extra` for the columns that only the copy has.
            #[allow(dead_code, reason = "not every record has a published copy")]
            pub(super) fn copy_sql(to: &str, extra: &[(&str, &str)], condition: &str) -> String {
                let columns = [vec![stringify!($key)], $record::column_names(true, true, true)].concat();
                $crate::db::copy_sql($table, to, &columns, extra, condition)
            }

            /// Returns the statement that inserts the row.
            #[allow(dead_code, reason = "some records are inserted by statements of their own")]
            pub(super) fn insert_sql() -> &'static str {
                static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
                    let columns = [vec![stringify!($key)], $record::column_names(true, true, false)].concat();
                    $crate::db::insert_sql($table, &columns)
                });
                &SQL
            }

            /// Returns the parameters of the insert.
            #[allow(dead_code, reason = "some records are inserted by statements of their own")]
            #[allow(clippy::vec_init_then_push, reason = "the macro adds one statement for each field")]
            pub(super) fn insert_values(&self) -> Vec<$crate::db::SqlValue> {
                let mut values: Vec<$crate::db::SqlValue> = vec![Box::new(self.$key.clone())];
                $($crate::stored_field!(push_insert $role values self.$field);)*
                values
            }

            /// Returns the statement that updates the row if it still has the version that the caller read.
            pub(super) fn update_sql() -> &'static str {
                static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
                    $crate::db::update_sql($table, &$record::column_names(true, false, false), $condition, $place)
                });
                &SQL
            }

            /// Returns the values that the update sets. The first is the parameter whose number the declaration states.
            #[allow(clippy::vec_init_then_push, reason = "the macro adds one statement for each field")]
            pub(super) fn update_values(&self) -> Vec<$crate::db::SqlValue> {
                let mut values: Vec<$crate::db::SqlValue> = Vec::new();
                $($crate::stored_field!(push_update $role values self.$field);)*
                values
            }
        }
    };
}

/// What [`stored_record!`] makes of one field, by its role.
#[macro_export]
#[doc(hidden)]
macro_rules! stored_field {
    (read json $row:ident $key:ident $field:ident) => {
        $row.try_get::<_, tokio_postgres::types::Json<_>>(stringify!($field))?.0
    };
    (read computed $row:ident $key:ident $field:ident = $computed:expr) => {
        $crate::db::computed($key, $row, $computed)?
    };
    (read group $row:ident $key:ident $field:ident = $names:expr) => {
        $crate::db::FromRow::from_row($row)?
    };
    (read joined_group $row:ident $key:ident $field:ident) => {
        $crate::db::FromRow::from_row($row)?
    };
    (read $role:ident $row:ident $key:ident $field:ident) => {
        $row.try_get(stringify!($field))?
    };

    (name joined_group $alias:literal $field:ident) => {
        ""
    };
    (name joined $alias:literal $field:ident) => {
        ""
    };
    (name computed $alias:literal $field:ident = $computed:expr) => {
        ""
    };
    (name group $alias:literal $field:ident = $names:expr) => {
        concat!(", ", $names)
    };
    (name $role:ident $alias:literal $field:ident) => {
        concat!(", ", $alias, stringify!($field))
    };

    (columns group $field:ident = $names:expr) => {
        $names
    };
    (columns $role:ident $field:ident $(= $computed:expr)?) => {
        stringify!($field)
    };

    (is_written group $updates:ident $inserts:ident $maintained:ident) => {
        $updates
    };
    (is_written inserted $updates:ident $inserts:ident $maintained:ident) => {
        $inserts
    };
    (is_written updated $updates:ident $inserts:ident $maintained:ident) => {
        $updates
    };
    (is_written json $updates:ident $inserts:ident $maintained:ident) => {
        $updates
    };
    (is_written maintained $updates:ident $inserts:ident $maintained:ident) => {
        $maintained
    };
    (is_written $role:ident $updates:ident $inserts:ident $maintained:ident) => {
        false
    };

    (push_insert inserted $values:ident $value:expr) => {
        $values.push(Box::new($value.clone()))
    };
    (push_insert updated $values:ident $value:expr) => {
        $values.push(Box::new($value.clone()))
    };
    (push_insert group $values:ident $value:expr) => {
        $values.extend($crate::db::ColumnGroup::values(&$value))
    };
    (push_insert json $values:ident $value:expr) => {
        $values.push(Box::new(tokio_postgres::types::Json($value.clone())))
    };
    (push_insert $role:ident $values:ident $value:expr) => {};

    (push_update updated $values:ident $value:expr) => {
        $values.push(Box::new($value.clone()))
    };
    (push_update group $values:ident $value:expr) => {
        $values.extend($crate::db::ColumnGroup::values(&$value))
    };
    (push_update json $values:ident $value:expr) => {
        $values.push(Box::new(tokio_postgres::types::Json($value.clone())))
    };
    (push_update $role:ident $values:ident $value:expr) => {};
}

#[cfg(test)]
mod tests {
    use super::{insert_sql, update_sql};

    #[test]
    fn each_column_has_a_parameter_of_its_own() {
        assert_eq!(insert_sql("things", &["id", "title"]), "insert into things (id, title) values ($1, $2)");
        let update = update_sql("things", &["title", "note"], "id = $1 and version = $2", 4);
        assert!(
            update.contains("set title = $4, note = $5, version = version + 1, updated_at = $3 where id = $1"),
            "{update}"
        );
    }
}
