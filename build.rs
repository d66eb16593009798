//! Sets how the program is linked, and when it is built again.

use std::env;
use std::process::Command;

/// The first version of glibc that reads packed relocations (DT_RELR).
const FIRST_WITH_PACKED_RELOCATIONS: (u32, u32) = (2, 36);

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Migrations are embedded, so a new file must cause a build.
    println!("cargo:rerun-if-changed=migrations");
    // Unpacked relocations take 2 MB, which each start reads and keeps in memory.
    if glibc_version().is_some_and(|version| version >= FIRST_WITH_PACKED_RELOCATIONS) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Returns the version of glibc, or none when the program is built for another machine or without glibc.
fn glibc_version() -> Option<(u32, u32)> {
    let variable = |name: &str| env::var(name).ok();
    let is_native = variable("HOST") == variable("TARGET");
    let is_gnu = variable("CARGO_CFG_TARGET_OS")? == "linux" && variable("CARGO_CFG_TARGET_ENV")? == "gnu";
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok().filter(|_| is_native && is_gnu)?;
    let (major, minor) = std::str::from_utf8(&output.stdout).ok()?.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
