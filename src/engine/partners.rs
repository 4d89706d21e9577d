//! People who complement somebody: in the scenarios that their capability nearly fits,
//! who answers what it does not.

use std::collections::BTreeMap;

use crate::domain::{Category, Degree, Listing, ListingId, OpcId, PartyKind, Side};
use crate::index::Quote;
use crate::rank::{Coverage, Filter, Hit, Mix, Settings};

use super::generation::Generation;
use super::market::MarketError;
use super::raise::is_about_doing;

/// Nearest scenarios that are looked at.
const SCENARIOS: usize = 12;

/// Nearest capabilities of each that are.
const CANDIDATES: usize = 20;

/// A scenario or partner of a lesser degree is near by chance, percentage points: what
/// teams of events ask for too.
const LEAST_DEGREE: f64 = 3.0;

/// A part is somebody's from this strength on: what an answer in one's own words has on
/// the judged fits, see [`Generation::raise`]. Below it, in the demo's lists, a turn of
/// phrase was shared and no matter.
const ANSWERS: f32 = 0.3;

/// Scenarios told of each partner.
const SHARES: usize = 3;

/// People whose scenarios are worked out, the most promising: each costs embeddings.
const WORKED_OUT: usize = 12;

/// Percentage points by which the two must be better than the one who asks alone.
const LEAST_GAIN: f64 = 3.0;

/// A part of a scenario that one lacks and the other has.
#[derive(Debug, Clone, PartialEq)]
pub struct LackedPart {
    /// The requirement's sentence.
    pub requirement: Quote,
    /// The partner's, where it is among the pair's evidence.
    pub partner: Option<Quote>,
    /// How strongly the partner answers it, 0..=1.
    pub strength: f32,
}

/// A scenario that two could do together.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// The scenario.
    pub requirement: ListingId,
    /// The partner's capability.
    pub capability: ListingId,
    /// The degree of the one who asks, alone.
    pub alone: Degree,
    /// The degree of the partner, alone.
    pub theirs: Degree,
    /// The degree of both texts as one capability; above the own one.
    pub together: Degree,
    /// What the partner adds, what is most of the scenario first.
    pub parts: Vec<LackedPart>,
}

/// Somebody who complements the one who asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Partner {
    /// Who.
    pub opc: OpcId,
    /// For which scenarios, those that both gain most in first.
    pub shares: Vec<Shared>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Partners {
    /// The most promising first.
    pub partners: Vec<Partner>,
    /// How many near scenarios were looked at.
    pub scenarios: usize,
    /// How many of them the capability leaves something open in.
    pub with_gaps: usize,
}

/// A share before it is worked out: how much it promises, and what it is.
struct Found {
    worth: f64,
    requirement: ListingId,
    capability: ListingId,
    alone: Degree,
    theirs: Degree,
    parts: Vec<(Quote, f32)>,
}

impl Generation {
    /// Who covers what `own` lacks in the scenarios that it nearly fits, grouped by person,
    /// at most `top` of them. `settings` says what may be seen and on which day.
    ///
    /// A partner promises Σ over scenarios of the own degree × the share of the scenario
    /// that the partner alone answers × how strongly. Whoever leaves nothing open that the
    /// one who asks could answer needs no partner, and is none. Of the most promising both
    /// texts are scored as one capability; what is gained so orders them.
    ///
    /// # Errors
    /// When the model or the reranker fails.
    pub fn partners(&self, own: &Listing, top: usize, settings: &Settings) -> Result<Partners, MarketError> {
        let probe = self.probe(own.clone())?;
        let (myself, snapshot) = (OpcId::of(own), self.ranker().snapshot());
        let (needs, offers) = (snapshot.side(Side::Requirement), snapshot.side(Side::Capability));
        let near = Settings { top: SCENARIOS, mix: Mix::Hybrid, terms: true, ..settings.clone() };
        let ranking = self.rank_probe(Side::Capability, &probe, &near)?;
        let mut found: BTreeMap<OpcId, Vec<Found>> = BTreeMap::new();
        let (mut scenarios, mut with_gaps) = (0, 0);
        for hit in ranking.fits.iter().chain(&ranking.below).filter(|hit| is_near(hit)) {
            let Some(need) = needs.row(&hit.id).map(|row| needs.listing(row)) else { continue };
            // A card of one's own is no scenario of somebody else's.
            if own.owner.is_some() && need.owner == own.owner {
                continue;
            }
            scenarios += 1;
            let asked = self.probe(need.as_ref().clone())?;
            let parts = self.ranker().coverage_outside(&asked, &probe);
            let whole: f32 = parts.iter().map(|part| part.weight).sum();
            let lacks = |part: &Coverage| !part.is_answered() && is_about_doing(part.requirement.words(need));
            if whole <= 0.0 || !parts.iter().any(lacks) {
                continue;
            }
            with_gaps += 1;
            // Partners are told by their terms as any candidate is; only the filter on
            // scenarios is not theirs.
            let filter = Filter { sight: settings.filter.sight.clone(), ..Filter::default() };
            let wanted = Settings { top: CANDIDATES, filter, ..near.clone() };
            let Some(others) = self.rank(Side::Requirement, &hit.id, &wanted)? else { continue };
            for other in others.fits.iter().chain(&others.below).filter(|other| is_near(other)) {
                let Some(offer) = offers.row(&other.id).map(|row| offers.listing(row)) else { continue };
                let opc = OpcId::of(offer);
                let mine =
                    opc == myself || offer.id == own.id || (own.owner.is_some() && offer.owner == own.owner);
                if mine || !takes_work(offer) {
                    continue;
                }
                let Some(theirs) = self.ranker().coverage(&hit.id, &other.id) else { continue };
                let mut added: Vec<(f32, Quote, f32)> = parts
                    .iter()
                    .filter(|part| lacks(part))
                    .filter_map(|part| {
                        let answer = theirs.iter().find(|answer| answer.requirement == part.requirement)?;
                        let enough = answer.strength >= ANSWERS;
                        enough.then(|| (part.weight / whole, part.requirement.clone(), answer.strength))
                    })
                    .collect();
                let open = |part: &Coverage| {
                    let own = parts.iter().find(|own| own.requirement == part.requirement);
                    !part.is_answered() && own.is_some_and(Coverage::is_answered)
                };
                if added.is_empty() || !theirs.iter().any(open) {
                    continue;
                }
                added.sort_by(|a, b| b.0.total_cmp(&a.0));
                let answered: f32 = added.iter().map(|(share, _, strength)| share * strength).sum();
                found.entry(opc).or_default().push(Found {
                    worth: hit.degree.percent() * f64::from(answered),
                    requirement: hit.id.clone(),
                    capability: other.id.clone(),
                    alone: hit.degree,
                    theirs: other.degree,
                    parts: added.into_iter().map(|(_, quote, strength)| (quote, strength)).collect(),
                });
            }
        }
        let mut people: Vec<(f64, OpcId, Vec<Found>)> = found
            .into_iter()
            .map(|(opc, mut shares)| {
                shares.sort_by(|a, b| {
                    b.worth.total_cmp(&a.worth).then_with(|| a.requirement.cmp(&b.requirement))
                });
                // One capability of theirs for each scenario.
                let mut seen = Vec::new();
                shares.retain(|share| {
                    let new = !seen.contains(&share.requirement);
                    seen.push(share.requirement.clone());
                    new
                });
                (shares.iter().map(|share| share.worth).sum(), opc, shares)
            })
            .collect();
        people.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        people.truncate(WORKED_OUT);
        let floor = self.ranker().weights().floor;
        let mut partners = Vec::new();
        for (_, opc, found) in people {
            let mut shares = Vec::new();
            for share in found.into_iter().take(SHARES) {
                let share = self.worked_out(own, share)?;
                // Two who would not be offered either are no help to anybody, and whoever
                // does better alone is a rival.
                let least = share.theirs.percent().max(floor);
                if gain(&share) >= LEAST_GAIN && share.together.percent() >= least {
                    shares.push(share);
                }
            }
            shares
                .sort_by(|a, b| gain(b).total_cmp(&gain(a)).then_with(|| a.requirement.cmp(&b.requirement)));
            if !shares.is_empty() {
                partners.push(Partner { opc, shares });
            }
        }
        let gained = |partner: &Partner| partner.shares.iter().map(gain).sum::<f64>();
        partners.sort_by(|a, b| gained(b).total_cmp(&gained(a)).then_with(|| a.opc.cmp(&b.opc)));
        partners.truncate(top);
        Ok(Partners { partners, scenarios, with_gaps })
    }

    fn worked_out(&self, own: &Listing, found: Found) -> Result<Shared, MarketError> {
        let Found { requirement, capability, alone, theirs, parts, .. } = found;
        let snapshot = self.ranker().snapshot();
        let of = |side: Side, id: &ListingId| {
            let index = snapshot.side(side);
            index.row(id).map(|row| index.listing(row).as_ref().clone())
        };
        let together = match (of(Side::Requirement, &requirement), of(Side::Capability, &capability)) {
            (Some(need), Some(other)) => {
                let mut both = own.clone();
                both.text = [own.text.as_str(), other.title.as_str(), other.text.as_str()].join("\n");
                both.skills.extend(other.skills);
                self.degree_outside(&self.probe(need)?, &self.probe(both)?)?
            }
            _ => alone,
        };
        let evidence = self
            .ranker()
            .explain(&requirement, &capability, Mix::Hybrid)
            .map(|why| why.evidence)
            .unwrap_or_default();
        let parts = parts
            .into_iter()
            .map(|(quote, strength)| LackedPart {
                partner: evidence
                    .iter()
                    .find(|one| one.requirement == quote)
                    .map(|one| one.capability.clone()),
                requirement: quote,
                strength,
            })
            .collect();
        Ok(Shared { requirement, capability, alone, theirs, together, parts })
    }
}

/// How much better two are than the one who asks alone, percentage points.
fn gain(shared: &Shared) -> f64 {
    shared.together.percent() - shared.alone.percent()
}

/// Whether whoever stands behind it does work for others: an office offers help, and a
/// policy is no partner.
fn takes_work(offer: &Listing) -> bool {
    let office = matches!(offer.party.kind, PartyKind::Government | PartyKind::Institution);
    !office && offer.category != Category::Policy
}

fn is_near(hit: &Hit) -> bool {
    hit.degree.percent() >= LEAST_DEGREE
}
