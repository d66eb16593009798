//! The operations at `/v1/areas/{code}/import-profile`.

use actix_web::web::Data;

use super::model::ImportProfile;
use super::requests::ImportProfileReplacement;
use super::{service, store};
use crate::api::{Amended, Api, ApiResult, IfMatch, Json, JsonBody, Path, Problem, WriteMode};
use crate::audit::{self, HistoryPage, RecordHistory};
use crate::auth::Caller;
use crate::auth::permissions::{KeepImportProfiles, ReadImportProfiles};
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/areas/{code}/import-profile", "Get an area's import profile", get).description(
        "Returns the words that the area's office uses in its documents and tables. Imports of the area are read with \
         them. The profile is empty until the office keeps words in it. The profile of another area is 404.",
    );
    api.put("/v1/areas/{code}/import-profile", "Replace an area's import profile", replace).description(
        "Replaces all words of the profile; a member that is absent becomes empty. The next import is read with the \
         new words, and proposals that were read before stay as they are. Words that are already so change nothing. \
         A word that breaks a limit is 422, and the profile of another area is 404.",
    );
    api.get("/v1/areas/{code}/import-profile/history", "List an import profile's changes", history).description(
        "Returns the changes of the profile, the newest first: the time, the person, and each member's value before \
         and after.",
    );
}

async fn get(
    caller: Caller<ReadImportProfiles>,
    db: Data<Db>,
    Path(code): Path<String>,
) -> ApiResult<Json<ImportProfile>> {
    let found = db.read(&caller.actor, async |db| store::find(db, &code).await).await?;
    found.map(Json::record).ok_or_else(Problem::not_found)
}

async fn replace(
    caller: Caller<KeepImportProfiles>,
    db: Data<Db>,
    Path(code): Path<String>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<ImportProfileReplacement>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<ImportProfile>>> {
    Ok(service::replace(&db, &caller, &code, &if_match, request, mode).await?.map(Json::record))
}

async fn history(
    caller: Caller<ReadImportProfiles>,
    db: Data<Db>,
    Path(code): Path<String>,
    before: HistoryPage,
) -> ApiResult<Json<RecordHistory>> {
    audit::change_history(&db, &caller, "import_profile", before, async |db| {
        Ok(store::find(db, &code).await?.map(|profile| profile.id))
    })
    .await
}
