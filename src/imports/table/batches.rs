//! The rows of a table on their way from the thread that reads the file, in batches of limited size.

use tokio::sync::mpsc;

use super::{MAX_ROWS, RowLocation, TableRow};
use crate::api::{Fault, FaultList, MAX_FAULTS, Problem};
use crate::recommendations::RecommendationRow;

/// The most rows of a batch.
const BATCH_ROWS: usize = 500;
/// The bytes of text after which a batch is sent.
const BATCH_BYTES: usize = 1024 * 1024;

/// Collects rows into batches, and sends the batches.
pub(in crate::imports) struct RowBatches {
    sender: mpsc::Sender<Result<Vec<TableRow>, Problem>>,
    batch: Vec<TableRow>,
    /// The bytes of text in the batch.
    size: usize,
    /// The number of rows in this and the earlier batches.
    count: usize,
    /// The number of faults that can still be listed. The faults after them are counted only.
    listed_faults_left: usize,
}

impl RowBatches {
    /// Creates an empty batch.
    pub(super) fn new(sender: mpsc::Sender<Result<Vec<TableRow>, Problem>>) -> Self {
        Self { sender, batch: Vec::new(), size: 0, count: 0, listed_faults_left: MAX_FAULTS }
    }

    /// Returns the number of the next row, from 0.
    pub(super) fn next_number(&self) -> usize {
        self.count
    }

    /// Adds a row whose text has `size` bytes. Returns an error, which ends the reading, if the table is too long or the
    /// receiver has gone.
    pub(super) fn add(
        &mut self,
        location: RowLocation,
        mut content: Result<RecommendationRow, FaultList>,
        size: usize,
    ) -> Result<(), Problem> {
        if self.count == MAX_ROWS {
            let detail = format!("The table has more than {MAX_ROWS} rows. Split it into several imports.");
            return Err(Problem::invalid(vec![Fault::body("/rows", "too_many", detail)]));
        }
        match &mut content {
            Ok(_) => self.size += size,
            Err(faults) => {
                faults.truncate(self.listed_faults_left);
                self.listed_faults_left -= faults.first().len();
            }
        }
        self.batch.push(TableRow { number: self.count, location, content });
        self.count += 1;
        if self.batch.len() < BATCH_ROWS && self.size < BATCH_BYTES { Ok(()) } else { self.send() }
    }

    fn send(&mut self) -> Result<(), Problem> {
        self.size = 0;
        let batch = std::mem::take(&mut self.batch);
        self.sender.blocking_send(Ok(batch)).map_err(|_| Problem::internal("the receiver of a table's rows has gone"))
    }

    /// Sends the last batch, or the problem that ended the reading.
    pub(super) fn finish(mut self, result: Result<(), Problem>) {
        let result = result.and_then(|()| match self.count {
            0 => {
                let detail = "The table has no rows. Add at least one recommendation.";
                Err(Problem::invalid(vec![Fault::body("/rows", "too_few", detail)]))
            }
            _ => self.send(),
        });
        if let Err(problem) = result {
            // If the receiver has gone, nobody needs the problem.
            let _ = self.sender.blocking_send(Err(problem));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_faults_of_all_batches_are_bounded() {
        let (sender, mut receiver) = mpsc::channel(100);
        let mut batches = RowBatches::new(sender);
        let fault = |at: usize| Fault::body(format!("/{at}"), "required", "It is required.");
        for _ in 0..1000 {
            batches.add(RowLocation::Item, Err((0..100).map(fault).collect()), 0).expect("room");
        }
        batches.finish(Ok(()));
        let (mut listed, mut counted) = (0, 0);
        while let Some(batch) = receiver.blocking_recv() {
            for row in batch.expect("rows") {
                let Err(faults) = row.content else { panic!("a fault") };
                listed += faults.first().len();
                counted += faults.count();
            }
        }
        assert_eq!((listed, counted), (MAX_FAULTS, 100_000));
    }
}
