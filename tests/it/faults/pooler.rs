//! PgBouncer between the service and PostgreSQL: `serve` refuses transaction mode, and session mode works. The tests are
//! skipped where PgBouncer is not installed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use section55::auth::Role;
use section55::db::{Address, check_session};

use crate::support::app::Setup;
use crate::support::database::Database;
use crate::support::world::registration;
use crate::support::{App, Folder};

/// A running PgBouncer. It ends when this is dropped.
struct Pooler {
    folder: Folder,
    process: Child,
}

impl Pooler {
    /// Starts PgBouncer before the tests' cluster, in a pool mode and with this number of connections for each role.
    /// Returns none, and says so, where it is not installed.
    async fn start(database: &Database, mode: &str, size: usize) -> Option<Self> {
        let folder = Folder::new();
        let path = folder.path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o777)).expect("permissions");
        let server = database.socket().await;
        let server = server.parent().expect("the folder of the socket").display();
        let users = path.join("users");
        fs::write(&users, "\"section55_app\" \"\"\n\"section55_public\" \"\"\n").expect("the users");
        let settings = format!(
            "[databases]\n* = host={server} port=5432\n[pgbouncer]\nlisten_addr =\nlisten_port = 5432\nauth_type = trust\n\
             auth_file = {}\nunix_socket_dir = {}\npool_mode = {mode}\ndefault_pool_size = {size}\n",
            users.display(),
            path.display()
        );
        fs::write(path.join("settings"), settings).expect("the settings");
        let mut command = Command::new("pgbouncer");
        command.arg("--quiet").arg(path.join("settings")).stdout(Stdio::null()).stderr(Stdio::null());
        if nix::unistd::Uid::current().is_root() {
            // It does not run as root, and the socket of PostgreSQL is its user's.
            command.args(["--user", "postgres"]);
        }
        let process = match command.spawn() {
            Ok(process) => process,
            Err(error) => {
                println!("skipped: PgBouncer cannot be started ({error})");
                return None;
            }
        };
        let pooler = Self { folder, process };
        let socket = pooler.path().join(".s.PGSQL.5432");
        for _ in 0..500 {
            if socket.exists() {
                return Some(pooler);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("PgBouncer does not listen");
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs transactions through the pooler until `stop` is set, so that its connections change hands.
async fn run_transactions(address: &Address, stop: &AtomicBool) {
    let client = address.connect().await.expect("a connection");
    while !stop.load(Ordering::Relaxed) {
        client.batch_execute("begin; select pg_sleep(0.001); commit").await.expect("a transaction");
    }
}

/// Checks an address 20 times while three other programs use it, and returns the results.
async fn check_under_load(address: &Address) -> Vec<Result<(), String>> {
    let stop = AtomicBool::new(false);
    let check = async {
        let mut results = Vec::new();
        for _ in 0..20 {
            results.push(check_session(address).await.map_err(|error| error.to_string()));
        }
        stop.store(true, Ordering::Relaxed);
        results
    };
    let (results, _) = tokio::join!(check, join_all((0..3).map(|_| run_transactions(address, &stop))));
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transaction_mode_is_always_found_out_and_a_direct_connection_never_is() {
    let database = Database::new().await;
    let direct = database.address("section55_app").await;
    assert!(check_under_load(&direct).await.iter().all(Result::is_ok), "a direct connection keeps its session");
    for size in [1, 2, 5, 20] {
        let Some(pooler) = Pooler::start(&database, "transaction", size).await else { return };
        let url = database.url_through_socket("section55_app", pooler.path()).await;
        let address = Address::parse(&url).expect("an address");
        for result in check_under_load(&address).await {
            let error = result.expect_err("a shared session");
            assert!(error.contains("pool_mode = session"), "{size}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_refuses_transaction_mode_with_the_reason() {
    let database = Database::new().await;
    let Some(pooler) = Pooler::start(&database, "transaction", 20).await else { return };
    let mut serve = tokio::process::Command::new(env!("CARGO_BIN_EXE_section55"));
    serve.arg("serve").env("SECTION55_SECRET", "a secret for the tests, 32 bytes at least");
    serve.env("DATABASE_URL", database.url_through_socket("section55_app", pooler.path()).await);
    serve.env("SECTION55_ISSUERS_FILE", "/dev/null").kill_on_drop(true);
    let ended = tokio::time::timeout(Duration::from_secs(60), serve.output()).await;
    let ended = ended.expect("it ends").expect("an exit");
    let text = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && text.contains("set pool_mode = session in PgBouncer"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_works_through_session_mode() {
    let database = Database::new().await;
    let Some(pooler) = Pooler::start(&database, "session", 40).await else { return };
    let url = database.url_through_socket("section55_app", pooler.path()).await;
    let results = check_under_load(&Address::parse(&url).expect("an address")).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let database = database.open_through_socket(pooler.path()).await;
    let app = App::start_on_database(database, Setup::with_cache(0)).await;
    let (opcc, public) = (app.person(Role::Opcc, "cumbria"), app.public());
    let inspection = app.create_published_inspection("89000").await.href();
    let requests = join_all((0..24).map(|number| {
        let (opcc, public, inspection) = (&opcc, &public, &inspection);
        async move {
            opcc.post("/v1/inspections", registration(&format!("89-{number}"))).await.expect(201);
            opcc.get("/v1/inspections").await.expect(200);
            public.get("/v1/inspections").await.expect(200);
            public.get(inspection).await.expect(200);
            public.get("/readyz").await.expect(200);
        }
    }));
    requests.await;
}
