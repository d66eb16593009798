//! Files of imports: DOCX, ODT, HTML, PDF, plain text and tables, first as lines and tables, then as facts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use section55::imports::document::fuzzing::read;
use section55::imports::reading::{self, ReadingContext};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = read(bytes, false) {
        let _ = reading::read(&document, &ReadingContext::default());
    }
});
