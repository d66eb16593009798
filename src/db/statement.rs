//! SQL statements, their parameters, and the conversion of a row into a value. A statement consists of the program's
//! own text only, so that nothing a caller sends can become SQL.

use std::borrow::Cow;
use std::fmt;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// The text of a statement. It can only be assembled from the program's own text and from numbers.
#[derive(Clone, Debug, Default)]
pub struct Sql(pub(super) Cow<'static, str>);

impl Sql {
    /// Appends program text.
    pub fn push(&mut self, text: &'static str) {
        self.0.to_mut().push_str(text);
    }

    /// Appends the text of another statement.
    pub fn append(&mut self, other: &Self) {
        self.0.to_mut().push_str(&other.0);
    }

    /// Appends a number.
    pub fn push_number(&mut self, number: usize) {
        self.0.to_mut().push_str(&number.to_string());
    }

    /// Appends the placeholder of a parameter, such as `$3`. Parameters are numbered from 1.
    pub fn push_parameter(&mut self, number: usize) {
        self.0.to_mut().push_str(&format!("${number}"));
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

/// The parameters of a statement, in the order of its placeholders.
pub type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A parameter that its statement owns.
pub type SqlValue = Box<dyn ToSql + Sync + Send>;

/// A statement that writes, with its parameters. It is sent at once where a later statement reads what it wrote, and
/// otherwise together with the commit.
pub struct WriteStatement {
    pub(super) sql: &'static str,
    parameters: Vec<SqlValue>,
}

impl WriteStatement {
    /// Creates a statement; the macro `values!` creates its parameters.
    pub fn new(sql: &'static str, parameters: Vec<SqlValue>) -> Self {
        Self { sql, parameters }
    }

    pub(super) fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.parameters.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect()
    }
}

impl fmt::Debug for WriteStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WriteStatement").field(&self.sql).finish()
    }
}

/// A type that is read from one row.
pub trait FromRow: Sized {
    /// Reads the value from the row's columns, by column name.
    ///
    /// # Errors
    /// When a column is missing or has another type. The program and its schema then disagree.
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error>;
}

/// Creates the parameters of a [`WriteStatement`], in the order given.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$(Box::new($value) as $crate::db::SqlValue),*] };
}

/// Makes an update fail unless it changed exactly one row. The update's `where` clause compares the record's version.
/// Where the version has moved on, the database raises an error and the whole transaction is rolled back.
macro_rules! compare_and_set {
    ($($update:literal),+ $(,)?) => {
        concat!("with written as (", $($update,)+ " returning true) select assert_version((select count(*) from written))")
    };
}

pub(crate) use {compare_and_set, values};
