//! Whether the needs of a move are met: of the item alone, or of the item and what is asked.

use super::moves::EvidenceMove;
use super::store::Item;
use super::workflow::Need;
use crate::api::Fault;
use crate::auth::Actor;
use crate::files::Scan;
use crate::vocabulary::WireName;

/// What is lacking for a need: of the item alone, or, with what is `asked`, of both.
pub fn unmet(need: Need, item: &Item, actor: &Actor, asked: Option<&EvidenceMove>) -> Vec<Fault> {
    let lacks = |pointer: &str, detail: &str| vec![Fault::record(pointer, need.as_str(), detail)];
    let newest = item.files.last();
    match need {
        Need::File if newest.is_none() => lacks("/files", "There is no file yet."),
        Need::NewVersion if item.reviews.last().map(|review| review.file_version) >= newest.map(|f| f.version) => {
            lacks("/files", "The newest version of the file was reviewed already; upload a newer one.")
        }
        Need::NewestVersion => match asked.and_then(EvidenceMove::review) {
            Some((_, _, Some(named))) if newest.is_none_or(|file| file.version != named) => {
                let detail = format!("A review is of the newest version, {}.", newest.map_or(0, |file| file.version));
                vec![Fault::body("/file_version", need.as_str(), detail)]
            }
            _ => vec![],
        },
        Need::Scanned if newest.is_some_and(|file| matches!(file.scan, Scan::Pending | Scan::Infected)) => {
            lacks("/files", "The scan of the newest version has not ended well yet.")
        }
        Need::AnotherPerson if is_maker(item, actor) => {
            lacks("/author", "Whoever made an item of evidence does not review it.")
        }
        Need::File | Need::NewVersion | Need::Scanned | Need::AnotherPerson | Need::Note | Need::Reason => vec![],
    }
}

/// Whether the actor added the item, or sent a version of its file.
fn is_maker(item: &Item, actor: &Actor) -> bool {
    actor.is_person(&item.record.author_issuer, &item.record.author_subject)
        || item.files.iter().any(|file| actor.is_person(&file.issuer, &file.subject))
}
