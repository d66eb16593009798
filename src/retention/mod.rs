//! How long records are kept: the days on which they are reviewed, legal holds, and disposals that two people decide and the
//! service carries out. What the law makes public, and that an event happened, stays.

pub mod disposals;
pub mod holds;
pub mod http;
pub mod schedule;
pub mod store;
