//! Rankings as readers see them.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;

use crate::domain::{
    Answer, Category, Listing, ListingId, Money, PartyKind, Region, Score, Side, TermCheck, mask_contacts,
};
use crate::index::{Place, Probe, Quote, Snapshot};
use crate::rank::{Explanation, Hit, Mix, Ranker, Ranking};
use crate::text;

/// What a candidate is worth to the one who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// At or above the floor, and no term is unmet.
    Fit,
    /// Near enough in content, but a term is not met.
    TermsNotMet,
    /// Below the floor: for reference only.
    BelowFloor,
}

impl Verdict {
    /// The Chinese word for it.
    pub fn label(self) -> &'static str {
        match self {
            Verdict::Fit => "合适",
            Verdict::TermsNotMet => "条件不符",
            Verdict::BelowFloor => "仅供参考",
        }
    }
}

/// The head of a listing, as lists of candidates show it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Shown {
    /// Its id.
    pub id: ListingId,
    /// Its title, masked.
    pub title: String,
    /// Its party's name, masked.
    pub party: String,
    /// What sort of party.
    pub party_kind: PartyKind,
    /// What sort of listing.
    pub category: Category,
    /// Where.
    pub region: Region,
    /// Ceiling or floor.
    pub money: Option<Money>,
    /// Fields of application.
    pub industries: Vec<String>,
}

impl From<&Listing> for Shown {
    fn from(listing: &Listing) -> Self {
        Shown {
            id: listing.id.clone(),
            title: mask_contacts(&listing.title),
            party: mask_contacts(&listing.party.name),
            party_kind: listing.party.kind,
            category: listing.category,
            region: listing.region.clone(),
            money: listing.money.clone(),
            industries: listing.industries.iter().map(|word| mask_contacts(word)).collect(),
        }
    }
}

/// A quoted sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct QuoteView {
    /// `title`, `text` or `case`.
    pub place: &'static str,
    /// The sentence, masked.
    pub words: String,
    /// Where the sentence starts in that part, in UTF-16 code units, as JavaScript counts.
    pub start: usize,
    /// What to mark within `words`: `[from, to)` in UTF-16 code units.
    pub marks: Vec<[usize; 2]>,
}

impl QuoteView {
    /// A sentence of a listing, masked, with nothing to mark.
    pub fn plain(quote: &Quote, listing: &Listing) -> QuoteView {
        quote_view(quote, listing, &BTreeSet::new())
    }
}

/// A sentence of each side that speaks for the pair.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EvidenceView {
    /// The requirement's.
    pub requirement: QuoteView,
    /// The capability's.
    pub capability: QuoteView,
    /// How strongly, 0..=1.
    pub strength: f32,
}

/// What the requirement asks and the capability does not show.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct MissingView {
    /// The requirement's sentence.
    pub requirement: QuoteView,
}

/// Different words of the two sides for one thing: 预测性维护 ≈ 设备健康管理.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AlikeView {
    /// The requirement's words.
    pub requirement: String,
    /// The capability's.
    pub capability: String,
    /// What both mean, as the thesaurus puts it.
    pub meaning: String,
}

/// One pair, explained.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct MatchView {
    /// The candidate.
    pub listing: Shown,
    /// 0..=100, one decimal.
    pub degree: f64,
    /// What it is worth.
    pub verdict: Verdict,
    /// The score with its parts, which sum to it.
    pub score: Score,
    /// Every term that either side states.
    pub terms: Vec<TermCheck>,
    /// The strongest first.
    pub evidence: Vec<EvidenceView>,
    /// Different words for one thing, by the thesaurus; they explain, and add nothing to the score.
    pub alike: Vec<AlikeView>,
    /// The least answered first.
    pub missing: Vec<MissingView>,
    /// What to ask before meeting: one question a term that is not stated.
    pub questions: Vec<String>,
}

/// The candidates for one listing, explained.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RankingView {
    /// Whom they are for.
    pub listing: Shown,
    /// Which side that listing stands on.
    pub side: Side,
    /// Whether nothing reached the floor with its terms met: 无合适能力.
    pub nothing_fits: bool,
    /// Best first.
    pub fits: Vec<MatchView>,
    /// Near enough, but a term is not met.
    pub terms_not_met: Vec<MatchView>,
    /// Below the floor, for reference.
    pub below_floor: Vec<MatchView>,
}

/// Explains a ranking of a listing of the snapshot, or of `probe` when it is given.
pub fn ranking_view(
    ranker: &Ranker,
    side: Side,
    ranking: &Ranking,
    probe: Option<&Probe>,
    mix: Mix,
) -> RankingView {
    let view = |hits: &[Hit], verdict| {
        hits.iter()
            .filter_map(|hit| match_view(ranker, side, &ranking.id, hit, verdict, probe, mix))
            .collect::<Vec<_>>()
    };
    let shown = match probe {
        Some(probe) => Shown::from(probe.listing()),
        None => listing(ranker.snapshot(), side, &ranking.id)
            .map_or_else(|| Shown::from(&Listing::new(ranking.id.0.clone(), side, "", "")), Shown::from),
    };
    RankingView {
        listing: shown,
        side,
        nothing_fits: ranking.fits.is_empty(),
        fits: view(&ranking.fits, Verdict::Fit),
        terms_not_met: view(&ranking.refused, Verdict::TermsNotMet),
        below_floor: view(&ranking.below, Verdict::BelowFloor),
    }
}

/// Explains one hit of a ranking for the listing `own` of `side`, or for `probe`;
/// `None` when either listing has left the snapshot.
pub fn match_view(
    ranker: &Ranker,
    side: Side,
    own: &ListingId,
    hit: &Hit,
    verdict: Verdict,
    probe: Option<&Probe>,
    mix: Mix,
) -> Option<MatchView> {
    let explanation = match (probe, side) {
        (Some(probe), _) => ranker.explain_probe(side, probe, &hit.id, mix)?,
        (None, Side::Requirement) => ranker.explain(own, &hit.id, mix)?,
        (None, Side::Capability) => ranker.explain(&hit.id, own, mix)?,
    };
    let candidate = listing(ranker.snapshot(), side.other(), &hit.id)?;
    let asker = match probe {
        Some(probe) => probe.listing(),
        None => listing(ranker.snapshot(), side, own)?,
    };
    let (requirement, capability) = match side {
        Side::Requirement => (asker, candidate),
        Side::Capability => (candidate, asker),
    };
    let (evidence, missing) = sentences(&explanation, requirement, capability);
    Some(MatchView {
        listing: Shown::from(candidate),
        degree: (hit.degree.percent() * 10.0).round() / 10.0,
        verdict,
        // The same as the explanation's, and with the reranker's part where there is one.
        score: hit.score.clone(),
        terms: hit.terms.clone(),
        evidence,
        alike: alike(requirement, capability),
        missing,
        questions: questions(&hit.terms),
    })
}

fn listing<'a>(snapshot: &'a Snapshot, side: Side, id: &ListingId) -> Option<&'a Listing> {
    let index = snapshot.side(side);
    index.row(id).map(|row| index.listing(row).as_ref())
}

fn sentences(
    explanation: &Explanation,
    requirement: &Listing,
    capability: &Listing,
) -> (Vec<EvidenceView>, Vec<MissingView>) {
    let evidence = explanation
        .evidence
        .iter()
        .map(|evidence| {
            let shared: BTreeSet<&str> = evidence.shared.iter().map(String::as_str).collect();
            EvidenceView {
                requirement: quote_view(&evidence.requirement, requirement, &shared),
                capability: quote_view(&evidence.capability, capability, &shared),
                strength: evidence.strength,
            }
        })
        .collect();
    let missing = explanation
        .gaps
        .iter()
        .map(|gap| MissingView { requirement: quote_view(&gap.requirement, requirement, &BTreeSet::new()) })
        .collect();
    (evidence, missing)
}

/// At most so many are worth reading.
const MOST_ALIKE: usize = 5;

fn alike(requirement: &Listing, capability: &Listing) -> Vec<AlikeView> {
    let whole = |listing: &Listing| mask_contacts(&format!("{}\n{}", listing.title, listing.text));
    let (ours, theirs) = (whole(requirement), whole(capability));
    text::alike(&ours, &theirs)
        .into_iter()
        .take(MOST_ALIKE)
        .map(|alike| AlikeView {
            requirement: ours[alike.ours].to_owned(),
            capability: theirs[alike.theirs].to_owned(),
            meaning: format!("{}：{}", alike.concept.name, alike.concept.gloss),
        })
        .collect()
}

fn quote_view(quote: &Quote, listing: &Listing, terms: &BTreeSet<&str>) -> QuoteView {
    let (place, part) = match quote.place {
        Place::Title => ("title", &listing.title),
        Place::Text => ("text", &listing.text),
        Place::Case(number) => ("case", &listing.cases[number].summary),
    };
    let words = quote.words(listing);
    let marks = text::highlight(words, terms).into_iter().map(|range| utf16(words, range)).collect();
    QuoteView { place, words: mask_contacts(words), start: utf16_len(&part[..quote.range.start]), marks }
}

fn utf16(text: &str, range: Range<usize>) -> [usize; 2] {
    let start = utf16_len(&text[..range.start]);
    [start, start + utf16_len(&text[range])]
}

fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn questions(terms: &[TermCheck]) -> Vec<String> {
    use crate::domain::TermKind as T;
    terms
        .iter()
        .filter(|check| check.answer == Answer::NotStated)
        .map(|check| match check.term {
            T::Budget if check.offered.is_empty() => format!("{}，请问报价多少？", check.asked),
            T::Budget => format!("{}，{}，请问总价能否落在预算内？", check.asked, check.offered),
            T::Region => format!("需求在{}，能否服务当地或远程交付？", check.asked),
            T::Delivery => format!("要求{}，能否做到？", check.asked),
            T::LegalPerson => "是否已登记为公司或其他组织？".to_owned(),
            T::PastContracts => format!("要求{}，能否提供合同？", check.asked),
            T::Certificate => format!("{}，是否持有？", check.asked),
            T::DataStaysOnSite => "数据不能出本单位，能否私有化部署？".to_owned(),
            T::OnSite => "须到现场，能否驻场或定期到场？".to_owned(),
            T::Deadline | T::Capacity => check.asked.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_as_javascript_does_and_contacts_are_masked() {
        let listing = Listing::new("N", Side::Requirement, "😀养老平台，电话13800138000", "");
        let quote = Quote { place: Place::Title, range: 0..listing.title.len() };
        let view = quote_view(&quote, &listing, &BTreeSet::from(["养老"]));
        assert_eq!(view.marks, [[2, 4]]);
        assert!(!view.words.contains("138"), "{}", view.words);
    }
}
