//! What the records come to, and the days that they must not miss.

mod deadlines;
mod statistics;
