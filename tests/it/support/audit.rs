//! The sequencer by hand: it runs when a test says so, with a key that the test holds.

use section55::audit::{Sequenced, Sequencer};
use section55::clock::Clock;
use section55::ledger::SigningKey;

use super::app::App;

/// The name that the tests' checkpoints are signed under.
pub const ORIGIN: &str = "section55.example/audit";

/// A key that signs as [`ORIGIN`]; the same whenever it is made.
pub fn key() -> SigningKey {
    seeded(b"a seed for the tests, 32 bytes...")
}

/// A key of the same name made from another seed.
pub fn seeded(seed: &[u8]) -> SigningKey {
    // PKCS #8 version 1 of an Ed25519 key (RFC 8410 §7), up to its 32 bytes.
    let mut pkcs8 = hex::decode("302e020100300506032b657004220420").expect("bytes");
    pkcs8.extend_from_slice(&seed[..32]);
    SigningKey::new(ORIGIN, &pkcs8).expect("a key")
}

impl App {
    /// The sequencer of the test's database.
    pub async fn sequencer(&self) -> Sequencer {
        Sequencer::new(self.database.address("section55_log").await, key(), Clock::standing_at(super::app::noon()))
    }

    /// Gives everything that waits its place; gives the number of events.
    pub async fn sequence(&self) -> usize {
        let sequencer = self.sequencer().await;
        let mut client = sequencer.connect().await.expect("a connection");
        let (mut total, mut waited) = (0, 0);
        loop {
            match sequencer.sequence_once(&mut client).await.expect("a batch") {
                Sequenced::Events(count) => total += count,
                Sequenced::Nothing => return total,
                // The one before this lets go when PostgreSQL sees that its connection went.
                Sequenced::NotLeading => {
                    assert!(waited < 100, "another sequences this test's database");
                    waited += 1;
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
        }
    }
}
