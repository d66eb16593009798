//! Updates: what the sides tell of a line as the work goes on. They are added to, and never changed.

pub mod http;
mod model;
pub mod store;

pub use model::Update;
