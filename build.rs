//! How the program is linked.

use std::env;
use std::process::Command;

/// The first glibc that reads packed relocations (DT_RELR).
const PACKED: (u32, u32) = (2, 36);

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // One that is added is built in without another change.
    println!("cargo:rerun-if-changed=migrations");
    // As they are otherwise each start reads 2 MB of them, which then stay in memory.
    if glibc_here().is_some_and(|version| version >= PACKED) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of glibc, where the program is built for the machine that builds it and that has one.
fn glibc_here() -> Option<(u32, u32)> {
    let of = |name: &str| env::var(name).ok();
    let same = of("HOST") == of("TARGET");
    let gnu = of("CARGO_CFG_TARGET_OS")? == "linux" && of("CARGO_CFG_TARGET_ENV")? == "gnu";
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok().filter(|_| same && gnu)?;
    let (major, minor) = std::str::from_utf8(&told.stdout).ok()?.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
