//! The schema: its roles, its migrations, and whether a database has the schema that this program needs.

use refinery::Migration;
use tokio_postgres::{Client, Transaction};

use super::derived;
use super::requirements::{TESTED, check_version};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The database roles, from most to least powerful. The owner only migrates. The service works as `section55_app`, to which
/// row security applies. The public's reads run as `section55_public`, and the sequencer as `section55_log`.
const ROLES: [&str; 4] = ["section55_owner", "section55_app", "section55_public", "section55_log"];

/// The advisory lock that lets one process at a time migrate a database ("s55" and a number).
const LOCK: i64 = 0x73_3535_0001;

/// Why a database cannot be migrated or served from.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// PostgreSQL refused a statement.
    #[error("the database refused: {}", .0.as_db_error().map_or_else(|| .0.to_string(), ToString::to_string))]
    Database(#[from] tokio_postgres::Error),
    /// A migration failed, and the database is as it was before.
    #[error("migration {name} failed, and nothing was changed: {}", .source.as_db_error().map_or_else(|| .source.to_string(), ToString::to_string))]
    Migration {
        /// The migration's name, such as `V2__the_43_areas`.
        name: String,
        /// What PostgreSQL said.
        source: tokio_postgres::Error,
    },
    /// The roles are missing and the connecting role may not create them.
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
    /// The functions, views and row security are not those of this program.
    #[error("the functions and row security in the database are not those of this program: run `section55 migrate`")]
    BehindDerived,
    /// The database has other migrations than this program under the same version.
    #[error(
        "this database was made by a version of section55 from before its first release ({0}), and this version cannot \
         bring it up to date: export what you need with the version that made it, then begin with an empty database"
    )]
    BeforeRelease(String),
    /// PostgreSQL is too old.
    #[error("PostgreSQL {0} is not supported: section55 needs PostgreSQL {oldest} or newer", oldest = TESTED.start())]
    Unsupported(String),
    /// The database, or the role that connects to it, is not safe to serve with.
    #[error("{0}")]
    Unsafe(String),
}

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

/// Returns the statements that an administrator runs where the connecting role may not create the roles itself.
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

/// Brings the database to this program's schema and returns the names of the migrations that were applied. Needs the
/// connection of an administrator or of the owner. A schema that is newer than this program stays as it is.
///
/// # Errors
/// [`MigrateError`]. The database is then as it was before, except that roles may have been created.
pub async fn migrate(client: &mut Client) -> Result<Vec<String>, MigrateError> {
    apply(client, &migrations()).await
}

/// Like [`migrate`], with the migrations given.
pub async fn apply(client: &mut Client, migrations: &[Migration]) -> Result<Vec<String>, MigrateError> {
    check_version(client).await?;
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let done = apply_locked(client, migrations).await;
    client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    done
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
        derived::remove(&transaction).await?;
    } else {
        transaction.batch_execute(HISTORY).await?;
    }
    for migration in &pending {
        let failed = |source| MigrateError::Migration { name: migration.to_string(), source };
        transaction.batch_execute(migration.sql().unwrap_or_default()).await.map_err(failed)?;
        let sql = "insert into refinery_schema_history (version, name, applied_on, checksum)
                   values ($1, $2, to_char(now() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), $3)";
        let checksum = migration.checksum().to_string();
        transaction.execute(sql, &[&migration.version(), &migration.name(), &checksum]).await.map_err(failed)?;
    }
    derived::create(&transaction).await?;
    transaction.commit().await?;
    Ok(pending.iter().map(ToString::to_string).collect())
}

/// Where the applied migrations are recorded, in refinery's own format.
const HISTORY: &str = "create schema if not exists record;
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
    async fn read(transaction: &Transaction<'_>) -> Result<Self, MigrateError> {
        let there = "select to_regclass('record.refinery_schema_history') is not null,
                            to_regclass('record.derived_schema') is not null";
        let there = transaction.query_one(there, &[]).await?;
        let (exists, derived): (bool, bool) = (there.get(0), there.get(1));
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

    fn version(&self) -> i64 {
        self.applied.iter().map(|(version, ..)| i64::from(*version)).max().unwrap_or_default()
    }
}

/// Creates the missing roles and their grants.
///
/// # Errors
/// [`MigrateError::Administrator`] when the connecting role may not.
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
    // A newer schema comes with functions of its own, on which this program still works.
    if have == need && history.derived_sha256 != Some(derived::sha256()) {
        return Err(MigrateError::BehindDerived);
    }
    Ok(())
}
