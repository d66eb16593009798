//! `section55 dev`: everything on this machine, private, kept between runs.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Fault, told_to_stop};
use crate::api::CursorKey;
use crate::auth::token::{Pace, Verifier};
use crate::clock::Clock;
use crate::dev::postgres::Durability;
use crate::dev::{self, House};
use crate::server::{self, Parts};

/// Runs until it is told to stop.
pub async fn develop(listen: SocketAddr, dir: PathBuf, demo: bool, allow_remote: bool) -> Result<(), Fault> {
    if !listen.ip().is_loopback() && !allow_remote {
        let why = "anyone who reaches it could be anybody, for the development key is no secret kept well";
        return Err(format!("dev listens on this machine alone: {why}; --allow-remote says that you mean it").into());
    }
    let listener = TcpListener::bind(listen).map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    println!("section55 dev: data in {}", dir.display());
    let stop = tokio::spawn(told_to_stop());
    let opening = House::open(&dir, Durability::Kept, |said| println!("  {said}"));
    let house = tokio::select! { house = opening => house?, _ = stop => return Ok(()) };
    let clock = Clock::system();
    if demo {
        println!("  loading demo data");
        match dev::load_demo(&house.db, &clock).await? {
            true => println!("  demo data loaded"),
            false => println!("  demo data was there already"),
        }
    }
    let key = dev::key(&dir)?;
    let verifier = Arc::new(Verifier::new(vec![key.issuer()])?);
    let refreshing = verifier.spawn_refresh(Pace::default());
    let parts = Parts {
        db: house.db.clone(),
        verifier,
        clock: clock.clone(),
        cursors: CursorKey::new(&house.secret),
        security_contact: "mailto:security@section55.example".to_owned(),
        workers: None,
    };
    let running = server::start(parts, listener)?;
    let base = format!("http://{}", running.address);
    println!("\nReady: {base}/v1   documentation: {base}/docs");
    println!("PostgreSQL: psql '{}'\n", house.administrator_url());
    println!("Tokens for {}, good for 12 hours (more: section55 token --help):\n", dev::AREA);
    for (role, token) in dev::tokens(&key, clock.now()) {
        println!("export {}={token}", role.to_string().to_uppercase());
    }
    println!("\nCtrl-C stops all of it; the data stays.");
    told_to_stop().await?;
    println!("\nstopping");
    refreshing.abort();
    running.stop(Duration::ZERO).await?;
    house.close().await;
    Ok(())
}
