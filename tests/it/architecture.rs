//! Checks the structure of the source text: which modules a module may use, what each kind of file holds, and how long
//! a file may be.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules that each module may use. Add a row for a new module: reviewers then see its dependencies.
#[rustfmt::skip]
const MAY_USE: &[(&str, &[&str])] = &[
    ("allocator",       &[]),
    ("label",           &[]),
    ("api",             &["allocator", "label"]),
    ("calendar",        &[]),
    ("config",          &[]),
    ("vocabulary",      &[]),
    ("telemetry",       &[]),
    ("ledger",          &[]),
    ("clock",           &["calendar"]),
    ("child_process",   &["api"]),
    ("files",           &["api", "child_process", "label", "vocabulary"]),
    ("auth",            &["api", "calendar", "clock", "label", "telemetry", "vocabulary"]),
    ("workflow",        &["api", "auth", "vocabulary"]),
    ("db",              &["api", "auth", "ledger", "telemetry", "vocabulary"]),
    ("audit",           &["api", "auth", "calendar", "clock", "db", "ledger", "telemetry", "vocabulary"]),
    ("areas",           &["api", "auth", "db", "vocabulary", "audit"]),
    ("bank_holidays",   &["api", "auth", "calendar", "db"]),
    ("people",          &["api", "auth", "db", "audit", "vocabulary"]),
    ("file_integrity",  &["api", "areas", "auth", "clock", "db", "files", "vocabulary"]),
    ("inspections",     &["api", "auth", "db", "label", "vocabulary", "workflow", "calendar", "areas", "audit"]),
    ("recommendations", &["api", "auth", "db", "label", "vocabulary", "inspections", "audit"]),
    ("responses",       &["api", "auth", "bank_holidays", "db", "vocabulary", "workflow", "calendar", "areas", "audit", "people", "inspections", "recommendations"]),
    ("remarks",         &["api", "auth", "db", "vocabulary", "workflow", "audit", "responses"]),
    ("assignments",     &["api", "auth", "bank_holidays", "calendar", "db", "vocabulary", "workflow", "audit", "people", "inspections", "recommendations"]),
    ("evidence",        &["api", "auth", "clock", "db", "vocabulary", "workflow", "audit", "people", "areas", "inspections", "assignments", "file_integrity", "files"]),
    ("retention",       &["api", "auth", "clock", "db", "vocabulary", "workflow", "audit", "responses", "assignments", "evidence", "people", "remarks"]),
    ("publication",     &["api", "auth", "db", "vocabulary", "calendar", "areas", "inspections", "recommendations", "responses", "assignments"]),
    ("imports",         &["api", "audit", "auth", "child_process", "clock", "db", "file_integrity", "files", "label", "vocabulary", "workflow", "calendar", "areas", "inspections", "recommendations", "responses", "assignments", "publication"]),
    ("statistics",      &["api", "audit", "auth", "db", "vocabulary", "recommendations", "responses", "assignments"]),
    ("deadlines",       &["api", "auth", "bank_holidays", "db", "label", "vocabulary", "calendar", "assignments"]),
    ("tasks",           &["api", "auth", "bank_holidays", "db", "vocabulary", "workflow", "calendar", "people", "responses", "assignments", "evidence", "retention", "imports"]),
    ("exports",         &["api", "auth", "db", "label", "vocabulary", "calendar", "areas", "inspections", "recommendations", "responses", "assignments", "audit"]),
    ("expansion",       &["api", "auth", "db", "inspections", "recommendations", "responses", "assignments", "exports"]),
    ("search",          &["api", "auth", "db", "label", "vocabulary", "inspections", "responses"]),
    ("changes",         &["api", "audit", "auth", "db", "telemetry", "vocabulary"]),
    ("outbox",          &["api"]),
    ("notifications",   &["api", "areas", "audit", "auth", "bank_holidays", "calendar", "clock", "db", "deadlines", "outbox", "telemetry", "vocabulary"]),
    ("webhooks",        &["api", "auth", "changes", "clock", "db", "label", "outbox", "vocabulary"]),
    ("jobs",            &["api", "auth", "clock", "db", "evidence", "file_integrity", "files", "imports", "notifications", "responses", "retention", "telemetry", "webhooks"]),
    ("translations",    &["api", "auth"]),
    ("service",         &["api", "auth", "db"]),
    ("monitor",         &["audit", "clock", "db", "service", "telemetry"]),
    ("operations",      &["api", "auth", "vocabulary", "workflow", "areas", "assignments", "audit", "bank_holidays", "changes", "deadlines", "evidence", "expansion", "exports", "imports", "inspections", "notifications", "people", "publication", "recommendations", "remarks", "responses", "retention", "search", "service", "statistics", "tasks", "translations", "webhooks"]),
    ("server",          &["api", "auth", "changes", "clock", "db", "deadlines", "expansion", "exports", "files", "imports", "jobs", "monitor", "notifications", "operations", "people", "service", "telemetry", "webhooks"]),
    ("dev",             &["api", "audit", "auth", "clock", "db", "vocabulary", "calendar", "areas", "files", "inspections", "recommendations", "responses", "assignments", "evidence", "publication", "imports"]),
    ("cli",             &["api", "areas", "audit", "label", "ledger", "auth", "changes", "clock", "config", "db", "deadlines", "dev", "file_integrity", "files", "imports", "notifications", "operations", "people", "server", "telemetry", "vocabulary", "webhooks"]),
];

/// Files that are one long table.
const TABLES: &[&str] = &[];

const SQL: [&str; 6] = ["select ", "insert into ", "delete from ", "order by ", "returning ", " set version"];

struct Source {
    /// The path below the folder that was read, such as `responses/http.rs`.
    path: String,
    text: String,
}

impl Source {
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the lines of code with their numbers, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(n, line)| (n + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// Returns the modules of the crate that the file names.
    fn used_modules(&self) -> Vec<String> {
        let code: String = self.code().flat_map(|(_, line)| [line, "\n"]).collect();
        let mut used = Vec::new();
        for after in code.split("crate::").skip(1) {
            let group = after.strip_prefix('{').and_then(|rest| rest.split_once("};")).map(|(names, _)| names);
            let names: Vec<&str> = group.map_or_else(|| vec![after], |names| names.split(',').collect());
            for name in names {
                let letters = |c: char| c.is_ascii_lowercase() || c == '_';
                used.push(name.trim().chars().take_while(|c| letters(*c)).collect::<String>());
            }
        }
        used.retain(|name| !name.is_empty() && name != self.module());
        used
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(below: &str) -> Vec<Source> {
    let top = root().join(below);
    let (mut found, mut folders) = (Vec::new(), vec![top.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let name = path.strip_prefix(&top).expect("below it").to_string_lossy().into_owned();
                found.push(Source { path: name, text: fs::read_to_string(&path).expect("a text") });
            }
        }
    }
    found
}

fn assert_none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n{}", wrong.join("\n"));
}

#[test]
fn a_module_uses_only_the_modules_that_its_row_allows() {
    let mut wrong = Vec::new();
    for source in rust_files("src") {
        if ["main.rs", "lib.rs"].contains(&source.path.as_str()) {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == source.module()) else {
            wrong.push(format!("{}: the module has no row in MAY_USE", source.path));
            continue;
        };
        for name in source.used_modules() {
            // A macro or constant at the root of the crate is not a module.
            if MAY_USE.iter().any(|(module, _)| *module == name) && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{} uses {name}", source.path));
            }
        }
    }
    assert_none(&wrong, "a module uses a module that its row in MAY_USE does not allow");
}

#[test]
fn the_rows_name_existing_modules_and_form_no_cycle() {
    for (at, (name, allowed)) in MAY_USE.iter().enumerate() {
        let exists = ["", "/mod"].iter().any(|tail| root().join(format!("src/{name}{tail}.rs")).exists());
        assert!(exists, "there is no module {name}");
        for used in *allowed {
            let earlier = MAY_USE[..at].iter().any(|(other, _)| other == used);
            assert!(earlier, "{name} may use {used}, whose row must come before the row of {name}");
        }
    }
}

#[test]
fn only_http_files_name_the_caller() {
    let asking = |source: &&Source| source.code().any(|(_, line)| line.contains("Caller<") || line.contains("Anyone"));
    let sources = rust_files("src");
    let elsewhere = sources.iter().filter(asking).filter(|it| it.file() != "http.rs" && it.module() != "auth");
    // This file holds the compiler's hint for a handler without a caller.
    let elsewhere = elsewhere.filter(|it| it.path != "api/signature.rs").map(|it| it.path.clone());
    assert_none(&elsewhere.collect::<Vec<_>>(), "only http.rs files and the module auth may name Caller or Anyone");
}

#[test]
fn only_stores_and_the_database_module_hold_sql() {
    let mut wrong = Vec::new();
    for source in rust_files("src").iter().filter(|it| it.file() != "tests.rs") {
        let store = source.file() == "store.rs" || source.path.contains("/store/") || source.module() == "db";
        for (n, line) in source.code().filter(|_| !store) {
            if SQL.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{n}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none(&wrong, "only store.rs, store/ and the module db may hold SQL");
}

#[test]
fn models_use_neither_actix_nor_the_database() {
    let mut wrong = Vec::new();
    for source in rust_files("src").iter().filter(|it| it.file() == "model.rs") {
        let words = ["actix", "tokio_postgres", "crate::db", "super::store", "super::http"];
        let found = source.code().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        wrong.extend(found.map(|(n, line)| format!("{}:{n}: {}", source.path, line.trim())));
    }
    assert_none(&wrong, "a model.rs must use neither actix nor the database");
}

#[test]
fn every_file_has_a_head_and_at_most_300_lines() {
    let mut wrong = Vec::new();
    for below in ["src", "tests/it", "tests/campaign"] {
        for source in rust_files(below) {
            let lines = source.text.lines().count();
            let head = source.text.lines().take_while(|line| line.starts_with("//!")).count();
            if !(1..=4).contains(&head) {
                wrong.push(format!("{below}/{}: {head} lines of //! at the head", source.path));
            }
            if lines > 300 && !TABLES.contains(&source.path.as_str()) {
                wrong.push(format!("{below}/{}: {lines} lines", source.path));
            }
        }
    }
    assert_none(&wrong, "a file must begin with 1 to 4 lines of //! and have at most 300 lines");
}

#[test]
fn no_source_file_holds_a_todo_or_an_unwrap() {
    let words = ["TODO", "FIXME", "HACK", "todo!(", "unimplemented!(", "dbg!("];
    let mut wrong = Vec::new();
    for source in rust_files("src") {
        for (n, line) in source.text.lines().enumerate() {
            let unwraps = source.file() != "tests.rs" && line.contains(".unwrap()");
            if unwraps || words.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{}: {}", source.path, n + 1, line.trim()));
            }
        }
    }
    assert_none(&wrong, "source files must not hold these words or unwrap()");
}

#[test]
fn every_migration_has_a_head_comment_and_a_number_of_its_own() {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join("migrations")).expect("a folder") {
        let path: PathBuf = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a text");
        let name = Path::new(path.file_name().expect("a name")).to_string_lossy().into_owned();
        let has_head =
            text.lines().next().and_then(|line| line.strip_prefix("-- ")).is_some_and(|line| line.len() > 20);
        assert!(has_head, "{name} does not begin with a comment");
        names.push(name);
    }
    names.sort();
    let number = |name: &str| name.strip_prefix('V')?.split_once("__")?.0.parse::<u32>().ok();
    let numbers: Vec<u32> =
        names.iter().filter(|name| name.as_bytes().get(5..7) == Some(b"__")).filter_map(|name| number(name)).collect();
    assert_eq!(
        numbers.len(),
        names.len(),
        "a migration's name must be V, four digits, two underscores and a name: {names:?}"
    );
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "two migrations have the same number: {names:?}");
}
