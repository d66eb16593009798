//! The memory that large uploads take. The test measures it in a process of its own, without the memory of other tests.

use std::fs;
use std::process::Command;

use super::super::temporary_upload::TemporaryUploadWriter;
use super::super::{MAX_FILE_SIZE, Store, UploadedFile, media_type};

/// Returns the peak memory of this process, in KiB.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("this process's status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a high-water mark");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn many_large_uploads_at_once_take_little_memory() {
    let this = std::env::current_exe().expect("the path of this program");
    let output = Command::new(this).args(["--ignored", "--exact", "files::tests::memory::in_its_own_process"]).output();
    let output = output.expect("the program runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && stdout.contains("1 passed"), "{stdout}");
}

#[actix_web::test]
#[ignore = "the test above runs it in its own process"]
async fn in_its_own_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = super::marked_store(&folder.path().join("stored").to_string_lossy()).await;
    let before = peak_memory();
    let upload = async |store: Store, temporary_folder: std::path::PathBuf| {
        let mut writer = TemporaryUploadWriter::new(&temporary_folder).await.expect("a temporary file");
        let line = [&[b'x'; 31 * 1024][..], b",\n"].concat();
        while writer.size() + (line.len() as u64) < MAX_FILE_SIZE {
            writer.write(&line).await.expect("the line is written");
        }
        let content = writer.finish().await.expect("a temporary file");
        let media_type = media_type::detect(&content).await.expect("an accepted type");
        let (size, sha256) = (content.size, content.sha256.clone());
        let file = UploadedFile { filename: "x".to_owned(), media_type, size, sha256, content };
        store.put("kent", &file).await.expect("the file is stored");
    };
    let uploads = (0..8).map(|_| upload(store.clone(), folder.path().to_owned()));
    futures_util::future::join_all(uploads).await;
    let growth = peak_memory() - before;
    assert!(growth < 64 * 1024, "{growth} KiB for 8 files of 25 MiB");
}
