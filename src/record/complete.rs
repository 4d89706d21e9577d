//! How much of what a reader looks for a listing states, and what to add.

use serde::Serialize;

use crate::domain::{Category, Field, Listing, PartyKind, Side};

/// Characters of a description below which it says too little to be answered: one
/// sentence of a notice has some thirty.
const LEAST_TEXT: usize = 30;

/// What is stated of what readers look for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Completeness {
    /// How many of them are stated.
    pub stated: usize,
    /// How many there are.
    pub of: usize,
    /// Those that are not, the most asked for first.
    pub missing: Vec<Field>,
}

/// What readers of a requirement look for, the most asked for first.
const OF_REQUIREMENT: &[Field] = &[
    Field::Title,
    Field::Text,
    Field::Money,
    Field::Deadline,
    Field::Delivery,
    Field::Region,
    Field::Party,
    Field::Industries,
    Field::Category,
    Field::Contacts,
];

/// What readers of a capability look for, the most asked for first.
const OF_CAPABILITY: &[Field] = &[
    Field::Title,
    Field::Text,
    Field::Cases,
    Field::Skills,
    Field::Money,
    Field::Delivery,
    Field::Region,
    Field::Party,
    Field::PartyKind,
    Field::Industries,
    Field::Capacity,
    Field::Contacts,
];

/// How complete a listing is.
pub fn completeness(listing: &Listing) -> Completeness {
    let looked_for = match listing.side {
        Side::Requirement => OF_REQUIREMENT,
        Side::Capability => OF_CAPABILITY,
    };
    let missing: Vec<Field> = looked_for.iter().copied().filter(|field| !states(listing, *field)).collect();
    Completeness { stated: looked_for.len() - missing.len(), of: looked_for.len(), missing }
}

fn states(listing: &Listing, field: Field) -> bool {
    match field {
        Field::Title => !listing.title.trim().is_empty(),
        Field::Text => listing.text.chars().filter(|c| !c.is_whitespace()).count() >= LEAST_TEXT,
        Field::Money => listing.money.is_some(),
        Field::Deadline => listing.dates.deadline.is_some(),
        Field::Delivery => listing.dates.delivery.is_some(),
        Field::Region => listing.region.is_stated() || listing.region.remote.is_some(),
        Field::Party => !listing.party.name.trim().is_empty(),
        Field::PartyKind => listing.party.kind != PartyKind::Unknown,
        Field::Industries => !listing.industries.is_empty(),
        Field::Category => listing.category != Category::Other,
        Field::Skills => !listing.skills.is_empty(),
        Field::Cases => !listing.cases.is_empty(),
        Field::Capacity => listing.capacity.is_some(),
        Field::Contacts => !listing.contacts.is_empty(),
        // Nobody misses the others.
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Capacity, Case, Contact, ContactKind};

    #[test]
    fn what_is_stated_is_not_missing() {
        let mut listing = Listing::new("C1", Side::Capability, "巡河", "无人船巡河，清理漂浮垃圾");
        let bare = completeness(&listing);
        assert_eq!((bare.stated, bare.of), (1, OF_CAPABILITY.len()));
        assert_eq!(bare.missing[..2], [Field::Text, Field::Cases], "the most asked for first");
        listing.text = "两艘无人船，每天巡河十公里，自动识别并打捞漂浮垃圾，出具带照片的日报。".into();
        listing.cases.push(Case { summary: "某县河道".into(), year: None, worth: None });
        listing.capacity = Some(Capacity { free_jobs: 0 });
        listing.region.remote = Some(false);
        listing.party.name = "某工作室".into();
        listing.party.kind = PartyKind::Opc;
        listing.contacts.push(Contact { kind: ContactKind::Phone, value: "1".into() });
        let missing = completeness(&listing).missing;
        assert_eq!(missing, [Field::Skills, Field::Money, Field::Delivery, Field::Industries]);
    }

    #[test]
    fn every_field_that_is_looked_for_can_be_missing() {
        let requirement = completeness(&Listing::new("N1", Side::Requirement, "", ""));
        let capability = completeness(&Listing::new("C1", Side::Capability, "", ""));
        assert_eq!((requirement.stated, capability.stated), (0, 0));
        assert_eq!(requirement.missing, OF_REQUIREMENT);
        assert_eq!(capability.missing, OF_CAPABILITY);
    }
}
