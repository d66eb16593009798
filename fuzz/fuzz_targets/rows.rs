//! Rows that are imported into a draft, from CSV or JSON. The first byte chooses.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use section55::files::TemporaryFile;
use section55::imports::ImportKind;
use section55::imports::table::{Table, WorkbookReader};
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let kind = if choice % 2 == 0 { ImportKind::Csv } else { ImportKind::Json };
    RUNTIME.block_on(async {
        let file = TemporaryFile::from_bytes(bytes).await.expect("a temporary file");
        let Ok(table) = Table::open(file, kind, &WorkbookReader::with_program("")).await else { return };
        let mut rows = table.read_rows();
        while rows.recv().await.is_some() {}
    });
});
