//! The command line, as a person uses it in a terminal.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::Folder;
use crate::support::dev_process::Dev;

/// Runs a command of the program in a folder.
fn section55(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_section55"));
    for variable in ["DATABASE_URL", "DATABASE_URL_FILE", "SECTION55_DATA_DIR"] {
        command.env_remove(variable);
    }
    command.args(arguments).current_dir(folder).output().expect("the program runs")
}

/// Returns what a command that fails prints on standard error.
fn failure(folder: &Path, arguments: &[&str]) -> String {
    let output = section55(folder, arguments);
    assert!(!output.status.success(), "{arguments:?} did not fail");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn a_token_needs_a_folder_that_dev_has_prepared() {
    let folder = Folder::new();
    let arguments = ["token", "--role", "opcc", "--area", "kent", "--subject", "ann", "--data-dir", "none"];
    let message = failure(folder.path(), &arguments);
    assert!(message.contains("run section55 dev"), "{message}");
    assert!(!folder.path().join("none").exists(), "nothing was created");
}

#[test]
fn a_port_in_use_is_refused_with_a_free_one() {
    let folder = Folder::new();
    let used = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = used.local_addr().expect("an address").port().to_string();
    let address = format!("localhost:{port}");
    for arguments in
        [vec!["receive", "--port", &port], vec!["receive", "--listen", &address], vec!["dev", "--port", &port]]
    {
        let message = failure(folder.path(), &arguments);
        assert!(message.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{message}");
        assert!(message.contains("is free: --port "), "{message}");
    }
}

#[test]
fn the_generated_files_are_checked_only_where_they_are() {
    let folder = Folder::new();
    let message = failure(folder.path(), &["openapi", "--check"]);
    assert!(message.contains("checkout") && message.contains("--dir"), "{message}");
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let folder = Folder::new();
    let printed = section55(folder.path(), &["completions", "bash"]);
    let completions = String::from_utf8(printed.stdout).expect("UTF-8");
    assert!(section55(folder.path(), &["man"]).status.success());
    let commands = section55::cli::command();
    for command in commands.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        assert!(completions.contains(name), "{name}");
        let page = fs::read_to_string(folder.path().join(format!("section55-{name}.1"))).expect("a page");
        assert!(page.contains(".SH NAME"), "{name}: {page}");
    }
    assert!(folder.path().join("section55.1").exists());
}

#[test]
fn each_command_has_an_example_in_its_help() {
    for command in section55::cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let help = command.clone().render_long_help().to_string();
        assert!(help.contains(&format!("Example: section55 {}", command.get_name())), "{help}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dev_takes_tokens_from_pages_of_this_machine() {
    let folder = Folder::new();
    let arguments = ["--no-demo", "--cors-origins", "https://app.example", "--clock", "2031-03-01"];
    let dev = Dev::start(&folder.path().join("dev"), &arguments);
    let client = Client::new();
    let url = format!("{}/v1/me", dev.base);
    for (origin, may) in [
        ("http://localhost:5173", true),
        ("http://127.0.0.1:3000", true),
        ("https://app.example", true),
        ("https://other.example", false),
        ("http://localhost.other.example", false),
    ] {
        let preflight = client.request(Method::OPTIONS, &url).header("origin", origin);
        let preflight = preflight.header("access-control-request-method", "GET");
        let preflight = preflight.header("access-control-request-headers", "authorization").send().await;
        let allowed = preflight.expect("an answer").headers()["access-control-allow-headers"].clone();
        let allowed = allowed.to_str().expect("text").to_ascii_lowercase();
        assert_eq!(allowed.contains("authorization"), may, "{origin}: {allowed}");
    }
    // The tokens are of the day that the service takes for today.
    let me = client.get(&url).bearer_auth(dev.exported("OPCC")).send().await.expect("an answer");
    assert_eq!(me.status(), 200);
    let registration = registration("CLOCK-1", "2031-03-01");
    let registered = client.post(format!("{}/v1/inspections", dev.base)).bearer_auth(dev.exported("OPCC"));
    let registered = registered
        .header("content-type", "application/json")
        .body(registration.to_string())
        .send()
        .await
        .expect("an answer");
    let status = registered.status();
    let body: Value = serde_json::from_slice(&registered.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(status, 201, "a report of that day is of today: {body}");
    assert!(body["created_at"].as_str().is_some_and(|at| at.starts_with("2031-03-01")), "{body}");
    assert!(dev.exported("AUDIT_KEY").starts_with("localhost/section55+"));
    let program = Path::new(dev.exported("section55"));
    let token = |day: &str| {
        let data_dir = dev.exported("SECTION55_DATA_DIR").to_owned();
        let arguments =
            ["--role", "opcc", "--area", "kent", "--subject", "ann", "--clock", day, "--data-dir", &data_dir];
        let printed = Command::new(program).arg("token").args(arguments).output().expect("the program runs");
        String::from_utf8(printed.stdout).expect("UTF-8").trim().to_owned()
    };
    for (day, status) in [("2031-03-01", 200), ("2030-03-01", 401)] {
        let me = client.get(&url).bearer_auth(token(day)).send().await.expect("an answer");
        assert_eq!(me.status(), status, "{day}");
    }
}

#[test]
fn two_dev_on_a_fresh_folder_wait_for_one_another_and_ctrl_c_says_stopping() {
    let folder = Folder::new();
    let data_dir = folder.path().join("dev");
    let mut both = [Dev::begin(&data_dir, &[]), Dev::begin(&data_dir, &[])];
    both.iter_mut().for_each(Dev::wait_until_ready);
    let has = |text: &str| both.iter().filter(|dev| dev.lines.iter().any(|line| line.contains(text))).count();
    assert_eq!([has("loaded the demo data"), has("already there"), has("waiting for another process")], [1, 1, 1]);
    // The one that attached ends first, because PostgreSQL ends with the one that started it.
    both.sort_by_key(|dev| dev.lines.iter().any(|line| line.contains("starting PostgreSQL")));
    for dev in &mut both {
        dev.interrupt();
        let said = std::iter::from_fn(|| dev.read_line()).find(|line| line == "stopping");
        assert!(said.is_some(), "{:#?}", dev.lines);
        assert!(dev.wait().success());
    }
}

#[test]
fn a_dev_that_waits_for_another_can_be_stopped() {
    let folder = Folder::new();
    let preparing = File::create(folder.path().join("preparing.lock")).expect("a file");
    preparing.lock().expect("the lock");
    let mut dev = Dev::begin(folder.path(), &["--no-demo"]);
    let waits = std::iter::from_fn(|| dev.read_line()).any(|line| line.contains("waiting for another process"));
    assert!(waits, "{:#?}", dev.lines);
    dev.interrupt();
    assert!(dev.wait().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_a_file_is_refused_is_told_in_sentences() {
    let folder = Folder::new();
    let data_dir = folder.path().join("dev");
    let dev = Dev::start(&data_dir, &["--no-demo"]);
    let registered = Client::new().post(format!("{}/v1/inspections", dev.base)).bearer_auth(dev.exported("OPCC"));
    let registered = registered.header("content-type", "application/json");
    let registered = registered.body(registration("ROWS-1", "2025-01-10").to_string()).send().await.expect("an answer");
    let location = registered.headers()["location"].to_str().expect("text").to_owned();
    let draft = location.rsplit('/').next().expect("an id");
    let data_dir = data_dir.to_str().expect("UTF-8");
    let rows = "reference,text\nU-1,\"Invented: one\"x\n,Invented: two\n";
    fs::write(folder.path().join("rows.csv"), rows).expect("a file");
    let import = ["import", "--area", "cumbria", "--data-dir", data_dir, "--inspection-id", draft, "rows.csv"];
    let message = failure(folder.path(), &import);
    assert!(message.contains("section55: rows.csv is refused: "), "{message}");
    for line in ["Line 2: ", "Line 3: "] {
        assert!(message.contains(line), "{message}");
    }
    assert!(!message.contains('{'), "{message}");
    let as_json = failure(folder.path(), &[&import[..], &["--json"]].concat());
    let problem: Value = serde_json::from_str(&as_json[as_json.find('{').expect("JSON")..]).expect("JSON");
    assert_eq!(problem["status"], 422, "{problem}");
}

/// Returns the registration of an invented inspection of Cumbria.
fn registration(reference: &str, published_on: &str) -> Value {
    json!({
        "reference": reference, "title": "Invented", "kind": "force_specific", "published_on": published_on,
        "scope": "force",
    })
}
