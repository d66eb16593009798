//! The memory of cached bodies.

use actix_web::web::Bytes;
use memmap2::MmapMut;

/// The size in bytes from which a body has pages of its own. The end of its last page is lost: an eighth at most.
const MIN_MAPPED: usize = 16 * 1024;

/// Copies a body into memory that takes no more than the body needs, and that goes back to the operating system when the
/// entry is dropped. The allocator would keep the places of large evicted bodies for others of about the same size: the
/// program had up to 2.2 times the memory that its bodies need. Bytes in the program itself are not copied.
pub fn own_memory(body: Bytes) -> Bytes {
    if !body.is_unique() {
        return body;
    }
    if body.len() >= MIN_MAPPED
        && let Ok(mut pages) = MmapMut::map_anon(body.len())
    {
        pages.copy_from_slice(&body);
        return Bytes::from_owner(pages);
    }
    // Without pages, as where a process may have no more maps, the allocator's memory will do.
    Bytes::copy_from_slice(&body)
}
