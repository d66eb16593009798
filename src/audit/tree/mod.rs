//! The trees as they are stored: leaves, full tiles, heads. Grown by the sequencer, read for proofs.

pub(super) mod store;
