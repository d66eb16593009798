//! `/v1/workflows`: the workflows as data.

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Api, ApiResult, Json, Path, Problem};
use crate::auth::Anyone;

pub use super::diagram::{WorkflowDescription, WorkflowTransition};

/// All workflows.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WorkflowList)]
pub struct Workflows {
    /// The workflows.
    pub items: Vec<WorkflowDescription>,
}

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("workflows", "The states and transitions of records, as data and as diagrams.");
    api.get_cached("/v1/workflows", "List workflows", list).description(
        "Returns every workflow: its states, its transitions with the roles that may perform them and the conditions \
         to meet, and a state diagram. The list is not paged.",
    );
    api.get_cached("/v1/workflows/{name}", "Get a workflow", get)
        .description("Returns one workflow by name, such as `response`. Returns 404 when no workflow has this name.");
}

async fn list(_: Anyone, all: web::Data<Workflows>) -> ApiResult<Json<Workflows>> {
    Ok(Json::plain(all.as_ref().clone()))
}

async fn get(_: Anyone, all: web::Data<Workflows>, Path(name): Path<String>) -> ApiResult<Json<WorkflowDescription>> {
    let found = all.items.iter().find(|workflow| workflow.name == name);
    found.cloned().map(Json::plain).ok_or_else(Problem::not_found)
}
