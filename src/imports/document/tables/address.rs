//! Addresses of cells and of areas of cells, such as `C7` and `A1:B2`.

use super::cell_address;

/// A merged area. Rows and columns count from 0, and the last ones belong to the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MergedArea {
    pub(super) first: (u32, u32),
    pub(super) last: (u32, u32),
}

/// Parses the address of a cell, such as `C7`, as row and column from 0.
pub(super) fn parse_address(address: &str) -> Option<(u32, u32)> {
    let address = address.trim();
    let digits = address.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = address.split_at(digits);
    let add = |column: u32, letter: u8| -> Option<u32> {
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_uppercase().then(|| column * 26 + u32::from(letter - b'A') + 1)
    };
    let column = letters.bytes().take(4).try_fold(0, add)?.checked_sub(1)?;
    let row: u32 = digits.parse().ok()?;
    (letters.len() <= 3).then_some((row.checked_sub(1)?, column))
}

/// Parses an area, such as `A1:B2`.
pub(super) fn parse_area(area: &str) -> Option<MergedArea> {
    let (first, last) = area.split_once(':')?;
    let area = MergedArea { first: parse_address(first)?, last: parse_address(last)? };
    (area.first.0 <= area.last.0 && area.first.1 <= area.last.1).then_some(area)
}

/// Returns the address of a cell whose row and column count from 0.
pub(super) fn address(row: u32, column: u32) -> String {
    cell_address(row.saturating_add(1), column as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_parsed() {
        assert_eq!(parse_address("C7"), Some((6, 2)));
        assert_eq!(parse_address("AA10"), Some((9, 26)));
        assert_eq!([parse_address("7"), parse_address("C"), parse_address("C0"), parse_address("ABCD1")], [None; 4]);
        assert_eq!(parse_area("A1:B2"), Some(MergedArea { first: (0, 0), last: (1, 1) }));
        assert_eq!([parse_area("B2:A1"), parse_area("A1")], [None; 2]);
        assert_eq!(address(6, 2), "C7");
    }
}
