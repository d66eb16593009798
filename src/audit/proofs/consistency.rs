//! The proof that a log only grew between two sizes, and the check of a tree head that a caller holds from before.

use super::model::AuditConsistency;
use super::store;
use crate::api::{Fault, Problem, ProblemKind};
use crate::audit::tree::store as tree;
use crate::db::Session;
use crate::ledger::{Hash, NO_AREA_LOG, consistency_proof_ranges, heads_log};

/// The request for a consistency proof.
#[derive(Clone, Debug)]
pub struct ConsistencyRequest {
    /// The area whose log is proved. `None` for the log of heads of the newest epoch.
    pub area: Option<String>,
    /// The smaller size. `None` for 1.
    pub from: Option<u64>,
    /// The larger size. `None` for the newest signed size.
    pub to: Option<u64>,
    /// The root that the caller holds for the smaller size.
    pub from_root: Option<Hash>,
}

/// Returns the proof.
///
/// # Errors
/// 404 if the log is not in the caller's scope or nothing of it was signed; 400 if the log does not have the sizes; 410 if
/// it does not have the caller's root at the smaller size.
pub async fn prove(db: &Session<'_>, request: &ConsistencyRequest) -> Result<AuditConsistency, Problem> {
    let (log, size) = match &request.area {
        Some(area) => {
            check_log_in_scope(db, area)?;
            (area.clone(), store::find_head(db, area).await?.ok_or_else(Problem::not_found)?.1.size)
        }
        None => {
            let newest = store::list_checkpoints(db, None, 1).await?.pop().ok_or_else(Problem::not_found)?;
            (heads_log(newest.epoch), u64::try_from(newest.size).map_err(Problem::internal)?)
        }
    };
    let (from, to) = (request.from.unwrap_or(1), request.to.unwrap_or(size));
    if let Some(held) = request.from_root {
        let own = if from <= size {
            tree::range_hashes(db, &log, std::slice::from_ref(&(0..from))).await?.pop()
        } else {
            None
        };
        if own != Some(held) {
            return Err(unknown_tree_head(&log, size, from, held));
        }
    }
    let ranges = consistency_proof_ranges(from, to).filter(|_| to <= size).ok_or_else(|| {
        let detail =
            format!("The log has {size} leaves: `from` must be 1 or more, and `to` must be from `from` to {size}.");
        Problem::with_faults(ProblemKind::InvalidParameters, vec![Fault::query("to", "out_of_range", detail)])
    })?;
    let roots = tree::range_hashes(db, &log, &[0..from, 0..to]).await?;
    let proof = tree::range_hashes(db, &log, &ranges).await?;
    let (from_root, to_root) = (roots[0].to_string(), roots[1].to_string());
    Ok(AuditConsistency { from, to, from_root, to_root, proof, log })
}

/// Returns the 410 for a tree head that the log does not have.
fn unknown_tree_head(log: &str, size: u64, from: u64, held: Hash) -> Problem {
    let detail = format!(
        "The log `{log}` has {size} leaves, and does not have the root {held} at the size {from}. The database was restored \
         or replaced, or the root is of another log. The opening of an epoch states each restore: see \
         `GET /v1/audit/checkpoints` and a bundle. If none does, tell the operator and your auditors."
    );
    Problem::new(ProblemKind::TreeHeadUnknown, detail)
}

/// Checks that the log is in the caller's scope: the log of one of its areas, or of the records of no single area.
/// Fails with 404 otherwise.
pub fn check_log_in_scope(db: &Session<'_>, log: &str) -> Result<(), Problem> {
    if log == NO_AREA_LOG || db.areas().iter().any(|area| area == log) { Ok(()) } else { Err(Problem::not_found()) }
}
