//! The reasons why a database cannot be migrated or served from.

/// Why a database cannot be migrated or served from.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// PostgreSQL refused a statement.
    #[error("the database refused a statement: {}", .0.as_db_error().map_or_else(|| .0.to_string(), ToString::to_string))]
    Database(#[from] tokio_postgres::Error),
    /// A migration failed. The database is as it was before.
    #[error("migration {name} failed, and nothing was changed: {}", .source.as_db_error().map_or_else(|| .source.to_string(), ToString::to_string))]
    Migration {
        /// The migration's name, such as `V2__the_43_areas`.
        name: String,
        /// PostgreSQL's error.
        source: tokio_postgres::Error,
    },
    /// The roles are missing and the connecting role may not create them. Holds the statements to run.
    #[error("an administrator must run these statements first:\n{0}")]
    Administrator(String),
    /// The schema is older than the program.
    #[error("the schema is at version {have} and this program needs version {need}: run `section55 migrate`")]
    Behind {
        /// The version of the schema.
        have: i64,
        /// The version that the program needs.
        need: i64,
    },
    /// The functions, views and row security in the database differ from the ones that this program defines.
    #[error("the functions and row security in the database differ from this program's: run `section55 migrate`")]
    BehindDerived,
    /// The database has other migrations than this program under the same version.
    #[error(
        "this database was made by a version of section55 from before its first release ({0}), and this version cannot \
         bring it up to date: export what you need with the version that made it, then begin with an empty database"
    )]
    BeforeRelease(String),
    /// PostgreSQL is too old.
    #[error("PostgreSQL {found} is not supported: section55 needs PostgreSQL {oldest} or newer")]
    Unsupported {
        /// The version as the server states it.
        found: String,
        /// The oldest supported major version.
        oldest: u32,
    },
    /// The database, or the role that connects to it, is not safe to serve with. Holds one fault a line.
    #[error("{0}")]
    Unsafe(String),
}
