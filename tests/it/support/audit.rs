//! Runs the audit log's sequencer when a test asks for it, with a fixed signing key.

use section55::audit::{BatchOutcome, Sequencer};
use section55::clock::Clock;
use section55::ledger::SigningKey;

use super::app::App;

/// The origin (key name) of the tests' checkpoints.
pub const ORIGIN: &str = "section55.example/audit";

/// Returns the signing key of [`ORIGIN`]. Every call returns the same key.
pub fn key() -> SigningKey {
    key_from_seed(b"a seed for the tests, 32 bytes...")
}

/// Returns a signing key of [`ORIGIN`] made from this seed of 32 bytes.
pub fn key_from_seed(seed: &[u8]) -> SigningKey {
    // PKCS #8 version 1 of an Ed25519 key (RFC 8410 §7), up to its 32 bytes.
    let mut pkcs8 = hex::decode("302e020100300506032b657004220420").expect("bytes");
    pkcs8.extend_from_slice(&seed[..32]);
    SigningKey::new(ORIGIN, &pkcs8).expect("a key")
}

impl App {
    /// Returns the sequencer of the test's database.
    pub async fn sequencer(&self) -> Sequencer {
        Sequencer::new(self.database.address("section55_log").await, key(), Clock::fixed_at(super::app::noon()))
    }

    /// Sequences all waiting events and returns their number.
    pub async fn sequence(&self) -> usize {
        let sequencer = self.sequencer().await;
        let mut client = sequencer.connect().await.expect("a connection");
        let (mut total, mut waited) = (0, 0);
        loop {
            match sequencer.sequence_once(&mut client).await.expect("a batch") {
                BatchOutcome::Events(count) => total += count,
                BatchOutcome::QueueEmpty => return total,
                // The previous sequencer releases its lock when PostgreSQL notices that its connection closed.
                BatchOutcome::NotLeader => {
                    assert!(waited < 100, "another sequencer holds the lock of this test's database");
                    waited += 1;
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
        }
    }
}
