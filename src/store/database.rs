//! What a database must be able to do, and the values that go in and out.

use std::fmt::Debug;

use super::error::StoreError;
use super::listener::Listener;

/// A value in a statement or a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Integer(number)
    }
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Sees one instant throughout; keeps nobody waiting.
    Read,
    /// One at a time.
    Write,
}

/// A place that records are kept in.
pub(super) trait Database: Debug + Send {
    /// Begins a transaction; one that is dropped without a commit leaves nothing behind.
    ///
    /// A connection that was lost is made anew here.
    fn begin(&mut self, access: Access) -> Result<Box<dyn Transaction + '_>, StoreError>;

    /// A connection more to the same records; `None` where there can be one only.
    fn another(&self) -> Result<Option<Box<dyn Database>>, StoreError>;

    /// Whether it can be read only.
    fn is_read_only(&mut self) -> Result<bool, StoreError>;

    /// Somebody who hears of every write, where the database tells of them.
    fn listener(&self) -> Option<Listener>;
}

/// Statements that are done together or not at all.
///
/// SQL is what SQLite and PostgreSQL both read: parameters are `?1`, `?2`, …; text
/// is ordered by its bytes; no literal holds a question mark.
pub(super) trait Transaction {
    /// Runs a statement; how many rows it touched.
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError>;

    /// Runs a statement and gives back its rows.
    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError>;

    /// Makes it last: when this returns, it is durable.
    fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// One row of an answer.
#[derive(Debug)]
pub(super) struct Row(pub(super) Vec<Value>);

impl Row {
    /// The text of a column, taken out; columns count from 0.
    pub(super) fn text(&mut self, column: usize) -> Result<String, StoreError> {
        match self.take(column) {
            Value::Text(text) => Ok(text),
            other => Err(unexpected(column, "text", &other)),
        }
    }

    /// The whole number of a column.
    pub(super) fn integer(&mut self, column: usize) -> Result<i64, StoreError> {
        match self.take(column) {
            Value::Integer(number) => Ok(number),
            other => Err(unexpected(column, "integer", &other)),
        }
    }

    /// A number of a column that counts something.
    pub(super) fn count(&mut self, column: usize) -> Result<u64, StoreError> {
        Ok(self.integer(column)?.unsigned_abs())
    }

    /// The text of a column that may be empty.
    pub(super) fn optional_text(&mut self, column: usize) -> Result<Option<String>, StoreError> {
        match self.take(column) {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            other => Err(unexpected(column, "text", &other)),
        }
    }

    /// The whole number of a column that may be empty.
    pub(super) fn optional_integer(&mut self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.take(column) {
            Value::Integer(number) => Ok(Some(number)),
            Value::Null => Ok(None),
            other => Err(unexpected(column, "integer", &other)),
        }
    }

    fn take(&mut self, column: usize) -> Value {
        self.0.get_mut(column).map_or(Value::Null, |value| std::mem::replace(value, Value::Null))
    }
}

fn unexpected(column: usize, wanted: &'static str, got: &Value) -> StoreError {
    let got = match got {
        Value::Null => "null",
        Value::Integer(_) => "integer",
        Value::Text(_) => "text",
    };
    StoreError::Column { column, wanted, got }
}

/// Rows written by one statement: a server some way off is asked once for all of them.
/// More make a statement longer, not a write faster.
pub(super) const TOGETHER: usize = 100;

/// `(?1, ?2), (?3, ?4), …`: parameters for so many rows of so many columns.
pub(super) fn places(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> =
            (1..=columns).map(|column| format!("?{}", row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<String>>().join(", ")
}

/// The first row of an answer, if there is one.
pub(super) fn first(rows: Vec<Row>) -> Option<Row> {
    rows.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_through() {
        assert_eq!(places(1, 2), "(?1, ?2)");
        assert_eq!(places(2, 3), "(?1, ?2, ?3), (?4, ?5, ?6)");
    }
}
