//! What the person asking wants to see at all, answered before anything is scored.

use serde::{Deserialize, Serialize};

use crate::domain::{Amount, Answer, Category, Date, Deadline, Listing, PartyKind, Region, Sight, Status};
use crate::text;

/// A range of money in yuan; either end may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// At least.
    pub least: Option<Amount>,
    /// At most.
    pub most: Option<Amount>,
}

/// Conditions on a listing; an empty one lets everything pass.
///
/// Each is answered met, not met or not stated. "Not met" never passes; "not
/// stated" passes unless [`Filter::stated_only`] is set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// The listing's place must agree; one that can be done remotely agrees with any.
    pub region: Region,
    /// Any of these industries (simplified, compared as parts of words).
    pub industries: Vec<String>,
    /// Any of these.
    pub categories: Vec<Category>,
    /// Any of these.
    pub party_kinds: Vec<PartyKind>,
    /// Any of these; by default everything that is not a draft, in review or closed.
    pub statuses: Vec<Status>,
    /// The listing's money must overlap this range.
    pub budget: Budget,
    /// Still open on this day.
    pub open_on: Option<Date>,
    /// Let only what is stated pass.
    pub stated_only: bool,
    /// What whoever asks may see; never theirs to say.
    #[serde(skip)]
    pub sight: Sight,
}

impl Filter {
    /// Whether a listing may be seen.
    pub fn passes(&self, listing: &Listing) -> bool {
        if !self.sight.sees(listing) {
            return false;
        }
        match self.answer(listing) {
            Answer::Met => true,
            Answer::NotStated => !self.stated_only,
            Answer::NotMet => false,
        }
    }

    /// The weakest of the answers to all conditions.
    pub fn answer(&self, listing: &Listing) -> Answer {
        [
            self.status(listing),
            self.region(listing),
            self.industry(listing),
            one_of(&self.categories, listing.category, Category::Other),
            one_of(&self.party_kinds, listing.party.kind, PartyKind::Unknown),
            self.money(listing),
            self.deadline(listing),
        ]
        .into_iter()
        .max()
        .unwrap_or(Answer::Met)
    }

    fn status(&self, listing: &Listing) -> Answer {
        let open = match self.statuses.as_slice() {
            [] => matches!(listing.status, Status::Published | Status::InProgress),
            wanted => wanted.contains(&listing.status),
        };
        if open { Answer::Met } else { Answer::NotMet }
    }

    fn region(&self, listing: &Listing) -> Answer {
        let wanted_remote = match (self.region.remote, listing.region.remote) {
            (Some(true), Some(false)) => return Answer::NotMet,
            (Some(true), None) => Answer::NotStated,
            _ => Answer::Met,
        };
        if !self.region.is_stated() || listing.region.remote == Some(true) {
            return wanted_remote;
        }
        let place =
            match (self.region.agrees_with(&listing.region), &self.region.district, &listing.region.district)
            {
                (Some(false), _, _) => Answer::NotMet,
                (_, Some(wanted), Some(stated)) if wanted != stated => Answer::NotMet,
                (_, Some(_), None) | (None, None, _) => Answer::NotStated,
                (Some(true), _, _) | (None, Some(_), Some(_)) => Answer::Met,
            };
        place.max(wanted_remote)
    }

    fn industry(&self, listing: &Listing) -> Answer {
        if self.industries.is_empty() {
            return Answer::Met;
        }
        if listing.industries.is_empty() {
            return Answer::NotStated;
        }
        let stated: Vec<String> = listing.industries.iter().map(|word| text::simplify(word)).collect();
        let wanted = self.industries.iter().map(|word| text::simplify(word));
        let found =
            wanted.into_iter().any(|w| stated.iter().any(|s| s.contains(&w) || w.contains(s.as_str())));
        if found { Answer::Met } else { Answer::NotMet }
    }

    fn money(&self, listing: &Listing) -> Answer {
        if self.budget == Budget::default() {
            return Answer::Met;
        }
        let Some((low, high)) = listing.money.as_ref().and_then(|m| match (m.low, m.high) {
            (None, None) => None,
            (low, high) => Some((low.or(high), high.or(low))),
        }) else {
            return Answer::NotStated;
        };
        let enough = self.budget.least.is_none_or(|least| high.is_some_and(|high| high >= least));
        let not_too_much = self.budget.most.is_none_or(|most| low.is_some_and(|low| low <= most));
        if enough && not_too_much { Answer::Met } else { Answer::NotMet }
    }

    fn deadline(&self, listing: &Listing) -> Answer {
        match (self.open_on, listing.dates.deadline) {
            (None, _) | (_, Some(Deadline::Open)) => Answer::Met,
            (Some(_), None) => Answer::NotStated,
            (Some(day), Some(Deadline::On(last))) if last >= day => Answer::Met,
            _ => Answer::NotMet,
        }
    }
}

fn one_of<T: PartialEq>(wanted: &[T], stated: T, not_stated: T) -> Answer {
    if wanted.is_empty() || wanted.contains(&stated) {
        Answer::Met
    } else if stated == not_stated {
        Answer::NotStated
    } else {
        Answer::NotMet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Money, Side};

    #[track_caller]
    fn check(filter: &Filter, change: impl Fn(&mut Listing), expected: Answer) {
        let mut listing = Listing::new("N", Side::Requirement, "需求", "");
        change(&mut listing);
        assert_eq!(filter.answer(&listing), expected);
    }

    #[test]
    fn three_answers() {
        let nothing = |_: &mut Listing| {};
        check(&Filter::default(), nothing, Answer::Met);
        check(&Filter::default(), |l| l.status = Status::Closed, Answer::NotMet);

        let hangzhou = Filter {
            region: Region { city: Some("杭州市".into()), ..Region::default() },
            ..Filter::default()
        };
        check(&hangzhou, nothing, Answer::NotStated);
        check(&hangzhou, |l| l.region.city = Some("杭州市".into()), Answer::Met);
        check(&hangzhou, |l| l.region.city = Some("宁波市".into()), Answer::NotMet);
        check(&hangzhou, |l| l.region.remote = Some(true), Answer::Met);

        let cheap =
            Filter { budget: Budget { least: None, most: Amount::from_units(5e4) }, ..Filter::default() };
        let costs = |yuan: f64| {
            move |l: &mut Listing| {
                l.money = Some(Money { high: Amount::from_units(yuan), ..Money::default() })
            }
        };
        check(&cheap, nothing, Answer::NotStated);
        check(&cheap, costs(4e4), Answer::Met);
        check(&cheap, costs(6e4), Answer::NotMet);

        let schools = Filter { industries: vec!["教育".into()], ..Filter::default() };
        check(&schools, nothing, Answer::NotStated);
        check(&schools, |l| l.industries = vec!["智慧教育".into()], Answer::Met);
        check(&schools, |l| l.industries = vec!["農業".into()], Answer::NotMet);

        let open =
            Filter { open_on: Some(Date::constant(2026, 11, 21)), stated_only: true, ..Filter::default() };
        check(&open, |l| l.dates.deadline = Some(Deadline::Open), Answer::Met);
        let silent = Listing::new("N", Side::Requirement, "需求", "");
        assert!(!open.passes(&silent));
    }
}
