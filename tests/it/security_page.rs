//! The page of security requirements, docs/operations/security.md: it lists every requirement once, its tests and files
//! exist, and its figures are those of its rows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/operations/security.md";

/// For each chapter and section of ASVS 5.0.0, the number of requirements of levels 1 and 2. Those of level 3 come after
/// them in each section.
const REQUIREMENTS: [&[u32]; 17] = [
    &[2, 9, 11, 3, 2],
    &[3, 3, 4, 1],
    &[0, 2, 4, 6, 5, 0, 2],
    &[3, 1, 2, 4],
    &[1, 3, 2, 3],
    &[3, 12, 4, 4, 5, 3, 0, 4],
    &[3, 4, 2, 5, 2, 2],
    &[2, 3, 1, 1],
    &[3, 4],
    &[2, 2, 4, 11, 5, 2, 3],
    &[2, 3, 3, 4, 1, 1],
    &[3, 2, 4],
    &[1, 5, 2, 5],
    &[2, 4, 3],
    &[3, 3, 7],
    &[1, 5, 4, 3, 3],
    &[1, 4, 2],
];

/// A row of the page.
struct Row {
    numbers: Vec<String>,
    result: String,
    place: String,
    tests: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(root().join(PAGE)).expect("the page")
}

/// Returns the numbers of a row: one, or all from the first to the last of a section.
fn numbers(cell: &str) -> Vec<String> {
    let Some((first, last)) = cell.split_once('–') else { return vec![cell.to_owned()] };
    let split = |number: &str| -> (String, u32) {
        let (section, last) = number.rsplit_once('.').expect("a number of three parts");
        (section.to_owned(), last.parse().expect("a number"))
    };
    let ((section, first), (same, last)) = (split(first), split(last));
    assert_eq!(section, same, "{cell}");
    (first..=last).map(|number| format!("{section}.{number}")).collect()
}

fn rows(page: &str) -> Vec<Row> {
    let is_requirement = |line: &&str| line.starts_with("| ") && line[2..].starts_with(|c: char| c.is_ascii_digit());
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [cell, _, result, place, tests] = cells[..] else { panic!("five cells: {line}") };
        Row { numbers: numbers(cell), result: result.into(), place: place.into(), tests: tests.into() }
    };
    page.lines().filter(is_requirement).map(row).collect()
}

/// Returns the texts between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Returns true if a file of the integration tests or of the program has the test of this path.
fn is_test(path: &str) -> bool {
    let parts: Vec<&str> = path.split("::").collect();
    let Some((name, modules)) = parts.split_last() else { return false };
    // The tests of a file are in it, in a module `tests`.
    let own = modules.strip_suffix(&["tests"]).unwrap_or(modules);
    let files = [("tests/it", modules), ("src", modules), ("src", own)].map(|(folder, modules)| {
        let path = root().join(folder).join(modules.iter().collect::<PathBuf>());
        [path.with_extension("rs"), path.join("mod.rs")]
    });
    files.iter().flatten().any(|file| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let found = text.find(&format!("fn {name}(")).map(|at| text[..at].lines().rev().take(4).collect::<Vec<_>>());
        found.is_some_and(|before| before.iter().any(|line| line.contains("test")))
    })
}

#[test]
fn the_page_lists_every_requirement_once_and_counts_its_results() {
    let page = page();
    let rows = rows(&page);
    let mut listed: Vec<&str> = rows.iter().flat_map(|row| &row.numbers).map(String::as_str).collect();
    let all = (1..).zip(REQUIREMENTS).flat_map(|(chapter, sections)| {
        let section = move |(section, count): (u32, &u32)| {
            (1..=*count).map(move |number| format!("{chapter}.{section}.{number}")).collect::<Vec<_>>()
        };
        (1..).zip(sections).flat_map(section)
    });
    let mut all: Vec<String> = all.collect();
    all.sort();
    listed.sort_unstable();
    assert_eq!(listed, all);

    let mut counts = BTreeMap::<&str, usize>::new();
    for row in &rows {
        assert!(row.result == "met" || !row.place.is_empty(), "{:?} states no reason", row.numbers);
        *counts.entry(&row.result).or_default() += row.numbers.len();
    }
    let of = |result: &str| counts.get(result).copied().unwrap_or_default();
    let known = ["met", "partly", "not met", "yours", "none"];
    assert_eq!(known.iter().map(|result| of(result)).sum::<usize>(), all.len(), "{counts:?}");
    let [met, partly, not_met, yours, none] = known.map(of);
    let sentence = format!(
        "Of the {}, {met} are met, {partly} partly, {not_met} not, {yours} are yours, and {none} do not apply.",
        all.len()
    );
    assert!(page.contains(&sentence), "the page says otherwise: {sentence}");
}

#[test]
fn the_tests_and_files_that_the_page_names_exist() {
    let page = page();
    let tests = rows(&page).into_iter().flat_map(|row| code(&row.tests).map(str::to_owned).collect::<Vec<_>>());
    let missing: Vec<String> = tests.filter(|test| !is_test(test)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
    let is_path =
        |text: &&str| ["src/", "docker/", "openapi/", ".ci/", "deny.toml"].iter().any(|it| text.starts_with(it));
    let paths: Vec<String> = rows(&page)
        .iter()
        .flat_map(|row| code(&row.place).filter(is_path).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert!(paths.len() > 20, "{paths:?}");
    let links = page.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let links = links.filter(|link| !link.is_empty() && !link.contains("://"));
    let paths = paths.into_iter().map(|path| root().join(path));
    let paths = paths.chain(links.map(|link| root().join("docs/operations").join(link)));
    let missing: Vec<PathBuf> = paths.filter(|path| !path.exists()).collect();
    assert!(missing.is_empty(), "no such files: {missing:#?}");
}
