//! `section55 verify`: a bundle of the audit log checked on this machine alone, without a network and without a database.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;

use super::{Fault, say};
use crate::ledger::{Verified, Verifier, VerifyingKey};

/// Checks a bundle, and, where one is given, that it goes on from an earlier one; says what was found.
pub fn verify(bundle: &Path, key: Option<&str>, after: Option<&Path>) -> Result<ExitCode, Fault> {
    let trusted = key.map(VerifyingKey::read).transpose()?;
    let mut verifier = Verifier::new(trusted.clone());
    if let Some(earlier) = after {
        let Some(earlier) = check(earlier, Verifier::new(trusted))? else { return Ok(ExitCode::FAILURE) };
        verifier = verifier.after(earlier.size, earlier.root);
    }
    let Some(found) = check(bundle, verifier)? else { return Ok(ExitCode::FAILURE) };
    let Verified { log, run, size, events, withheld, payloads, checkpoint, .. } = &found;
    say(format_args!("{}: verified", bundle.display()));
    say(format_args!("  log         {log}, places {} to {} of {size}", run.0, run.1));
    say(format_args!(
        "  events      {events} shown, {withheld} withheld, {payloads} payloads and notes as committed to"
    ));
    say(format_args!("  checkpoint  {} of size {}, root {}", checkpoint.origin, checkpoint.size, checkpoint.root));
    say(format_args!("  key         {}", found.key));
    if key.is_none() {
        say("              named by the bundle itself: compare it with the one you were given, or use --key");
    }
    if found.erased > 0 {
        say(format_args!("  erased      words of {} events, as other events of the log tell", found.erased));
    }
    if !found.not_shown.is_empty() {
        let (count, first) = (found.not_shown.len(), &found.not_shown[0]);
        say(format_args!(
            "  NOT SHOWN   of {count} events what they commit to, though none says it was erased; {first} first"
        ));
    }
    for event in &found.found_changed {
        say(format_args!("  CHANGED     event {event} found its record other than the log had left it"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks one file; none, and why, where it is refused.
fn check(path: &Path, mut verifier: Verifier) -> Result<Option<Verified>, Fault> {
    let file = File::open(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let mut checked = Ok(());
    for line in BufReader::new(file).split(b'\n') {
        let line = line?;
        // What is not UTF-8 is no line of a bundle, and refused as one.
        checked = verifier.line(&String::from_utf8_lossy(&line));
        if checked.is_err() {
            break;
        }
    }
    match checked.and_then(|()| verifier.finish()) {
        Ok(found) => Ok(Some(found)),
        Err(refused) => {
            eprintln!("section55: {}: refused: {refused}", path.display());
            Ok(None)
        }
    }
}
