//! What a broken constraint tells the caller: one row each. A constraint not named here is a fault of ours.

use crate::api::{Fault, Kind, Problem};

/// (constraint, pointer, code, detail); `already_exists` is 409, the rest 422.
#[rustfmt::skip]
const CONSTRAINTS: &[(&str, &str, &str, &str)] = &[
    ("inspections_one_per_reference",  "/reference",       "already_exists",   "An inspection with this source and reference is registered already."),
    ("inspections_follows_up",         "/follows_up",      "unknown_reference", "There is no such inspection."),
    ("inspections_registered_by",      "/registered_by",   "unknown_reference", "There is no such area."),
    ("recommendations_one_per_reference", "/reference",    "already_exists",   "The inspection has a recommendation with this reference already."),
    ("recommendations_one_per_number", "/number",          "already_exists",   "The inspection has a recommendation with this number already."),
    ("recommendations_cause",          "/cause_of_concern_id", "unknown_reference", "There is no such cause of concern in this inspection."),
    ("recommendations_supersedes",     "/supersedes",      "unknown_reference", "There is no such recommendation."),
    ("recommendations_reiterates",     "/reiterates",      "unknown_reference", "There is no such recommendation."),
    ("areas_successor",                "/successor",       "unknown_reference", "There is no such area."),
    ("disposals_one_at_a_time",        "/resource_id",     "already_exists",   "Its disposal is proposed, or confirmed, already."),
];

/// The problem a constraint stands for.
pub fn problem(constraint: &str) -> Option<Problem> {
    let (_, pointer, code, detail) = CONSTRAINTS.iter().find(|(name, ..)| *name == constraint)?;
    let faults = vec![Fault::body(*pointer, code, *detail)];
    Some(Problem::with_faults(if *code == "already_exists" { Kind::AlreadyExists } else { Kind::Invalid }, faults))
}
