//! Rows that say almost the same: MinHash over character trigrams, so that a
//! hundred thousand rows are compared without comparing every pair.

use std::borrow::Borrow;

use rayon::prelude::*;
use serde::Serialize;

use super::RowRef;
use super::facts::fold_text;
use crate::domain::Listing;

/// Share of common trigrams from which two rows are pointed out. Below it lie
/// notices that share their formula and differ in substance.
const THRESHOLD: f64 = 0.8;

/// Rows with fewer trigrams are compared only when they are equal.
const MIN_SHINGLES: usize = 8;

/// Bins of the signature, in bands of four: two rows sharing 80 % of their
/// trigrams meet in some band with probability 1-(1-0.8⁴)¹⁶ > 0.999.
const BINS: usize = 64;
const BAND: usize = 4;

/// Earlier rows of one band that each row is compared with: enough to tie a
/// group of copies together, and bounded however many copies there are.
const LOOK_BACK: usize = 3;

/// Pairs reported.
const MAX_PAIRS: usize = 1_000;

/// Two rows that say almost the same.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NearDuplicate {
    /// The earlier row.
    pub first: RowRef,
    /// The later row.
    pub second: RowRef,
    /// Share of common character trigrams of title and text, from 0.8 to 1.
    pub similarity: f64,
}

/// The pairs, by the order of the later row, and whether some were left out.
pub(super) fn pairs(listings: &[Listing]) -> (Vec<NearDuplicate>, bool) {
    let (alike, cut) = near_duplicates(listings);
    let pairs = alike
        .into_iter()
        .map(|(second, first, similarity)| NearDuplicate {
            first: row_ref(&listings[first]),
            second: row_ref(&listings[second]),
            similarity,
        })
        .collect();
    (pairs, cut)
}

/// Pairs of listings that say almost the same: positions of the later and the earlier
/// one, and the share of common character trigrams of title and text, from 0.8 to 1;
/// and whether some were left out. In the order of the later one.
pub fn near_duplicates<L: Borrow<Listing> + Sync>(listings: &[L]) -> (Vec<(usize, usize, f64)>, bool) {
    let shingled = |listing: &L| shingles(&listing.borrow().title, &listing.borrow().text);
    let shingles: Vec<Vec<u32>> = listings.par_iter().map(shingled).collect();
    let signatures: Vec<[u32; BINS]> = shingles.par_iter().map(|s| signature(s)).collect();
    let mut candidates: Vec<(u32, u32)> = (0..BINS / BAND)
        .into_par_iter()
        .flat_map_iter(|band| {
            let mut keys: Vec<([u32; BAND], u32)> = signatures
                .iter()
                .enumerate()
                .filter(|(row, _)| !shingles[*row].is_empty())
                .map(|(row, signature)| {
                    let mut key = [0; BAND];
                    key.copy_from_slice(&signature[band * BAND..(band + 1) * BAND]);
                    (key, row as u32)
                })
                .collect();
            keys.sort_unstable();
            let mut found = Vec::new();
            for (at, (key, row)) in keys.iter().enumerate() {
                let earlier = keys[..at].iter().rev().take(LOOK_BACK).take_while(|(k, _)| k == key);
                found.extend(earlier.map(|(_, other)| (*row, *other)));
            }
            found
        })
        .collect();
    candidates.par_sort_unstable();
    candidates.dedup();
    let mut alike: Vec<(u32, u32, f64)> = candidates
        .into_par_iter()
        .filter_map(|(second, first)| {
            let similarity = jaccard(&shingles[first as usize], &shingles[second as usize]);
            (similarity >= THRESHOLD).then_some((second, first, similarity))
        })
        .collect();
    let cut = alike.len() > MAX_PAIRS;
    alike.truncate(MAX_PAIRS);
    let rounded = |similarity: f64| (similarity * 1000.0).round() / 1000.0;
    let pairs = alike.into_iter().map(|(a, b, similarity)| (a as usize, b as usize, rounded(similarity)));
    (pairs.collect(), cut)
}

fn row_ref(listing: &Listing) -> RowRef {
    RowRef {
        sheet: listing.source.sheet.clone(),
        row: listing.source.row.unwrap_or_default(),
        id: listing.id.0.clone(),
    }
}

/// Hashes of the character trigrams of letters and figures, sorted, each once.
fn shingles(title: &str, text: &str) -> Vec<u32> {
    let folded = fold_text(&format!("{title} {text}"));
    let characters: Vec<char> = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut hashes: Vec<u32> = characters
        .windows(3)
        .map(|w| mix(u64::from(w[0] as u32) << 42 | u64::from(w[1] as u32) << 21 | u64::from(w[2] as u32)))
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    if hashes.len() < MIN_SHINGLES {
        // One hash for the whole: equal or not.
        let whole = characters.iter().fold(0u64, |h, c| u64::from(mix(h ^ u64::from(*c as u32))));
        return if characters.is_empty() { Vec::new() } else { vec![whole as u32] };
    }
    hashes
}

/// The finaliser of SplitMix64, a fixed bijection that spreads every bit.
fn mix(mut x: u64) -> u32 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (x >> 32) as u32
}

/// One-permutation MinHash: the least hash in each of the bins, empty bins
/// borrowing from the next full one.
fn signature(hashes: &[u32]) -> [u32; BINS] {
    let mut bins = [u32::MAX; BINS];
    for hash in hashes {
        let bin = (hash >> 26) as usize % BINS;
        bins[bin] = bins[bin].min(*hash);
    }
    let full = bins;
    for (at, slot) in bins.iter_mut().enumerate() {
        let lender = (0..BINS).map(|step| full[(at + step) % BINS]).find(|hash| *hash != u32::MAX);
        *slot = lender.unwrap_or(u32::MAX);
    }
    bins
}

/// Share of common members of two sorted sets.
fn jaccard(a: &[u32], b: &[u32]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    let all = a.len() + b.len() - common;
    if all == 0 { 0.0 } else { common as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Side;

    #[test]
    fn copies_with_small_changes_are_found_and_others_are_not() {
        let texts = [
            "为辖区三十二个小区的电梯加装传感器，提前发现困人和故障隐患，数据留在街道机房，要求九月底前上线。",
            "想给食堂做菜品识别自动结算，高峰期两百人同时取餐，识别要快，价格不能算错，最好能统计剩菜。",
            "為轄區三十二個小區的電梯加裝傳感器，提前發現困人和故障隱患，數據留在街道機房，要求十月底前上線！",
            "食堂菜谱设计与摄影，出图二十张。",
        ];
        let listings: Vec<Listing> = texts
            .iter()
            .enumerate()
            .map(|(i, text)| Listing::new(format!("N{i}"), Side::Requirement, "需求", *text))
            .collect();
        let (pairs, cut) = pairs(&listings);
        let ids: Vec<(&str, &str)> =
            pairs.iter().map(|p| (p.first.id.as_str(), p.second.id.as_str())).collect();
        assert_eq!((ids, cut), (vec![("N0", "N2")], false));
        assert!(pairs[0].similarity > 0.8 && pairs[0].similarity < 1.0);
    }

    #[test]
    fn a_thousand_copies_do_not_make_a_million_pairs() {
        let listing = |i: usize| {
            Listing::new(
                format!("N{i}"),
                Side::Requirement,
                "同一条",
                "内容完全相同的一条需求，用来看配对的数量",
            )
        };
        let listings: Vec<Listing> = (0..1000).map(listing).collect();
        let (pairs, _) = pairs(&listings);
        assert!(pairs.len() >= 999 && pairs.len() <= MAX_PAIRS, "{}", pairs.len());
    }
}
