//! A disk of a few megabytes, to fill: a tmpfs, which only root may mount.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::BoxedError;

/// A mounted disk. Dropping it unmounts it.
pub struct SmallDisk {
    /// The folder where it is mounted.
    pub folder: PathBuf,
}

/// Unmounts whatever is mounted at a folder. A process that still uses it does not prevent that.
pub fn unmount(folder: &Path) {
    let _not_mounted = Command::new("umount").arg("-l").arg(folder).output();
}

impl SmallDisk {
    /// Mounts a disk of this many MiB. The error is the reason why that is not possible.
    pub fn mount(folder: PathBuf, mebibytes: u32) -> Result<Self, BoxedError> {
        fs::create_dir_all(&folder)?;
        let options = format!("size={mebibytes}m,mode=0755");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&folder).output()?;
        match mounted.status.success() {
            true => Ok(Self { folder }),
            false => {
                Err(format!("a tmpfs cannot be mounted: {}", String::from_utf8_lossy(&mounted.stderr).trim()).into())
            }
        }
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    /// Fills the disk to the last byte.
    pub fn fill(&self) -> Result<(), BoxedError> {
        let mut file = File::create(self.ballast())?;
        for size in [1 << 20, 4096, 1] {
            let zeros = vec![0; size];
            while file.write_all(&zeros).is_ok() {}
        }
        Ok(())
    }

    /// Frees what [`SmallDisk::fill`] took.
    pub fn free(&self) -> Result<(), BoxedError> {
        Ok(fs::remove_file(self.ballast())?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        unmount(&self.folder);
    }
}
