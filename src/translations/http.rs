//! The operation of `/v1/vocabulary`.

use super::model::Vocabulary;
use crate::api::{Api, ApiResult, Json};
use crate::auth::Anyone;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("vocabulary", "The labels of states, kinds, actions and all other enum values, in English and in Welsh.");
    api.get_cached("/v1/vocabulary", "List the labels of enum values", list).description(
        "Returns a label in English and in Welsh for each value of each enum: states, kinds, actions, roles and types of \
         changes. The names of members, as in `fields` and `sort`, have no labels. Values can be added at any time; show a \
         value without a label as it is. The list is not paged.",
    );
}

async fn list(_: Anyone) -> ApiResult<Json<Vocabulary>> {
    Ok(Json::plain(Vocabulary::new()))
}
