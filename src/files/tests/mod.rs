//! What the files module promises, tried piece by piece.

mod archives;
mod download;
mod media;
mod memory;
mod multipart;
mod ranges;
mod samples;
mod scan;
mod service;
mod store;
mod sweep;
mod upload;

use futures_util::TryStreamExt;

use super::{Content, Received};
use crate::api::{Fault, Problem};

/// All of a file's bytes.
async fn whole(content: Content) -> Result<Vec<u8>, Problem> {
    content.try_fold(Vec::new(), async |all, bytes| Ok([all, bytes.to_vec()].concat())).await
}

/// A file as if it had been sent.
async fn received(bytes: &[u8]) -> Received {
    Received::of("file.txt", bytes).await.expect("it is taken")
}

/// The pointer and code of the one fault.
fn fault(problem: &Problem) -> (&str, &str) {
    let [Fault { pointer, code, .. }] = problem.faults() else { panic!("not one fault: {problem}") };
    (pointer, code)
}
