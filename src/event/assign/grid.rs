//! The pairs that may meet, as flat arrays, and the network they make.

use super::super::flow::{Arc, ArcId, Network};
use super::{Rules, Scores};

/// The pairs at or above the floor. A cell is the index of one such pair; cells
/// run by row, then by column.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) rules: Rules,
    /// All scores are multiples of this; here they stand divided by it, so that
    /// every whole number is a possible sum and proofs round to it.
    pub(super) grain: i64,
    /// Cells of row r: `start[r]..start[r + 1]`.
    start: Vec<usize>,
    row: Vec<u32>,
    column: Vec<u32>,
    score: Vec<i64>,
}

impl Grid {
    pub(super) fn new(scores: &Scores, rules: Rules) -> Grid {
        let (mut start, mut row, mut column, mut score) = (vec![0], Vec::new(), Vec::new(), Vec::new());
        for (number, pairs) in (0u32..).zip(scores.pairs()) {
            for &(at, value) in pairs {
                if rules.floor.is_none_or(|floor| value >= floor) {
                    row.push(number);
                    column.push(at);
                    score.push(value);
                }
            }
            start.push(row.len());
        }
        let grain = score.iter().fold(0, |grain, &score| common_divisor(grain, score)).max(1);
        score.iter_mut().for_each(|score| *score /= grain);
        Grid { rows: scores.rows(), columns: scores.columns(), rules, grain, start, row, column, score }
    }

    pub(super) fn cells(&self) -> usize {
        self.score.len()
    }

    pub(super) fn of_row(&self, row: usize) -> std::ops::Range<usize> {
        self.start[row]..self.start[row + 1]
    }

    pub(super) fn row(&self, cell: usize) -> usize {
        self.row[cell] as usize
    }

    pub(super) fn column(&self, cell: usize) -> usize {
        self.column[cell] as usize
    }

    pub(super) fn score(&self, cell: usize) -> i64 {
        self.score[cell]
    }

    /// The arc of a cell; its cost is minus its score.
    pub(super) fn arc(cell: usize) -> ArcId {
        ArcId(cell as u32)
    }

    /// The arc on which all that a column takes leaves.
    pub(super) fn column_arc(&self, column: usize) -> ArcId {
        ArcId((self.cells() + column) as u32)
    }

    /// Rows give `per_row`, columns pass on between their least and their most,
    /// and a last node, numbered rows + columns, takes everything.
    pub(super) fn network(&self) -> Network {
        let mut network = Network::new();
        let per_row = i64::from(self.rules.per_row);
        let rows: Vec<_> = (0..self.rows).map(|_| network.add_node(per_row)).collect();
        let columns: Vec<_> = (0..self.columns).map(|_| network.add_node(0)).collect();
        let end = network.add_node(-per_row * self.rows as i64);
        for cell in 0..self.cells() {
            let (from, to) = (rows[self.row(cell)], columns[self.column(cell)]);
            network.add_arc(Arc { from, to, least: 0, most: 1, cost: -self.score[cell] });
        }
        let (least, most) = (i64::from(self.rules.min_per_column), i64::from(self.rules.max_per_column));
        for &from in &columns {
            network.add_arc(Arc { from, to: end, least, most, cost: 0 });
        }
        network
    }
}

fn common_divisor(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b > 0 {
        (a, b) = (b, a % b);
    }
    // Only two minima have a divisor that does not fit; dividing by less is right too.
    i64::try_from(a).unwrap_or(1)
}
