//! Confidence intervals by resampling the requirements.

use serde::Serialize;

/// A mean with the middle 95 % of its resampled means.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The mean itself.
    pub mean: f64,
    /// 2.5th percentile.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
    /// How many values.
    pub count: usize,
}

/// How often the values are drawn again.
const DRAWS: usize = 2000;

/// The seed; fixed, so that a table can be printed again.
const SEED: u64 = 20_261_121;

/// Percentile bootstrap of a mean (Efron, 1979); `None` without values.
pub fn bootstrap(values: &[f64]) -> Option<Interval> {
    if values.is_empty() {
        return None;
    }
    let count = values.len();
    let mean = values.iter().sum::<f64>() / count as f64;
    let mut state = SEED;
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            (0..count).map(|_| values[(split_mix(&mut state) % count as u64) as usize]).sum::<f64>()
                / count as f64
        })
        .collect();
    draws.sort_by(f64::total_cmp);
    let at = |share: f64| draws[((DRAWS - 1) as f64 * share).round() as usize];
    Some(Interval { mean, low: at(0.025), high: at(0.975), count })
}

/// SplitMix64 (Steele, Lea, Flood, 2014): a fixed sequence for a fixed seed.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_mean_and_narrows_with_more_values() {
        let few: Vec<f64> = (0..10).map(|n| f64::from(n % 2)).collect();
        let many: Vec<f64> = (0..1000).map(|n| f64::from(n % 2)).collect();
        let (few, many) = (bootstrap(&few).unwrap(), bootstrap(&many).unwrap());
        for interval in [few, many] {
            assert!(interval.low <= interval.mean && interval.mean <= interval.high);
            assert_eq!(interval.mean, 0.5);
        }
        // The standard error of a fair coin is 0.5/√n: 95 % lie within ±1.96 of it.
        assert!((many.high - 0.5 - 1.96 * 0.5 / 1000f64.sqrt()).abs() < 0.005, "{many:?}");
        assert!(few.high - few.low > many.high - many.low);
        assert_eq!(bootstrap(&[]), None);
    }
}
