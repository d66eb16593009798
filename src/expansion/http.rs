//! Who asks for related records decides which are found: each list shows them as it would by itself.

use actix_web::FromRequest;
use actix_web::web::Data;

use super::find::find;
use crate::api::Expander;
use crate::auth::Anyone;
use crate::db::Db;

/// What finds the records that belong to those of an answer.
pub fn expander(db: Data<Db>) -> Expander {
    Expander::new(move |request, expansion, records| {
        let db = db.clone();
        Box::pin(async move {
            let Anyone { call, at } = Anyone::extract(&request).await?;
            find(&db, call.as_ref(), at, expansion, &records).await
        })
    })
}
