//! The README's quick starts, as they stand there, against `section55 dev` as a reader would start it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const README: &str = include_str!("../../README.md");

/// The shell blocks below a heading, until the next of its level.
fn blocks(heading: &str) -> Vec<&'static str> {
    let chapter = README.split_once(heading).unwrap_or_else(|| panic!("no {heading}")).1;
    let chapter = chapter.split_once("\n## ").map_or(chapter, |(chapter, _)| chapter);
    let blocks: Vec<&str> =
        chapter.split("```sh\n").skip(1).map(|block| block.split_once("```").expect("an end").0).collect();
    assert!(!blocks.is_empty(), "{heading} has no commands");
    blocks
}

/// `section55 dev`, told to stop with the test.
struct Dev(Child);

impl Dev {
    /// Starts it with the demo data; gives where it is and the lines that set its tokens.
    fn start(folder: &std::path::Path) -> (Self, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_section55"));
        command.args(["dev", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder.join("dev"));
        let mut dev = Self(command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("a process"));
        let lines = BufReader::new(dev.0.stdout.take().expect("its output")).lines();
        let said: Vec<String> =
            lines.map(|line| line.expect("a line")).take_while(|line| !line.starts_with("Ctrl-C")).collect();
        let base = said.iter().find_map(|line| line.strip_prefix("Ready: ")?.split("/v1").next());
        let base = base.unwrap_or_else(|| panic!("not ready: {said:?}")).to_owned();
        let tokens: Vec<&str> = said.iter().filter(|line| line.starts_with("export ")).map(String::as_str).collect();
        (dev, base, tokens.join("\n"))
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if let Ok(id) = i32::try_from(self.0.id()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
        let _ = self.0.wait();
    }
}

fn has(program: &str) -> bool {
    Command::new("sh").args(["-c", &format!("command -v {program}")]).output().is_ok_and(|found| found.status.success())
}

#[test]
fn the_quick_starts_do_what_they_say() {
    let missing: Vec<&str> = ["bash", "curl", "jq", "openssl"].into_iter().filter(|program| !has(program)).collect();
    if !missing.is_empty() {
        eprintln!("not run: this machine has no {}", missing.join(", no "));
        return;
    }
    let folder = crate::support::Folder::new();
    let (_dev, base, tokens) = Dev::start(folder.path());
    let receive = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    // In a folder with what the README finds in its own, so that its paths hold as they are written.
    let stands = |at: &str, what: &str| {
        let link = folder.path().join(at);
        std::fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
        std::os::unix::fs::symlink(what, link).expect("a link");
    };
    stands("target/release/section55", env!("CARGO_BIN_EXE_section55"));
    stands("examples", concat!(env!("CARGO_MANIFEST_DIR"), "/examples"));
    let here = blocks("## Quick starts").concat().replace("http://127.0.0.1:8055", &base);
    // Whatever fails ends it, in a pipe too; `head` may leave before all was said.
    let script = format!("set -eu\ncd {}\n{tokens}\n{here}", folder.path().display());
    let mut command = Command::new("bash");
    command.args(["-c", &script]).env("RECEIVE", receive.to_string());
    let output = command.stdin(Stdio::null()).output().expect("bash");
    let mut said = String::new();
    output.stdout.as_slice().read_to_string(&mut said).expect("a text");
    let all = format!("{said}\n--\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{all}");
    for expected in [
        "\ntrue\nrecommendation.added /v1/recommendations/",
        "Section 55: ",
        "\"recommendations\": 2",
        "\"policing_body_comments\": \"Invented: we welcome the report.\"",
        "\n412\n",
        "\"state\": \"in_approval\"",
        "\"response_due\"",
        "\"on_time\":",
        "\"Olive Officer\",\"invite\"",
        "{\"state\":\"complete\",\"version\":",
        "cumbria.jsonl: verified",
    ] {
        assert!(said.contains(expected) || format!("\n{said}").contains(expected), "{expected} is not in {all}");
    }
}
