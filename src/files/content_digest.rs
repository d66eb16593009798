//! The digests of a file's content: of the whole file, and of each block of 1 MiB. With the digests of the blocks, a part
//! of a file can be checked without reading the whole file.

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN};

/// The size of a block, in bytes. The last block of a file can be shorter.
pub(super) const BLOCK_SIZE: u64 = 1024 * 1024;

/// The digests of a complete content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentDigest {
    /// The number of bytes.
    pub size: u64,
    /// SHA-256 of all bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// SHA-256 of each block, 32 bytes each, one after the other.
    pub block_digests: Vec<u8>,
}

/// Computes the digests of a content that arrives in chunks of any size.
pub(super) struct ContentHasher {
    /// The number of bytes so far.
    pub(super) size: u64,
    whole: Context,
    block: Context,
    block_digests: Vec<u8>,
}

impl ContentHasher {
    pub(super) fn new() -> Self {
        Self { size: 0, whole: Context::new(&SHA256), block: Context::new(&SHA256), block_digests: Vec::new() }
    }

    /// Adds bytes.
    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        self.whole.update(bytes);
        while !bytes.is_empty() {
            let free = usize::try_from(BLOCK_SIZE - self.size % BLOCK_SIZE).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(free.min(bytes.len()));
            self.block.update(now);
            self.size += now.len() as u64;
            if self.size.is_multiple_of(BLOCK_SIZE) {
                self.end_block();
            }
            bytes = later;
        }
    }

    fn end_block(&mut self) {
        let ended = std::mem::replace(&mut self.block, Context::new(&SHA256));
        self.block_digests.extend_from_slice(ended.finish().as_ref());
    }

    /// Returns the digests of all bytes.
    pub(super) fn finish(mut self) -> ContentDigest {
        if !self.size.is_multiple_of(BLOCK_SIZE) {
            self.end_block();
        }
        let Self { size, whole, block_digests, .. } = self;
        ContentDigest { size, sha256: hex::encode(whole.finish()), block_digests }
    }
}

/// Returns true if a block has the digest at this position of the digests of all blocks.
pub(super) fn is_block(block: &[u8], index: u64, block_digests: &[u8]) -> bool {
    let expected = usize::try_from(index).ok().and_then(|index| block_digests.chunks(SHA256_OUTPUT_LEN).nth(index));
    let found = aws_lc_rs::digest::digest(&SHA256, block);
    expected == Some(found.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digests_do_not_depend_on_the_chunks() {
        let content: Vec<u8> = (0..2_621_440_u32).map(|n| (n % 251) as u8).collect();
        let digest = |chunk: usize| {
            let mut hasher = ContentHasher::new();
            content.chunks(chunk).for_each(|bytes| hasher.update(bytes));
            hasher.finish()
        };
        let found = digest(content.len());
        assert_eq!((found.size, found.block_digests.len()), (2_621_440, 3 * 32));
        for chunk in [7_919, 65_536, 1 << 20, (1 << 20) + 1] {
            assert_eq!(digest(chunk), found, "{chunk}");
        }
        for (index, block) in (0..).zip(content.chunks(1 << 20)) {
            assert!(is_block(block, index, &found.block_digests), "{index}");
            assert!(!is_block(&block[1..], index, &found.block_digests), "{index}");
        }
        assert!(!is_block(b"", 3, &found.block_digests), "there is no fourth block");
        let whole = aws_lc_rs::digest::digest(&SHA256, &content);
        assert_eq!(found.sha256, hex::encode(whole));
    }

    #[test]
    fn a_content_of_whole_blocks_has_no_empty_block() {
        let mut hasher = ContentHasher::new();
        hasher.update(&vec![1; 2 << 20]);
        assert_eq!(hasher.finish().block_digests.len(), 2 * 32);
        assert_eq!(ContentHasher::new().finish().block_digests, Vec::<u8>::new());
    }
}
