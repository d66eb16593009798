//! Large files take little memory: tried in a process of its own, where no other test's memory is counted.

use std::fs;
use std::process::Command;

use super::super::temporary_upload::Writing;
use super::super::{LIMIT, Received, Store, media};

/// The most memory that this process ever held, in KiB.
fn most_held() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("this process's status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a high-water mark");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn many_large_files_at_once_are_never_held_whole() {
    let this = std::env::current_exe().expect("this program");
    let alone = Command::new(this).args(["--ignored", "--exact", "files::tests::memory::alone"]).output();
    let alone = alone.expect("it runs");
    let said = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success() && said.contains("1 passed"), "{said}");
}

#[actix_web::test]
#[ignore = "run by the test above, alone in its process"]
async fn alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("kept").to_string_lossy()).expect("a store");
    let before = most_held();
    let upload = async |store: Store, spools: std::path::PathBuf| {
        let mut writing = Writing::begin(&spools).await.expect("a spool");
        let line = [&[b'x'; 31 * 1024][..], b",\n"].concat();
        while writing.size + (line.len() as u64) < LIMIT {
            writing.add(&line).await.expect("it is written");
        }
        let spool = writing.end().await.expect("a spool");
        let media_type = media::judge(&spool).await.expect("it is taken");
        let (size, sha256) = (spool.size, spool.sha256.clone());
        let file = Received { filename: "x".to_owned(), media_type, size, sha256, spool };
        store.keep("kent", &file).await.expect("it is kept");
    };
    let uploads = (0..8).map(|_| upload(store.clone(), folder.path().to_owned()));
    futures_util::future::join_all(uploads).await;
    let grown = most_held() - before;
    assert!(grown < 64 * 1024, "{grown} KiB for 8 files of 25 MiB");
}
