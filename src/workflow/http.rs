//! `/v1/workflows`: the tables as data, for people and programs.

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Api, ApiResult, Json, Path, Problem};
use crate::auth::Anyone;

pub use super::diagram::{WorkflowDescription, WorkflowTransition};

/// Every workflow.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Workflows {
    /// The workflows.
    pub items: Vec<WorkflowDescription>,
}

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("workflows", "States and transitions, as data and as diagrams.");
    api.get_cached("/v1/workflows", "List the workflows", list);
    api.get_cached("/v1/workflows/{name}", "Show a workflow", show);
}

async fn list(_: Anyone, all: web::Data<Workflows>) -> ApiResult<Json<Workflows>> {
    Ok(Json::plain(all.as_ref().clone()))
}

async fn show(_: Anyone, all: web::Data<Workflows>, Path(name): Path<String>) -> ApiResult<Json<WorkflowDescription>> {
    let found = all.items.iter().find(|workflow| workflow.name == name);
    found.cloned().map(Json::plain).ok_or_else(Problem::not_found)
}
