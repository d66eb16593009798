//! The data folder of `section55 dev`: what `--reset` removes and what stays without it.

use section55::audit::BatchOutcome;
use section55::clock::Clock;
use section55::db::Address;
use section55::dev::postgres::Durability;
use section55::dev::{DataFolder, DataFolderError, ExistingData, load_demo};
use section55::file_integrity::open_store;

use crate::support::Folder;

/// Sequences all waiting events as a process does after its start: it first compares the database with the checkpoint
/// file. Returns the number of events.
async fn sequence(data_folder: &DataFolder) -> usize {
    let sequencer = data_folder.sequencer(Clock::system()).expect("a key");
    let mut client = sequencer.connect().await.expect("a connection");
    sequencer.check_witnesses(&mut client).await.expect("the signed log");
    let mut total = 0;
    while let BatchOutcome::Events(count) = sequencer.sequence_once(&mut client).await.expect("a batch") {
        total += count;
    }
    total
}

async fn open(folder: &Folder, existing: ExistingData) -> Result<DataFolder, DataFolderError> {
    DataFolder::open(&folder.path().join("dev"), Durability::Unsynced, existing, |_| {}).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_removes_records_and_files_and_starts_a_new_log() {
    let folder = Folder::new();
    let mut sizes = Vec::new();
    for _ in 0..2 {
        let data_folder = open(&folder, ExistingData::Remove).await.expect("a data folder");
        let path = data_folder.dir.join("files");
        assert!(!path.exists(), "the files were removed");
        let location = path.to_string_lossy();
        let files = open_store(&data_folder.db, &location, &Clock::system()).await.expect("a store");
        assert!(
            load_demo(&data_folder.db, &files, &Clock::system()).await.expect("the demo"),
            "the records were removed"
        );
        sizes.push(sequence(&data_folder).await);
        data_folder.close().await;
    }
    assert!(sizes[0] > 0 && sizes[0] == sizes[1], "{sizes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_data_folder_from_before_the_first_release_is_refused_until_a_reset() {
    let folder = Folder::new();
    let data_folder = open(&folder, ExistingData::Keep).await.expect("a data folder");
    let client =
        Address::parse(&data_folder.administrator_url()).expect("an address").connect().await.expect("a connection");
    let change = "update record.refinery_schema_history set checksum = '1' where version = 1";
    client.batch_execute(change).await.expect("the schema of an earlier version");
    drop(client);
    data_folder.close().await;
    for _ in 0..2 {
        let Err(error) = open(&folder, ExistingData::Keep).await else { panic!("the data folder was opened") };
        let message = error.to_string();
        assert!(message.contains("--reset") && message.contains("export") && !message.contains('\n'), "{message}");
    }
    let data_folder = open(&folder, ExistingData::Remove).await.expect("a new database");
    data_folder.close().await;
}
