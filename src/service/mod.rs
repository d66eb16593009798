//! Operations about the service itself: its index, the caller, health probes and documentation.

mod docs;
pub mod http;

use std::sync::atomic::{AtomicBool, Ordering};

pub use docs::Description;

/// Whether the service accepts requests. It stops being ready when it begins to shut down.
#[derive(Debug, Default)]
pub struct Readiness {
    draining: AtomicBool,
}

impl Readiness {
    /// Reports "not ready" from now on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Returns true when the service is shutting down.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
