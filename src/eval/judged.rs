//! The judged set that is part of the program: grades for 96 demo requirements.

use std::collections::BTreeMap;

use crate::domain::ListingId;

use super::qrels::{Qrels, QrelsError};

/// Grades for demo requirements, with what is known of each of them.
#[derive(Debug, Clone)]
pub struct JudgedSet {
    /// The grades.
    pub qrels: Qrels,
    /// Walk of life, and whether the requirement is held out from all tuning.
    pub needs: BTreeMap<ListingId, Need>,
}

/// A judged requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Never tuned on.
    pub held_out: bool,
    /// Which group of industries.
    pub walk_of_life: String,
}

impl JudgedSet {
    /// Reads the set inside the program.
    ///
    /// # Errors
    /// Only when the program was built from damaged files.
    pub fn load() -> Result<JudgedSet, QrelsError> {
        let qrels = Qrels::read(include_str!("../../data/eval/qrels.txt").as_bytes())?;
        let needs = include_str!("../../data/eval/needs.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut cells = line.split('\t');
                let (id, split, walk) = (cells.next()?, cells.next()?, cells.next()?);
                Some((id.into(), Need { held_out: split == "held-out", walk_of_life: walk.to_owned() }))
            })
            .collect();
        Ok(JudgedSet { qrels, needs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_judged_requirement_has_a_split_and_a_third_is_held_out() {
        let set = JudgedSet::load().unwrap();
        assert!(set.qrels.requirements().eq(set.needs.keys()));
        let held_out = set.needs.values().filter(|need| need.held_out).count();
        assert_eq!((set.needs.len(), held_out), (96, 32));
        let without_fit = set
            .qrels
            .requirements()
            .filter(|id| {
                set.qrels.of(id).is_some_and(|grades| grades.values().all(|&g| g < super::super::FIT))
            })
            .count();
        assert!(without_fit >= 10, "{without_fit}");
    }
}
