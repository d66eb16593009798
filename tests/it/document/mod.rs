//! The office's document as it is read: what is found, what is inferred, what is a fault.

mod faults;
mod inference;
mod properties;
mod reading;
