//! Streaming replication between two PostgreSQL servers: a standby made from a primary, and its promotion.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::time::Duration;

use nix::unistd::chown;

use super::installation::Installation;
use super::postgres::Postgres;
use crate::common::{BoxedError, wait_until};

/// True when `pg_basebackup` is installed beside PostgreSQL.
pub fn is_available(installation: &Installation) -> bool {
    let mut command = installation.binaries.command("pg_basebackup", &installation.account);
    command.arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Makes a standby of a primary and starts it. From then on, the primary acknowledges a commit only after the standby
/// has written it to its disk.
pub async fn add_synchronous_standby(
    installation: &Installation,
    primary: &Postgres,
    standby: &mut Postgres,
) -> Result<(), BoxedError> {
    let _absent = fs::remove_dir_all(standby.data());
    // PostgreSQL's user may not create a folder beside its socket.
    DirBuilder::new().mode(0o700).create(standby.data())?;
    if !installation.account.is_current_user() {
        chown(&standby.data(), Some(installation.account.uid), Some(installation.account.gid))?;
    }
    let mut command = installation.binaries.command("pg_basebackup", &installation.account);
    command.arg("-D").arg(standby.data()).arg("-h").arg(primary.socket());
    command.args(["-U", "postgres", "-X", "stream", "-R", "-c", "fast", "--no-password"]);
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    if !output.status.success() {
        return Err(format!("pg_basebackup: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    standby.start().await?;
    let administrator = primary.administrator().await?;
    administrator.batch_execute("alter system set synchronous_standby_names = '*'").await?;
    administrator.batch_execute("select pg_reload_conf()").await?;
    let sql = "select exists (select from pg_stat_replication where sync_state in ('sync', 'quorum'))";
    let is_synchronous = async || Ok(administrator.query_one(sql, &[]).await?.get(0));
    match wait_until(Duration::from_secs(20), is_synchronous).await? {
        true => Ok(()),
        false => Err("the standby does not become synchronous".into()),
    }
}

/// Makes a standby the primary. It then acknowledges commits on its own.
pub async fn promote(standby: &Postgres) -> Result<(), BoxedError> {
    let administrator = standby.administrator().await?;
    administrator.batch_execute("select pg_promote(true, 30)").await?;
    administrator.batch_execute("alter system reset synchronous_standby_names").await?;
    administrator.batch_execute("select pg_reload_conf()").await?;
    Ok(())
}
