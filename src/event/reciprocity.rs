//! One degree, two views: what the need's side and the OPC's side each see in a pair.
//!
//! The degree says how well the work fits. Whether the two *want* each other also
//! hangs on terms, and each side looks at different ones. A term that is met leaves
//! a view as it is, one that is not stated costs a little (a question to ask), one
//! that is not met costs much, but never everything: the listing may be out of date.

use crate::domain::{Answer, Milli, TermCheck, TermKind};

/// A view that sees nothing amiss in a perfect fit.
const WHOLE: f64 = 100_000.0;

/// What terms do to a view. Judgement, not measurement: no event has reported yet
/// how its meetings went. Each factor multiplies once per term.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Reciprocity {
    /// Need's view, term not stated. Real lists leave most terms out, so four open
    /// questions should still leave four fifths of the view.
    pub need_not_stated: f64,
    /// Need's view, term not met: half, so that such a pair meets only where
    /// nothing comparable that keeps the term is left.
    pub need_not_met: f64,
    /// OPC's view, term not stated. Dearer than for the need: an unknown budget is
    /// an afternoon at stake for somebody who works alone.
    pub opc_not_stated: f64,
    /// OPC's view, term not met: a budget below its floor, or no capacity left.
    pub opc_not_met: f64,
    /// How far a stated interest moves the OPC's view towards 100°.
    pub interest: f64,
}

impl Default for Reciprocity {
    fn default() -> Self {
        Reciprocity {
            need_not_stated: 0.95,
            need_not_met: 0.5,
            opc_not_stated: 0.9,
            opc_not_met: 0.4,
            interest: 0.25,
        }
    }
}

/// What the two sides see in one pair, each 0..=100 000 thousandths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Views {
    /// The need's side.
    pub need: Milli,
    /// The OPC's side.
    pub opc: Milli,
}

impl Views {
    /// need × OPC, in thousandths of a degree: 100° × 100° is 100°.
    pub fn product(self) -> Milli {
        let (need, opc) = (i128::from(self.need.0), i128::from(self.opc.0));
        Milli(i64::try_from((need * opc + 50_000) / 100_000).unwrap_or(i64::MAX))
    }
}

impl Reciprocity {
    /// The two views of a pair: its degree, times one factor for each term that
    /// matters to that side; a stated interest then raises the OPC's.
    pub fn views(&self, degree: Milli, checks: &[TermCheck], interested: bool) -> Views {
        let (mut need, mut opc) = (degree.0 as f64, degree.0 as f64);
        for check in checks {
            let (to_need, to_opc) = matters(check.term);
            if to_need {
                need *= factor(check.answer, self.need_not_stated, self.need_not_met);
            }
            if to_opc {
                opc *= factor(check.answer, self.opc_not_stated, self.opc_not_met);
            }
        }
        if interested {
            opc += (WHOLE - opc) * self.interest;
        }
        let rounded = |view: f64| Milli(view.round().clamp(0.0, WHOLE) as i64);
        Views { need: rounded(need), opc: rounded(opc) }
    }
}

fn factor(answer: Answer, not_stated: f64, not_met: f64) -> f64 {
    match answer {
        Answer::Met => 1.0,
        Answer::NotStated => not_stated,
        Answer::NotMet => not_met,
    }
}

/// Whether a term weighs on the need's view, and on the OPC's.
fn matters(term: TermKind) -> (bool, bool) {
    match term {
        TermKind::Budget | TermKind::Capacity => (false, true),
        TermKind::Region => (true, true),
        TermKind::Delivery
        | TermKind::LegalPerson
        | TermKind::PastContracts
        | TermKind::Certificate
        | TermKind::DataStaysOnSite
        | TermKind::OnSite => (true, false),
        // A fact about the need alone, the same for every OPC.
        TermKind::Deadline => (false, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(terms: &[(TermKind, Answer)], interested: bool, need: i64, opc: i64) {
        let checks: Vec<TermCheck> = terms
            .iter()
            .map(|&(term, answer)| TermCheck { term, answer, asked: String::new(), offered: String::new() })
            .collect();
        let views = Reciprocity::default().views(Milli(80_000), &checks, interested);
        assert_eq!((views.need, views.opc), (Milli(need), Milli(opc)));
    }

    #[test]
    fn each_side_looks_at_its_own_terms() {
        use Answer::{Met, NotMet, NotStated};
        use TermKind as T;
        check(&[], false, 80_000, 80_000);
        check(&[(T::Budget, Met), (T::OnSite, Met)], false, 80_000, 80_000);
        check(&[(T::Budget, NotStated)], false, 80_000, 72_000);
        check(&[(T::Budget, NotMet)], false, 80_000, 32_000);
        check(&[(T::Capacity, NotMet)], false, 80_000, 32_000);
        check(&[(T::Region, NotStated)], false, 76_000, 72_000);
        check(&[(T::Certificate, NotStated), (T::Certificate, NotMet)], false, 38_000, 80_000);
        check(&[(T::Delivery, NotMet), (T::LegalPerson, NotMet)], false, 20_000, 80_000);
        check(&[(T::PastContracts, NotStated), (T::DataStaysOnSite, Met)], false, 76_000, 80_000);
        check(&[(T::Deadline, NotMet)], false, 80_000, 80_000);
        check(&[], true, 80_000, 85_000);
        check(&[(T::Budget, NotMet)], true, 80_000, 49_000);
    }

    #[test]
    fn the_product_is_in_degrees_and_rounds_to_the_nearest() {
        for (need, opc, product) in
            [(100_000, 100_000, 100_000), (80_000, 50_000, 40_000), (0, 90_000, 0), (33_333, 33_333, 11_111)]
        {
            assert_eq!(Views { need: Milli(need), opc: Milli(opc) }.product(), Milli(product));
        }
    }
}
