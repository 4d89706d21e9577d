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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Answer, Side, TermKind};

    fn need(n: usize, party: &str) -> Listing {
        let mut listing = Listing::new(format!("N{n}"), Side::Requirement, "需求", "");
        listing.party.name = party.into();
        listing
    }

    fn capability(c: usize, party: &str) -> Listing {
        let mut listing = Listing::new(format!("C{c}"), Side::Capability, "能力", "");
        listing.party.name = party.into();
        listing
    }

    fn event(json: &str) -> Event {
        let whole = format!(
            r#"{{"id":"E1","name":"测试对接会","frame":{{"tables":2,"slots":[]}},
            "rules":{{"need_min":0,"need_max":4,"opc_min":0,"opc_max":4,"floor":15000,"reciprocal":false,"fair":true,"meet_again":false}},
            "needs":[{{"need":"N0"}},{{"need":"N1"}}]{json}}}"#
        );
        serde_json::from_str(&whole).unwrap()
    }

    /// Ranked pairs, what may meet, and what may not.
    #[track_caller]
    fn check(
        event: &Event,
        rows: &[(&Listing, &Listing, i64)],
        ledger: &Ledger,
        open: &[&str],
        barred: &[(&str, Barred)],
    ) {
        let row = |&(need, capability, degree): &(_, _, i64)| Row {
            need,
            capability,
            degree: Milli(degree),
            checks: &[],
        };
        let rows: Vec<Row<'_>> = rows.iter().map(row).collect();
        let found = candidates(event, &[], &rows, ledger, &Reciprocity::default());
        let named = |c: &Candidate| format!("{} {} {} {}", c.need, c.opc, c.capability, c.worth.0);
        assert_eq!(found.pairs.iter().map(named).collect::<Vec<_>>(), open);
        let kept: Vec<(String, Barred)> = found.barred.iter().map(|(c, why)| (named(c), *why)).collect();
        assert_eq!(kept, barred.iter().map(|&(pair, why)| (pair.to_owned(), why)).collect::<Vec<_>>());
    }

    #[test]
    fn one_row_a_need_and_opc() {
        let (n, m) = (need(0, "某街道"), need(9, "某街道"));
        let (a, b, c) = (capability(2, "星河 工作室"), capability(1, "星河工作室"), capability(3, ""));
        let nobody = Ledger::default();
        // The best capability stands for the OPC; one without a name stands for itself;
        // a need that does not take part is left out.
        let rows = [(&n, &a, 30_000), (&n, &b, 20_000), (&n, &c, 5_000), (&m, &a, 90_000)];
        check(&event(""), &rows, &nobody, &["N0 #C3 C3 5000", "N0 星河工作室 C2 30000"], &[]);
        let equal = [(&n, &a, 30_000), (&n, &b, 30_000)];
        check(&event(""), &equal, &nobody, &["N0 星河工作室 C1 30000"], &[]);
        let grouped = event(r#","aliases":[["远山科技","星河工作室"],["某街道","某街道办"]]"#);
        check(&grouped, &equal, &nobody, &["N0 远山科技 C1 30000"], &[]);
        let named = event(r##","named_opcs_only":true,"opcs":[{"opc":"#C3"}]"##);
        check(&named, &rows, &nobody, &["N0 #C3 C3 5000"], &[]);
    }

    #[test]
    fn conflicts_of_interest_and_old_acquaintances() {
        let (n, own, aliased) =
            (need(0, "星河工作室"), capability(1, "星河工作室"), capability(2, "远山科技"));
        let rows = [(&n, &own, 30_000), (&n, &aliased, 40_000)];
        let met = Pair { need: n.id.clone(), opc: OpcId("远山科技".into()) };
        let ledger = Ledger { met: [met].into(), ..Ledger::default() };
        let same = ("N0 星河工作室 C1 30000", Barred::SameOrganisation);
        check(&event(""), &rows, &Ledger::default(), &["N0 远山科技 C2 40000"], &[same]);
        check(&event(""), &rows, &ledger, &[], &[same, ("N0 远山科技 C2 40000", Barred::MetBefore)]);
        let mut again = event("");
        again.rules.meet_again = true;
        check(&again, &rows, &ledger, &["N0 远山科技 C2 40000"], &[same]);
        let grouped = event(r#","aliases":[["星河工作室","远山科技"]]"#);
        let both = ("N0 星河工作室 C2 40000", Barred::SameOrganisation);
        check(&grouped, &rows, &ledger, &[], &[both]);
    }

    #[test]
    fn both_views_are_kept_and_the_product_decides_when_asked_to() {
        let (n, c) = (need(0, ""), capability(1, "星河工作室"));
        let term = |term, answer| TermCheck { term, answer, asked: String::new(), offered: String::new() };
        let checks = [term(TermKind::Budget, Answer::NotMet), term(TermKind::OnSite, Answer::NotMet)];
        let rows = [Row { need: &n, capability: &c, degree: Milli(80_000), checks: &checks }];
        for (json, reciprocal, worth, opc_view) in [
            ("", false, 80_000, 32_000),
            ("", true, 12_800, 32_000),
            (r#","interests":[{"need":"N0","opc":"星河 工作室"}]"#, true, 19_600, 49_000),
        ] {
            let mut event = event(json);
            event.rules.reciprocal = reciprocal;
            let found = candidates(&event, &[], &rows, &Ledger::default(), &Reciprocity::default());
            let only = &found.pairs[0];
            assert_eq!(
                (only.degree.0, only.need_view.0, only.opc_view.0, only.worth.0),
                (80_000, 40_000, opc_view, worth)
            );
        }
    }

    #[test]
    fn everyone_on_the_list_is_known_ranked_or_not() {
        let (a, b) = (capability(2, "星河工作室"), capability(1, "星河工作室"));
        let found = candidates(&event(""), &[&a, &b], &[], &Ledger::default(), &Reciprocity::default());
        assert_eq!(found.opcs, [(OpcId("星河工作室".into()), ListingId("C1".into()))].into());
    }

    proptest! {
        #[test]
        fn the_order_of_rows_changes_nothing(
            rows in prop::collection::vec((0usize..3, 0usize..6, 0i64..4), 0..20),
            turn in 0usize..20,
        ) {
            let needs: Vec<Listing> = (0..3).map(|n| need(n, ["某街道", "星河", "远山"][n])).collect();
            let parties = ["星河", "星 河", "远山", "", "", "云栖"];
            let capabilities: Vec<Listing> = (0..6).map(|c| capability(c, parties[c])).collect();
            // One row a pair of listings, as a ranking gives it.
            let ranked: BTreeMap<(usize, usize), i64> = rows.iter().map(|&(n, c, d)| ((n, c), d)).collect();
            let mut rows: Vec<Row<'_>> = ranked
                .iter()
                .map(|(&(n, c), &degree)| Row {
                    need: &needs[n],
                    capability: &capabilities[c],
                    degree: Milli(degree * 10_000),
                    checks: &[],
                })
                .collect();
            let all: Vec<&Listing> = capabilities.iter().collect();
            let event = event(r#","aliases":[["云栖","远山"]]"#);
            let gather = |rows: &[Row<'_>]| {
                candidates(&event, &all, rows, &Ledger::default(), &Reciprocity::default())
            };
            let made = gather(&rows);
            if !rows.is_empty() {
                let turn = turn % rows.len();
                rows.rotate_left(turn);
            }
            prop_assert_eq!(&gather(&rows), &made);
            rows.reverse();
            prop_assert_eq!(&gather(&rows), &made);
        }
    }
}
