//! The operations of this folder, in one place.

use super::{disposals, holds, schedule};
use crate::api::Api;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("retention", "How long records are kept: review dates, legal holds, disposals by two people.");
    schedule::http::operations(api);
    holds::http::operations(api);
    disposals::http::operations(api);
}
