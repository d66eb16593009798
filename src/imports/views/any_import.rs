//! An import of either type, as the address of an import returns it.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::import_proposal::ImportProposal;
use crate::api::Versioned;
use crate::imports::row_import::Import;

/// An import of either type.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum AnyImport {
    /// A file that was read as a proposal.
    Proposal(Box<ImportProposal>),
    /// The rows of a table.
    Rows(Box<Import>),
}

impl Versioned for AnyImport {
    fn version(&self) -> i64 {
        match self {
            Self::Proposal(import) => import.version,
            Self::Rows(import) => import.version,
        }
    }
}

impl PartialSchema for AnyImport {
    fn schema() -> RefOr<Schema> {
        let reference = |name: Cow<'static, str>| json!({ "$ref": format!("#/components/schemas/{name}") });
        let schema = json!({
            "description": "A file that was read as a proposal, or the import of the rows of a table.",
            "oneOf": [reference(ImportProposal::name()), reference(Import::name())],
        });
        serde_json::from_value(schema).expect("the schema of AnyImport is valid")
    }
}

impl ToSchema for AnyImport {
    fn name() -> Cow<'static, str> {
        "AnyImport".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for (name, schema) in [(ImportProposal::name(), ImportProposal::schema()), (Import::name(), Import::schema())] {
            schemas.push((name.into_owned(), schema));
        }
        ImportProposal::schemas(schemas);
        Import::schemas(schemas);
    }
}
