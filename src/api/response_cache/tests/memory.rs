//! The resident memory that the cache takes when it is full, and what it returns after a publication. The test measures in
//! a process of its own, without the memory of other tests.

use std::fs;
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use super::{MIB, new_cache, offer};
use crate::allocator;

const LIMIT: u64 = 64 * MIB;

/// Returns the resident memory of this process in MiB, without the parts of the program's file that it has read.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("this process's status");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("the resident memory");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
}

#[test]
fn the_cache_takes_no_more_memory_than_its_limit_and_returns_it() {
    let this = std::env::current_exe().expect("the path of this program");
    let test = "api::response_cache::tests::memory::in_its_own_process";
    let output = Command::new(this).args(["--ignored", "--exact", "--nocapture", test]).output();
    let output = output.expect("the program runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && stdout.contains("1 passed"), "{stdout}");
}

#[test]
#[ignore = "the test above runs it in its own process"]
fn in_its_own_process() {
    let cache = new_cache(LIMIT);
    let before = resident();
    // Two worker threads make responses of many sizes, far more than fit. Each is asked for twice, so it is stored. The
    // pauses keep the rate near the service's: a thread that is interrupted holds up the release of what others evict.
    let (filled, removed) = (Barrier::new(3), Barrier::new(3));
    let worker = |first: usize| {
        for n in first..first + 30_000 {
            let body = if n.is_multiple_of(10) { n % 40_000 } else { 200 + n % 1_800 };
            let key = format!("/v1/recommendations&cursor={n}&limit=50");
            offer(&cache, &key, false, body);
            offer(&cache, &key, false, body);
            // Long pages come again and again, each after others have replaced it.
            if n.is_multiple_of(25) {
                let items = 1 + n / 25 % 200;
                offer(&cache, &format!("/v1/recommendations&limit={items}"), false, items * 1_500);
            }
            if n.is_multiple_of(10) {
                cache.confirm(0, Instant::now());
                thread::sleep(Duration::from_millis(1));
            }
        }
        filled.wait();
        removed.wait();
        allocator::return_freed_memory();
    };
    let (full, counts) = thread::scope(|scope| {
        scope.spawn(|| worker(0));
        scope.spawn(|| worker(1_000_000));
        filled.wait();
        let full = (resident() - before, cache.counts());
        cache.clear();
        for _ in 0..4 {
            cache.run_pending_work();
            thread::sleep(Duration::from_millis(250));
        }
        removed.wait();
        full
    });
    let limit = LIMIT as f64 / MIB as f64;
    let left = resident() - before;
    println!("{full:.1} MiB with {counts:?}, {left:.1} MiB after it was emptied");
    assert!(counts.bytes > LIMIT * 9 / 10, "the cache is not full: {counts:?}");
    assert!(full <= limit + 16.0, "{full:.1} MiB with {counts:?}");
    assert!(left <= 8.0, "{left:.1} MiB after it was emptied");
}
