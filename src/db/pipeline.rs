//! Statements of a transaction on their way: sent in order, the answers waited for afterwards. A transaction begins with its
//! first statement and ends with its last, so that a change costs one round trip more than its own. Only a reading of the past
//! is one too; any other tells by itself whose work it is, see `settings`.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::Poll;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tokio::sync::MutexGuard;
use tokio_postgres::{Error, Row, Statement};

use super::session::{Parameters, Session, Tx};
use super::settings::{self, Settings};
use crate::api::Problem;

/// Polls once, and so sends: the driver hands a statement over before it first waits.
async fn begun<F: Future>(future: &mut Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

impl Session<'_> {
    /// Sends a statement in its turn, with the beginning of its transaction where that is still to come, and waits for the
    /// answer while others send.
    pub(super) async fn send<T>(
        &self,
        turn: MutexGuard<'_, ()>,
        statement: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Problem> {
        let settings = self.settings().await?;
        // On the heap: many of these can be under way in one request, each within several others.
        let mut sent = Box::pin(self.sent(settings, statement));
        let early = begun(&mut sent.as_mut()).await;
        drop(turn);
        match early {
            Poll::Ready(answer) => answer,
            Poll::Pending => sent.await,
        }
    }

    /// The settings of a transaction that is still to begin, ready to be sent.
    async fn settings(&self) -> Result<Option<Statement>, Problem> {
        if self.opening.is_none() || self.opened.load(Ordering::Acquire) {
            return Ok(None);
        }
        self.step(self.client.prepare_cached(&settings::SET)).await.map(Some)
    }

    async fn sent<T>(
        &self,
        settings: Option<Statement>,
        statement: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Problem> {
        let (Some(settings), Some(opening), Some(scope)) = (settings, self.opening, self.scope) else {
            return self.step(statement).await;
        };
        self.opened.store(true, Ordering::Release);
        let told = Settings::of(scope, opening.recorded);
        let values = told.values();
        let (begun, set, done) = tokio::join!(
            biased;
            self.step(self.client.batch_execute(opening.begin)),
            self.step(self.client.query(&settings, &values)),
            self.step(statement),
        );
        begun?;
        set?;
        done
    }

    /// Puts what was known at an instant in the place of the present, for this transaction alone.
    pub(super) async fn go_back(&self, at: DateTime<Utc>) -> Result<(), Problem> {
        // The planner takes what the log holds for a row or two: joined by loops, all of it would be read for each.
        const THEN: &str = "select set_config('search_path', 'past, record', true), \
                            set_config('enable_nestloop', 'off', true), \
                            set_config('section55.as_of', $1::timestamptz::text, true)";
        self.rows(THEN, &[&at]).await.map(drop)
    }

    /// Ends a transaction that only read, without waiting to hear of it: whoever has the connection next is behind it.
    pub(super) fn leave(&self) -> Result<(), Problem> {
        if !self.opened.load(Ordering::Acquire) {
            return Ok(());
        }
        match self.client.batch_execute("commit").now_or_never() {
            None | Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(self.told(&error)),
        }
    }

    /// Commits or rolls back what has begun.
    pub(super) async fn end(&self, how: &'static str) -> Result<(), Problem> {
        if self.opening.is_some() && !self.opened.load(Ordering::Acquire) {
            return Ok(());
        }
        self.batch(how).await
    }

    /// Runs statements that give no rows.
    pub(super) async fn batch(&self, statements: &'static str) -> Result<(), Problem> {
        self.step(self.client.batch_execute(statements)).await
    }
}

/// How a transaction ended.
pub(super) struct TransactionEnd<T> {
    /// What came of it.
    pub(super) answer: Result<T, Problem>,
    /// Whether the connection is fit for others.
    pub(super) whole: bool,
    /// Whether it is not known if it was committed.
    pub(super) uncertain: bool,
}

impl<T> TransactionEnd<T> {
    /// The same with something else made of its answer.
    pub(super) fn map<U>(self, make: impl FnOnce(T) -> U) -> TransactionEnd<U> {
        TransactionEnd { answer: self.answer.map(make), whole: self.whole, uncertain: self.uncertain }
    }
}

impl Tx<'_> {
    /// The last statements and the end, sent together; gives the rows of each statement. A statement that fails in the
    /// database has failed the transaction, and what is sent as its commit only ends it.
    pub(super) async fn last(
        &self,
        statements: &[(&'static str, Parameters<'_>)],
        end: &'static str,
    ) -> TransactionEnd<Vec<Vec<Row>>> {
        let mut prepared = Vec::new();
        // Where these are the first statements too, there has to be a transaction for them to end.
        let ready = async {
            if !self.opened.load(Ordering::Acquire) {
                self.maybe("select true", &[]).await?;
            }
            for (sql, _) in statements {
                prepared.push(self.step(self.client.prepare_cached(sql)).await?);
            }
            Ok(())
        };
        if let Err(problem) = ready.await {
            return self.rolled_back(problem).await;
        }
        let turn = self.turn.lock().await;
        let mut sent = Vec::new();
        for (statement, (_, parameters)) in prepared.iter().zip(statements) {
            let mut query = Box::pin(self.client.query(statement, parameters));
            // What fails before it is sent has not failed the transaction: no commit must follow it.
            match begun(&mut query.as_mut()).await {
                Poll::Ready(Err(error)) => {
                    let problem = self.told(&error);
                    drop((turn, sent));
                    return self.rolled_back(problem).await;
                }
                Poll::Ready(Ok(rows)) => sent.push(async { Ok(rows) }.boxed_local()),
                Poll::Pending => sent.push(query.boxed_local()),
            }
        }
        let mut ending = Box::pin(self.client.batch_execute(end));
        let early = begun(&mut ending.as_mut()).await;
        drop(turn);
        let mut answers = Vec::new();
        let mut refused = None;
        let waited = self.step(async {
            for query in sent {
                match query.await {
                    Ok(rows) => answers.push(rows),
                    Err(error) if error.as_db_error().is_some() => refused = refused.take().or(Some(error)),
                    Err(error) => return Err(error),
                }
            }
            match early {
                Poll::Ready(ended) => ended,
                Poll::Pending => ending.await,
            }
        });
        let waited = waited.await;
        let refused = refused.map(|error| self.told(&error));
        let whole = waited.is_ok() && !self.broken.load(Ordering::Relaxed);
        match (refused, waited) {
            (Some(problem), _) => TransactionEnd { answer: Err(problem), whole, uncertain: false },
            (None, Ok(())) => TransactionEnd { answer: Ok(answers), whole, uncertain: false },
            // Whether a commit that got no answer happened is not known: say so, and do not try again.
            (None, Err(_)) if end == "commit" => {
                TransactionEnd { answer: Err(Problem::uncertain("the commit got no answer")), whole, uncertain: true }
            }
            (None, Err(problem)) => TransactionEnd { answer: Err(problem), whole, uncertain: false },
        }
    }

    /// The end of a transaction that failed.
    pub(super) async fn rolled_back<T>(&self, problem: Problem) -> TransactionEnd<T> {
        let ended = self.end("rollback").await;
        let whole = ended.is_ok() && !self.broken.load(Ordering::Relaxed);
        TransactionEnd { answer: Err(problem), whole, uncertain: false }
    }
}
