//! The verifier in another language, written from the documentation of the format alone, agrees with ours.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::bundles::{export, verify, world};

fn python(arguments: &[&str]) -> Option<(bool, String)> {
    let output = Command::new("python3").args(arguments).output().ok()?;
    Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verifier_in_another_language_agrees() {
    let has = |package| python(&["-c", &format!("import {package}")]).is_some_and(|(found, _)| found);
    if !has("cryptography") && !has("nacl") {
        eprintln!("skipped: there is no python3 with cryptography or PyNaCl");
        return;
    }
    let app = world().await;
    let bundle = export(&app, "cumbria", "").await;
    let folder = std::env::temp_dir().join(format!("section55-bundle-{}", uuid::Uuid::now_v7()));
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("bundle.jsonl");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verifier/verify_bundle.py");
    let key = crate::support::audit::key().public().to_string();
    let run = |text: &str| {
        fs::write(&path, text).expect("a file");
        python(&[script, path.to_str().expect("a path"), &key]).expect("python3 ran")
    };
    let (agrees, said) = run(&bundle);
    assert!(agrees, "{said}");
    let events = verify(&bundle).expect("a bundle as it should be").events;
    assert!(said.contains(&format!("{events} events shown")), "{said}");
    let all: Vec<&str> = bundle.lines().collect();
    for at in 0..all.len() {
        let mut bent = all[at].to_owned().into_bytes();
        // A byte of what is proved; in the first line, of the key.
        let byte = all[at].find("\"key\":\"").map_or(bent.len() / 2, |from| from + 30);
        bent[byte] ^= 1;
        let Ok(bent) = String::from_utf8(bent) else { continue };
        let mut tampered = all.clone();
        tampered[at] = &bent;
        let text = tampered.join("\n");
        let ours = verify(&text).expect_err("tampered with");
        let (agrees, said) = run(&text);
        assert!(!agrees, "{said}: {ours}");
        if let Some(event) = ours.event.as_ref().filter(|_| serde_json::from_str::<Value>(&bent).is_ok()) {
            assert!(said.contains(event.as_str()) || event.starts_with("at place"), "{said}: {ours}");
        }
    }
    assert!(!run(&all[..all.len() - 1].join("\n")).0, "a missing last line");
    fs::remove_dir_all(&folder).expect("no folder");
}
