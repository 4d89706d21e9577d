//! Who could meet whom: one row for each need and OPC.
//!
//! Capabilities are ranked, but people sit at tables: of all capabilities of one
//! OPC the best for a need stands for the pair. Parties that are one organisation
//! by [`Event::aliases`] are one OPC, under the first name of their group.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Event, Listing, ListingId, Milli, OpcId, Pair, TermCheck};

use super::ledger::Ledger;
use super::reciprocity::Reciprocity;

/// One ranked pair of listings, as the ranking gives it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The need.
    pub need: &'a Listing,
    /// The capability.
    pub capability: &'a Listing,
    /// How well it fits.
    pub degree: Milli,
    /// The terms that either side states.
    pub checks: &'a [TermCheck],
}

/// A need and an OPC that could meet.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Candidate {
    /// The need.
    pub need: ListingId,
    /// The OPC.
    pub opc: OpcId,
    /// The OPC's best capability for the need: greatest worth, then degree, then least id.
    pub capability: ListingId,
    /// The degree of need and capability.
    pub degree: Milli,
    /// What the need's side sees in it, 0..=100 000.
    pub need_view: Milli,
    /// What the OPC's side sees in it, 0..=100 000.
    pub opc_view: Milli,
    /// What a plan counts for it: the degree, or under [`crate::domain::Rules::reciprocal`]
    /// the product of the two views.
    pub worth: Milli,
}

/// Why a pair may not meet, bans apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Barred {
    /// Need and OPC are one organisation. Not even a pin lifts this.
    SameOrganisation,
    /// They met at an earlier event; a pin lifts this.
    MetBefore,
}

/// Everything a planner needs to know of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Candidates {
    /// Pairs that may meet, those below the floor included, by need, then OPC.
    pub pairs: Vec<Candidate>,
    /// Pairs that may not, by need, then OPC.
    pub barred: Vec<(Candidate, Barred)>,
    /// Every OPC on the list with its capability of the least id, whether ranked or
    /// not: an exposure floor holds for it, and a pin may name it.
    pub opcs: BTreeMap<OpcId, ListingId>,
}

/// Gathers the candidates of an event. Rows of needs that do not take part are left
/// out, as are OPCs that do not when only named ones do.
///
/// The answer does not depend on the order of `capabilities` and `rows`.
pub fn candidates(
    event: &Event,
    capabilities: &[&Listing],
    rows: &[Row<'_>],
    ledger: &Ledger,
    reciprocity: &Reciprocity,
) -> Candidates {
    let ledger = ledger.under(event);
    let mut names = Names::new(event);
    let mut opcs: BTreeMap<OpcId, ListingId> = BTreeMap::new();
    for capability in capabilities.iter().copied().chain(rows.iter().map(|row| row.capability)) {
        let opc = names.opc(capability);
        if names.takes_part(&opc) {
            let first = opcs.entry(opc).or_insert_with(|| capability.id.clone());
            if capability.id < *first {
                first.clone_from(&capability.id);
            }
        }
    }
    let needs: BTreeSet<&ListingId> = event.needs.iter().map(|entry| &entry.need).collect();
    let interests: BTreeSet<Pair> = event.interests.iter().map(|pair| names.pair(pair)).collect();
    let mut best: BTreeMap<Pair, (Candidate, Option<Barred>)> = BTreeMap::new();
    for row in rows.iter().filter(|row| needs.contains(&row.need.id)) {
        let pair = Pair { need: row.need.id.clone(), opc: names.opc(row.capability) };
        if !opcs.contains_key(&pair.opc) {
            continue;
        }
        let views = reciprocity.views(row.degree, row.checks, interests.contains(&pair));
        let candidate = Candidate {
            need: pair.need.clone(),
            opc: pair.opc.clone(),
            capability: row.capability.id.clone(),
            degree: row.degree,
            need_view: views.need,
            opc_view: views.opc,
            worth: if event.rules.reciprocal { views.product() } else { row.degree },
        };
        let asker = names.organisation(&row.need.party.name);
        let barred = if !asker.is_empty() && asker == pair.opc.0 {
            Some(Barred::SameOrganisation)
        } else if !event.rules.meet_again && ledger.met.contains(&pair) {
            Some(Barred::MetBefore)
        } else {
            None
        };
        match best.get_mut(&pair) {
            Some((kept, _)) if better(kept, &candidate) => {}
            Some((kept, _)) => *kept = candidate,
            None => drop(best.insert(pair, (candidate, barred))),
        }
    }
    let mut found = Candidates { opcs, ..Candidates::default() };
    for (candidate, barred) in best.into_values() {
        match barred {
            Some(why) => found.barred.push((candidate, why)),
            None => found.pairs.push(candidate),
        }
    }
    found
}

fn better(one: &Candidate, other: &Candidate) -> bool {
    let key = |c: &Candidate| (c.worth, c.degree);
    key(one) > key(other) || (key(one) == key(other) && one.capability <= other.capability)
}

/// Organisations by the names that stand for them in one event.
pub(super) struct Names<'a> {
    event: &'a Event,
    known: BTreeMap<String, String>,
    named: BTreeSet<OpcId>,
}

impl<'a> Names<'a> {
    pub(super) fn new(event: &'a Event) -> Names<'a> {
        let mut names = Names { event, known: BTreeMap::new(), named: BTreeSet::new() };
        names.named = event.opcs.iter().map(|entry| names.canonical(&entry.opc)).collect();
        names
    }

    /// The name under which an organisation counts.
    fn organisation(&mut self, name: &str) -> String {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let organisation = self.event.organisation(name);
        self.known.insert(name.to_owned(), organisation.clone());
        organisation
    }

    fn opc(&mut self, capability: &Listing) -> OpcId {
        let own = OpcId::of(capability);
        self.canonical(&own)
    }

    /// The OPC under which another's meetings count.
    pub(super) fn canonical(&mut self, opc: &OpcId) -> OpcId {
        OpcId(self.organisation(&opc.0))
    }

    pub(super) fn pair(&mut self, pair: &Pair) -> Pair {
        Pair { need: pair.need.clone(), opc: self.canonical(&pair.opc) }
    }

    /// Whether the organiser lets this OPC (by its canonical name) take part at all.
    fn takes_part(&self, opc: &OpcId) -> bool {
        !self.event.named_opcs_only || self.named.contains(opc)
    }
}
