//! Compares the generated files of `openapi/` and docs/schema.md with the program. `BLESS=1` rewrites them.

use std::env;
use std::fs;
use std::path::Path;

use section55::operations;

use crate::support::database::Database;

#[test]
fn the_reference_pages_name_every_command_flag_variable_and_default() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    let page = |name: &str| fs::read_to_string(folder.join(name)).expect("a page");
    let (commands, settings) = (page("command-line.md"), page("settings.md"));
    let mut missing = Vec::new();
    let mut variables = Vec::new();
    for command in section55::cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        let section = commands.split_once(&format!("\n## {name}\n")).map_or("", |(_, rest)| rest);
        let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
        for argument in
            command.get_arguments().filter(|argument| !["help", "version"].contains(&argument.get_id().as_str()))
        {
            let flag = argument.get_long().map(|long| format!("--{long}"));
            let variable = argument.get_env().map(|variable| variable.to_string_lossy().into_owned());
            let within = if variable.is_some() { &settings } else { section };
            let named = |text: &str| within.contains(&format!("`{text}`")) || within.contains(&format!("`{text} "));
            missing.extend(flag.filter(|flag| !named(flag)).map(|flag| format!("{name} {flag}")));
            missing.extend(variable.iter().filter(|it| !named(it)).map(|it| format!("{name} {it}")));
            variables.extend(variable);
            if argument.get_action().takes_values() && argument.get_id() != "data_dir" {
                let defaults = argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
                missing.extend(defaults.filter(|it| !named(it)).map(|it| format!("{name} default {it}")));
            }
        }
    }
    let words = settings.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let unknown = words.filter(|word| word.starts_with("SECTION55_") && !variables.iter().any(|known| known == word));
    missing.extend(
        unknown
            .filter(|word| !["SECTION55_LOG", "SECTION55_LOG_FORMAT"].contains(word))
            .map(|it| format!("no setting {it}")),
    );
    assert!(missing.is_empty(), "docs/reference differs from the command line:\n{}", missing.join("\n"));
}

#[test]
fn the_generated_files_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let generated = operations::pages().into_iter().chain([("openapi.json", operations::document_text())]);
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
    // The rules of two linters, the document of the last release, the clients for TypeScript and Python.
    let others = [".spectral.yaml", "baseline", "client", "python", "redocly.yaml"];
    let mut expected = [&generated[..], &others].concat();
    expected.sort_unstable();
    assert_eq!(names, expected);
}
