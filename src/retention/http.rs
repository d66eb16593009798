//! The HTTP operations of this module, in one group.

use super::{disposals, holds, reviews, schedule};
use crate::api::Api;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("retention", "How long records are retained: review dates, legal holds, and disposals by two people.");
    schedule::http::operations(api);
    reviews::http::operations(api);
    holds::http::operations(api);
    disposals::http::operations(api);
}
