//! The detection of a file's media type.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| section55::files::fuzzing::media_type(bytes));
