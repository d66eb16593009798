//! Who asks for related records decides which are found: each list shows them as it would by itself.

use actix_web::FromRequest;
use actix_web::web::Data;

use super::find::find;
use crate::api::{Expander, Problem};
use crate::auth::Anyone;
use crate::db::Db;

/// What finds the records that belong to those of an answer.
pub fn expander() -> Expander {
    Expander::new(|request, expansion, records| {
        Box::pin(async move {
            let db = Data::<Db>::extract(&request).await.map_err(Problem::internal)?;
            let Anyone { call, at } = Anyone::extract(&request).await?;
            find(&db, call.as_ref(), at, expansion, &records).await
        })
    })
}
