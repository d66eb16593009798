//! Labels: one normal form is stored, and two labels that a reader takes for the same are the same, in the program and in
//! the database.

mod edges;
mod identity;
mod keys;
mod migration;
mod people;

/// Other ways to write `DUP-1`.
pub const VARIANTS: [&str; 16] = [
    "DUP-1",
    "DUP-1 ",
    "  DUP-1",
    "dup-1",
    "Dup-1",
    "ＤＵＰ-1",
    "ＤＵＰ－１",
    "DUP-1\u{a0}",
    "\u{3000}DUP-1",
    "DUP\u{200b}-1",
    "DUP-\u{2060}1",
    "\u{feff}DUP-1",
    "D\u{ad}UP-1",
    "\u{202d}DUP-1\u{202c}",
    "DUP\u{2011}1",
    "DUP-1\u{fe0f}",
];
