//! The evidence files: each file that a record names is in the store with its bytes.

use std::fs;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};

use super::Evidence;
use crate::common::BoxedError;
use crate::figures::FaultKind::{Halved, Lost};
use crate::figures::Figures;

/// Compares the digest of each stored file with its name.
pub async fn check(evidence: &Evidence<'_>, figures: &mut Figures) -> Result<(), BoxedError> {
    let folder = &evidence.service.environment["SECTION55_FILES"];
    let sql = "select area, sha256 from evidence_files union select area, sha256 from file_contents";
    for row in evidence.database.query(sql, &[]).await? {
        let (area, sha256): (String, String) = (row.get(0), row.get(1));
        match fs::read(Path::new(folder).join(&area).join(&sha256[..2]).join(&sha256)) {
            Err(error) => figures.fault(Lost, format!("the file {sha256} of {area} is not in the store: {error}")),
            Ok(bytes) if hex::encode(digest(&SHA256, &bytes)) != sha256 => {
                figures.fault(Halved, format!("the file {sha256} of {area} has other bytes in the store"));
            }
            Ok(_) => {}
        }
    }
    Ok(())
}
