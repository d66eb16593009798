//! The Python verifier, which was written from the format's documentation alone, agrees with the Rust verifier.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::bundles::{app_with_logged_responses, export, verify};

/// Runs python3, and returns whether it succeeded and what it printed. Returns `None` if there is no python3.
fn python(arguments: &[&str]) -> Option<(bool, String)> {
    let output = Command::new("python3").args(arguments).output().ok()?;
    Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_verifier_accepts_and_refuses_the_same_bundles() {
    let has = |package| python(&["-c", &format!("import {package}")]).is_some_and(|(found, _)| found);
    if !has("cryptography") && !has("nacl") {
        eprintln!("skipped: this test needs python3 with cryptography or PyNaCl");
        return;
    }
    let app = app_with_logged_responses().await;
    let bundle = export(&app, "cumbria", "").await;
    let folder = std::env::temp_dir().join(format!("section55-bundle-{}", uuid::Uuid::now_v7()));
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("bundle.jsonl");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verifier/verify_bundle.py");
    let key = crate::support::audit::key().public().to_string();
    let run = |text: &str| {
        fs::write(&path, text).expect("a file");
        python(&[script, path.to_str().expect("a path"), &key]).expect("python3 runs")
    };
    let (accepted, output) = run(&bundle);
    assert!(accepted, "{output}");
    let events = verify(&bundle).expect("a valid bundle").events;
    assert!(output.contains(&format!("{events} events shown")), "{output}");
    let lines: Vec<&str> = bundle.lines().collect();
    for at in 0..lines.len() {
        let mut altered = lines[at].to_owned().into_bytes();
        // Change a byte in the middle of the line. In the first line, change the key: some members are not verified.
        let byte = lines[at].find("\"key\":\"").map_or(altered.len() / 2, |from| from + 30);
        altered[byte] ^= 1;
        let Ok(altered) = String::from_utf8(altered) else { continue };
        let mut tampered = lines.clone();
        tampered[at] = &altered;
        let text = tampered.join("\n");
        let refusal = verify(&text).expect_err("an altered line");
        let (accepted, output) = run(&text);
        assert!(!accepted, "{output}: {refusal}");
        if let Some(event) = refusal.event.as_ref().filter(|_| serde_json::from_str::<Value>(&altered).is_ok()) {
            assert!(output.contains(event.as_str()) || event.starts_with("at position"), "{output}: {refusal}");
        }
    }
    assert!(!run(&lines[..lines.len() - 1].join("\n")).0, "a missing last line");
    fs::remove_dir_all(&folder).expect("no folder");
}
