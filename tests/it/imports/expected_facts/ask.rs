//! Finds the question for each entry of `ask`. An entry begins with the path of the fact, such as
//! `recommendations[].reference`, or is one of the sentences below.

use serde_json::Value;

use super::record::Record;

/// The sentences that do not begin with a path, and the pointers of which one is asked.
const SENTENCES: [(&str, &[&str]); 8] = [
    ("explanations (none is printed)", NO_EXPLANATION),
    ("explanation for ", NO_EXPLANATION),
    ("which language ", &["/response/language"]),
    ("whether force responses are the explanations", &["/response/force_answers_are"]),
    ("recommendations[1]: one or two", &["/recommendations/1/is_one"]),
    ("lead inspectorate: ", &["/inspection/lead_inspectorate"]),
    ("rows 1 and 2: kind", &["/recommendations/0/kind", "/recommendations/1/kind"]),
    ("“Complete”: which position", &["/positions/0/force_status"]),
];

/// Where a missing explanation can be asked.
const NO_EXPLANATION: &[&str] = &["/response/explanations_complete", "/response/explanations"];

/// Returns a difference for each question of the entry that the import does not ask.
pub fn unasked(record: &Record, entry: &str, found: &[Option<usize>], expected: &Value) -> Vec<String> {
    if let Some((_, pointers)) = SENTENCES.iter().find(|(sentence, _)| entry.starts_with(sentence)) {
        let needs_all = entry.starts_with("rows ");
        let count = pointers.iter().filter(|pointer| is_asked(record, pointer)).count();
        let is_asked = if needs_all { count == pointers.len() } else { count > 0 };
        return if is_asked { Vec::new() } else { vec![format!("not asked: {entry}")] };
    }
    let entry = entry.split_once(" (").map_or(entry, |(entry, _)| entry);
    let is_path = |c: &char| c.is_ascii_alphanumeric() || "_.[]".contains(*c);
    let path: String = entry.chars().take_while(is_path).collect();
    let mut paths = vec![path.clone()];
    // “recommendations[2].reference and number”
    if let (Some((_, rest)), Some((list, _))) = (entry.split_once(" and "), path.rsplit_once('.')) {
        paths.extend(rest.split([' ', ',']).next().map(|name| format!("{list}.{name}")));
    }
    let pointers = paths.iter().flat_map(|path| pointers_of(record, path, found, expected));
    let missing = pointers.filter(|pointer| !is_asked(record, pointer));
    missing.map(|pointer| format!("not asked: {entry} ({pointer})")).collect()
}

fn is_asked(record: &Record, pointer: &str) -> bool {
    let no_explanation = |question: &Value| question["code"] == "no_explanation";
    record.is_asked(pointer) || NO_EXPLANATION.contains(&pointer) && record.questions().any(no_explanation)
}

/// Returns the pointers to the facts of a path: `[]` is each item, `[2]` is an item of the expected list.
fn pointers_of(record: &Record, path: &str, found: &[Option<usize>], expected: &Value) -> Vec<String> {
    let path = if path.starts_with("explanations") { format!("response.{path}") } else { path.to_owned() };
    let Some((list, rest)) = path.split_once('[') else { return vec![format!("/{}", path.replace('.', "/"))] };
    let (index, member) = rest.split_once(']').expect("a path has both brackets");
    let (list, member) = (format!("/{}", list.replace('.', "/")), member.replace('.', "/"));
    let item = |place: usize| format!("{list}/{place}{member}");
    let Ok(index) = index.parse::<usize>() else { return (0..record.count(&list)).map(item).collect() };
    let place = if list == "/recommendations" {
        found.get(index).copied().flatten()
    } else {
        let number = expected.pointer(&format!("{list}/{index}/number"));
        (0..record.count(&list)).find(|place| record.0.pointer(&format!("{list}/{place}/number")) == number)
    };
    vec![place.map_or_else(|| format!("{list}/-{member}"), item)]
}
