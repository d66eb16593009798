//! How long records are retained: review dates, legal holds, and disposals, which two people decide and the service
//! performs. What the law makes public is never disposed of, and neither is an audit event itself.

pub mod disposals;
pub mod holds;
pub mod http;
pub mod reviews;
pub mod schedule;
pub mod store;
