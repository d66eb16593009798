//! The files that the arguments name.

use std::io;
use std::path::{Path, PathBuf};

use crate::api::{Fault, Problem};
use crate::files::{MAX_FILE_SIZE, NamedFile, TemporaryFile};
use crate::imports::NewFile;

/// Returns the files, and the files in the folders, in the order of their names. Hidden files are left out.
///
/// # Errors
///
/// Returns an error if a folder cannot be read.
pub fn list(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut within = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !is_hidden && entry.path().is_file() {
                within.push(entry.path());
            }
        }
        within.sort();
        files.extend(within);
    }
    Ok(files)
}

/// Reads a file.
///
/// # Errors
///
/// Returns 422 if the file cannot be read, or is larger than an upload may be.
pub async fn read(path: &Path) -> Result<NewFile, Problem> {
    let refuse = |code, detail: String| Problem::invalid(vec![Fault::body("", code, detail)]);
    let unreadable = |error: io::Error| refuse("unreadable", format!("{} cannot be read: {error}.", path.display()));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE_SIZE {
        let detail = format!("{} has {size} bytes; the limit is {MAX_FILE_SIZE}.", path.display());
        return Err(refuse("too_large", detail));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let filename = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = NamedFile { filename, file: TemporaryFile::from_bytes(&bytes).await? };
    Ok(NewFile { named, media_type: String::new(), pointer: String::new() })
}
