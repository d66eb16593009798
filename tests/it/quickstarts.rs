//! Runs the shell blocks of the README, the tutorial and the guides against `section55 dev`, as a reader would run them.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::Folder;
use crate::support::dev_process::Dev;

/// A page with commands, and what they must print.
struct Page {
    path: &'static str,
    text: &'static str,
    expected: &'static [&'static str],
}

macro_rules! page {
    ($path:literal, $expected:expr) => {
        Page { path: $path, text: include_str!(concat!("../../", $path)), expected: $expected }
    };
}

/// Every page with commands. They share one `dev`, in this order, so no page may use a record that another page changes.
const PAGES: &[Page] = &[
    page!(
        "README.md",
        &[
            r#""due_on": "2021-09-09""#,
            "Police, Fire and Crime Commissioner for Cumbria",
            r#"{"action":"proceed","blocked_by":["comments_day_passed"]}"#,
            r#"["/published_on","wrong_format"]"#,
            r#"["missing","office:cumbria/2024-01"]"#,
            r#"{"status":412,"code":"stale"}"#,
            r#"{"state":"drafting","policing_body_comments":null}"#,
            r#"{"status":404,"code":"not_found"}"#,
            r#""headline": "closed""#,
            "\ncumbria.jsonl: verified",
            "exit status 1",
        ]
    ),
    page!(
        "docs/tutorial.md",
        &[
            r#"{"state":"published","recommendations_count":2}"#,
            r#""state":"received","edition":1"#,
            r#"{"state":"drafting","policing_body_comments":"Invented: we welcome the report."}"#,
            r#"{"state":"drafting","policing_body_comments":null}"#,
            r#"{"status":404,"code":"not_found"}"#,
            r#""code": "every_explanation""#,
            r#"{"missing_explanations":[]}"#,
            r#"{"status":403,"code":"forbidden"}"#,
            r#""by": "Anwen Approver""#,
            r#""on_time": true"#,
            r#"{"state":"complete"}"#,
            "Recommendation 1 (#TUTORIAL-1-1) - Action taken: Invented: the force now does this.",
            r#"{"edition":1,"reply_to_chief_officer":"Invented: thank you; we will ask again in March."}"#,
            r#"{"edition":2,"reply_to_chief_officer":"Invented: thank you; we will ask again in May."}"#,
            r#"{"edition":1,"superseded":true}"#,
            "Charlie Chief  submit_comments: awaiting_comments -> drafting",
            r#""headline": "not_started""#,
            r#"{"status":422,"errors":["evidence_not_rejected"]}"#,
            r#"{"file_version":2,"decision":"accepted"}"#,
            "Invented minutes of the victims board.",
            r#"{"headline":"awaiting_assurance","force_status":"force_complete"}"#,
            r#"{"headline":"complete","body_view":"assured"}"#,
            r#"{"headline":"closed","inspectorate_status":"closed"}"#,
            r#"{"position":"assurance_opinion","value":"reasonable","source":"Invented: IA-7"}"#,
            r#""force_status": null"#,
        ]
    ),
    page!(
        "docs/guides/integrators.md",
        &[
            "true\nrecommendation.added /v1/recommendations/",
            r#"{"subject":"opcc@cumbria.example","roles":["opcc"],"areas":["cumbria"],"#,
            "idempotency-replayed: true",
            r#"{"status":422,"code":"idempotency_key_reused"}"#,
            r#"{"codes":["dyfed-powys","gwent"],"total":4}"#,
            r#"{"codes":["north-wales","south-wales"],"total":4}"#,
            r#"{"reference":"INTEGRATORS-1","state":"draft"}"#,
            r#"{"type":"inspection.registered","area":"cumbria","version":1,"#,
            r#"{"state":"awaiting_comments","missing_explanations":[],"explanations":4}"#,
        ]
    ),
    page!(
        "docs/guides/frontend.md",
        &[
            "Section 55: ",
            r#"{"reference":"D-2023-1","title":"PEEL 2023-25, Surrey","due_on":"2024-01-30","recommendations":5}"#,
            r#"{"action":"proceed","blocked_by":["comments_day_passed"]}"#,
            r#"{"policing_body_comments":"Invented: we welcome the report.","version":"#,
            r#"{"status":412,"code":"stale"}"#,
            r#"{"state":"in_approval"}"#,
            "{\"assigned_to\":\"Olive Officer\"}\n{\"state\":\"drafting\",\"assigned_to\":\"Olive Officer\"}\n{\"assigned_to\":null}\n",
            r#"{"text":"All of it?","state":"resolved","resolved_by":"Olive Officer"}"#,
            r#"{"text":"Yes.","quotation":null,"passage_found":null,"state":"resolved"}"#,
            r#"{"pointer":"/kind","code":"unknown_value"}"#,
            r#""text": "misconduct""#,
            r#""response_due""#,
            "BEGIN:VCALENDAR",
            r#""area":"cumbria","year":2021,"on_time":1,"late":0,"overdue":null"#,
            r#"{"area":"cumbria","state":"drafting","count":null}"#,
            r#""side":"policing_body"}"#,
            "retry: 3000\n{\"type\":\"inspection.",
            r#"["recommendation","Recommendation","Argymhelliad"]"#,
            "\n304\n",
        ]
    ),
    page!(
        "docs/guides/auditors.md",
        &[
            r#"{"area":"cumbria","year":2021,"on_time":1,"late":0,"overdue":0,"#,
            r#""Olive Officer","record_copy","published","complete"]"#,
            r#""field": "/chief_officer_comments""#,
            r#""action":"publish","resource":"response""#,
            r#"{"state":"complete","version":"#,
            "\ncumbria.jsonl: verified",
            "exit status 1",
            "\nlater.jsonl: verified",
        ]
    ),
    page!(
        "docs/guides/import-and-export.md",
        &[
            r#"{"state":"proposed","format":"docx","title":"Out of sight – a thematic inspection of lost property","#,
            r#"["2","recommendation","2025-03-05"]"#,
            r#"["missing","/inspection/reference","office:cumbria/2024-01"]"#,
            r#"[19,"introduction","The Chief Constable has told me:"]"#,
            r#"{"registers":true,"responses":43,"lines":{"count":129,"past":86}}"#,
            r#"{"status":422,"code":"needs_unmet","first":"inspection"}"#,
            r#"{"state":"accepted","inspection_id":true,"response_id":true}"#,
            r#"{"state":"published","on_time":true,"recorded_afterwards":true,"invitation":null,"approval":null}"#,
            "examples/response-document.txt (text): proposed, import ",
            r#"{"state":"accepted","differences":"#,
            r#"{"pointer":"/rows/2/reference","code":"already_exists"}"#,
            r#"{"state":"done","kind":"csv","rows":3,"faults_count":0}"#,
            ",dyfed-powys,Dyfed-Powys,wales",
        ]
    ),
    page!(
        "docs/guides/webhooks.md",
        &[
            r#""side": "policing_body""#,
            r#""state": "delivered""#,
            r#""type": "inspection.registered""#,
            r#"{"type":"inspection.registered","state":"delivered","attempts":1}"#,
            r#""previous_secret_until": "2"#,
            "\n204\n",
        ]
    ),
    page!(
        "docs/guides/retention.md",
        &[
            r#"{"resource":"evidence","#,
            r#""reason":"Invented: no longer needed.","by":"Anwen Approver"}"#,
            r#"{"status":422,"errors":["held"]}"#,
            r#"{"state":"lifted"}"#,
            r#"{"status":422,"errors":["another_person","own_side"]}"#,
            r#"{"state":"confirmed","proposed_by":"Anwen Approver","decided_by":"Charlie Chief"}"#,
            r#""ground": "retention""#,
        ]
    ),
    page!("docs/guides/notifications.md", &["[4,[28,14,7,1]]", r#"["cy","at_once","daily"]"#]),
];

impl Page {
    /// Returns the page's `sh` blocks, one after the other.
    fn commands(&self) -> String {
        let blocks = self.text.split("```sh\n").skip(1);
        blocks.map(|block| block.split_once("```").expect("a block ends with a fence").0).collect()
    }
}

fn is_installed(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
    found.is_ok_and(|found| found.status.success())
}

/// Returns an address of this machine that nobody listens on.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").to_string()
}

/// Makes a folder with what the pages use in the repository's root. A program in its `target` would be found by none of
/// them: `dev` prints where the program is.
fn link_repository(folder: &Path) -> PathBuf {
    let root = folder.join("repository");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    std::fs::create_dir(&root).expect("a folder");
    std::os::unix::fs::symlink(examples, root.join("examples")).expect("a link");
    root
}

/// Returns the names in a folder.
fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Runs a page's commands in a folder and checks what they print.
fn run(page: &Page, dev: &Dev, folder: &Path) {
    let commands = page.commands().replace("127.0.0.1:9055", &free_address());
    assert!(!commands.is_empty(), "{} has no sh blocks", page.path);
    // A command that fails ends the page. No `pipefail`: `head` may close a pipe early.
    let prelude = "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT";
    let script = format!("{prelude}\n{}\n{commands}", dev.exports);
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir(folder).stdin(Stdio::null());
    command.env("RECEIVE", free_address());
    command.env_remove("DATABASE_URL").env_remove("DATABASE_URL_FILE");
    let output = command.output().expect("bash runs");
    let printed = format!("\n{}", String::from_utf8_lossy(&output.stdout));
    let everything = format!("{printed}\n-- standard error:\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {}{everything}", page.path, output.status);
    for expected in page.expected {
        assert!(printed.contains(expected), "{}: {expected} was not printed:{everything}", page.path);
    }
}

#[test]
fn the_commands_of_the_documentation_print_what_the_pages_show() {
    let needed = ["bash", "curl", "jq", "openssl"];
    let missing: Vec<&str> = needed.into_iter().filter(|program| !is_installed(program)).collect();
    if !missing.is_empty() {
        eprintln!("not run, because this machine lacks: {}", missing.join(", "));
        return;
    }
    let folder = Folder::new();
    let data_dir = folder.path().join("dev");
    let root = link_repository(folder.path());
    let before = (names_in(&root), names_in(&root.join("examples")));
    let dev = Dev::start(&data_dir, &[]);
    // Clients see the limits that they must heed in production.
    let sent = Command::new("curl").args(["-si", &format!("{}/v1", dev.base)]).output().expect("curl runs");
    let sent = String::from_utf8_lossy(&sent.stdout).to_lowercase();
    assert!(sent.contains("\nratelimit: ") && sent.contains("\nratelimit-policy: "), "{sent}");
    for page in PAGES {
        run(page, &dev, &root);
        let after = (names_in(&root), names_in(&root.join("examples")));
        assert_eq!(after, before, "{} leaves files in the checkout", page.path);
    }
}

#[test]
fn every_guide_is_among_the_pages_whose_commands_run() {
    let guides = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides")).expect("the guides");
    let names = guides.map(|guide| guide.expect("a guide").file_name().to_string_lossy().into_owned());
    let found: BTreeSet<String> = names.map(|name| format!("docs/guides/{name}")).collect();
    let paths = PAGES.iter().map(|page| page.path.to_owned());
    let listed: BTreeSet<String> = paths.filter(|path| path.starts_with("docs/guides/")).collect();
    assert_eq!(found, listed);
}
