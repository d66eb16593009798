//! The data folder of `section55 dev`: what `--reset` removes, and what is kept without it.

use section55::audit::Sequenced;
use section55::clock::Clock;
use section55::db::Address;
use section55::dev::postgres::Durability;
use section55::dev::{Data, DataFolder, DataFolderError, load_demo};
use section55::files::Store;

use crate::support::Folder;

/// Gives what waits its place, as a process does that has just started: what is known outside the database is held against
/// it before.
async fn sequence(house: &DataFolder) -> usize {
    let sequencer = house.sequencer(Clock::system()).expect("a key");
    let mut client = sequencer.connect().await.expect("a connection");
    sequencer.compare(&mut client).await.expect("the log that was signed");
    let mut total = 0;
    while let Sequenced::Events(count) = sequencer.sequence_once(&mut client).await.expect("a batch") {
        total += count;
    }
    total
}

async fn open(folder: &Folder, data: Data) -> Result<DataFolder, DataFolderError> {
    DataFolder::open(&folder.path().join("dev"), Durability::Thrown, data, |_| {}).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_reset_records_and_files_are_gone_and_the_log_begins_anew() {
    let folder = Folder::new();
    let mut sizes = Vec::new();
    for _ in 0..2 {
        let house = open(&folder, Data::Removed).await.expect("a data folder");
        let path = house.dir.join("files");
        assert!(!path.exists(), "the files are gone");
        let files = Store::open(&path.to_string_lossy()).expect("a store");
        assert!(load_demo(&house.db, &files, &Clock::system()).await.expect("the demo"), "the records are gone");
        sizes.push(sequence(&house).await);
        house.close().await;
    }
    assert!(sizes[0] > 0 && sizes[0] == sizes[1], "{sizes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_data_folder_from_before_the_first_release_is_kept_until_a_reset() {
    let folder = Folder::new();
    let house = open(&folder, Data::Kept).await.expect("a data folder");
    let client = Address::read(&house.administrator_url()).expect("an address").connect().await.expect("a connection");
    let older = "update record.refinery_schema_history set checksum = '1' where version = 1";
    client.batch_execute(older).await.expect("the schema of an older program");
    drop(client);
    house.close().await;
    for _ in 0..2 {
        let Err(error) = open(&folder, Data::Kept).await else { panic!("it was opened") };
        let message = error.to_string();
        assert!(message.contains("--reset") && message.contains("export") && !message.contains('\n'), "{message}");
    }
    let house = open(&folder, Data::Removed).await.expect("a new database");
    house.close().await;
}
