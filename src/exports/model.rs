//! What can be exported, as the service tells it.

use serde::Serialize;
use utoipa::ToSchema;

/// Every list that can be exported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Exports {
    /// The lists.
    pub items: Vec<ExportList>,
}

/// A list that can be exported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportList {
    /// Its name, the last part of the address.
    #[schema(example = "recommendations")]
    pub name: &'static str,
    /// Where the export is.
    pub href: String,
    /// The values of `format`.
    pub formats: Vec<&'static str>,
    /// The columns of CSV and XLSX: the members of a record, those of a member after a dot. JSON Lines have the whole
    /// record.
    pub columns: Vec<&'static str>,
}
