//! The cost of a transition without the audit log: the service's handler, pool and middleware, without events. It
//! writes through `read_audited`, which the service itself does not allow, with an empty list of events. It waits for
//! the write before it commits: one round trip more than the service, which sends the write, the events and the commit
//! together.

use std::net::{SocketAddr, TcpListener};
use std::path::Path as FilePath;
use std::sync::Arc;

use actix_web::web::Data;
use section55::api::{Api, ApiResult, CursorKey, IfMatch, Json, JsonBody, Path};
use section55::assignments::{self, Assignment, AssignmentTransition};
use section55::auth::Caller;
use section55::auth::permissions::MoveAssignments;
use section55::auth::token::Verifier;
use section55::changes::{FeedCursorKey, StreamLimits};
use section55::clock::Clock;
use section55::db::{Address, AuditedRead, Db, open_pools};
use section55::deadlines::CalendarKey;
use section55::files::{Scanner, Store};
use section55::imports::table::WorkbookReader;
use section55::notifications;
use section55::server::{self, Limits, Origins, ServerComponents};
use section55::webhooks::{self, AddressPolicy};
use uuid::Uuid;

use crate::common::BoxedError;

async fn transition(
    caller: Caller<MoveAssignments>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<AssignmentTransition>,
) -> ApiResult<Json<Assignment>> {
    let assignment = db
        .read_audited(&caller, async |tx| {
            let outcome = assignments::transition(tx, id, &body, |version| if_match.check(version), &caller).await?;
            let (after, writes) = outcome.without_events();
            for write in writes {
                tx.write(write).await?;
            }
            Ok(AuditedRead::new(assignments::view_for_area(after, &caller), Vec::new()))
        })
        .await?;
    Ok(Json::record(assignment))
}

/// Serves until the process is killed. `keys` is the folder of the key that signs tokens.
pub async fn serve(listen: SocketAddr, database: &str, keys: &FilePath) -> Result<(), BoxedError> {
    section55::auth::token::install_provider();
    let address = Address::parse(database)?;
    let pools = |size| Ok::<_, BoxedError>(Db::new(open_pools(&address, size, false)?, open_pools(&address, 1, true)?));
    let mut api = Api::default();
    api.post("/v1/assignments/{id}/transitions", "Transition an assignment", transition);
    let parts = ServerComponents {
        db: pools(16)?,
        exports_db: pools(1)?,
        verifier: Arc::new(Verifier::new(vec![section55::dev::development_key(keys)?.issuer()])?),
        clock: Clock::system(),
        machine_clock: Clock::system(),
        cursor_key: CursorKey::new(&[0; 32]),
        feed_cursor_key: FeedCursorKey::new(&[0; 32]),
        calendar_key: CalendarKey::new(&[0; 32]),
        notifications: notifications::Settings::default(),
        webhooks: webhooks::Settings::new(&[0; 32], AddressPolicy::new(false, Vec::new())),
        files: Store::open("memory:")?,
        file_check_days: 30,
        scanner: Scanner::new(None),
        workbook_reader: WorkbookReader::with_current_program()?,
        security_contact: String::new(),
        limits: Limits::default(),
        origins: Origins::default(),
        streams: StreamLimits::default(),
        cache_bytes: 0,
        cache_stale: std::time::Duration::ZERO,
        workers: None,
        sightings_interval: std::time::Duration::from_secs(2),
    };
    let _running = server::start_with_operations(parts, api, TcpListener::bind(listen)?)?;
    std::future::pending().await
}
