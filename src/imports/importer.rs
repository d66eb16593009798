//! Imports of tables over HTTP and on the command line: begun, run to their end, and not cut short by a client that goes.

use std::cell::Cell;
use std::time::Duration;

use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::bring;
use super::model::{Import, ImportKind};
use super::table::{Sheets, Table};
use crate::api::{Mode, Problem};
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
}

impl Importer {
    /// Imports a table: the import as it ended, or, where `wait` passes before that, as it goes on in the background.
    pub async fn import(
        &self,
        ordered: Ordered,
        kept: Kept,
        mode: Mode,
        wait: Option<Duration>,
    ) -> Result<Import, Problem> {
        let Ordered { call, area, kind, draft } = ordered;
        let work = (Table::open(kept, kind, &self.sheets).await?, draft);
        let import = bring::new(&call, area, kind);
        if mode == Mode::Validate {
            return bring::write(&self.db, &self.clock, &call, &import, work, mode, &Cell::new(0)).await;
        }
        bring::begin(&self.db, &call, &import).await?;
        let Some(wait) = wait else {
            return bring::run(&self.db, &self.clock, &call, &import, work).await;
        };
        let (it, running, begun) = (self.clone(), self.running.token(), import.clone());
        let task = actix_web::rt::spawn(async move {
            let ended = bring::run(&it.db, &it.clock, &call, &import, work).await;
            drop(running);
            ended
        });
        match tokio::time::timeout(wait, task).await {
            Ok(ended) => ended.map_err(|error| Problem::internal(format!("an import did not end: {error}")))?,
            Err(_) => Ok(begun),
        }
    }
}
