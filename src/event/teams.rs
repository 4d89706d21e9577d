//! Two or three OPCs for a need that nobody covers alone.
//!
//! The need is cut into parts, and each OPC covers some. Of all teams the best is
//! found by trying them (weighted maximum coverage with at most three sets; the
//! general problem is NP-hard, three members are not). A branch is left when even
//! the widest members still to come could not reach the best coverage so far.

use std::cmp::Reverse;

use crate::domain::{ListingId, Milli, OpcId};

/// At most so many members: more than three one-person companies are a project office.
const MOST_MEMBERS: usize = 3;
/// Parts that are counted; a longer need is covered in these only.
const MOST_PARTS: usize = 128;

/// A part of a need: a sentence, or one thing it asks for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct NeedPart {
    /// In the need's own words.
    pub text: String,
    /// How much of the need it is, against the other parts.
    pub weight: u32,
}

/// What one OPC could do for the need.
#[derive(Debug, Clone, PartialEq)]
pub struct Helper {
    /// Who.
    pub opc: OpcId,
    /// With which capability.
    pub capability: ListingId,
    /// The degree of need and capability.
    pub degree: Milli,
    /// By part, how strongly the capability answers it, 0..=1; missing ones are 0.
    pub strengths: Vec<f32>,
}

/// When a team is sought, and what counts as covered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TeamRules {
    /// Members at most; more than three are taken as three.
    pub members: usize,
    /// A part is covered from this strength on.
    pub covers_from: f32,
}

impl Default for TeamRules {
    /// 0.16 is where the ranking ceases to call a sentence a gap.
    fn default() -> Self {
        TeamRules { members: MOST_MEMBERS, covers_from: 0.16 }
    }
}

/// A part that somebody covers.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Covered {
    /// Index of the part.
    pub part: usize,
    /// How strongly, 0..=1.
    pub strength: f32,
}

/// One OPC of a team.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Member {
    /// Who.
    pub opc: OpcId,
    /// With which capability.
    pub capability: ListingId,
    /// The degree of need and capability.
    pub degree: Milli,
    /// Parts that are this member's: nobody else in the team covers them more strongly.
    pub covers: Vec<Covered>,
}

/// Who does what.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Team {
    /// By OPC.
    pub members: Vec<Member>,
    /// Indices of parts that nobody in the team covers.
    pub open: Vec<usize>,
    /// Weight of the parts covered.
    pub covered_weight: u64,
    /// Weight of all parts.
    pub whole_weight: u64,
}

/// How good a team is; the greater the better. Ids are compared after it.
type Standing = (u64, Reverse<usize>, u64, i64);

struct Search<'a> {
    weights: Vec<u64>,
    helpers: Vec<&'a Helper>,
    /// By helper, the parts it covers.
    masks: Vec<u128>,
    /// By helper, the weight of those; falls with the index.
    alone: Vec<u64>,
    best: Option<(Standing, Vec<usize>)>,
}

/// The best team: greatest weight covered, then fewest members, then strength
/// (Σ weight × strongest), then Σ degree, then the least ids. One member where one
/// is enough; `None` when nobody covers anything.
///
/// The answer does not depend on the order of `helpers`. No OPC is in a team twice.
pub fn team(parts: &[NeedPart], helpers: &[Helper], rules: TeamRules) -> Option<Team> {
    let weights: Vec<u64> = parts.iter().take(MOST_PARTS).map(|part| u64::from(part.weight)).collect();
    let weigh = |mask: u128| sum(&weights, mask);
    let mut able: Vec<(u64, u128, &Helper)> = helpers
        .iter()
        .map(|helper| {
            let mask = mask(helper, weights.len(), rules.covers_from);
            (weigh(mask), mask, helper)
        })
        .filter(|&(weight, ..)| weight > 0)
        .collect();
    able.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| id(a.2).cmp(&id(b.2))));
    let mut search = Search {
        helpers: able.iter().map(|&(_, _, helper)| helper).collect(),
        masks: able.iter().map(|&(_, mask, _)| mask).collect(),
        alone: able.iter().map(|&(weight, ..)| weight).collect(),
        best: None,
        weights,
    };
    let reachable = sum(&search.weights, search.masks.iter().fold(0, |all, mask| all | mask));
    for size in 1..=rules.members.min(MOST_MEMBERS) {
        search.extend(&mut Vec::with_capacity(size), 0, 0, size);
        if search.best.as_ref().is_some_and(|(standing, _)| standing.0 == reachable) {
            break;
        }
    }
    let (standing, mut members) = search.best.take()?;
    members.sort_by_key(|&member| id(search.helpers[member]));
    let chosen: Vec<&Helper> = members.iter().map(|&member| search.helpers[member]).collect();
    Some(assign(&chosen, parts, standing.0, rules.covers_from))
}

fn id(helper: &Helper) -> (&OpcId, &ListingId) {
    (&helper.opc, &helper.capability)
}

fn strength(helper: &Helper, part: usize) -> f32 {
    helper.strengths.get(part).copied().unwrap_or(0.0)
}

fn mask(helper: &Helper, parts: usize, covers_from: f32) -> u128 {
    (0..parts).filter(|&part| strength(helper, part) >= covers_from).fold(0, |mask, part| mask | 1 << part)
}

fn sum(weights: &[u64], mut mask: u128) -> u64 {
    let mut total = 0;
    while mask != 0 {
        total += weights[mask.trailing_zeros() as usize];
        mask &= mask - 1;
    }
    total
}

impl Search<'_> {
    /// Tries all teams of `size` that begin with `members`.
    fn extend(&mut self, members: &mut Vec<usize>, from: usize, covered: u128, size: usize) {
        let left = size - members.len();
        if left == 0 {
            self.judge(members, covered);
            return;
        }
        let so_far = sum(&self.weights, covered);
        for next in from..self.helpers.len() {
            let reach = so_far + left as u64 * self.alone[next];
            // A smaller team with the same coverage is better: equals matter only within one size.
            let hopeless = self.best.as_ref().is_some_and(|((coverage, Reverse(members), ..), _)| {
                if *members < size { reach <= *coverage } else { reach < *coverage }
            });
            if hopeless {
                return;
            }
            if members.iter().any(|&member| self.helpers[member].opc == self.helpers[next].opc) {
                continue;
            }
            members.push(next);
            self.extend(members, next + 1, covered | self.masks[next], size);
            members.pop();
        }
    }

    fn judge(&mut self, members: &[usize], covered: u128) {
        let coverage = sum(&self.weights, covered);
        let size = Reverse(members.len());
        if self.best.as_ref().is_some_and(|(best, _)| (coverage, size) < (best.0, best.1)) {
            return;
        }
        let strongest = |part: usize| {
            let all = members.iter().map(|&member| thousandths(strength(self.helpers[member], part)));
            all.max().unwrap_or(0)
        };
        let parts = (0..self.weights.len()).filter(|part| covered >> part & 1 == 1);
        let strengths = parts.map(|part| self.weights[part] * strongest(part)).sum();
        let degrees = members.iter().map(|&member| self.helpers[member].degree.0).sum();
        let standing = (coverage, size, strengths, degrees);
        let better = self.best.as_ref().is_none_or(|(best, theirs)| {
            standing > *best || (standing == *best && self.ids(members) < self.ids(theirs))
        });
        if better {
            self.best = Some((standing, members.to_vec()));
        }
    }

    fn ids(&self, members: &[usize]) -> Vec<(&OpcId, &ListingId)> {
        let mut ids: Vec<_> = members.iter().map(|&member| id(self.helpers[member])).collect();
        ids.sort();
        ids
    }
}

/// Whole numbers, so that sums do not depend on their order.
fn thousandths(strength: f32) -> u64 {
    (f64::from(strength.clamp(0.0, 1.0)) * 1000.0).round() as u64
}

/// Gives each part to the strongest member, the first by id among equals.
fn assign(chosen: &[&Helper], parts: &[NeedPart], covered_weight: u64, covers_from: f32) -> Team {
    let mut members: Vec<Member> = chosen
        .iter()
        .map(|helper| Member {
            opc: helper.opc.clone(),
            capability: helper.capability.clone(),
            degree: helper.degree,
            covers: Vec::new(),
        })
        .collect();
    let mut open = Vec::new();
    for part in 0..parts.len() {
        let able = chosen.iter().enumerate().map(|(number, helper)| (strength(helper, part), number));
        let able = able.filter(|&(strength, _)| part < MOST_PARTS && strength >= covers_from);
        match able.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) {
            Some((strength, number)) => members[number].covers.push(Covered { part, strength }),
            None => open.push(part),
        }
    }
    let whole_weight = parts.iter().map(|part| u64::from(part.weight)).sum();
    Team { members, open, covered_weight, whole_weight }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn helper(o: usize, degree: i64, strengths: &[f32]) -> Helper {
        Helper {
            opc: OpcId(format!("工作室{o}")),
            capability: ListingId(format!("C{o}")),
            degree: Milli(degree),
            strengths: strengths.to_vec(),
        }
    }

    fn parts(weights: &[u32]) -> Vec<NeedPart> {
        weights.iter().map(|&weight| NeedPart { text: String::new(), weight }).collect()
    }

    #[track_caller]
    fn check(weights: &[u32], helpers: &[(i64, &[f32])], members: &[usize], open: &[usize]) {
        let helpers: Vec<Helper> = helpers
            .iter()
            .enumerate()
            .map(|(o, (degree, strengths))| helper(o, *degree, strengths))
            .collect();
        let made = team(&parts(weights), &helpers, TeamRules::default());
        let names: Vec<String> = made.iter().flat_map(|t| &t.members).map(|m| m.opc.0.clone()).collect();
        assert_eq!(names, members.iter().map(|o| format!("工作室{o}")).collect::<Vec<_>>());
        assert_eq!(made.map_or(Vec::new(), |team| team.open), open);
    }

    #[test]
    fn coverage_then_size_then_strength_then_degree_then_id() {
        check(&[1, 1], &[], &[], &[]);
        check(&[1, 1], &[(90_000, &[0.1, 0.15])], &[], &[]);
        // One who covers all needs no company, however strong the others are.
        check(&[1, 1], &[(10_000, &[0.2, 0.2]), (90_000, &[0.9]), (90_000, &[0.0, 0.9])], &[0], &[]);
        check(&[1, 1], &[(10_000, &[0.9]), (10_000, &[0.0, 0.9])], &[0, 1], &[]);
        check(&[1, 1, 1], &[(0, &[0.5]), (0, &[0.0, 0.5]), (0, &[0.0, 0.0, 0.5])], &[0, 1, 2], &[]);
        // Weight, not the number of parts.
        let four: [(i64, &[f32]); 4] =
            [(0, &[0.5]), (0, &[0.0, 0.5]), (0, &[0.0, 0.0, 0.5]), (0, &[0.0, 0.0, 0.0, 0.5])];
        check(&[3, 1, 2, 2], &four, &[0, 2, 3], &[1]);
        check(&[1, 1], &[(0, &[0.5]), (0, &[0.0, 0.5]), (0, &[0.0, 0.6])], &[0, 2], &[]);
        check(&[1, 1], &[(0, &[0.5]), (0, &[0.0, 0.5]), (1, &[0.0, 0.5])], &[0, 2], &[]);
        check(&[1, 1], &[(0, &[0.5]), (0, &[0.0, 0.5]), (0, &[0.0, 0.5])], &[0, 1], &[]);
    }

    #[test]
    fn each_part_is_given_to_the_strongest() {
        let helpers = [helper(0, 0, &[0.9, 0.3]), helper(1, 0, &[0.8, 0.7, 0.2])];
        let made = team(&parts(&[1, 1, 1, 1]), &helpers, TeamRules::default()).unwrap();
        let covers = |m: usize| made.members[m].covers.iter().map(|c| c.part).collect::<Vec<_>>();
        // The second alone covers three of four; the first adds nothing.
        assert_eq!((made.members.len(), covers(0), made.open.clone()), (1, vec![0, 1, 2], vec![3]));
        assert_eq!((made.covered_weight, made.whole_weight), (3, 4));
    }

    fn drawn() -> impl Strategy<Value = (Vec<u32>, Vec<Helper>)> {
        let strength = prop::sample::select(vec![0.0f32, 0.1, 0.16, 0.3, 0.3, 0.8]);
        let one = (0usize..7, 0usize..2, 0i64..3, prop::collection::vec(strength, 0..7));
        (prop::collection::vec(0u32..4, 0..7), prop::collection::vec(one, 0..9)).prop_map(
            |(weights, drawn)| {
                let helpers = drawn.into_iter().map(|(o, c, degree, strengths)| Helper {
                    capability: ListingId(format!("C{o}-{c}")),
                    ..helper(o, degree, &strengths)
                });
                let mut helpers: Vec<Helper> = helpers.collect();
                helpers.sort_by(|a, b| id(a).cmp(&id(b)));
                helpers.dedup_by(|a, b| id(a) == id(b));
                (weights, helpers)
            },
        )
    }

    /// Every team there is, judged by the documented order.
    fn brute(weights: &[u32], helpers: &[Helper], most: usize) -> Vec<ListingId> {
        let judge = |mask: u32| {
            let chosen: Vec<&Helper> =
                (0..helpers.len()).filter(|h| mask >> h & 1 == 1).map(|h| &helpers[h]).collect();
            let opcs: std::collections::BTreeSet<_> = chosen.iter().map(|h| &h.opc).collect();
            if chosen.is_empty() || chosen.len() > most || opcs.len() < chosen.len() {
                return None;
            }
            let (mut coverage, mut strengths) = (0, 0);
            for (part, &weight) in weights.iter().enumerate() {
                let best = chosen.iter().map(|h| strength(h, part)).fold(0.0, f32::max);
                if best >= 0.16 {
                    coverage += u64::from(weight);
                    strengths += u64::from(weight) * (f64::from(best) * 1000.0).round() as u64;
                }
            }
            let degrees: i64 = chosen.iter().map(|h| h.degree.0).sum();
            let ids: Vec<_> = chosen.iter().map(|h| id(h)).collect();
            (coverage > 0).then_some((coverage, Reverse(chosen.len()), strengths, degrees, Reverse(ids)))
        };
        let best = (0..1u32 << helpers.len()).filter_map(judge).max();
        best.map_or(Vec::new(), |(.., Reverse(ids))| ids.into_iter().map(|(_, c)| c.clone()).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

        #[test]
        fn the_team_is_the_best_there_is((weights, mut helpers) in drawn(), most in 1usize..4) {
            let rules = TeamRules { members: most, ..TeamRules::default() };
            let best = brute(&weights, &helpers, most);
            helpers.reverse();
            let made = team(&parts(&weights), &helpers, rules);
            let members = made.iter().flat_map(|t| &t.members).map(|m| m.capability.clone());
            prop_assert_eq!(members.collect::<Vec<_>>(), best);
            if let Some(made) = made {
                let open: u64 = made.open.iter().map(|&part| u64::from(weights[part])).sum();
                prop_assert_eq!(made.covered_weight + open, made.whole_weight);
                let covered: usize = made.members.iter().map(|m| m.covers.len()).sum();
                prop_assert_eq!(covered + made.open.len(), weights.len());
            }
        }
    }
}
