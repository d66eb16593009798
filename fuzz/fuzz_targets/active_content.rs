//! The check of files for active content: PDF, archives, compound files and e-mails.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = section55::files::active_content::check(bytes);
});
