//! Related records inside a record (`expand=`): the table of the relations, and the query that finds the related
//! records of a page.

mod find;
pub mod http;

use crate::api::Expansion;

/// The relations that `expand` offers.
pub const TABLE: &[Expansion] = &[
    Expansion {
        source: "Inspection",
        name: "recommendations",
        target: "Recommendation",
        is_list: true,
        own_areas_only: false,
        matching: &[("id", "inspection_id")],
        description: "the recommendations of the report.",
    },
    Expansion {
        source: "Inspection",
        name: "response",
        target: "StatutoryResponse",
        is_list: false,
        own_areas_only: true,
        matching: &[("id", "inspection_id")],
        description: "the response of the caller's area; null if there is none, or if the caller has several areas.",
    },
    Expansion {
        source: "Recommendation",
        name: "inspection",
        target: "Inspection",
        is_list: false,
        own_areas_only: false,
        matching: &[("inspection_id", "id")],
        description: "the inspection.",
    },
    Expansion {
        source: "Recommendation",
        name: "assignment",
        target: "Assignment",
        is_list: false,
        own_areas_only: true,
        matching: &[("id", "recommendation_id")],
        description: "the assignment in the caller's area; null if there is none, or if the caller has several areas.",
    },
    Expansion {
        source: "StatutoryResponse",
        name: "inspection",
        target: "Inspection",
        is_list: false,
        own_areas_only: false,
        matching: &[("inspection_id", "id")],
        description: "the whole inspection.",
    },
    Expansion {
        source: "StatutoryResponse",
        name: "recommendations",
        target: "Recommendation",
        is_list: true,
        own_areas_only: false,
        matching: &[("inspection_id", "inspection_id")],
        description: "the recommendations of the report.",
    },
    Expansion {
        source: "StatutoryResponse",
        name: "assignments",
        target: "Assignment",
        is_list: true,
        own_areas_only: false,
        matching: &[("inspection_id", "inspection_id"), ("area", "area")],
        description: "the assignments in the response's area.",
    },
    Expansion {
        source: "Assignment",
        name: "recommendation",
        target: "Recommendation",
        is_list: false,
        own_areas_only: false,
        matching: &[("recommendation_id", "id")],
        description: "the whole recommendation.",
    },
    Expansion {
        source: "Assignment",
        name: "inspection",
        target: "Inspection",
        is_list: false,
        own_areas_only: false,
        matching: &[("inspection_id", "id")],
        description: "the inspection.",
    },
    Expansion {
        source: "Assignment",
        name: "response",
        target: "StatutoryResponse",
        is_list: false,
        own_areas_only: false,
        matching: &[("inspection_id", "inspection_id"), ("area", "area")],
        description: "the response of the assignment's area; null if the caller may not see it.",
    },
];
