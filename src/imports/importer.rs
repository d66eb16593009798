//! Imports of tables over HTTP and on the command line: begun, run to their end, and not cut short by a client that goes.

use std::cell::Cell;
use std::time::Duration;

use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::bring;
use super::model::{Import, ImportKind};
use super::table::{Sheets, Table};
use crate::api::{self, IdempotencyKey, Mode, Problem};
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::Db;
use crate::files::Kept;

/// What imports are run with.
#[derive(Clone)]
pub struct Importer {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// What reads workbooks.
    pub sheets: Sheets,
    /// What the service waits for before it ends.
    pub running: TaskTracker,
}

/// What is imported: who, in whose name, what, and to which draft.
pub struct Ordered {
    /// The call, at work for the area where there is one.
    pub call: Call,
    /// The area; none for a registrar's.
    pub area: Option<String>,
    /// What was sent.
    pub kind: ImportKind,
    /// The draft that takes the recommendations; none where the table registers an inspection.
    pub draft: Option<Uuid>,
    /// The request, where it came with a key.
    pub once: Option<IdempotencyKey>,
}

/// What became of an order.
pub enum Run {
    /// The import as it ended, or as it goes on.
    Import(Box<Import>),
    /// The order was carried out before: the answer that was kept when its import began.
    Replayed(api::StoredResponse),
}

impl Importer {
    /// Imports a table: the import as it ended, or, where `wait` passes before that, as it goes on in the background.
    pub async fn import(
        &self,
        ordered: Ordered,
        kept: Kept,
        mode: Mode,
        wait: Option<Duration>,
    ) -> Result<Run, Problem> {
        let Ordered { call, area, kind, draft, once } = ordered;
        let ended = |import| Run::Import(Box::new(import));
        let work = (Table::open(kept, kind, &self.sheets).await?, draft);
        let import = bring::new(&call, area, kind);
        if mode == Mode::Validate {
            let tried = bring::write(&self.db, &self.clock, &call, &import, work, mode, &Cell::new(0)).await?;
            return Ok(ended(tried));
        }
        match once {
            None => bring::begin(&self.db, &call, &import).await?,
            Some(once) => {
                if let Some(kept) = bring::begin_idempotent(&self.db, &call, &import, &once).await? {
                    return Ok(Run::Replayed(kept));
                }
            }
        }
        let Some(wait) = wait else {
            return bring::run(&self.db, &self.clock, &call, &import, work).await.map(ended);
        };
        let (it, running, begun) = (self.clone(), self.running.token(), import.clone());
        let task = actix_web::rt::spawn(async move {
            let done = bring::run(&it.db, &it.clock, &call, &import, work).await;
            drop(running);
            done
        });
        match tokio::time::timeout(wait, task).await {
            Ok(done) => {
                let done = done.map_err(|error| Problem::internal(format!("an import did not end: {error}")))?;
                done.map(ended)
            }
            Err(_) => Ok(ended(begun)),
        }
    }
}
