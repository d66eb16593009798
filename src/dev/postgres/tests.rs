//! Tests of the private PostgreSQL server, as root or as the user who runs the tests. Ignored tests need the network or
//! a long time, or are processes that other tests kill.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};
use tokio_postgres::{Config, NoTls};

use super::process::{Account, wait_until};
use super::{Cluster, ClusterError, Durability, fetch};

/// A temporary folder that PostgreSQL's user can enter, removed when dropped.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new() -> TemporaryFolder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("section55-tests-{}-{number}", std::process::id()));
        fs::create_dir(&path).expect("a new folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions for others");
        TemporaryFolder(path)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _remains = fs::remove_dir_all(&self.0);
    }
}

fn open(dir: &Path) -> Result<Cluster, ClusterError> {
    Cluster::open(dir, Durability::Unsynced, &mut |_| {})
}

fn query(cluster: &Cluster, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let url = cluster.url(cluster.superuser(), "postgres");
        let config = Config::from_str(&url).expect("a connection string");
        let (client, connection) = config.connect(NoTls).await.expect("a connection");
        tokio::spawn(connection);
        let messages = client.simple_query(sql).await.expect("a result");
        let rows = messages.iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        rows.collect()
    })
}

fn server_pid(dir: &Path) -> Pid {
    let record = fs::read_to_string(dir.join("data/postmaster.pid")).expect("a server");
    Pid::from_raw(record.lines().next().and_then(|line| line.parse().ok()).expect("a process id"))
}

/// True when any process has this working folder.
fn any_process_works_in(data: &Path) -> bool {
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    processes.into_iter().any(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == data))
}

/// Runs [`runs_a_cluster`] in another process, and waits until its cluster accepts connections.
fn start_parent(dir: &Path) -> Child {
    let module = module_path!().split_once("::").expect("a path in the crate").1;
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", &format!("{module}::runs_a_cluster"), "--ignored", "--nocapture"]);
    let mut child = command.env("CLUSTER_FOLDER", dir).stdout(Stdio::piped()).spawn().expect("a second process");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    assert!(lines.any(|line| line.expect("a line").contains("the cluster is ready")), "the parent ended");
    child
}

fn kill_and_wait(mut child: Child) {
    child.kill().expect("killed");
    child.wait().expect("waited for");
}

#[test]
#[ignore = "the process that other tests start and kill"]
fn runs_a_cluster() {
    let Some(dir) = env::var_os("CLUSTER_FOLDER") else { return };
    let _cluster = open(Path::new(&dir)).expect("a cluster");
    println!("\nthe cluster is ready");
    thread::sleep(Duration::from_secs(60));
}

#[test]
fn data_survives_a_stop() {
    let folder = TemporaryFolder::new();
    let dir = folder.0.join("created/when needed, \"so\"");
    let cluster = Cluster::open(&dir, Durability::Synced, &mut |_| {}).expect("a cluster");
    assert!(!cluster.is_attached());
    assert_eq!(cluster.socket_dir().metadata().expect("a folder").permissions().mode() & 0o777, 0o700);
    query(&cluster, "create table forces (name text); insert into forces values ('Gwent'), ('Dyfed-Powys')");
    assert_eq!(query(&cluster, "show server_encoding"), ["UTF8"]);
    assert_eq!(query(&cluster, "show data_checksums"), ["on"]);
    assert_eq!(query(&cluster, "show fsync"), ["on"]);
    assert_eq!(query(&cluster, "show listen_addresses"), [""]);
    assert_eq!(query(&cluster, "select upper('ŵ')"), ["Ŵ"]);
    assert_eq!(query(&cluster, "select (now() at time zone 'Europe/London')::text is not null"), ["t"]);
    cluster.stop();
    assert!(!dir.join("data/postmaster.pid").exists());

    let cluster = open(&dir).expect("the same cluster");
    assert_eq!(query(&cluster, "select name from forces order by name"), ["Dyfed-Powys", "Gwent"]);
    assert_eq!(query(&cluster, "show fsync"), ["off"]);
}

#[test]
fn a_second_opener_attaches_and_leaves_the_server_running() {
    let folder = TemporaryFolder::new();
    let first = open(&folder.0).expect("a cluster");
    let second = open(&folder.0).expect("the same cluster");
    assert!(second.is_attached() && !first.is_attached());
    query(&second, "create table shared ()");
    second.stop();
    assert_eq!(query(&first, "select count(*) from shared"), ["0"]);
}

#[test]
fn of_six_concurrent_openers_one_starts_the_server() {
    let folder = TemporaryFolder::new();
    let clusters: Vec<Cluster> = thread::scope(|scope| {
        let openers: Vec<_> = (0..6).map(|_| scope.spawn(|| open(&folder.0).expect("a cluster"))).collect();
        openers.into_iter().map(|opener| opener.join().expect("opened")).collect()
    });
    assert_eq!(clusters.iter().filter(|cluster| !cluster.is_attached()).count(), 1);
    for cluster in &clusters {
        assert_eq!(query(cluster, "select 1"), ["1"]);
    }
}

#[test]
fn a_server_ends_when_its_parent_is_killed() {
    let folder = TemporaryFolder::new();
    let parent = start_parent(&folder.0);
    let attached = open(&folder.0).expect("the cluster of the parent");
    assert!(attached.is_attached());
    query(&attached, "create table survivors ()");
    let data = folder.0.canonicalize().expect("a folder").join("data");
    assert!(any_process_works_in(&data));
    kill_and_wait(parent);
    assert!(wait_until(Duration::from_secs(10), || !any_process_works_in(&data)), "the server is still running");

    let reopened = open(&folder.0).expect("a cluster");
    assert!(!reopened.is_attached());
    assert_eq!(query(&reopened, "select count(*) from survivors"), ["0"]);
}

#[test]
fn a_cluster_opens_immediately_after_its_parent_was_killed() {
    let folder = TemporaryFolder::new();
    kill_and_wait(start_parent(&folder.0));
    let cluster = open(&folder.0).expect("a cluster");
    assert!(!cluster.is_attached());
    assert_eq!(query(&cluster, "select 1"), ["1"]);
}

#[test]
fn a_cluster_opens_after_its_server_was_killed() {
    let folder = TemporaryFolder::new();
    let cluster = open(&folder.0).expect("a cluster");
    kill(server_pid(&folder.0), Signal::SIGKILL).expect("killed");
    drop(cluster);
    let cluster = open(&folder.0).expect("a cluster");
    assert_eq!(query(&cluster, "select 1"), ["1"]);
}

#[test]
#[ignore = "takes half a minute: it waits for the timeouts of the gentler signals"]
fn a_frozen_server_is_killed() {
    let folder = TemporaryFolder::new();
    let cluster = open(&folder.0).expect("a cluster");
    let data = folder.0.canonicalize().expect("a folder").join("data");
    kill(server_pid(&folder.0), Signal::SIGSTOP).expect("frozen");
    cluster.stop();
    assert!(wait_until(Duration::from_secs(5), || !any_process_works_in(&data)), "the server is still running");
    assert_eq!(query(&open(&folder.0).expect("the same cluster"), "select 1"), ["1"]);
}

#[test]
fn a_stale_pid_file_with_the_id_of_another_program_is_removed() {
    let folder = TemporaryFolder::new();
    open(&folder.0).expect("a cluster").stop();
    let data = folder.0.join("data");
    let account = Account::choose().expect("an account");
    let mut sleep = account.command(Path::new("/bin/sleep")).arg("60").spawn().expect("another program");
    let stale = format!("{}\n{}\n1\n5432\n{}\n\n\nready   \n", sleep.id(), data.display(), folder.0.display());
    fs::write(data.join("postmaster.pid"), stale).expect("written");
    let opened = open(&folder.0);
    sleep.kill().and_then(|()| sleep.wait()).expect("ended");
    assert!(!opened.expect("a cluster").is_attached());
}

#[test]
fn a_long_path_gets_a_socket_under_tmp() {
    let folder = TemporaryFolder::new();
    let dir = folder.0.join("long".repeat(30));
    let cluster = open(&dir).expect("a cluster");
    let socket = cluster.socket_dir().to_owned();
    assert!(socket.starts_with("/tmp"));
    assert_eq!(socket.metadata().expect("a folder").permissions().mode() & 0o777, 0o700);
    assert_eq!(query(&cluster, "select 1"), ["1"]);
    assert_eq!(open(&dir).expect("the same cluster").socket_dir(), socket);
    cluster.stop();
    assert!(!socket.exists());
}

#[test]
fn the_rest_of_an_interrupted_creation_is_removed() {
    let folder = TemporaryFolder::new();
    fs::create_dir_all(folder.0.join("draft-abcdef/base")).expect("remains");
    fs::create_dir(folder.0.join("data")).expect("an empty folder");
    drop(open(&folder.0).expect("a cluster"));
    assert!(!folder.0.join("draft-abcdef").exists());
}

#[test]
fn a_folder_with_other_files_is_refused() {
    let folder = TemporaryFolder::new();
    fs::create_dir(folder.0.join("data")).expect("a folder");
    fs::write(folder.0.join("data/mine"), "").expect("a file");
    assert!(matches!(open(&folder.0), Err(ClusterError::NotACluster { .. })));
}

#[test]
fn a_cluster_of_another_version_is_refused() {
    let folder = TemporaryFolder::new();
    fs::create_dir(folder.0.join("data")).expect("a folder");
    fs::write(folder.0.join("data/PG_VERSION"), "9\n").expect("a file");
    let error = open(&folder.0).expect_err("no PostgreSQL 9");
    assert!(matches!(error, ClusterError::Version { cluster: 9, .. }), "{error}");
}

#[test]
fn a_failed_start_reports_the_end_of_the_log() {
    let folder = TemporaryFolder::new();
    open(&folder.0).expect("a cluster").stop();
    let settings = folder.0.join("data/postgresql.conf");
    let valid = fs::read_to_string(&settings).expect("the settings");
    fs::write(&settings, valid + "\nwork_mem = nonsense\n").expect("an invalid setting");
    let error = open(&folder.0).expect_err("no server").to_string();
    assert!(error.contains("work_mem") && error.contains("server.log"), "{error}");
}

#[test]
fn a_folder_that_postgresqls_user_cannot_enter_is_refused() {
    if !Uid::effective().is_root() {
        return;
    }
    let folder = TemporaryFolder::new();
    let closed = folder.0.join("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("closed");
    let error = open(&closed.join("cluster")).expect_err("out of reach");
    assert!(matches!(&error, ClusterError::Unreachable { folder, .. } if *folder == closed), "{error}");
}

#[test]
#[ignore = "needs the network and Debian, and takes a minute"]
fn debians_packages_are_fetched_and_run() {
    let folder = TemporaryFolder::new();
    let (cache, dir) = (folder.0.join("cache"), folder.0.join("cluster"));
    let fetching = |_, account: &Account, progress: &mut dyn FnMut(&str)| fetch::fetch(&cache, account, progress);
    let mut progress = |message: &str| println!("{message}");
    let cluster = Cluster::open_with(&dir, Durability::Unsynced, &mut progress, fetching).expect("a cluster");
    println!("{:?}", query(&cluster, "select version()"));
    assert_eq!(query(&cluster, "select upper('ŵ')"), ["Ŵ"]);
    let program = fs::read_link(format!("/proc/{}/exe", server_pid(&dir))).expect("its program");
    assert!(program.starts_with(&cache), "{}", program.display());
    let account = Account::choose().expect("an account");
    assert!(fetch::cached(&cache, None, &account).is_some());
    assert!(fetch::cached(&cache, Some(9), &account).is_none());
}
