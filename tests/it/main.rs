//! The tests of `document`, as one binary.

mod document_faults;
mod document_inference;
mod document_properties;
mod document_reading;
