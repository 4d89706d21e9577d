//! How the numbers in [`Weights`] are found again: the grids, the rules, and what they choose.
//!
//! Nothing here looks at a requirement that is held out. Requirements are asked as they
//! stand, and by their titles alone: the title of a need is the short question that its
//! own writer would ask, and the grades of the need are its grades.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::{ListingId, Side};
use crate::index::{Probe, Snapshot};
use crate::rank::{Brevity, Calibration, Mix, Ranker, Ranking, Settings, Weights};

use super::measure::{FIT, ndcg};
use super::qrels::{Grade, Qrels};
use super::summary::by_relevance;

/// Sizes of a question at which half of something is left; 0 leaves out what it halves.
const HALVES: [f32; 9] = [0.0, 10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 80.0, 120.0];

/// Shares and cosines are tried in steps of this.
const STEP: f32 = 0.05;

/// The lift is sought from 0 to this many steps.
const LIFT_STEPS: u8 = 12;

/// nDCG@10 that short questions may cost the requirements of a list as they stand.
const MOST_LOST: f64 = 0.002;

/// Mean log losses that differ by no more than this are one.
const SAME_LOSS: f64 = 1e-4;

/// Of the requirements that nothing fits, this share is to be told so.
const TOLD: f64 = 0.75;

/// A list with grades for its requirements, each with its title as a question.
#[derive(Debug)]
pub struct Graded<'a> {
    /// Ranks the list.
    pub ranker: &'a Ranker,
    /// The grades to fit on.
    pub qrels: &'a Qrels,
    /// The title of each graded requirement, made ready as a requirement from outside.
    pub titles: BTreeMap<ListingId, Probe>,
}

/// What the rules choose, and what they chose from.
#[derive(Debug)]
pub struct Fitted {
    /// The numbers chosen; those that no rule looks for are the present ones.
    pub weights: Weights,
    rows: Vec<Tried>,
    lifts: Vec<Lifted>,
    lists: usize,
}

/// A share and a half with the mean nDCG@10 of each set: whole and titles, list by list.
#[derive(Debug)]
struct Tried {
    lexical: f32,
    words_half: f32,
    ndcg: Vec<f64>,
}

impl Tried {
    /// Each list's requirements as they stand.
    fn whole(&self) -> impl Iterator<Item = f64> {
        self.ndcg.iter().step_by(2).copied()
    }

    /// What the lists lose, the list that loses most, against another step.
    fn loses(&self, other: &Tried) -> f64 {
        self.whole().zip(other.whole()).map(|(own, other)| other - own).fold(0.0, f64::max)
    }
}

/// A lift with the losses under the calibration of requirements as they stand.
#[derive(Debug)]
struct Lifted {
    brevity: Brevity,
    calibration: Calibration,
    loss: f64,
    title_loss: f64,
    /// Σ of the titles' degrees as chances, and how many of their pairs are fits.
    expected: f64,
    fits: usize,
}

/// One question, with everything a score is made of.
struct Question<'a> {
    size: f32,
    /// Lexical score with all of it kept, dense score without a lift, in the order of ids.
    pairs: Vec<(ListingId, f64, f64)>,
    grades: &'a BTreeMap<ListingId, Grade>,
}

impl Question<'_> {
    /// The scores under weights, in the order of ids.
    fn scores(&self, weights: &Weights, per_cosine: f64) -> Vec<f64> {
        let (words, dense) = weights.shares(Mix::Hybrid);
        let words = f64::from(words * weights.brevity.words_kept(self.size));
        let lift = f64::from(weights.brevity.lift(self.size)) * per_cosine;
        self.pairs.iter().map(|(_, l, d)| words * l + f64::from(dense) * (d + lift)).collect()
    }

    fn ndcg(&self, weights: &Weights, per_cosine: f64) -> Option<f64> {
        let scores = self.scores(weights, per_cosine);
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        let first: Vec<ListingId> = order.iter().take(10).map(|&at| self.pairs[at].0.clone()).collect();
        ndcg(&first, self.grades, 10)
    }

    fn is_fit(&self, at: usize) -> bool {
        self.grades.get(&self.pairs[at].0).is_some_and(|&grade| grade >= FIT)
    }

    /// `(score, whether it is a fit)` of every pair.
    fn judged(&self, weights: &Weights, per_cosine: f64) -> Vec<(f64, bool)> {
        let scores = self.scores(weights, per_cosine);
        scores.into_iter().enumerate().map(|(at, score)| (score, self.is_fit(at))).collect()
    }
}

/// Chooses by the rules; the first list is the demo's tuned-on part, which degrees are
/// fitted on.
///
/// 1. Without heeding shortness, the share of words is the step with the highest mean, over
///    the lists, of nDCG@10 of requirements as they stand.
///    `lexical` and `words_half` are the step with the highest mean over requirements as they
///    stand and titles alike, of those under which the requirements of no list as they stand lose
///    more than 0.002 against that; of equals the smaller half, then the smaller share.
/// 2. The lift is the step under which the degrees of titles come true best (least mean log loss),
///    by the calibration that requirements as they stand get; of halves within 0.0001 of the least
///    loss the smallest, which moves the degrees of requirements as they stand least.
/// 3. That calibration is Platt's fit over all pairs of the demo's tuned-on requirements.
/// 4. The floor is the lowest multiple of 5 at which three quarters of those that nothing
///    fits are told so.
pub fn fit(lists: &[Graded<'_>]) -> Fitted {
    let now = lists.first().map_or_else(Weights::default, |list| *list.ranker.weights());
    let sets: Vec<(Vec<Question<'_>>, f64)> = lists
        .iter()
        .flat_map(|list| {
            let per_cosine = per_cosine(list.ranker.snapshot(), &now);
            [(whole(list), per_cosine), (titles(list), per_cosine)]
        })
        .collect();
    let mut rows = Vec::new();
    for words_half in HALVES {
        for step in 0..=20u8 {
            let lexical = f32::from(step) * STEP;
            let weights = Weights { lexical, brevity: Brevity { words_half, ..Brevity::NONE }, ..now };
            let ndcg = sets.iter().map(|(set, per)| mean(set.iter().filter_map(|q| q.ndcg(&weights, *per))));
            rows.push(Tried { lexical, words_half, ndcg: ndcg.collect() });
        }
    }
    let mut weights = now;
    let plain: Vec<&Tried> = rows.iter().filter(|tried| tried.words_half == 0.0).collect();
    let best = first_best(&plain, |tried| mean(tried.whole())).and_then(|plain| {
        let kept: Vec<&Tried> = rows.iter().filter(|tried| tried.loses(plain) <= MOST_LOST).collect();
        first_best(&kept, |tried| mean(tried.ndcg.iter().copied())).copied()
    });
    if let Some(best) = best {
        weights.lexical = best.lexical;
        weights.brevity.words_half = best.words_half;
    }
    let mut lifts = Vec::new();
    if let [(whole, per_cosine), (titles, _), ..] = &sets[..] {
        for lift_half in HALVES.into_iter().skip(1) {
            for step in 0..=LIFT_STEPS {
                let brevity = Brevity { lift: f32::from(step) * STEP, lift_half, ..weights.brevity };
                lifts.push(lifted(&Weights { brevity, ..weights }, whole, titles, *per_cosine));
            }
        }
        let least = lifts.iter().map(|lifted| lifted.title_loss).fold(f64::INFINITY, f64::min);
        let half = lifts.iter().find(|lifted| lifted.title_loss <= least + SAME_LOSS);
        let of_half: Vec<&Lifted> = lifts
            .iter()
            .filter(|lifted| half.is_some_and(|half| half.brevity.lift_half == lifted.brevity.lift_half))
            .collect();
        if let Some(best) = first_best(&of_half, |lifted| -lifted.title_loss) {
            weights.brevity = best.brevity;
            weights.calibration = best.calibration;
        }
        weights.floor = floor(&weights, whole, *per_cosine);
    }
    Fitted { weights, rows, lifts, lists: lists.len() }
}

/// The first of those with the highest value.
fn first_best<T>(all: &[T], value: impl Fn(&T) -> f64) -> Option<&T> {
    all.iter().reduce(|best, next| if value(next) > value(best) { next } else { best })
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0u32), |(sum, count), value| (sum + value, count + 1));
    sum / f64::from(count.max(1))
}

fn per_cosine(snapshot: &Snapshot, weights: &Weights) -> f64 {
    1.0 / f64::from(weights.deviations * snapshot.spread().deviation)
}

fn lifted(weights: &Weights, whole: &[Question<'_>], titles: &[Question<'_>], per_cosine: f64) -> Lifted {
    let all = |set: &[Question<'_>]| -> Vec<(f64, bool)> {
        set.iter().flat_map(|question| question.judged(weights, per_cosine)).collect()
    };
    let (whole, titles) = (all(whole), all(titles));
    let calibration = platt(&whole);
    Lifted {
        brevity: weights.brevity,
        calibration,
        loss: loss(&whole, calibration),
        title_loss: loss(&titles, calibration),
        expected: titles.iter().map(|&(score, _)| chance(score, calibration)).sum(),
        fits: titles.iter().filter(|&&(_, fit)| fit).count(),
    }
}

fn chance(score: f64, calibration: Calibration) -> f64 {
    1.0 / (1.0 + (-(calibration.intercept + calibration.slope * score)).exp())
}

/// Mean log loss, natural.
fn loss(pairs: &[(f64, bool)], calibration: Calibration) -> f64 {
    mean(pairs.iter().map(|&(score, fit)| {
        let odds = calibration.intercept + calibration.slope * score;
        // ln(1 + e^odds), without its overflow.
        let all = odds.max(0.0) + (-odds.abs()).exp().ln_1p();
        if fit { all - odds } else { all }
    }))
}

/// Platt's fit by Newton's steps, halved where they lead up; plain targets, not his
/// smoothed ones, for pairs are thousands.
fn platt(pairs: &[(f64, bool)]) -> Calibration {
    let mut now = Calibration { intercept: 0.0, slope: 0.0 };
    let mut at = loss(pairs, now);
    for _ in 0..100 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-12, 0.0, 1e-12);
        for &(score, fit) in pairs {
            let p = chance(score, now);
            let (off, spread) = (p - f64::from(u8::from(fit)), p * (1.0 - p));
            g0 += off;
            g1 += off * score;
            h00 += spread;
            h01 += spread * score;
            h11 += spread * score * score;
        }
        let determinant = h00 * h11 - h01 * h01;
        if determinant <= 0.0 {
            break;
        }
        let step = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant);
        let tried = (0..30).find_map(|halved| {
            let part = 0.5f64.powi(halved);
            let next =
                Calibration { intercept: now.intercept - part * step.0, slope: now.slope - part * step.1 };
            let value = loss(pairs, next);
            (value < at).then_some((next, value))
        });
        let Some((next, value)) = tried else { break };
        let settled = at - value < 1e-13;
        (now, at) = (next, value);
        if settled {
            break;
        }
    }
    now
}

fn floor(weights: &Weights, whole: &[Question<'_>], per_cosine: f64) -> f64 {
    let best: Vec<f64> = whole
        .iter()
        .filter(|question| question.grades.values().all(|&grade| grade < FIT))
        .map(|question| {
            let scores = question.scores(weights, per_cosine);
            let best = scores.into_iter().fold(f64::NEG_INFINITY, f64::max);
            weights.calibration.degree(best).percent()
        })
        .collect();
    let told = |floor: f64| best.iter().filter(|&&degree| degree < floor).count() as f64;
    (1..20u8)
        .map(|step| f64::from(step) * 5.0)
        .find(|&floor| told(floor) >= TOLD * best.len() as f64)
        .unwrap_or(weights.floor)
}

/// The requirements of a list as they stand.
fn whole<'a>(list: &Graded<'a>) -> Vec<Question<'a>> {
    let side = list.ranker.snapshot().side(Side::Requirement);
    let ask =
        |plain: &Ranker, id: &ListingId, settings: &Settings| plain.rank(Side::Requirement, id, settings);
    let size = |id: &ListingId| {
        let row = side.row(id)?;
        let units = side.question(row).iter().map(|&(_, unit, count)| (unit, count));
        Some(units.map(|(unit, count)| list.ranker.weights().size_of(unit, count)).sum())
    };
    questions(list, &size, &ask)
}

/// Their titles.
fn titles<'a>(list: &Graded<'a>) -> Vec<Question<'a>> {
    let ask = |plain: &Ranker, id: &ListingId, settings: &Settings| {
        Some(plain.rank_probe(Side::Requirement, list.titles.get(id)?, settings))
    };
    let size = |id: &ListingId| {
        let units = list.titles.get(id)?.question().iter().map(|&(_, unit, count)| (unit, count));
        Some(units.map(|(unit, count)| list.ranker.weights().size_of(unit, count)).sum())
    };
    questions(list, &size, &ask)
}

type Ask<'a> = dyn Fn(&Ranker, &ListingId, &Settings) -> Option<Ranking> + 'a;

/// Every graded requirement of the list, scored against all capabilities by words alone and by
/// meaning alone, with nothing made of its shortness.
fn questions<'a>(
    list: &Graded<'a>,
    size: &dyn Fn(&ListingId) -> Option<f32>,
    ask: &Ask<'_>,
) -> Vec<Question<'a>> {
    let plain = list.ranker.weighed_by(Weights { brevity: Brevity::NONE, ..*list.ranker.weights() });
    let scores = |id: &ListingId, mix: Mix| -> Option<BTreeMap<ListingId, f64>> {
        let fits = ask(&plain, id, &by_relevance(mix))?.fits;
        Some(fits.into_iter().map(|hit| (hit.id, hit.score.total)).collect())
    };
    let question = |id: &ListingId| {
        let (words, dense) = (scores(id, Mix::Lexical)?, scores(id, Mix::Dense)?);
        let pairs = words.into_iter().zip(dense.into_values()).map(|((id, l), d)| (id, l, d)).collect();
        Some(Question { size: size(id)?, pairs, grades: list.qrels.of(id)? })
    };
    list.qrels.requirements().filter_map(question).collect()
}

impl fmt::Display for Fitted {
    /// Each step of the rules as a table, then what they choose.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| words_half | lexical | mean | whole, mean |")?;
        for list in 1..=self.lists {
            write!(f, " whole {list} | titles {list} |")?;
        }
        writeln!(f, "\n|---|---|---|---|{}", "---|---|".repeat(self.lists))?;
        for row in &self.rows {
            let (all, whole) = (mean(row.ndcg.iter().copied()), mean(row.whole()));
            write!(f, "| {} | {:.2} | {all:.4} | {whole:.4} |", row.words_half, row.lexical)?;
            for ndcg in &row.ndcg {
                write!(f, " {ndcg:.3} |")?;
            }
            writeln!(f)?;
        }
        writeln!(
            f,
            "\n| lift_half | lift | intercept | slope | loss, whole | loss, titles | fits among titles, expected |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|")?;
        for row in &self.lifts {
            writeln!(
                f,
                "| {} | {:.2} | {:.3} | {:.2} | {:.5} | {:.5} | {:.0} of {} |",
                row.brevity.lift_half,
                row.brevity.lift,
                row.calibration.intercept,
                row.calibration.slope,
                row.loss,
                row.title_loss,
                row.expected,
                row.fits
            )?;
        }
        let Weights { lexical, brevity, calibration, floor, .. } = self.weights;
        writeln!(
            f,
            "\nlexical {lexical:.2}, words_half {}, lift {:.2}, lift_half {}, intercept {:.3}, slope {:.2}, floor {floor}",
            brevity.words_half, brevity.lift, brevity.lift_half, calibration.intercept, calibration.slope
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platt_finds_the_odds_that_made_the_pairs() {
        // At each score, fits in the very proportion that the calibration says.
        let made = Calibration { intercept: -3.0, slope: 8.0 };
        let mut pairs = Vec::new();
        for step in 0..=20u8 {
            let score = f64::from(step) / 20.0;
            let fits = (chance(score, made) * 10_000.0).round() as usize;
            pairs.extend((0..10_000).map(|n| (score, n < fits)));
        }
        let found = platt(&pairs);
        assert!((found.intercept - made.intercept).abs() < 0.01, "{found:?}");
        assert!((found.slope - made.slope).abs() < 0.02, "{found:?}");
        assert!(loss(&pairs, found) <= loss(&pairs, made));
    }

    #[test]
    fn of_equals_the_first_is_best() {
        assert_eq!(first_best(&[(1, 0.5), (2, 0.7), (3, 0.7), (4, 0.1)], |x| x.1), Some(&(2, 0.7)));
        assert_eq!(first_best(&[] as &[f64], |x| *x), None);
    }
}
