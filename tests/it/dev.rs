//! The data folder of `section55 dev`, begun again: nothing of what was there is left, and the log begins anew.

use section55::audit::Sequenced;
use section55::clock::Clock;
use section55::dev::postgres::Durability;
use section55::dev::{House, load_demo};
use section55::files::Store;

use crate::support::Folder;

/// Gives what waits its place, as a process does that has just started: what is known outside the database is held against
/// it before.
async fn sequence(house: &House) -> usize {
    let sequencer = house.sequencer(Clock::system()).expect("a key");
    let mut client = sequencer.connect().await.expect("a connection");
    sequencer.compare(&mut client).await.expect("the log that was signed");
    let mut total = 0;
    while let Sequenced::Events(count) = sequencer.sequence_once(&mut client).await.expect("a batch") {
        total += count;
    }
    total
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_begun_again_has_a_log_of_its_own() {
    let folder = Folder::new();
    let house = House::open(&folder.path().join("dev"), Durability::Thrown, |_| {}).await.expect("a house");
    let path = house.dir.join("files");
    let files = Store::open(&path.to_string_lossy()).expect("a store");
    let mut sizes = Vec::new();
    for _ in 0..2 {
        assert!(load_demo(&house.db, &files, &Clock::system()).await.expect("the demo"), "the records are gone");
        sizes.push(sequence(&house).await);
        house.empty().await.expect("nothing");
        assert!(!path.exists(), "the files are gone");
    }
    assert!(sizes[0] > 0 && sizes[0] == sizes[1], "{sizes:?}");
    house.close().await;
}
