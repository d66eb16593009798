//! The expander: finds the related records that `expand` names. The same caller sees the same members of these records
//! in their own lists. This file declares no operation; it is `http.rs` because it reads the caller from the request.

use actix_web::FromRequest;
use actix_web::web::Data;

use super::find::find;
use crate::api::{Expander, Problem};
use crate::auth::Anyone;
use crate::db::Db;

/// Returns the expander that finds related records in the database.
pub fn expander() -> Expander {
    Expander::new(|request, expansion, records| {
        Box::pin(async move {
            let db = Data::<Db>::extract(&request).await.map_err(Problem::internal)?;
            let Anyone { call, at } = Anyone::extract(&request).await?;
            find(&db, call.as_ref(), at, expansion, &records).await
        })
    })
}
