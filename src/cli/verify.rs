//! `section55 verify`: checks a bundle of the audit log without a network and without a database.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;

use super::{BoxedError, say};
use crate::ledger::{VerificationReport, Verifier, VerifyingKey};

/// Checks a bundle and prints the result. With `after`, checks that the bundle continues this earlier one.
pub fn verify(bundle: &Path, key: Option<&str>, after: Option<&Path>) -> Result<ExitCode, BoxedError> {
    let trusted_key = key.map(VerifyingKey::parse).transpose()?;
    let mut verifier = Verifier::new(trusted_key.clone());
    if let Some(earlier) = after {
        let Some(earlier) = check(earlier, Verifier::new(trusted_key))? else { return Ok(ExitCode::FAILURE) };
        verifier = verifier.with_earlier_head(earlier.size, earlier.root);
    }
    let Some(report) = check(bundle, verifier)? else { return Ok(ExitCode::FAILURE) };
    let VerificationReport { log, range, size, events, withheld, payloads, checkpoint, .. } = &report;
    say(format_args!("{}: verified", bundle.display()));
    say(format_args!("  log         {log}, positions {} to {} of {size}", range.0, range.1));
    say(format_args!(
        "  events      {events} shown, {withheld} withheld; {payloads} payloads and notes match their commitments"
    ));
    say(format_args!("  checkpoint  {} of size {}, root {}", checkpoint.origin, checkpoint.size, checkpoint.root));
    say(format_args!("  key         {}", report.key));
    if key.is_none() {
        say("              taken from the bundle: compare it with the key that the operator gave you, or use --key");
    }
    if report.erased > 0 {
        say(format_args!(
            "  erased      text of {} events; later events of the log record the erasures",
            report.erased
        ));
    }
    if !report.not_shown.is_empty() {
        let (count, first) = (report.not_shown.len(), &report.not_shown[0]);
        say(format_args!(
            "  NOT SHOWN   text of {count} events, and no event records its erasure; the first is {first}"
        ));
    }
    for event in &report.changed_outside_log {
        say(format_args!("  CHANGED     the record of event {event} was changed outside the log before that event"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks one file. Prints why it was refused and returns none, or returns the report.
fn check(path: &Path, mut verifier: Verifier) -> Result<Option<VerificationReport>, BoxedError> {
    let file = File::open(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let mut checked = Ok(());
    for line in BufReader::new(file).split(b'\n') {
        let line = line?;
        // A line that is not UTF-8 becomes a line that is not JSON, which the verifier refuses.
        checked = verifier.verify_line(&String::from_utf8_lossy(&line));
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
