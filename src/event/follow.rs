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
