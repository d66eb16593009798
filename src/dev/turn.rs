//! The turn of a process to prepare a data folder. Two processes that start at once on a fresh folder would otherwise both
//! create the database and load the demo data.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::Duration;

use super::DataFolderError;

/// How long to wait before the lock is tried again.
const INTERVAL: Duration = Duration::from_millis(100);

/// The turn of this process. Dropping it lets the next process go on.
#[derive(Debug)]
pub struct Turn {
    _lock: File,
}

/// Waits until no other process prepares the folder. `progress` receives a line if it has to wait.
///
/// # Errors
/// [`DataFolderError::Folder`]: the folder cannot be used.
pub async fn take_turn(dir: &Path, mut progress: impl FnMut(&str)) -> Result<Turn, DataFolderError> {
    let path = dir.join("preparing.lock");
    let folder = |source| DataFolderError::Folder { path: path.clone(), source };
    fs::create_dir_all(dir).map_err(folder)?;
    let file = File::create(&path).map_err(folder)?;
    let mut has_to_wait = false;
    // A blocking wait could not be ended by Ctrl-C.
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Turn { _lock: file }),
            Err(TryLockError::Error(source)) => return Err(folder(source)),
            Err(TryLockError::WouldBlock) => {}
        }
        if !std::mem::replace(&mut has_to_wait, true) {
            progress("waiting for another process that prepares this folder");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
