//! Forms with files, the names of files, and their media types. The first byte is the size of a chunk.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use section55::files::fuzzing;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));

fuzz_target!(|bytes: &[u8]| {
    let Some((chunk, bytes)) = bytes.split_first() else { return };
    let line = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let first_line = String::from_utf8_lossy(&bytes[..line]);
    fuzzing::file_name(&first_line);
    RUNTIME.block_on(fuzzing::form(&first_line, &bytes[(line + 1).min(bytes.len())..], usize::from(*chunk)));
});
