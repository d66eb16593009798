//! Checks what the service requires of a database before it serves: a supported version of PostgreSQL, durable
//! commits, enough connections, and roles that row security applies to.

use std::ops::RangeInclusive;

use tokio_postgres::Client;

use super::migrate_error::MigrateError;

/// The major versions of PostgreSQL that this program was tested on.
pub const TESTED: RangeInclusive<u32> = 15..=18;

/// The PostgreSQL that a database runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVersion {
    /// The major version, such as 15.
    pub major: u32,
    /// The version as the server states it, such as `15.20 (Debian 15.20-0+deb12u1)`.
    pub text: String,
}

impl ServerVersion {
    /// Returns a warning when the major version is newer than those this program was tested on.
    pub fn warning(&self) -> Option<String> {
        (self.major > *TESTED.end()).then(|| {
            format!(
                "PostgreSQL {} is newer than the versions this program was tested on ({} to {}): look for a newer \
                 section55",
                self.text,
                TESTED.start(),
                TESTED.end()
            )
        })
    }
}

/// Returns the version of PostgreSQL that the database runs on.
///
/// # Errors
/// [`MigrateError::Unsupported`] when it is older than the oldest supported major version.
pub async fn check_version(client: &Client) -> Result<ServerVersion, MigrateError> {
    let sql = "select current_setting('server_version_num')::integer / 10000, current_setting('server_version')";
    let row = client.query_one(sql, &[]).await?;
    let version = ServerVersion { major: row.get::<_, i32>(0).unsigned_abs(), text: row.get(1) };
    if version.major < *TESTED.start() {
        return Err(MigrateError::Unsupported { found: version.text, oldest: *TESTED.start() });
    }
    Ok(version)
}

/// How many connections PostgreSQL has for programs such as this one, and how many of them others use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerConnections {
    /// The number that it accepts in all, without those that it reserves.
    pub usable: usize,
    /// The number that is open now, without the one that asks.
    pub open: usize,
}

/// Checks that PostgreSQL can accept this number of connections of one instance.
///
/// # Errors
/// [`MigrateError::Unsafe`] when it could not accept them even if no other program had a connection.
pub async fn check_connections(client: &Client, needed: usize) -> Result<ServerConnections, MigrateError> {
    // The second setting exists since PostgreSQL 16.
    let sql = "select current_setting('max_connections')::bigint
                    - current_setting('superuser_reserved_connections')::bigint
                    - coalesce(current_setting('reserved_connections', true)::bigint, 0),
                      (select coalesce(sum(numbackends), 0)::bigint - 1 from pg_stat_database)";
    let row = client.query_one(sql, &[]).await?;
    let [usable, open] = [0, 1].map(|column| usize::try_from(row.get::<_, i64>(column)).unwrap_or(0));
    if usable < needed {
        return Err(MigrateError::Unsafe(format!(
            "this instance may open {needed} connections (SECTION55_DATABASE_CONNECTIONS), but PostgreSQL accepts only \
             {usable} beside those that it reserves: raise max_connections, or set SECTION55_DATABASE_CONNECTIONS or \
             SECTION55_WORKERS lower"
        )));
    }
    Ok(ServerConnections { usable, open })
}

/// Refuses a database that could lose an acknowledged write, and a role that row security does not apply to.
///
/// # Errors
/// [`MigrateError::Unsafe`] with every fault that was found.
pub async fn check_safety(client: &Client) -> Result<(), MigrateError> {
    let row = client
        .query_one(
            "select current_setting('fsync') = 'on', current_setting('synchronous_commit') <> 'off', current_user::text,
                    (select bool_or(r.rolsuper or r.rolbypassrls) from pg_roles r
                     where pg_has_role(current_user, r.oid, 'member')),
                    exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                            where n.nspname in ('record', 'published') and pg_has_role(current_user, c.relowner, 'member'))",
            &[],
        )
        .await?;
    let role: String = row.get(2);
    let mut faults = Vec::new();
    if !row.get::<_, bool>(0) {
        faults.push("fsync is off, so a crash could lose acknowledged writes: set fsync = on".to_owned());
    }
    if !row.get::<_, bool>(1) {
        faults.push(
            "synchronous_commit is off, so a crash could lose acknowledged writes: set synchronous_commit = on"
                .to_owned(),
        );
    }
    if row.get::<_, Option<bool>>(3).unwrap_or(true) {
        faults.push(format!(
            "the role {role} can bypass row security: connect as section55_app or as a member of that role only"
        ));
    }
    if row.get(4) {
        faults.push(format!(
            "the role {role} can act as the owner of the tables: connect as section55_app or as a member of that role \
             only"
        ));
    }
    if faults.is_empty() { Ok(()) } else { Err(MigrateError::Unsafe(faults.join("\n"))) }
}

/// Checks that the role of the public connections can read only the published copy of the records.
///
/// # Errors
/// [`MigrateError::Unsafe`] when the role can use the schema `record`, is a superuser or can bypass row security.
pub async fn check_public(client: &Client) -> Result<(), MigrateError> {
    let sql = "select current_user::text, has_schema_privilege('record', 'usage'),
                      (select rolsuper or rolbypassrls from pg_roles where rolname = current_user)";
    let row = client.query_one(sql, &[]).await?;
    let role: String = row.get(0);
    if row.get::<_, bool>(1) || row.get::<_, bool>(2) {
        let fault =
            format!("the public role {role} can read more than the published copy: connect as section55_public");
        return Err(MigrateError::Unsafe(fault));
    }
    Ok(())
}
