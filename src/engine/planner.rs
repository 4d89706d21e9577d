//! From lists and an event's settings to its plan: the ranking's pairs as
//! candidates, the planner's answer, and the checker's opinion of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::domain::{
    Date, Event, Listing, ListingId, Milli, OpcId, Pair, Plan, Side, TermCheck, mask_contacts,
};
use crate::event::flow::FlowError;
use crate::event::{
    Candidates, Changes, Facts, Helper, KnownCapability, Ledger, NeedPart, Notice, Phase, Price, Reached,
    Reciprocity, Row, Shortlist, Stopped, Team, TeamRules, Timetable, Violation, Watch, candidates, changes,
    check, prices, shortlist, stage_order, team, timetable_watched,
};
use crate::index::Quote;
use crate::rank::{Filter, Mix, Ranker, Settings};

/// Everything that planning one event needs to know of the lists on one day.
#[derive(Debug)]
pub struct Ground {
    /// Who could meet whom.
    pub candidates: Candidates,
    /// What the checker believes.
    pub facts: Facts,
    /// What earlier events have done.
    pub ledger: Ledger,
}

/// An event planned anew.
#[derive(Debug)]
pub struct Planned {
    /// The event with its plan.
    pub event: Event,
    /// Who meets whom, and what that took.
    pub shortlist: Shortlist,
    /// When and where, as far as it could be placed.
    pub timetable: Timetable,
    /// What the checker says.
    pub violations: Vec<Violation>,
    /// What is different from the plan before.
    pub changes: Changes,
    /// What the organiser should know about the stage part.
    pub notices: Vec<Notice>,
}

/// A team for a need that nobody fits alone.
#[derive(Debug)]
pub struct TeamFound {
    /// The need.
    pub need: ListingId,
    /// Its parts, contacts masked.
    pub parts: Vec<NeedPart>,
    /// Who covers which.
    pub team: Team,
}

/// So many of a need's nearest capabilities are looked at for a team.
const TEAM_CANDIDATES: usize = 40;

/// A member of a team has at least this degree for the whole need: a third of the floor
/// or so. Set by reading the demo's teams: below it a sentence matched by chance.
const TEAM_DEGREE: Milli = Milli(3_000);

/// Needs ranked against all capabilities of the lists on one day: most of the work
/// of a [`Ground`], and the part that hangs on nothing that an organiser sets.
#[derive(Debug)]
pub struct Ranked {
    pairs: Vec<RankedPair>,
}

#[derive(Debug)]
struct RankedPair {
    need: Arc<Listing>,
    offer: Arc<Listing>,
    degree: Milli,
    terms: Vec<TermCheck>,
    terms_hold: bool,
}

impl Ranked {
    /// Ranks needs; those that are not in the lists are passed over.
    ///
    /// # Errors
    /// [`Stopped`] when `watch` says so: it is asked after each need.
    pub fn of<'a>(
        ranker: &Ranker,
        needs: impl IntoIterator<Item = &'a ListingId>,
        today: Date,
        watch: &Watch<'_>,
    ) -> Result<Ranked, Stopped> {
        let snapshot = ranker.snapshot();
        let (list, offers) = (snapshot.side(Side::Requirement), snapshot.side(Side::Capability));
        let settings =
            Settings { top: offers.len(), mix: Mix::Hybrid, today, filter: Filter::default(), terms: true };
        let needs: Vec<&ListingId> = needs.into_iter().collect();
        let of = Some(needs.len() as u64);
        // Held while telling, so that threads tell in order.
        let ranked = Mutex::new(0);
        let tell = |more: u64| {
            let mut done = ranked.lock().unwrap_or_else(PoisonError::into_inner);
            *done += more;
            let asked = watch(Reached { phase: Phase::Ranking, done: *done, of });
            if asked.is_break() { Err(Stopped) } else { Ok(()) }
        };
        tell(0)?;
        let of_each: Result<Vec<Vec<RankedPair>>, Stopped> = needs
            .par_iter()
            .map(|&id| {
                let pairs = list.row(id).map(|row| ranked_pairs(ranker, list.listing(row), &settings));
                tell(1)?;
                Ok(pairs.unwrap_or_default())
            })
            .collect();
        let pairs = of_each?.into_iter().flatten().collect();
        Ok(Ranked { pairs })
    }
}

/// One need against all capabilities.
fn ranked_pairs(ranker: &Ranker, need: &Arc<Listing>, settings: &Settings) -> Vec<RankedPair> {
    let offers = ranker.snapshot().side(Side::Capability);
    let Some(ranking) = ranker.rank(Side::Requirement, &need.id, settings) else { return Vec::new() };
    let near = ranking.fits.into_iter().chain(ranking.below).map(|hit| (hit, true));
    let all = near.chain(ranking.refused.into_iter().map(|hit| (hit, false)));
    all.filter_map(|(hit, terms_hold)| {
        let offer = offers.listing(offers.row(&hit.id)?).clone();
        let degree = Milli::from_degrees(hit.degree.percent());
        Some(RankedPair { need: need.clone(), offer, degree, terms: hit.terms, terms_hold })
    })
    .collect()
}

impl Ground {
    /// Ranks the event's needs against all capabilities of the snapshot.
    ///
    /// A pair with a term that is not met is no candidate, as in any ranking; under
    /// [`crate::domain::Rules::reciprocal`] it is one, and its views are discounted.
    /// A pin makes it one too: the organiser knows more than the lists.
    ///
    /// # Errors
    /// [`Stopped`] when `watch` says so.
    pub fn survey(
        ranker: &Ranker,
        event: &Event,
        earlier: &[Event],
        today: Date,
        watch: &Watch<'_>,
    ) -> Result<Ground, Stopped> {
        let ranked = Ranked::of(ranker, event.needs.iter().map(|entry| &entry.need), today, watch)?;
        Ok(Ground::on(&ranked, ranker, event, earlier))
    }

    /// The same on a ranking of the event's needs by the same ranker.
    pub fn on(ranked: &Ranked, ranker: &Ranker, event: &Event, earlier: &[Event]) -> Ground {
        let ledger = Ledger::of(earlier.iter().filter(|other| other.id != event.id));
        let snapshot = ranker.snapshot();
        let (needs, offers) = (snapshot.side(Side::Requirement), snapshot.side(Side::Capability));
        let capabilities: Vec<&Listing> = offers.listings().map(AsRef::as_ref).collect();
        let wanted: BTreeSet<Pair> =
            event.pins.iter().chain(&event.interests).cloned().map(|pair| named(event, pair)).collect();
        let rows: Vec<Row<'_>> = ranked
            .pairs
            .iter()
            .filter(|ranked| {
                let pair = || Pair { need: ranked.need.id.clone(), opc: OpcId::of(&ranked.offer) };
                ranked.terms_hold || event.rules.reciprocal || wanted.contains(&named(event, pair()))
            })
            .map(|ranked| Row {
                need: &ranked.need,
                capability: &ranked.offer,
                degree: ranked.degree,
                checks: &ranked.terms,
            })
            .collect();
        let facts = Facts {
            needs: (0..needs.len())
                .map(|row| needs.listing(row as u32))
                .map(|need| (need.id.clone(), need.party.name.clone()))
                .collect(),
            capabilities: capabilities
                .iter()
                .map(|offer| {
                    let known =
                        KnownCapability { opc: OpcId::of(offer), organisation: offer.party.name.clone() };
                    (offer.id.clone(), known)
                })
                .collect(),
            degrees: ranked
                .pairs
                .iter()
                .map(|ranked| ((ranked.need.id.clone(), ranked.offer.id.clone()), ranked.degree))
                .collect(),
            met: ledger.met.clone(),
        };
        let candidates = candidates(event, &capabilities, &rows, &ledger, &Reciprocity::default());
        Ground { candidates, facts, ledger }
    }

    /// Plans the event: who meets whom, when and where, on stage in which order.
    /// Locked meetings stay; others keep their seats where that takes nobody's place.
    ///
    /// # Errors
    /// [`FlowError::TooLarge`], beyond some hundred thousand participants;
    /// [`FlowError::Stopped`] when `watch` says so.
    pub fn plan(&self, event: &Event, watch: &Watch<'_>) -> Result<Planned, FlowError> {
        let before = event.plan.clone().unwrap_or_default();
        let shortlist = shortlist(event, &self.candidates, &self.ledger, watch)?;
        let timetable = timetable_watched(event, &shortlist.meetings, watch)?;
        let mut plan = Plan { meetings: timetable.meetings.clone(), stage: before.stage.clone() };
        let order = stage_order(event, &plan);
        plan.stage = order.needs();
        let mut event = event.clone();
        let violations = check(&event, &plan, &self.facts);
        let changes = changes(&before, &plan);
        event.plan = Some(plan);
        Ok(Planned { event, shortlist, timetable, violations, changes, notices: order.notices })
    }

    /// What the checker says of the plan that the event holds; nothing without one.
    pub fn review(&self, event: &Event) -> Vec<Violation> {
        event.plan.as_ref().map_or_else(Vec::new, |plan| check(event, plan, &self.facts))
    }

    /// What every pin, ban and limit of the event costs.
    ///
    /// # Errors
    /// As [`Ground::plan`].
    pub fn prices(&self, event: &Event, watch: &Watch<'_>) -> Result<Vec<Price>, FlowError> {
        prices(event, &self.candidates, &self.ledger, watch)
    }

    /// A pair's degree and views from the lists, for a meeting that is added by hand.
    pub fn candidate(&self, pair: &Pair) -> Option<&crate::event::Candidate> {
        let barred = self.candidates.barred.iter().map(|(candidate, _)| candidate);
        let mut all = self.candidates.pairs.iter().chain(barred);
        all.find(|candidate| candidate.need == pair.need && candidate.opc == pair.opc)
    }

    /// Needs of the event that no OPC may meet at or above the floor.
    pub fn unmet(&self, event: &Event) -> Vec<ListingId> {
        let fitted: BTreeSet<&ListingId> = self
            .candidates
            .pairs
            .iter()
            .filter(|candidate| candidate.worth >= event.rules.floor)
            .map(|candidate| &candidate.need)
            .collect();
        let open = event.needs.iter().filter(|entry| !entry.absent && !fitted.contains(&entry.need));
        open.map(|entry| entry.need.clone()).collect()
    }
}

/// Two or three OPCs that together cover a need; `None` when they cover nothing
/// of it, or the need is not in the lists.
pub fn team_for(ranker: &Ranker, need: &ListingId, rules: TeamRules, today: Date) -> Option<TeamFound> {
    let snapshot = ranker.snapshot();
    let (needs, offers) = (snapshot.side(Side::Requirement), snapshot.side(Side::Capability));
    let listing = needs.listing(needs.row(need)?);
    let settings =
        Settings { top: TEAM_CANDIDATES, mix: Mix::Hybrid, today, filter: Filter::default(), terms: true };
    let ranking = ranker.rank(Side::Requirement, need, &settings)?;
    let mut parts: Vec<(Quote, f32)> = Vec::new();
    let mut helpers: BTreeMap<OpcId, Helper> = BTreeMap::new();
    let near = |hit: &&crate::rank::Hit| Milli::from_degrees(hit.degree.percent()) >= TEAM_DEGREE;
    for hit in ranking.fits.iter().chain(&ranking.below).filter(near) {
        let coverage = ranker.coverage(need, &hit.id)?;
        let opc = OpcId::of(offers.listing(offers.row(&hit.id)?));
        let strengths: Vec<f32> = coverage.iter().map(|part| part.strength).collect();
        if parts.is_empty() {
            parts = coverage.into_iter().map(|part| (part.requirement, part.weight)).collect();
        }
        // Of an OPC's capabilities the nearest speaks for it; rankings come best first.
        helpers.entry(opc.clone()).or_insert(Helper {
            opc,
            capability: hit.id.clone(),
            degree: Milli::from_degrees(hit.degree.percent()),
            strengths,
        });
    }
    let parts: Vec<NeedPart> = parts
        .into_iter()
        .map(|(quote, weight)| NeedPart {
            text: mask_contacts(quote.words(listing)),
            weight: (weight * 10.0).round().max(1.0) as u32,
        })
        .collect();
    let helpers: Vec<Helper> = helpers.into_values().collect();
    let team = team(&parts, &helpers, rules)?;
    Some(TeamFound { need: need.clone(), parts, team })
}

fn named(event: &Event, pair: Pair) -> Pair {
    Pair { need: pair.need, opc: OpcId(event.organisation(&pair.opc.0)) }
}
