//! What came of it all, counted: 征集、发布、对接、签约、落地.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::{EventId, FollowUp, ListingId, Pair, Progress, Rejection, Status};

/// How many needs have come how far; each stage contains the next, signing apart
/// (a pair may be in use without a contract on record).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, utoipa::ToSchema)]
pub struct NeedCounts {
    /// 征集: all in the list.
    pub collected: usize,
    /// 发布: those that are or were published, whatever became of them.
    pub published: usize,
    /// 对接: those with a pair that has met.
    pub met: usize,
    /// 签约: those with a pair that has signed.
    pub signed: usize,
    /// 落地: those with a pair whose work is in use.
    pub landed: usize,
}

/// How many pairs have come how far. Two who met at several events are one pair.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, utoipa::ToSchema)]
pub struct PairCounts {
    /// All that were ever on a shortlist.
    pub shortlisted: usize,
    /// 对接.
    pub met: usize,
    /// 签约.
    pub signed: usize,
    /// 落地.
    pub landed: usize,
}

/// A follow-up that is open and nobody's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Unowned {
    /// At which event they were brought together.
    pub event: EventId,
    /// Who.
    pub pair: Pair,
    /// How far they have come.
    pub state: Progress,
}

/// How often a reason was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RejectionCount {
    /// The reason.
    pub reason: Rejection,
    /// Follow-ups that are ruled out for it now.
    pub count: usize,
}

/// What came of it all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FollowSummary {
    /// By need; follow-ups of needs that are not in the list do not count here.
    pub needs: NeedCounts,
    /// By pair; those of needs that are not in the list count too.
    pub pairs: PairCounts,
    /// Pairs whose need is not in the list (any more).
    pub pairs_of_unlisted_needs: usize,
    /// Open follow-ups without an owner, the furthest first, then by need, OPC, event.
    pub unowned: Vec<Unowned>,
    /// Every reason in the order of [`Rejection::ALL`], also those never given.
    pub rejections: Vec<RejectionCount>,
}

/// Whether the two have met, also when they were ruled out afterwards.
fn has_met(follow_up: &FollowUp) -> bool {
    follow_up.state.has_met() || follow_up.steps.iter().any(|step| step.state.has_met())
}

/// Whether somebody has to do something about it.
fn is_open(follow_up: &FollowUp) -> bool {
    !matches!(follow_up.state, Progress::Excluded | Progress::Landed | Progress::Shelved)
}

/// Counts needs and follow-ups for the organiser.
///
/// A need that stands in `needs` twice counts once, with the status it has first.
pub fn follow_summary(needs: &[(ListingId, Status)], follow_ups: &[FollowUp]) -> FollowSummary {
    let mut status: BTreeMap<&ListingId, Status> = BTreeMap::new();
    for (need, state) in needs {
        status.entry(need).or_insert(*state);
    }
    let pairs_where = |passes: &dyn Fn(&FollowUp) -> bool| -> BTreeSet<&Pair> {
        follow_ups.iter().filter(|follow_up| passes(follow_up)).map(|follow_up| &follow_up.pair).collect()
    };
    let shortlisted = pairs_where(&|_| true);
    let met = pairs_where(&has_met);
    let signed = pairs_where(&|follow_up| follow_up.signed_on.is_some());
    let landed = pairs_where(&|follow_up| follow_up.state == Progress::Landed);
    let needs_of = |pairs: &BTreeSet<&Pair>| {
        let of_pairs: BTreeSet<&ListingId> = pairs.iter().map(|pair| &pair.need).collect();
        of_pairs.into_iter().filter(|need| status.contains_key(need)).count()
    };
    let was_published = |status: &Status| !matches!(status, Status::Draft | Status::Review);
    let mut unowned: Vec<Unowned> = follow_ups
        .iter()
        .filter(|follow_up| is_open(follow_up) && follow_up.owner.trim().is_empty())
        .map(|follow_up| Unowned {
            event: follow_up.event.clone(),
            pair: follow_up.pair.clone(),
            state: follow_up.state,
        })
        .collect();
    unowned.sort_by(|a, b| (b.state, &a.pair, &a.event).cmp(&(a.state, &b.pair, &b.event)));
    FollowSummary {
        needs: NeedCounts {
            collected: status.len(),
            published: status.values().filter(|status| was_published(status)).count(),
            met: needs_of(&met),
            signed: needs_of(&signed),
            landed: needs_of(&landed),
        },
        pairs: PairCounts {
            shortlisted: shortlisted.len(),
            met: met.len(),
            signed: signed.len(),
            landed: landed.len(),
        },
        pairs_of_unlisted_needs: shortlisted.iter().filter(|pair| !status.contains_key(&pair.need)).count(),
        unowned,
        rejections: Rejection::ALL
            .iter()
            .map(|&reason| RejectionCount {
                reason,
                count: follow_ups.iter().filter(|follow_up| follow_up.rejection == Some(reason)).count(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::{OpcId, Step};

    fn follow_up(event: &str, need: &str, opc: &str, states: &[Progress]) -> FollowUp {
        let pair = Pair { need: need.into(), opc: OpcId(opc.into()) };
        let mut follow_up = FollowUp::new(EventId(event.into()), pair);
        for &state in states {
            let on = jiff::civil::date(2026, 12, 4);
            let why = (state == Progress::Excluded).then_some(Rejection::Price);
            follow_up.advance(Step { state, on, by: String::new(), note: String::new() }, why).unwrap();
        }
        follow_up
    }

    #[test]
    fn needs_and_pairs_are_counted_once_and_by_the_furthest() {
        use Progress::{Advancing, Candidate, Excluded, Landed, Met, Shelved, Talking};
        let needs: Vec<(ListingId, Status)> = [
            ("N1", Status::Published),
            ("N2", Status::Draft),
            ("N3", Status::Closed),
            ("N4", Status::InProgress),
            ("N5", Status::Review),
            ("N1", Status::Draft),
        ]
        .map(|(need, status)| (need.into(), status))
        .to_vec();
        let mut follow_ups = vec![
            follow_up("E1", "N1", "甲", &[Met, Talking, Advancing, Landed]),
            follow_up("E1", "N1", "乙", &[Met, Excluded]),
            follow_up("E2", "N1", "乙", &[]),
            follow_up("E1", "N3", "甲", &[Met]),
            follow_up("E1", "N4", "丙", &[Excluded]),
            follow_up("E1", "N4", "甲", &[Met, Shelved]),
            follow_up("E1", "N9", "丁", &[Met, Talking]),
        ];
        follow_ups[3].signed_on = Some(jiff::civil::date(2026, 12, 20));
        follow_ups[3].owner = "小周".into();
        let made = follow_summary(&needs, &follow_ups);
        assert_eq!(made.needs, NeedCounts { collected: 5, published: 3, met: 3, signed: 1, landed: 1 });
        assert_eq!(made.pairs, PairCounts { shortlisted: 6, met: 5, signed: 1, landed: 1 });
        assert_eq!(made.pairs_of_unlisted_needs, 1);
        let unowned: Vec<(&str, Progress)> =
            made.unowned.iter().map(|open| (open.pair.need.0.as_str(), open.state)).collect();
        assert_eq!(unowned, [("N9", Talking), ("N1", Candidate)]);
        let given: Vec<(Rejection, usize)> =
            made.rejections.iter().filter(|r| r.count > 0).map(|r| (r.reason, r.count)).collect();
        assert_eq!((made.rejections.len(), given), (Rejection::ALL.len(), vec![(Rejection::Price, 2)]));
        follow_ups.reverse();
        assert_eq!(follow_summary(&needs, &follow_ups), made, "the order of follow-ups does not matter");
    }
}
