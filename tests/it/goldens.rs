//! The generated files of `openapi/`, held against the program; `BLESS=1` writes them anew.

use std::env;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use section55::operations;

use crate::support::database::Database;

/// Held by who writes the generated files anew.
pub static BLESSING: Mutex<()> = Mutex::new(());

#[test]
fn the_generated_files_are_as_the_program_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let _alone = BLESSING.lock().expect("no panic before");
    // The examples as they are kept now: another test may have written them since the program was built.
    let examples = fs::read_to_string(folder.join("examples.json")).expect("the examples");
    let examples = serde_json::from_str(&examples).expect("JSON");
    let document = operations::kept(&operations::document_with(&operations::operations(), &examples));
    let made = operations::pages().into_iter().chain([("openapi.json", document)]);
    let mut differing = Vec::new();
    for (name, text) in made {
        let path = folder.join(name);
        if env::var_os("BLESS").is_some() {
            fs::write(&path, text).expect("the file is written");
        } else if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            differing.push(name);
        }
    }
    assert!(differing.is_empty(), "{differing:?} differ: look at what changed, then BLESS=1 cargo test goldens");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_the_schema_is_what_the_migrated_database_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema.md");
    let made = section55::db::schema_page(&Database::new().await.administrator().await).await.expect("the page");
    assert!(!made.contains("Without a comment"), "every table has a comment `Theme: description`:\n{made}");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, made).expect("the page is written");
    } else {
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, made, "docs/schema.md differs: look at what changed, then BLESS=1 cargo test goldens");
    }
}

#[test]
fn nothing_else_lies_among_the_generated_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let files = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    let generated = ["examples.json", "openapi.json", "permissions.md", "problems.md", "workflows.md"];
    // The rules of two linters, the last release's document, the types of a TypeScript client.
    let beside = [".spectral.yaml", "baseline", "client", "redocly.yaml"];
    let mut known = [&generated[..], &beside].concat();
    known.sort_unstable();
    assert_eq!(names, known);
}
