//! The words for positions in English and Welsh, as normalized words.

use super::status::ForceWord::{self, NotStarted, Status};
use crate::assignments::ForceStatus as Force;
use crate::assignments::positions::{BodyView, InspectorateStatus};

/// The words for the force's status. Words that are the status's own name are not inferred.
#[rustfmt::skip]
pub(super) const FORCE: &[(ForceWord, &[&str])] = &[
    (Status(Force::ForceComplete), &[
        "complete", "completed", "closed", "done", "implemented", "fully implemented", "force complete", "fully complete",
        "achieved", "delivered", "discharged", "finished", "action complete", "actions complete", "action completed",
        "recommendation complete", "complete closed", "closed complete", "closed completed", "completed closed", "signed off",
        "force signed off", "closed by force", "met", "fully met", "finalised", "c", "wedii gwblhau", "wedi ei gwblhau",
        "cwblhawyd", "cyflawnwyd", "wedii gyflawni", "wedi cau", "ar gau", "wedii gau", "cwblhau",
    ]),
    (Status(Force::InProgress), &[
        "in progress", "inprogress", "on track", "ongoing", "on going", "started", "underway", "under way", "open", "open in progress",
        "progressing", "work in progress", "work ongoing", "work underway", "being progressed", "in delivery", "in train", "live",
        "active", "commenced", "partially complete", "partially completed", "part complete", "partly complete",
        "partially implemented", "partly implemented", "nearly complete", "not complete", "not completed", "incomplete",
        "open on track", "in progress on track", "ar y gweill", "yn mynd rhagddo", "yn mynd rhagddi", "parhaus", "ar waith",
        "wedi dechrau", "agored",
    ]),
    (NotStarted, &[
        "not started", "not yet started", "yet to start", "not commenced", "to be started", "not begun", "to do", "new", "pending",
        "planned", "scheduled", "open not started", "heb ddechrau", "heb gychwyn", "newydd",
    ]),
    (Status(Force::Allocated), &["allocated", "assigned", "owner allocated", "owner assigned", "wedii ddyrannu"]),
    (Status(Force::AwaitingAllocation), &[
        "awaiting allocation", "unallocated", "not allocated", "to be allocated", "unassigned", "awaiting owner", "no owner",
        "allocation pending", "aros am ddyrannu",
    ]),
    (Status(Force::Embedding), &["embedding", "being embedded", "in embedding", "business as usual", "bau", "transition to bau", "moved to bau", "yn ymsefydlu"]),
    (Status(Force::AwaitingSignOff), &[
        "awaiting sign off", "awaiting signoff", "pending sign off", "for sign off", "submitted for sign off", "ready for sign off",
        "awaiting closure", "pending closure", "proposed for closure", "recommended for closure", "submitted for closure",
        "complete awaiting sign off", "completed awaiting sign off", "complete pending sign off", "closure requested",
        "ready for closure", "awaiting approval", "aros am gymeradwyaeth",
    ]),
    (Status(Force::DependentOnOther), &[
        "dependent on other", "dependent on others", "dependent on another body", "dependent on partner", "dependent on partners",
        "awaiting national", "awaiting national guidance", "awaiting partner", "awaiting others", "national action",
        "with partner", "aros am eraill",
    ]),
    (Status(Force::WillNotImplement), &[
        "will not implement", "not accepted", "rejected", "declined", "not agreed", "wont implement", "not implementing",
        "not being progressed", "not to be implemented", "no action", "no action required", "gwrthodwyd", "heb ei dderbyn",
    ]),
    (Status(Force::NotApplicable), &["not applicable", "na", "n a", "not relevant", "not for force", "not for this force", "amherthnasol", "ddim yn berthnasol"]),
    (Status(Force::Superseded), &["superseded", "replaced", "superceded", "closed superseded", "merged", "subsumed", "wedii ddisodli", "disodlwyd"]),
];

/// The words for the policing body's view.
#[rustfmt::skip]
pub(super) const BODY: &[(BodyView, &[&str])] = &[
    (BodyView::Assured, &["assured", "fully assured", "sicr", "wedi cael sicrwydd"]),
    (BodyView::PartiallyAssured, &["partially assured", "partly assured", "part assured", "partial", "partial assurance", "sicrwydd rhannol"]),
    (BodyView::NotAssured, &["not assured", "not yet assured", "unassured", "no assurance", "dim sicrwydd"]),
    (BodyView::None, &["none", "no view", "not stated", "not yet reviewed", "tbc"]),
];

/// The words for the inspectorate's decision, in a column that names the inspectorate.
#[rustfmt::skip]
pub(super) const INSPECTORATE: &[(InspectorateStatus, &[&str])] = &[
    (InspectorateStatus::Open, &["open", "remains open", "still open", "not closed", "not yet closed", "agored"]),
    (InspectorateStatus::Closed, &["closed", "closed by hmicfrs", "hmicfrs closed", "complete", "completed", "signed off", "discharged", "ar gau", "wedii gau", "wedi cau"]),
    (InspectorateStatus::ClosedVerified, &["closed verified", "verified closed", "verified", "closed and verified", "closed following verification", "wedii wirio"]),
    (InspectorateStatus::Reopened, &["reopened", "re opened", "ailagorwyd"]),
];

/// Colours. A colour is never a status.
#[rustfmt::skip]
pub(super) const COLOURS: [&str; 27] = [
    "red", "amber", "green", "blue", "yellow", "grey", "gray", "black", "white", "purple", "orange", "rag", "brag", "coch", "ambr",
    "gwyrdd", "glas", "melyn", "llwyd", "dark", "light", "r", "a", "g", "b", "rated", "ag",
];

/// Words that turn the meaning of the words beside them.
#[rustfmt::skip]
pub(super) const TURNS: [&str; 17] = [
    "not", "partially", "partly", "part", "nearly", "almost", "until", "awaiting", "pending", "subject", "but", "except", "however",
    "reopened", "incomplete", "when", "heb",
];
