//! Requirements that say almost the same, and one scenario made of them.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::{Category, Deadline, Listing, ListingId, Party, Region, Side, Status, Terms};

/// Listings that say almost the same.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Group {
    /// In the order given.
    pub ids: Vec<ListingId>,
    /// Share of common character trigrams of the least alike pair that ties it, 0–1.
    pub similarity: f64,
}

/// The groups that pairs tie together. `pairs` holds positions in `ids` and how alike
/// the two are; groups come in the order of their first member.
pub fn group(ids: &[ListingId], pairs: &[(usize, usize, f64)]) -> Vec<Group> {
    let mut first: Vec<usize> = (0..ids.len()).collect();
    fn find(first: &mut [usize], mut at: usize) -> usize {
        while first[at] != at {
            first[at] = first[first[at]];
            at = first[at];
        }
        at
    }
    for &(a, b, _) in pairs {
        let (a, b) = (find(&mut first, a), find(&mut first, b));
        first[a.max(b)] = a.min(b);
    }
    let mut groups: Vec<(Vec<ListingId>, f64)> = vec![(Vec::new(), 1.0); ids.len()];
    for (at, id) in ids.iter().enumerate() {
        let root = find(&mut first, at);
        groups[root].0.push(id.clone());
    }
    for &(a, _, similarity) in pairs {
        let root = find(&mut first, a);
        groups[root].1 = groups[root].1.min(similarity);
    }
    let several = |(ids, _): &(Vec<ListingId>, f64)| ids.len() > 1;
    groups.into_iter().filter(several).map(|(ids, similarity)| Group { ids, similarity }).collect()
}

/// Why no scenario can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefused {
    /// Fewer than two.
    #[error("至少选两条需求才能合并 / at least two requirements are needed for one scenario")]
    TooFew,
    /// One of them is not there.
    #[error(
        "没有编号为 “{0}” 的需求，可能已被删除；请刷新再选 / there is no requirement \"{0}\": reload and choose again"
    )]
    Gone(ListingId),
    /// One of them is over.
    #[error("“{0}” 已结束，不能合并；请先重新开放，或不选它 / \"{0}\" is closed: reopen it, or leave it out")]
    Closed(ListingId),
    /// The scenario's id is in use.
    #[error("编号 “{0}” 已经有了，请换一个 / the id \"{0}\" is taken: choose another")]
    Taken(ListingId),
}

/// A scenario, and the requirements that it takes the place of.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The new one, published.
    pub scenario: Listing,
    /// The others, closed, each saying where it went.
    pub members: Vec<Listing>,
}

/// One scenario in place of several requirements. It says all that they say: the
/// longest description first, then what the others add under their own ids; contacts,
/// industries and skills of all; and only those terms, that place, budget and party
/// in which all agree. The last of their deadlines holds.
///
/// # Errors
/// When there are fewer than two, or one of them is closed.
pub fn merge(id: ListingId, title: String, members: Vec<Listing>) -> Result<Merged, MergeRefused> {
    if members.len() < 2 {
        return Err(MergeRefused::TooFew);
    }
    if let Some(closed) = members.iter().find(|member| member.status == Status::Closed) {
        return Err(MergeRefused::Closed(closed.id.clone()));
    }
    let mut scenario = Listing::new(id.0.clone(), Side::Requirement, title, text_of(&members));
    scenario.category = Category::Scenario;
    scenario.party = agreed(&members, |one| one.party.clone()).unwrap_or_else(|| Party {
        name: each_once(members.iter().map(|one| &one.party.name)).join("、"),
        ..Party::default()
    });
    scenario.region = agreed(&members, |one| one.region.clone()).unwrap_or_else(Region::default);
    scenario.money = agreed(&members, |one| one.money.clone()).flatten();
    scenario.terms = agreed(&members, |one| one.terms.clone()).unwrap_or_else(Terms::default);
    scenario.dates.delivery = agreed(&members, |one| one.dates.delivery).flatten();
    scenario.dates.published = members.iter().filter_map(|one| one.dates.published).min();
    scenario.dates.deadline = latest(&members);
    scenario.industries = each_once(members.iter().flat_map(|one| &one.industries));
    scenario.skills = each_once(members.iter().flat_map(|one| &one.skills));
    for contact in members.iter().flat_map(|one| &one.contacts) {
        if !scenario.contacts.contains(contact) {
            scenario.contacts.push(contact.clone());
        }
    }
    let ids: Vec<&str> = members.iter().map(|one| one.id.0.as_str()).collect();
    scenario.extra.push(("合并自".to_owned(), ids.join("、")));
    let closed = |mut member: Listing| {
        member.status = Status::Closed;
        member.extra.push(("已并入场景".to_owned(), id.0.clone()));
        member
    };
    Ok(Merged { scenario, members: members.into_iter().map(closed).collect() })
}

fn text_of(members: &[Listing]) -> String {
    let length = |one: &&Listing| one.text.chars().count();
    // Of equally long ones the first.
    let Some(longest) = members.iter().rev().max_by_key(length) else { return String::new() };
    let mut text = longest.text.clone();
    for other in members.iter().filter(|other| other.id != longest.id && other.text != longest.text) {
        text.push_str(&format!("\n【{}】{}\n{}", other.id, other.title, other.text));
    }
    text
}

fn agreed<T: PartialEq>(members: &[Listing], of: impl Fn(&Listing) -> T) -> Option<T> {
    let (first, rest) = members.split_first()?;
    let said = of(first);
    rest.iter().all(|one| of(one) == said).then_some(said)
}

fn each_once<'a>(words: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.filter(|word| !word.is_empty() && seen.insert(word.as_str())).cloned().collect()
}

fn latest(members: &[Listing]) -> Option<Deadline> {
    let deadlines: Vec<Deadline> = members.iter().filter_map(|one| one.dates.deadline).collect();
    let last = deadlines.iter().filter_map(|one| match one {
        Deadline::On(day) => Some(*day),
        Deadline::Open => None,
    });
    if deadlines.contains(&Deadline::Open) { Some(Deadline::Open) } else { last.max().map(Deadline::On) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::{Contact, ContactKind};

    fn ids(text: &str) -> Vec<ListingId> {
        text.split_whitespace().map(ListingId::from).collect()
    }

    #[test]
    fn pairs_tie_groups_together() {
        let all = ids("a b c d e f");
        let groups = group(&all, &[(1, 0, 0.9), (4, 2, 0.95), (5, 4, 0.85)]);
        let of = |group: &Group| (group.ids.clone(), group.similarity);
        assert_eq!(groups.iter().map(of).collect::<Vec<_>>(), [(ids("a b"), 0.9), (ids("c e f"), 0.85)]);
        assert!(group(&all, &[]).is_empty());
    }

    #[test]
    fn a_scenario_says_all_that_its_members_say() {
        let need = |id: &str, title: &str, text: &str, deadline: Option<Deadline>| {
            let mut need = Listing::new(id, Side::Requirement, title, text);
            need.dates.deadline = deadline;
            need.region.city = Some("杭州市".into());
            need.party.name = format!("{id}街道");
            need.contacts.push(Contact { kind: ContactKind::Phone, value: id.into() });
            need.industries = vec!["水务".into()];
            need
        };
        let on = |text: &str| Some(Deadline::On(text.parse().unwrap()));
        let members = vec![
            need("N1", "泵站巡检", "三座泵站", on("2026-12-01")),
            need("N2", "泵站巡检", "十二座泵站无人值守，夜间也要看", on("2026-12-31")),
            need("N3", "泵站看护", "五座泵站", None),
        ];
        let Merged { scenario, members } = merge("S1".into(), "泵站无人巡检".into(), members).unwrap();
        assert_eq!((scenario.category, scenario.status), (Category::Scenario, Status::Published));
        assert_eq!(
            scenario.text,
            "十二座泵站无人值守，夜间也要看\n【N1】泵站巡检\n三座泵站\n【N3】泵站看护\n五座泵站"
        );
        assert_eq!((scenario.dates.deadline, scenario.contacts.len()), (on("2026-12-31"), 3));
        assert_eq!(scenario.region.city.as_deref(), Some("杭州市"));
        assert_eq!(scenario.party.name, "N1街道、N2街道、N3街道");
        assert_eq!(scenario.industries, ["水务"]);
        assert_eq!(scenario.extra, [("合并自".to_owned(), "N1、N2、N3".to_owned())]);
        for member in &members {
            assert_eq!(member.status, Status::Closed);
            assert_eq!(member.extra, [("已并入场景".to_owned(), "S1".to_owned())]);
        }
        assert_eq!(merge("S2".into(), "".into(), members.clone()), Err(MergeRefused::Closed("N1".into())));
        assert_eq!(merge("S2".into(), "".into(), members[..1].to_vec()), Err(MergeRefused::TooFew));
    }
}
