//! Related records in a record's own place (`expand=`): the table of which there are, and how they are found, all that
//! belong to a page at once.

mod find;
pub mod http;

use crate::api::Expansion;

/// Every way from a record to those that belong to it.
#[rustfmt::skip]
pub const TABLE: &[Expansion] = &[
    Expansion { of: "Inspection", name: "recommendations", gives: "Recommendation", many: true, own: false,
                by: &[("id", "inspection_id")], says: "what the report asks." },
    Expansion { of: "Inspection", name: "response", gives: "Response", many: false, own: true,
                by: &[("id", "inspection_id")], says: "the response of the caller's own area; null where it has none, or several areas." },
    Expansion { of: "Recommendation", name: "inspection", gives: "Inspection", many: false, own: false,
                by: &[("inspection_id", "id")], says: "the report." },
    Expansion { of: "Recommendation", name: "assignment", gives: "Assignment", many: false, own: true,
                by: &[("id", "recommendation_id")], says: "how it stands in the caller's own area; null where it has none, or several areas." },
    Expansion { of: "Response", name: "inspection", gives: "Inspection", many: false, own: false,
                by: &[("inspection_id", "id")], says: "the whole report." },
    Expansion { of: "Response", name: "recommendations", gives: "Recommendation", many: true, own: false,
                by: &[("inspection_id", "inspection_id")], says: "what the report asks." },
    Expansion { of: "Response", name: "assignments", gives: "Assignment", many: true, own: false,
                by: &[("inspection_id", "inspection_id"), ("area", "area")], says: "how each recommendation stands in the response's area." },
    Expansion { of: "Assignment", name: "recommendation", gives: "Recommendation", many: false, own: false,
                by: &[("recommendation_id", "id")], says: "the whole recommendation." },
    Expansion { of: "Assignment", name: "inspection", gives: "Inspection", many: false, own: false,
                by: &[("inspection_id", "id")], says: "the report." },
    Expansion { of: "Assignment", name: "response", gives: "Response", many: false, own: false,
                by: &[("inspection_id", "inspection_id"), ("area", "area")], says: "the response of the line's area, where the caller may see it." },
];
