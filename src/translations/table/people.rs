//! Labels of the roles of people, and of their remarks.

use super::Labels;

#[rustfmt::skip]
pub(super) const LABELS: Labels = &[
    ("OfficeRole", &[
        ("opcc",          "Policy officer of the policing body", "Swyddog polisi'r corff plismona"),
        ("opcc_approver", "Approver of the policing body",       "Cymeradwywr y corff plismona"),
        ("constabulary",  "Force liaison or action owner",       "Swyddog cyswllt yr heddlu neu berchennog y camau"),
        ("chief_officer", "Chief officer",                       "Prif swyddog"),
        ("auditor",       "Auditor",                             "Archwilydd"),
        ("registrar",     "Registrar",                           "Cofrestrydd"),
    ]),
    ("PeopleRole", &[
        ("opcc",          "Policy officer of the policing body", "Swyddog polisi'r corff plismona"),
        ("opcc_approver", "Approver of the policing body",       "Cymeradwywr y corff plismona"),
        ("constabulary",  "Force liaison or action owner",       "Swyddog cyswllt yr heddlu neu berchennog y camau"),
        ("chief_officer", "Chief officer",                       "Prif swyddog"),
    ]),
    ("RemarkAction", &[
        ("resolve", "Resolve", "Datrys"),
        ("reopen",  "Reopen",  "Ailagor"),
    ]),
    ("RemarkState", &[
        ("open",     "Open",     "Ar agor"),
        ("resolved", "Resolved", "Wedi'i ddatrys"),
    ]),
];
