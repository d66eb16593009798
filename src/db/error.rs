//! Converts PostgreSQL's errors into problems: a violated constraint by the table below, a temporary failure as 503,
//! and anything else as an internal error.

use tokio_postgres::error::SqlState;

use crate::api::{Fault, Problem, ProblemKind};
use crate::telemetry::with_causes;

/// Returns an error as the log states it: with PostgreSQL's SQLSTATE, or with its causes.
pub(super) fn error_text(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(reported) => format!("SQLSTATE {}: {}", reported.code().code(), reported.message()),
        None => with_causes(error),
    }
}

/// A database error as the caller sees it.
pub(super) struct DatabaseError {
    /// The problem to return to the caller.
    pub(super) problem: Problem,
    /// True when the connection must not be used again.
    pub(super) connection_is_broken: bool,
}

impl DatabaseError {
    fn on_healthy_connection(problem: Problem) -> Self {
        Self { problem, connection_is_broken: false }
    }

    fn on_broken_connection(log: String) -> Self {
        Self { problem: Problem::unavailable(log, 1).transient(), connection_is_broken: true }
    }
}

impl From<&tokio_postgres::Error> for DatabaseError {
    fn from(error: &tokio_postgres::Error) -> Self {
        let Some(reported) = error.as_db_error() else {
            let source = std::error::Error::source(error);
            if error.is_closed() || source.is_some_and(|source| source.is::<std::io::Error>()) {
                return Self::on_broken_connection(format!("the connection to the database broke: {error}"));
            }
            let source = source.map(ToString::to_string);
            return Self::on_healthy_connection(Problem::internal(format!("{error}: {source:?}")));
        };
        let code = reported.code();
        // Class 23 is integrity. Other errors can name an index too, such as a key that is too long for it.
        let violated = reported.constraint().filter(|_| code.code().starts_with("23"));
        if let Some(problem) = violated.and_then(constraint_problem) {
            return Self::on_healthy_connection(problem);
        }
        let log = format!("{} {}", code.code(), reported.message());
        // Raised by the SQL function assert_version.
        if code.code() == "S5501" {
            return Self::on_healthy_connection(Problem::stale());
        }
        if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
            return Self::on_healthy_connection(Problem::unavailable(log, 1).transient());
        }
        // The plan is from before a migration, or the primary has become a replica.
        let outdated = [
            SqlState::FEATURE_NOT_SUPPORTED,
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::INVALID_SQL_STATEMENT_NAME,
        ];
        // The server is shutting down or starting, or has ended the session.
        if outdated.contains(code) || code.code().starts_with("57P0") {
            return Self::on_broken_connection(log);
        }
        // The server lacks disk space, memory or connections (class 53), or its storage fails (class 58).
        if ["53", "58"].iter().any(|class| code.code().starts_with(class)) {
            return Self::on_healthy_connection(Problem::unavailable(log, 5));
        }
        if *code == SqlState::LOCK_NOT_AVAILABLE {
            return Self::on_healthy_connection(Problem::unavailable(log, 1).locked());
        }
        if *code == SqlState::QUERY_CANCELED {
            return Self::on_healthy_connection(Problem::unavailable(log, 1));
        }
        Self::on_healthy_connection(Problem::internal(log))
    }
}

/// Constraint, JSON pointer, fault code, detail. `already_exists` is answered with 409, any other code with 422. The
/// violation of a constraint that is not listed is an internal error.
#[rustfmt::skip]
const CONSTRAINTS: &[(&str, &str, &str, &str)] = &[
    ("inspections_one_per_reference",  "/reference",       "already_exists",    "An inspection with this source and reference is already published."),
    ("inspections_one_draft_per_reference", "/reference",  "already_exists",    "The area already has a draft with this source and reference."),
    ("inspections_follows_up",         "/follows_up",      "unknown_reference", "No inspection has this id."),
    ("inspections_registered_by",      "/registered_by",   "unknown_reference", "No area has this code."),
    ("recommendations_one_per_reference", "/reference",    "already_exists",    "The inspection already has a recommendation with this reference."),
    ("recommendations_one_per_number", "/number",          "already_exists",    "The inspection already has a recommendation with this number."),
    ("recommendations_cause",          "/cause_of_concern_id", "unknown_reference", "The inspection has no cause of concern with this id."),
    ("recommendations_supersedes",     "/supersedes",      "unknown_reference", "No recommendation has this id."),
    ("recommendations_reiterates",     "/reiterates",      "unknown_reference", "No recommendation has this id."),
    ("areas_successor",                "/successor",       "unknown_reference", "No area has this code."),
    ("people_one_entry",               "/subject",         "already_exists",    "The side already has an entry for this subject."),
    ("disposals_one_at_a_time",        "/resource_id",     "already_exists",    "A disposal of this record is already proposed or confirmed."),
];

/// Returns the problem for the violation of a listed constraint.
fn constraint_problem(constraint: &str) -> Option<Problem> {
    let (_, pointer, code, detail) = CONSTRAINTS.iter().find(|(name, ..)| *name == constraint)?;
    let kind = if *code == "already_exists" { ProblemKind::AlreadyExists } else { ProblemKind::Invalid };
    Some(Problem::with_faults(kind, vec![Fault::body(*pointer, code, *detail)]))
}
