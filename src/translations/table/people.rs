//! Labels of the roles of people, of their remarks and of their tasks.

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
    ("TaskKind", &[
        ("invite_comments",           "Invite comments",                     "Gwahodd sylwadau"),
        ("comment",                   "Comment",                             "Rhoi sylwadau"),
        ("proceed_without_comments",  "Proceed without comments",            "Parhau heb sylwadau"),
        ("explain_response",          "Write the response",                  "Ysgrifennu'r ymateb"),
        ("submit_response",           "Submit the response",                 "Cyflwyno'r ymateb"),
        ("approve_response",          "Approve the response",                "Cymeradwyo'r ymateb"),
        ("publish_response",          "Publish the response",                "Cyhoeddi'r ymateb"),
        ("record_published_response", "Record a response of the past",       "Cofnodi ymateb o'r gorffennol"),
        ("send_copies",               "Send the copies",                     "Anfon y copïau"),
        ("allocate_assignment",       "Allocate the assignment",             "Dyrannu'r aseiniad"),
        ("update_assignment",         "Add an update",                       "Ychwanegu diweddariad"),
        ("sign_off_assignment",       "Sign off the assignment",             "Llofnodi'r aseiniad"),
        ("record_body_view",          "Record the policing body's view",     "Cofnodi barn y corff plismona"),
        ("review_evidence",           "Review the evidence",                 "Adolygu'r dystiolaeth"),
        ("revise_evidence",           "Revise the evidence",                 "Diwygio'r dystiolaeth"),
        ("decide_import",             "Answer and accept the import",        "Ateb a derbyn y mewnforiad"),
        ("confirm_position",          "Confirm the imported position",       "Cadarnhau'r safbwynt a fewnforiwyd"),
        ("confirm_disposal",          "Confirm the disposal",                "Cadarnhau'r gwarediad"),
        ("confirm_lowering",          "Confirm the lower marking",           "Cadarnhau'r marc is"),
    ]),
];
