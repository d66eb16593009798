//! Checks whether an item of evidence, or a requested transition of it, meets the needs of an action.

use super::Need;
use crate::api::Fault;
use crate::auth::Actor;
use crate::evidence::model::EvidenceRecord;
use crate::evidence::requests::EvidenceTransition;
use crate::files::ScanStatus;
use crate::vocabulary::WireName;

/// Returns a fault for each way in which a need is not met.
///
/// Without a request, checks the record alone, so that a caller learns in advance what blocks an action.
pub fn unmet(need: Need, record: &EvidenceRecord, actor: &Actor, request: Option<&EvidenceTransition>) -> Vec<Fault> {
    let fault = |pointer: &str, detail: String| vec![Fault::record(pointer, need.as_str(), detail)];
    let newest = record.files.last();
    match (need, newest) {
        (Need::File, None) => fault("/files", "The item has no file. Upload a file first.".to_owned()),
        (Need::NewVersion, _)
            if record.reviews.last().map(|review| review.file_version) >= newest.map(|file| file.version) =>
        {
            let version = newest.map_or(0, |file| file.version);
            let detail = format!("Version {version} of the file was already reviewed. Upload a new version first.");
            fault("/files", detail)
        }
        (Need::NewestVersion, _) => match request.and_then(EvidenceTransition::review) {
            Some((_, _, Some(stated))) if newest.is_none_or(|file| file.version != stated) => {
                let version = newest.map_or(0, |file| file.version);
                let detail = format!(
                    "file_version is {stated}, but the newest version of the file is {version}. Review that version."
                );
                vec![Fault::body("/file_version", need.as_str(), detail)]
            }
            _ => vec![],
        },
        (Need::Scanned, Some(file)) if file.scan == ScanStatus::Pending => {
            let detail =
                format!("Version {} of the file has not been scanned for malware yet. Try again later.", file.version);
            fault("/files", detail)
        }
        (Need::Scanned, Some(file)) if file.scan == ScanStatus::Infected => {
            let detail = format!(
                "The scan found malware in version {} of the file. Reject the item or request changes.",
                file.version
            );
            fault("/files", detail)
        }
        (Need::AnotherPerson, _) if is_author(record, actor) => {
            let detail = "You added this item or uploaded a version of its file, so another person must review it.";
            fault("/author", detail.to_owned())
        }
        (Need::File | Need::NewVersion | Need::Scanned | Need::AnotherPerson | Need::Note | Need::Reason, _) => vec![],
    }
}

/// Returns true if the actor added the item or uploaded a version of its file.
fn is_author(record: &EvidenceRecord, actor: &Actor) -> bool {
    actor.is_same_person(&record.row.author_issuer, &record.row.author_subject)
        || record.files.iter().any(|file| actor.is_same_person(&file.issuer, &file.subject))
}
