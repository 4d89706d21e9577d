//! The measures, for one requirement.

use std::collections::BTreeMap;

use crate::domain::ListingId;

use super::qrels::Grade;

/// From this grade on a capability counts as a fit.
pub const FIT: Grade = 2;

/// Normalised discounted cumulated gain of the first `k`: Σ grade / log2(1 + rank),
/// over the same sum for the best possible order (Järvelin and Kekäläinen, 2002;
/// linear gain, as trec_eval has it). `None` when nothing has a grade above 0.
pub fn ndcg(ranked: &[ListingId], grades: &BTreeMap<ListingId, Grade>, k: usize) -> Option<f64> {
    let discounted = |grades: &mut dyn Iterator<Item = Grade>| -> f64 {
        grades.take(k).enumerate().map(|(at, grade)| f64::from(grade) / (at as f64 + 2.0).log2()).sum()
    };
    let mut ideal: Vec<Grade> = grades.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best = discounted(&mut ideal.into_iter());
    let got = discounted(&mut ranked.iter().map(|id| grades.get(id).copied().unwrap_or(0)));
    (best > 0.0).then(|| got / best)
}

/// Share of the fits that stand among the first `k`; `None` when there is no fit.
pub fn recall(ranked: &[ListingId], grades: &BTreeMap<ListingId, Grade>, k: usize) -> Option<f64> {
    let fits = grades.values().filter(|&&grade| grade >= FIT).count();
    let found = ranked.iter().take(k).filter(|id| grades.get(*id).is_some_and(|&grade| grade >= FIT)).count();
    (fits > 0).then(|| found as f64 / fits as f64)
}

/// One over the rank of the first fit, 0 when none is ranked; `None` when there is no fit.
pub fn mrr(ranked: &[ListingId], grades: &BTreeMap<ListingId, Grade>) -> Option<f64> {
    grades.values().any(|&grade| grade >= FIT).then(|| {
        let first = ranked.iter().position(|id| grades.get(id).is_some_and(|&grade| grade >= FIT));
        first.map_or(0.0, |at| 1.0 / (at as f64 + 1.0))
    })
}

/// The measures of one requirement; each `None` where it is not defined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// [`ndcg`] at 10.
    pub ndcg_at_10: Option<f64>,
    /// [`recall`] at 10.
    pub recall_at_10: Option<f64>,
    /// [`mrr`].
    pub mrr: Option<f64>,
}

impl Measures {
    /// Of a ranking that holds every candidate.
    pub fn of(ranked: &[ListingId], grades: &BTreeMap<ListingId, Grade>) -> Measures {
        Measures {
            ndcg_at_10: ndcg(ranked, grades, 10),
            recall_at_10: recall(ranked, grades, 10),
            mrr: mrr(ranked, grades),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &str) -> Vec<ListingId> {
        ids.chars().map(|c| ListingId(c.to_string())).collect()
    }

    #[test]
    fn worked_by_hand() {
        let grades: BTreeMap<ListingId, Grade> =
            [("a", 3), ("b", 2), ("c", 1), ("d", 0)].map(|(id, grade)| (id.into(), grade)).into();
        let ideal = 3.0 + 2.0 / 3f64.log2() + 0.5;
        for (order, ndcg_expected, recall_expected, mrr_expected) in [
            ("abcd", 1.0, 1.0, 1.0),
            ("dcba", (1.0 / 3f64.log2() + 1.0 + 3.0 / 5f64.log2()) / ideal, 1.0, 1.0 / 3.0),
            ("xy", 0.0, 0.0, 0.0),
        ] {
            let ranked = ids(order);
            assert!((ndcg(&ranked, &grades, 10).unwrap() - ndcg_expected).abs() < 1e-12, "{order}");
            assert_eq!(recall(&ranked, &grades, 10), Some(recall_expected), "{order}");
            assert_eq!(mrr(&ranked, &grades), Some(mrr_expected), "{order}");
        }
        assert_eq!(recall(&ids("da"), &grades, 1), Some(0.0));
    }

    #[test]
    fn nothing_to_find_is_not_a_zero() {
        let grades: BTreeMap<ListingId, Grade> = [("a".into(), 1)].into();
        assert_eq!(recall(&ids("a"), &grades, 10), None);
        assert_eq!(mrr(&ids("a"), &grades), None);
        assert_eq!(ndcg(&ids("a"), &grades, 10), Some(1.0));
        assert_eq!(ndcg(&ids("a"), &BTreeMap::new(), 10), None);
    }
}
