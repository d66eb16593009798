//! Runs the shell blocks of the README, the tutorial and the guides against `section55 dev`, as a reader would run them.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

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
            "target/cumbria.jsonl: verified",
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
            r#"{"pointer":"/kind","code":"unknown_value"}"#,
            r#""text": "misconduct""#,
            r#""response_due""#,
            "BEGIN:VCALENDAR",
            r#""area":"cumbria","year":2021,"on_time":1,"late":0,"overdue":null"#,
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
            "target/cumbria.jsonl: verified",
            "exit status 1",
            "target/later.jsonl: verified",
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
];

impl Page {
    /// Returns the page's `sh` blocks, one after the other.
    fn commands(&self) -> String {
        let blocks = self.text.split("```sh\n").skip(1);
        blocks.map(|block| block.split_once("```").expect("a block ends with a fence").0).collect()
    }
}

/// A running `section55 dev` with demo data. Stops with the test.
struct Dev {
    process: Child,
    base: String,
    /// The six `export` lines that it printed.
    tokens: String,
}

impl Dev {
    fn start(data_dir: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_section55"));
        command.args(["dev", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data_dir);
        let process = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("dev starts");
        let mut dev = Self { process, base: String::new(), tokens: String::new() };
        let mut printed = BufReader::new(dev.process.stdout.take().expect("dev's output")).lines();
        while dev.tokens.lines().count() < 6 {
            let line = printed.next().expect("dev prints six tokens").expect("dev prints UTF-8");
            if line.starts_with("export ") {
                dev.tokens.push_str(&line);
                dev.tokens.push('\n');
            } else if let Some(base) = line.split_whitespace().find_map(|word| word.strip_suffix("/v1")) {
                base.clone_into(&mut dev.base);
            }
        }
        assert!(dev.base.starts_with("http://127.0.0.1:"), "dev did not print its address");
        dev
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if let Ok(id) = i32::try_from(self.process.id()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
        let _ = self.process.wait();
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

/// Makes a folder with what the pages use in the repository's root.
fn link_repository(folder: &Path) {
    let program = Path::new(env!("CARGO_BIN_EXE_section55"));
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    std::fs::create_dir_all(folder.join("target/debug")).expect("a folder");
    std::os::unix::fs::symlink(program, folder.join("target/debug/section55")).expect("a link");
    std::os::unix::fs::symlink(examples, folder.join("examples")).expect("a link");
}

/// Runs a page's commands in a folder and checks what they print.
fn run(page: &Page, dev: &Dev, folder: &Path, data_dir: &Path) {
    let commands = page.commands().replace("http://127.0.0.1:8055", &dev.base);
    let commands = commands.replace("127.0.0.1:9055", &free_address());
    assert!(!commands.is_empty(), "{} has no sh blocks", page.path);
    // A command that fails ends the page. No `pipefail`: `head` may close a pipe early.
    let prelude = "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT";
    let script = format!("{prelude}\n{}\n{commands}", dev.tokens);
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir(folder).stdin(Stdio::null());
    command.env("SECTION55_DATA_DIR", data_dir).env("RECEIVE", free_address());
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
    let folder = crate::support::Folder::new();
    let data_dir = folder.path().join("dev");
    link_repository(folder.path());
    let dev = Dev::start(&data_dir);
    for page in PAGES {
        run(page, &dev, folder.path(), &data_dir);
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
