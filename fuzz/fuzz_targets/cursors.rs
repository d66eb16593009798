//! Cursors of lists and of the change feed, and Range headers. The first byte chooses.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(bytes);
    match choice % 5 {
        0 => section55::api::fuzzing::cursor(&text),
        1 => section55::api::fuzzing::authentic_cursor(bytes),
        2 => section55::changes::fuzzing::cursor(&text),
        3 => section55::changes::fuzzing::authentic_cursor(bytes),
        _ => section55::files::fuzzing::range(&text, bytes.len() as u64 * 7),
    }
});
