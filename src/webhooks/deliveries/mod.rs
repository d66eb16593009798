//! The deliveries of a webhook: their list, pings, messages that are sent again, and the outcomes of attempts.

pub mod http;
mod service;
