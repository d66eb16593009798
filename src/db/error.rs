//! What an error of the database is to the caller: a broken constraint by its table, what may pass as 503, the rest a fault
//! of ours. An error that leaves the connection in doubt marks it broken.

use std::sync::atomic::Ordering;

use tokio_postgres::error::SqlState;

use super::constraint;
use super::session::Session;
use crate::api::Problem;

impl Session<'_> {
    /// What a database error is to the caller.
    pub(super) fn told(&self, error: &tokio_postgres::Error) -> Problem {
        let Some(told) = error.as_db_error() else {
            if error.is_closed() || std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
            {
                self.broken.store(true, Ordering::Relaxed);
                return Problem::unavailable(format!("the connection broke: {error}"), 1).transient();
            }
            return Problem::internal(format!(
                "{error}: {:?}",
                std::error::Error::source(error).map(ToString::to_string)
            ));
        };
        let code = told.code();
        // Class 23, integrity: other errors may name an index too, such as a key too long for it.
        let broken = told.constraint().filter(|_| code.code().starts_with("23"));
        if let Some(problem) = broken.and_then(constraint::problem) {
            return problem;
        }
        let log = format!("{} {}", code.code(), told.message());
        // Of hold_version.
        if code.code() == "S5501" {
            return Problem::stale();
        }
        if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
            return Problem::unavailable(log, 1).transient();
        }
        // A plan from before a migration; a primary that became a replica; a server that is going or coming.
        let stale = [
            SqlState::FEATURE_NOT_SUPPORTED,
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::INVALID_SQL_STATEMENT_NAME,
        ];
        let away = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW];
        if stale.contains(code) || away.contains(code) {
            self.broken.store(true, Ordering::Relaxed);
            return Problem::unavailable(log, 1).transient();
        }
        if *code == SqlState::LOCK_NOT_AVAILABLE {
            return Problem::unavailable(log, 1).locked();
        }
        if [SqlState::QUERY_CANCELED, SqlState::TOO_MANY_CONNECTIONS].contains(code) {
            return Problem::unavailable(log, 1);
        }
        Problem::internal(log)
    }
}
