//! Tables: CSV, XLSX, XLS and ODS as tables with their facts, and XLSX as rows. The first byte chooses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use section55::imports::document::fuzzing::read;
use section55::imports::document::tables::workbook::read_first_sheet;
use section55::imports::reading::{self, ReadingContext};

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    if choice % 2 == 0 {
        if let Ok(document) = read(bytes, true) {
            let _ = reading::read(&document, &ReadingContext::default());
        }
    } else {
        let _ = read_first_sheet(bytes, |_| Ok(()));
    }
});
