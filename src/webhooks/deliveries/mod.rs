//! What became of the messages to a webhook; and messages that somebody asks for: pings, and one sent again.

pub mod http;
