//! Migrates a database: creates its roles, applies the migrations and creates the derived objects, all in one
//! transaction. Also checks that a database has the schema that this program needs.

use refinery::Migration;
use tokio_postgres::{Client, Transaction};

use super::derived;
use super::migrate_error::MigrateError;
use super::requirements::check_version;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The database roles, from most to least powerful. The owner only migrates. The service works as `section55_app`, to
/// which row security applies. The public's reads run as `section55_public`, and the sequencer as `section55_log`.
const ROLES: [&str; 4] = ["section55_owner", "section55_app", "section55_public", "section55_log"];

/// The advisory lock that lets one process at a time migrate a database ("s55" and a number).
const LOCK: i64 = 0x73_3535_0001;

/// Returns the migrations that are built into this program, oldest first.
pub fn migrations() -> Vec<Migration> {
    let mut migrations = embedded::migrations::runner().get_migrations().clone();
    migrations.sort();
    migrations
}

/// Returns the version of the newest migration in this program.
pub fn newest() -> i64 {
    migrations().last().map_or(0, |migration| i64::from(migration.version()))
}

/// Returns the statements that an administrator must run when the connecting role may not create the roles itself.
fn administrator_statements(missing: &[&str], migrator: &str, database: &str) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let create: String = missing.iter().map(|role| format!("create role {role} nologin;\n")).collect();
    format!(
        "{create}grant section55_public to section55_app;\ngrant section55_owner to {};\n\
         grant create on database {} to section55_owner;",
        quoted(migrator),
        quoted(database)
    )
}

/// Brings the database to this program's schema and returns the names of the migrations that were applied. Needs the
/// connection of an administrator or of the owner. A schema that is newer than this program stays as it is.
///
/// # Errors
/// [`MigrateError`]. The database is then unchanged, except that roles may have been created.
pub async fn migrate(client: &mut Client) -> Result<Vec<String>, MigrateError> {
    apply(client, &migrations()).await
}

/// Like [`migrate`], with these migrations instead of the program's own.
///
/// # Errors
/// As [`migrate`].
pub async fn apply(client: &mut Client, migrations: &[Migration]) -> Result<Vec<String>, MigrateError> {
    check_version(client).await?;
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let applied = apply_locked(client, migrations).await;
    client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    applied
}

async fn apply_locked(client: &mut Client, migrations: &[Migration]) -> Result<Vec<String>, MigrateError> {
    create_roles(client).await?;
    let transaction = client.transaction().await?;
    transaction.batch_execute("set local role section55_owner; set local search_path = record").await?;
    let history = History::read(&transaction).await?;
    let pending = history.pending(migrations)?;
    let newer = migrations.last().is_some_and(|last| history.version() > i64::from(last.version()));
    if newer || (pending.is_empty() && history.derived_sha256.as_deref() == Some(&derived::sha256())) {
        return Ok(Vec::new());
    }
    if history.exists {
        derived::drop_all(&transaction).await?;
    } else {
        transaction.batch_execute(CREATE_HISTORY).await?;
    }
    for migration in &pending {
        let failed = |source| MigrateError::Migration { name: migration.to_string(), source };
        transaction.batch_execute(migration.sql().unwrap_or_default()).await.map_err(failed)?;
        let sql = "insert into refinery_schema_history (version, name, applied_on, checksum)
                   values ($1, $2, to_char(now() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), $3)";
        let checksum = migration.checksum().to_string();
        transaction.execute(sql, &[&migration.version(), &migration.name(), &checksum]).await.map_err(failed)?;
    }
    derived::create_all(&transaction).await?;
    transaction.commit().await?;
    Ok(pending.iter().map(ToString::to_string).collect())
}

/// Creates the table of applied migrations, in refinery's own format.
const CREATE_HISTORY: &str = "create schema if not exists record;
    create table refinery_schema_history (
        version integer primary key, name varchar(255), applied_on varchar(255), checksum varchar(255))";

/// What a database records of its schema.
struct History {
    exists: bool,
    /// Version, name and checksum of each migration that was applied.
    applied: Vec<(i32, String, String)>,
    derived_sha256: Option<String>,
}

impl History {
    /// Reads the tables that record the schema. Both can be missing.
    async fn read(transaction: &Transaction<'_>) -> Result<Self, MigrateError> {
        let tables = "select to_regclass('record.refinery_schema_history') is not null,
                            to_regclass('record.derived_schema') is not null";
        let tables = transaction.query_one(tables, &[]).await?;
        let (exists, derived): (bool, bool) = (tables.get(0), tables.get(1));
        let mut history = Self { exists, applied: Vec::new(), derived_sha256: None };
        if exists {
            let sql = "select version, name, checksum from record.refinery_schema_history";
            let rows = transaction.query(sql, &[]).await?;
            history.applied = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        }
        if derived {
            let row = transaction.query_opt("select sha256 from record.derived_schema", &[]).await?;
            history.derived_sha256 = row.map(|row| row.get(0));
        }
        Ok(history)
    }

    /// Returns the migrations that the database does not have.
    ///
    /// # Errors
    /// [`MigrateError::BeforeRelease`] when it has another migration under the version of one of them.
    fn pending<'a>(&self, migrations: &'a [Migration]) -> Result<Vec<&'a Migration>, MigrateError> {
        let mut pending = Vec::new();
        for migration in migrations {
            match self.applied.iter().find(|(version, ..)| *version == migration.version()) {
                None => pending.push(migration),
                Some((_, name, checksum))
                    if name == migration.name() && *checksum == migration.checksum().to_string() => {}
                Some((version, name, _)) => return Err(MigrateError::BeforeRelease(format!("V{version}__{name}"))),
            }
        }
        Ok(pending)
    }

    /// Returns the highest version that was applied; 0 when none was.
    fn version(&self) -> i64 {
        self.applied.iter().map(|(version, ..)| i64::from(*version)).max().unwrap_or_default()
    }
}

/// Creates the missing roles and their grants.
///
/// # Errors
/// [`MigrateError::Administrator`] when the connecting role may not create or grant them.
async fn create_roles(client: &Client) -> Result<(), MigrateError> {
    let row = client
        .query_one(
            "select current_database()::text, current_user::text, rolsuper or rolcreaterole,
                    array (select rolname::text from pg_roles where rolname = any ($1)),
                    has_database_privilege(current_database(), 'create with grant option')
             from pg_roles where rolname = current_user",
            &[&ROLES.as_slice()],
        )
        .await?;
    let (database, migrator, may_create_roles): (String, String, bool) = (row.get(0), row.get(1), row.get(2));
    let (existing, may_grant): (Vec<String>, bool) = (row.get(3), row.get(4));
    let missing: Vec<&str> =
        ROLES.into_iter().filter(|role| existing.iter().all(|existing| existing != role)).collect();
    if !missing.is_empty() && !may_create_roles {
        return Err(MigrateError::Administrator(administrator_statements(&missing, &migrator, &database)));
    }
    for role in &missing {
        // Roles belong to the whole cluster. The migration of another database may create one at the same time.
        let create = format!(
            "do $$ begin if not exists (select from pg_roles where rolname = '{role}') then create role {role} nologin; \
             end if; exception when duplicate_object or unique_violation then null; end $$"
        );
        client.batch_execute(&create).await?;
    }
    if may_create_roles {
        let owner = "do $$ begin grant section55_owner to current_user; exception when others then null; end $$";
        let public = "do $$ begin if not pg_has_role('section55_app', 'section55_public', 'member') then \
                      grant section55_public to section55_app; end if; \
                      exception when unique_violation or insufficient_privilege then null; end $$";
        client.batch_execute(owner).await?;
        client.batch_execute(public).await?;
    }
    if may_grant {
        let name = database.replace('"', "\"\"");
        client.batch_execute(&format!("grant create on database \"{name}\" to section55_owner")).await?;
    }
    let can_migrate = "select pg_has_role(current_user, 'section55_owner', 'member')
                       and has_database_privilege('section55_owner', current_database(), 'create')
                       and pg_has_role('section55_app', 'section55_public', 'member')";
    if !client.query_one(can_migrate, &[]).await?.get::<_, bool>(0) {
        return Err(MigrateError::Administrator(administrator_statements(&[], &migrator, &database)));
    }
    Ok(())
}

/// Checks that the database has this program's schema, or a newer one.
///
/// # Errors
/// [`MigrateError::Behind`], [`MigrateError::BehindDerived`] or [`MigrateError::BeforeRelease`].
pub async fn check_schema(client: &mut Client) -> Result<(), MigrateError> {
    let transaction = client.transaction().await?;
    let history = History::read(&transaction).await?;
    let (have, need) = (history.version(), newest());
    if !history.pending(&migrations())?.is_empty() {
        return Err(MigrateError::Behind { have, need });
    }
    // A newer schema has newer functions, with which this program still works.
    if have == need && history.derived_sha256 != Some(derived::sha256()) {
        return Err(MigrateError::BehindDerived);
    }
    Ok(())
}
