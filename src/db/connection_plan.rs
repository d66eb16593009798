//! Divides the connections of one instance among its threads, so that an instance never opens more than its setting
//! allows, whatever its number of threads.

use std::num::NonZeroUsize;

use super::database::Db;
use super::pool::{Address, PoolError, open_pools, open_pools_with};

/// The connections that each worker thread needs: two of the service's role, so that a write leaves one for reads, one
/// of the public role, and the pipelined one of the public role.
const LEAST_PER_THREAD: usize = 4;
/// The connections that each worker thread gets by default.
const DEFAULT_PER_THREAD: usize = 7;
/// The connections of the sequencer, and the pipelined one that the threads beside the workers share.
const SINGLE: usize = 2;
/// The least number of connections beside those of the workers: the single ones, one for jobs, webhooks and the change
/// feed, and one of each role for exports.
const LEAST_BESIDE_WORKERS: usize = SINGLE + 3;
/// The number beside those of the workers that lets jobs run beside webhooks, and two exports at once for each role.
const DEFAULT_BESIDE_WORKERS: usize = SINGLE + 6;
/// The largest default, unless that many threads need more.
const LARGEST_DEFAULT: usize = 64;

/// How many connections each part of one instance may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionPlan {
    threads: NonZeroUsize,
    total: usize,
    /// The connections of the service's role for each worker thread.
    app: usize,
    /// The connections of the public role for each worker thread, without the pipelined one.
    public: usize,
    /// The connections of jobs, webhooks and the change feed.
    background: usize,
    /// The connections of exports for each role.
    exports: usize,
}

/// Why a number of connections cannot be divided.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There are fewer connections than the threads need.
    #[error(
        "SECTION55_DATABASE_CONNECTIONS is {total}, but this instance needs at least {least}: {LEAST_PER_THREAD} for \
         each of its worker threads ({threads}), and {} for exports and everything else. Set it to {least} or more, or \
         set fewer SECTION55_WORKERS", .least - LEAST_PER_THREAD * .threads
    )]
    TooFew {
        /// The setting.
        total: usize,
        /// The number of worker threads.
        threads: usize,
        /// The least possible setting.
        least: usize,
    },
    /// No export could run.
    #[error("SECTION55_EXPORTS is 0: set at least 1")]
    NoExports,
}

impl ConnectionPlan {
    /// Divides `total` connections among this number of worker threads and the threads beside them. Without a total,
    /// takes the default: 9 for one thread, else 8 and 7 for each thread up to 64, or what the threads need. `exports` is
    /// the number of exports at once for each role; without it, two where there are enough connections.
    ///
    /// # Errors
    /// [`PlanError`] when the threads need more connections.
    pub fn new(threads: NonZeroUsize, total: Option<usize>, exports: Option<usize>) -> Result<Self, PlanError> {
        if exports == Some(0) {
            return Err(PlanError::NoExports);
        }
        let workers = LEAST_PER_THREAD * threads.get();
        let least = LEAST_BESIDE_WORKERS + 2 * exports.map_or(0, |exports| exports - 1) + workers;
        let total = total.unwrap_or_else(|| default_total(threads.get()).max(least));
        if total < least {
            return Err(PlanError::TooFew { total, threads: threads.get(), least });
        }
        let is_ample = total >= DEFAULT_BESIDE_WORKERS + workers;
        let exports = exports.unwrap_or(if is_ample { 2 } else { 1 });
        let mut background = 1;
        if total > SINGLE + 2 * exports + background + workers {
            background = 2;
        }
        let per_thread = (total - SINGLE - 2 * exports - background) / threads;
        let public = (per_thread - 1) / 3;
        Ok(Self { threads, total, app: per_thread - 1 - public, public, background, exports })
    }

    /// Returns the largest number of connections of the instance.
    pub fn total(&self) -> usize {
        self.total
    }

    /// Creates the pools: the database, and the same database for exports. No connection is made yet.
    ///
    /// # Errors
    /// [`PoolError`] when TLS cannot be set up or a pool cannot be created.
    pub fn open(&self, app: &Address, public: &Address) -> Result<(Db, Db), PoolError> {
        let threads = self.threads.get();
        let db = Db::new(open_pools(app, self.app * threads, false)?, open_pools(public, self.public * threads, true)?);
        // Exports use no pipelined connection.
        let exports =
            Db::new(open_pools_with(app, self.exports, false, 0)?, open_pools_with(public, self.exports, true, 0)?);
        Ok((db.with_background_connections(self.background), exports))
    }
}

fn default_total(threads: usize) -> usize {
    let least = LEAST_BESIDE_WORKERS + LEAST_PER_THREAD * threads;
    match threads {
        1 => least,
        _ => LARGEST_DEFAULT.min(DEFAULT_BESIDE_WORKERS + DEFAULT_PER_THREAD * threads).max(least),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(threads: usize, total: Option<usize>, exports: Option<usize>) -> Result<ConnectionPlan, PlanError> {
        ConnectionPlan::new(NonZeroUsize::new(threads).expect("a thread"), total, exports)
    }

    fn sum(plan: &ConnectionPlan) -> usize {
        plan.threads.get() * (plan.app + plan.public + 1) + plan.background + 2 * plan.exports + SINGLE
    }

    #[test]
    fn no_division_exceeds_the_total_or_leaves_a_part_without_a_connection() {
        for threads in 1..=32 {
            for exports in [None, Some(1), Some(2), Some(5)] {
                let PlanError::TooFew { least, .. } = plan(threads, Some(0), exports).expect_err("too few") else {
                    panic!("another reason");
                };
                assert!(plan(threads, Some(least - 1), exports).is_err());
                for total in least..least + 100 {
                    let plan = plan(threads, Some(total), exports).expect("a plan");
                    assert!(sum(&plan) <= total, "{plan:?}");
                    assert!(total - sum(&plan) < threads + 1, "{plan:?} leaves connections unused");
                    assert!(plan.app >= 2 && plan.public >= 1 && plan.background >= 1 && plan.exports >= 1, "{plan:?}");
                }
            }
        }
    }

    #[test]
    fn ten_instances_of_one_thread_fit_into_100_by_default() {
        let totals = [1, 2, 4, 8, 16].map(|threads| plan(threads, None, None).expect("a plan").total());
        assert_eq!(totals, [9, 22, 36, 64, 69]);
        // PostgreSQL reserves 3 of its 100 for administrators.
        assert!(10 * totals[0] <= 97);
    }

    #[test]
    fn a_number_that_is_too_small_is_refused_with_the_least_possible_one() {
        let error = plan(2, Some(8), None).expect_err("too few");
        assert_eq!(
            error.to_string(),
            "SECTION55_DATABASE_CONNECTIONS is 8, but this instance needs at least 13: 4 for each of its worker threads \
             (2), and 5 for exports and everything else. Set it to 13 or more, or set fewer SECTION55_WORKERS"
        );
        assert_eq!(plan(2, None, Some(0)), Err(PlanError::NoExports));
    }
}
