//! Compares the generated files of `openapi/` and docs/schema.md with the program. `BLESS=1` rewrites them.

use std::env;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use section55::operations;

use crate::support::database::Database;

/// Held while a test writes generated files.
pub static BLESSING: Mutex<()> = Mutex::new(());

#[test]
fn the_generated_files_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let _guard = BLESSING.lock().expect("no panic before");
    // Read the stored examples: another test may have rewritten them since the program was built.
    let examples = fs::read_to_string(folder.join("examples.json")).expect("the examples");
    let examples = serde_json::from_str(&examples).expect("JSON");
    let document = operations::pretty_json(&operations::document_with(&operations::operations(), &examples));
    let generated = operations::pages().into_iter().chain([("openapi.json", document)]);
    let mut differing = Vec::new();
    for (name, text) in generated {
        let path = folder.join(name);
        if env::var_os("BLESS").is_some() {
            fs::write(&path, text).expect("the file is written");
        } else if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            differing.push(name);
        }
    }
    assert!(differing.is_empty(), "{differing:?} differ: review the differences, then run BLESS=1 cargo test goldens");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_the_schema_describes_the_migrated_database() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema.md");
    let generated = section55::db::schema_page(&Database::new().await.administrator().await).await.expect("the page");
    assert!(!generated.contains("Without a comment"), "every table has a comment `Theme: description`:\n{generated}");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, generated).expect("the page is written");
    } else {
        let stored = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            stored, generated,
            "docs/schema.md differs: review the differences, then run BLESS=1 cargo test goldens"
        );
    }
}

#[test]
fn the_folder_of_generated_files_holds_no_other_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let files = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    let generated = ["examples.json", "openapi.json", "permissions.md", "problems.md", "workflows.md"];
    // The rules of two linters, the document of the last release, the types of a TypeScript client.
    let others = [".spectral.yaml", "baseline", "client", "redocly.yaml"];
    let mut expected = [&generated[..], &others].concat();
    expected.sort_unstable();
    assert_eq!(names, expected);
}
