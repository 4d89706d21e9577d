//! What a pair is worth, in integers, and the rules of an assignment.

/// The scores of a matrix whose rows are to be served by its columns. A pair
/// without a score may not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scores {
    columns: usize,
    pairs: Vec<Vec<(u32, i64)>>,
}

impl Scores {
    /// Scores from, for each row, its (column, score) pairs. Pairs are put in
    /// order of column; of two for one column the last counts, and pairs beyond
    /// the last column are left out.
    pub fn new(columns: usize, mut pairs: Vec<Vec<(u32, i64)>>) -> Scores {
        for row in &mut pairs {
            row.reverse();
            row.sort_by_key(|&(column, _)| column);
            row.dedup_by_key(|&mut (column, _)| column);
            row.retain(|&(column, _)| (column as usize) < columns);
        }
        Scores { columns, pairs }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.pairs.len()
    }

    /// How many columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// By row: its (column, score) pairs in order of column.
    pub fn pairs(&self) -> &[Vec<(u32, i64)>] {
        &self.pairs
    }
}

/// What must hold of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Each row gets exactly this many different columns.
    pub per_row: u32,
    /// A column serves at most this many rows.
    pub max_per_column: u32,
    /// A column serves at least this many rows.
    pub min_per_column: u32,
    /// No pair below this score.
    pub floor: Option<i64>,
}
