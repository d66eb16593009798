//! The stored Merkle trees: leaves, full tiles and tree heads. The sequencer appends to them, and proofs read them.

pub(super) mod store;
