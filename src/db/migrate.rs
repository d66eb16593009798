//! The schema: its roles, its migrations under an advisory lock, and what `serve` demands of a database it is given.

use tokio_postgres::Client;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The roles, from most to least: objects belong to the owner; the service works as `section55_app`, to which row
/// security applies; the public's reads run as `section55_public`; the sequencer's as `section55_log`.
const ROLES: [&str; 4] = ["section55_owner", "section55_app", "section55_public", "section55_log"];

/// One lock for all who would migrate one database ("s55" and a number).
const LOCK: i64 = 0x73_3535_0001;

/// Why a database is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// PostgreSQL said so.
    #[error("the database refused: {}", .0.as_db_error().map_or_else(|| .0.to_string(), ToString::to_string))]
    Database(#[from] tokio_postgres::Error),
    /// A migration failed; the ones before it are kept.
    #[error("a migration failed: {0}")]
    Migration(#[from] refinery::Error),
    /// The roles are missing and this one may not make them.
    #[error("these must be run by an administrator first:\n{0}")]
    Administrator(String),
    /// The schema is older than the program.
    #[error("the schema is behind the program: at {have}, needs {need}; run `section55 migrate`")]
    Behind {
        /// The version it is at.
        have: i64,
        /// The version the program was built with.
        need: i64,
    },
    /// The database, or the role it is entered as, is not safe to serve with.
    #[error("{0}")]
    Unsafe(String),
}

/// The version of the newest migration in the program.
pub fn newest() -> i64 {
    let migrations = embedded::migrations::runner();
    migrations.get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or_default()
}

/// What an administrator runs, where the migrating role may not do it itself.
fn administration(missing: &[&str], migrator: &str, database: &str) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let made: String = missing.iter().map(|role| format!("create role {role} nologin;\n")).collect();
    format!(
        "{made}grant section55_public to section55_app;\ngrant section55_owner to {};\n\
         grant create on database {} to section55_owner;",
        quoted(migrator),
        quoted(database)
    )
}

/// Brings the database to the program's schema; gives the names of what was applied. Takes an administrator's or an
/// owner's connection.
pub async fn migrate(client: &mut Client) -> Result<Vec<String>, MigrateError> {
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let done = migrate_locked(client).await;
    client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    done
}

async fn migrate_locked(client: &mut Client) -> Result<Vec<String>, MigrateError> {
    let row = client
        .query_one(
            "select current_database()::text, current_user::text, rolsuper or rolcreaterole,
                    array (select rolname::text from pg_roles where rolname = any ($1)),
                    has_database_privilege(current_database(), 'create with grant option')
             from pg_roles where rolname = current_user",
            &[&ROLES.as_slice()],
        )
        .await?;
    let (database, migrator, may_make): (String, String, bool) = (row.get(0), row.get(1), row.get(2));
    let (known, may_open): (Vec<String>, bool) = (row.get(3), row.get(4));
    let missing: Vec<&str> = ROLES.into_iter().filter(|role| known.iter().all(|known| known != role)).collect();
    if !missing.is_empty() && !may_make {
        return Err(MigrateError::Administrator(administration(&missing, &migrator, &database)));
    }
    for role in &missing {
        // Roles belong to the whole cluster: another database's migration may make one at this very moment.
        let make = format!(
            "do $$ begin if not exists (select from pg_roles where rolname = '{role}') then create role {role} nologin; \
             end if; exception when duplicate_object or unique_violation then null; end $$"
        );
        client.batch_execute(&make).await?;
    }
    if may_make {
        let owner = "do $$ begin grant section55_owner to current_user; exception when others then null; end $$";
        let public = "do $$ begin if not pg_has_role('section55_app', 'section55_public', 'member') then \
                      grant section55_public to section55_app; end if; \
                      exception when unique_violation or insufficient_privilege then null; end $$";
        client.batch_execute(owner).await?;
        client.batch_execute(public).await?;
    }
    if may_open {
        let name = database.replace('"', "\"\"");
        client.batch_execute(&format!("grant create on database \"{name}\" to section55_owner")).await?;
    }
    let able = "select pg_has_role(current_user, 'section55_owner', 'member')
                       and has_database_privilege('section55_owner', current_database(), 'create')
                       and pg_has_role('section55_app', 'section55_public', 'member')";
    if !client.query_one(able, &[]).await?.get::<_, bool>(0) {
        return Err(MigrateError::Administrator(administration(&[], &migrator, &database)));
    }
    client
        .batch_execute("set role section55_owner; create schema if not exists record; set search_path = record")
        .await?;
    let report = embedded::migrations::runner().run_async(client).await;
    client.batch_execute("reset role; reset search_path").await?;
    Ok(report?.applied_migrations().iter().map(ToString::to_string).collect())
}

/// Refuses a schema that is behind the program.
pub async fn check_schema(client: &Client) -> Result<(), MigrateError> {
    let need = newest();
    let there = "select to_regclass('record.refinery_schema_history') is not null";
    let have = if client.query_one(there, &[]).await?.get::<_, bool>(0) {
        let sql = "select coalesce(max(version), 0)::bigint from record.refinery_schema_history";
        client.query_one(sql, &[]).await?.get(0)
    } else {
        0
    };
    if have < need { Err(MigrateError::Behind { have, need }) } else { Ok(()) }
}

/// Refuses a database that could lose an acknowledged write, or a role that row security would not bind.
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
        faults.push("fsync is off: a crash could lose what was acknowledged".to_owned());
    }
    if !row.get::<_, bool>(1) {
        faults.push("synchronous_commit is off: a crash could lose what was acknowledged".to_owned());
    }
    if row.get::<_, Option<bool>>(3).unwrap_or(true) {
        faults
            .push(format!("the role {role} could bypass row security: serve as section55_app or a member of it alone"));
    }
    if row.get(4) {
        faults.push(format!("the role {role} could own the tables: serve as section55_app or a member of it alone"));
    }
    if faults.is_empty() { Ok(()) } else { Err(MigrateError::Unsafe(faults.join("\n"))) }
}

/// Refuses a public's role that could read more than what is published.
pub async fn check_public(client: &Client) -> Result<(), MigrateError> {
    let sql = "select current_user::text, has_schema_privilege('record', 'usage'),
                      (select rolsuper or rolbypassrls from pg_roles where rolname = current_user)";
    let row = client.query_one(sql, &[]).await?;
    let role: String = row.get(0);
    if row.get::<_, bool>(1) || row.get::<_, bool>(2) {
        let fault = format!("the public's role {role} could read more than what is published: use section55_public");
        return Err(MigrateError::Unsafe(fault));
    }
    Ok(())
}
