//! The private PostgreSQL on this very machine: as root or as whoever runs the tests. Those marked ignored need the
//! network, or are the parents that other tests kill.

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

/// A folder that PostgreSQL's user can reach, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("section55-tests-{}-{number}", std::process::id()));
        fs::create_dir(&path).expect("a folder of its own");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("open to others");
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _remains = fs::remove_dir_all(&self.0);
    }
}

fn open(dir: &Path) -> Result<Cluster, ClusterError> {
    Cluster::open(dir, Durability::Thrown, &mut |_| {})
}

fn query(cluster: &Cluster, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let url = cluster.url(cluster.superuser(), "postgres");
        let config = Config::from_str(&url).expect("a connection string");
        let (client, connection) = config.connect(NoTls).await.expect("a connection");
        tokio::spawn(connection);
        let answers = client.simple_query(sql).await.expect("an answer");
        let rows = answers.iter().filter_map(|answer| match answer {
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

/// Whether any process, waited for or not, works in that folder.
fn anyone_in(data: &Path) -> bool {
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    processes.into_iter().any(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|folder| folder == data))
}

/// Runs [`keeps_a_cluster`] in a process of its own, and waits until its cluster answers.
fn keeper(dir: &Path) -> Child {
    let itself = module_path!().split_once("::").expect("a path in the crate").1;
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", &format!("{itself}::keeps_a_cluster"), "--ignored", "--nocapture"]);
    let mut child = command.env("KEEP_IN", dir).stdout(Stdio::piped()).spawn().expect("this program again");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    assert!(lines.any(|line| line.expect("a line").contains("it answers")), "the keeper ended");
    child
}

fn kill_hard(mut child: Child) {
    child.kill().expect("killed");
    child.wait().expect("waited for");
}

#[test]
#[ignore = "the parent that other tests kill"]
fn keeps_a_cluster() {
    let Some(dir) = env::var_os("KEEP_IN") else { return };
    let _cluster = open(Path::new(&dir)).expect("a cluster");
    println!("\nit answers");
    thread::sleep(Duration::from_secs(60));
}

#[test]
fn data_outlives_a_stop() {
    let scratch = Scratch::new();
    let dir = scratch.0.join("made/when needed, \"so\"");
    let cluster = Cluster::open(&dir, Durability::Kept, &mut |_| {}).expect("a cluster");
    assert!(!cluster.attached());
    assert_eq!(cluster.socket_dir().metadata().expect("a folder").permissions().mode() & 0o777, 0o700);
    query(&cluster, "create table kept (name text); insert into kept values ('Gwent'), ('Dyfed-Powys')");
    assert_eq!(query(&cluster, "show server_encoding"), ["UTF8"]);
    assert_eq!(query(&cluster, "show data_checksums"), ["on"]);
    assert_eq!(query(&cluster, "show fsync"), ["on"]);
    assert_eq!(query(&cluster, "show listen_addresses"), [""]);
    assert_eq!(query(&cluster, "select upper('ŵ')"), ["Ŵ"]);
    assert_eq!(query(&cluster, "select (now() at time zone 'Europe/London')::text is not null"), ["t"]);
    cluster.stop();
    assert!(!dir.join("data/postmaster.pid").exists());

    let cluster = open(&dir).expect("the cluster again");
    assert_eq!(query(&cluster, "select name from kept order by name"), ["Dyfed-Powys", "Gwent"]);
    assert_eq!(query(&cluster, "show fsync"), ["off"]);
}

#[test]
fn a_second_opener_attaches_and_leaves_the_server_running() {
    let scratch = Scratch::new();
    let first = open(&scratch.0).expect("a cluster");
    let second = open(&scratch.0).expect("the same");
    assert!(second.attached() && !first.attached());
    query(&second, "create table shared ()");
    second.stop();
    assert_eq!(query(&first, "select count(*) from shared"), ["0"]);
}

#[test]
fn of_those_who_open_at_once_one_starts_it() {
    let scratch = Scratch::new();
    let clusters: Vec<Cluster> = thread::scope(|scope| {
        let openers: Vec<_> = (0..6).map(|_| scope.spawn(|| open(&scratch.0).expect("a cluster"))).collect();
        openers.into_iter().map(|opener| opener.join().expect("opened")).collect()
    });
    assert_eq!(clusters.iter().filter(|cluster| !cluster.attached()).count(), 1);
    for cluster in &clusters {
        assert_eq!(query(cluster, "select 1"), ["1"]);
    }
}

#[test]
fn no_server_outlives_a_parent_killed() {
    let scratch = Scratch::new();
    let parent = keeper(&scratch.0);
    let attached = open(&scratch.0).expect("the parent's");
    assert!(attached.attached());
    query(&attached, "create table kept ()");
    let data = scratch.0.canonicalize().expect("a folder").join("data");
    assert!(anyone_in(&data));
    kill_hard(parent);
    assert!(wait_until(Duration::from_secs(10), || !anyone_in(&data)), "the server goes on");

    let again = open(&scratch.0).expect("a cluster");
    assert!(!again.attached());
    assert_eq!(query(&again, "select count(*) from kept"), ["0"]);
}

#[test]
fn a_cluster_is_opened_at_once_after_its_parent_was_killed() {
    let scratch = Scratch::new();
    kill_hard(keeper(&scratch.0));
    let cluster = open(&scratch.0).expect("a cluster");
    assert!(!cluster.attached());
    assert_eq!(query(&cluster, "select 1"), ["1"]);
}

#[test]
fn a_cluster_is_opened_after_its_server_was_killed() {
    let scratch = Scratch::new();
    let cluster = open(&scratch.0).expect("a cluster");
    kill(server_pid(&scratch.0), Signal::SIGKILL).expect("killed");
    drop(cluster);
    let cluster = open(&scratch.0).expect("a cluster");
    assert_eq!(query(&cluster, "select 1"), ["1"]);
}

#[test]
#[ignore = "takes half a minute: it waits until asking is over"]
fn a_frozen_server_is_stopped_by_force() {
    let scratch = Scratch::new();
    let cluster = open(&scratch.0).expect("a cluster");
    let data = scratch.0.canonicalize().expect("a folder").join("data");
    kill(server_pid(&scratch.0), Signal::SIGSTOP).expect("frozen");
    cluster.stop();
    assert!(wait_until(Duration::from_secs(5), || !anyone_in(&data)), "the server goes on");
    assert_eq!(query(&open(&scratch.0).expect("the cluster again"), "select 1"), ["1"]);
}

#[test]
fn a_stale_process_file_with_the_id_of_another_program_does_not_hinder() {
    let scratch = Scratch::new();
    open(&scratch.0).expect("a cluster").stop();
    let data = scratch.0.join("data");
    let account = Account::choose().expect("an account");
    let mut sleep = account.command(Path::new("/bin/sleep")).arg("60").spawn().expect("another program");
    let stale = format!("{}\n{}\n1\n5432\n{}\n\n\nready   \n", sleep.id(), data.display(), scratch.0.display());
    fs::write(data.join("postmaster.pid"), stale).expect("written");
    let opened = open(&scratch.0);
    sleep.kill().and_then(|()| sleep.wait()).expect("ended");
    assert!(!opened.expect("a cluster").attached());
}

#[test]
fn a_long_path_gets_a_short_socket() {
    let scratch = Scratch::new();
    let dir = scratch.0.join("long".repeat(30));
    let cluster = open(&dir).expect("a cluster");
    let socket = cluster.socket_dir().to_owned();
    assert!(socket.starts_with("/tmp"));
    assert_eq!(socket.metadata().expect("a folder").permissions().mode() & 0o777, 0o700);
    assert_eq!(query(&cluster, "select 1"), ["1"]);
    assert_eq!(open(&dir).expect("the same").socket_dir(), socket);
    cluster.stop();
    assert!(!socket.exists());
}

#[test]
fn what_an_interrupted_making_left_does_not_hinder() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.0.join("draft-abcdef/base")).expect("remains");
    fs::create_dir(scratch.0.join("data")).expect("an empty folder");
    drop(open(&scratch.0).expect("a cluster"));
    assert!(!scratch.0.join("draft-abcdef").exists());
}

#[test]
fn a_folder_of_other_things_is_left_alone() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.0.join("data")).expect("a folder");
    fs::write(scratch.0.join("data/mine"), "").expect("a file");
    assert!(matches!(open(&scratch.0), Err(ClusterError::NotACluster { .. })));
}

#[test]
fn a_cluster_of_another_version_is_told() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.0.join("data")).expect("a folder");
    fs::write(scratch.0.join("data/PG_VERSION"), "9\n").expect("a file");
    let error = open(&scratch.0).expect_err("no PostgreSQL 9");
    assert!(matches!(error, ClusterError::Version { cluster: 9, .. }), "{error}");
}

#[test]
fn a_failed_start_tells_the_end_of_the_log() {
    let scratch = Scratch::new();
    open(&scratch.0).expect("a cluster").stop();
    let settings = scratch.0.join("data/postgresql.conf");
    let whole = fs::read_to_string(&settings).expect("the settings");
    fs::write(&settings, whole + "\nwork_mem = nonsense\n").expect("spoilt");
    let error = open(&scratch.0).expect_err("no server").to_string();
    assert!(error.contains("work_mem") && error.contains("server.log"), "{error}");
}

#[test]
fn a_folder_that_its_user_cannot_reach_is_told() {
    if !Uid::effective().is_root() {
        return;
    }
    let scratch = Scratch::new();
    let closed = scratch.0.join("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("closed");
    let error = open(&closed.join("cluster")).expect_err("out of reach");
    assert!(matches!(&error, ClusterError::Unreachable { folder, .. } if *folder == closed), "{error}");
}

#[test]
#[ignore = "needs the network and Debian, and takes a minute"]
fn debian_packages_are_fetched_and_run() {
    let scratch = Scratch::new();
    let (cache, dir) = (scratch.0.join("cache"), scratch.0.join("cluster"));
    let fetching = |_, account: &Account, progress: &mut dyn FnMut(&str)| fetch::fetch(&cache, account, progress);
    let mut progress = |told: &str| println!("{told}");
    let cluster = Cluster::open_with(&dir, Durability::Thrown, &mut progress, fetching).expect("a cluster");
    println!("{:?}", query(&cluster, "select version()"));
    assert_eq!(query(&cluster, "select upper('ŵ')"), ["Ŵ"]);
    let program = fs::read_link(format!("/proc/{}/exe", server_pid(&dir))).expect("its program");
    assert!(program.starts_with(&cache), "{}", program.display());
    let account = Account::choose().expect("an account");
    assert!(fetch::kept(&cache, None, &account).is_some());
    assert!(fetch::kept(&cache, Some(9), &account).is_none());
}
