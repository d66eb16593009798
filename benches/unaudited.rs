//! What a transition costs where nothing of it is recorded: the service's own handler on its own pool, behind all that
//! every request passes through, without the events: `look` commits what it was given, which here is none. The service
//! itself has no such way to write. The write is waited for before the commit is sent, one round trip more than the service's
//! own, which sends both together with the events.

use std::net::{SocketAddr, TcpListener};
use std::path::Path as File;
use std::sync::Arc;

use actix_web::web::Data;
use section55::api::{Api, ApiResult, Body, CursorKey, IfMatch, Json, Path};
use section55::assignments::{self, Assignment, AssignmentMove};
use section55::auth::Caller;
use section55::auth::permissions::MoveAssignments;
use section55::auth::token::Verifier;
use section55::changes::Places;
use section55::clock::Clock;
use section55::db::{Address, AuditedRead, Db, open};
use section55::files::{Scanner, Store};
use section55::imports::table::Sheets;
use section55::server::{self, Limits, Origins, Parts};
use section55::webhooks::{self, Guard};
use uuid::Uuid;

use crate::Fault;

async fn advance(
    caller: Caller<MoveAssignments>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(asked): Body<AssignmentMove>,
) -> ApiResult<Json<Assignment>> {
    let moved = db
        .read_audited(&caller, async |tx| {
            let moved = assignments::advance(tx, id, &asked, |version| seen.check(version), &caller).await?;
            let (now, writes) = moved.unrecorded();
            for write in writes {
                tx.write(write).await?;
            }
            Ok(AuditedRead::new(assignments::own(now, &caller), Vec::new()))
        })
        .await?;
    Ok(Json::record(moved))
}

/// Serves until it is killed.
pub async fn serve(listen: SocketAddr, database: &str, keys: &File) -> Result<(), Fault> {
    section55::auth::token::install_provider();
    let address = Address::read(database)?;
    let pools = |size| Ok::<_, Fault>(Db::new(open(&address, size, false)?, open(&address, 1, true)?));
    let mut api = Api::default();
    api.post("/v1/assignments/{id}/transitions", "Move an assignment on", advance);
    let parts = Parts {
        db: pools(16)?,
        exports: pools(1)?,
        verifier: Arc::new(Verifier::new(vec![section55::dev::key(keys)?.issuer()])?),
        clock: Clock::system(),
        cursors: CursorKey::new(&[0; 32]),
        places: Places::new(&[0; 32]),
        webhooks: webhooks::Settings::new(&[0; 32], Guard::new(false, Vec::new())),
        files: Store::open("memory:")?,
        scanner: Scanner::new(None),
        sheets: Sheets::of_this_program()?,
        security_contact: String::new(),
        limits: Limits::default(),
        origins: Origins::default(),
        cache: 0,
        workers: None,
    };
    let _running = server::start_with(parts, api, TcpListener::bind(listen)?)?;
    std::future::pending().await
}
