//! Fills what no column stated from the listing's own words, and marks it.

use super::amount::money_in_prose;
use super::certificate::certificates_in;
use super::day::{deadline_in_prose, delivery_in_prose};
use super::day_scan::days_in;
use super::place::{Source, region_in_prose};
use super::record::{past_contracts, thresholds};
use super::terms;
use super::{Folded, Read};
use crate::domain::{Date, Fact, Field, Listing, Region, Side, contacts_in};

/// Characters of a listing that facts are read from: more than any real listing
/// has, so that a hundred thousand rows stay a matter of seconds.
const MAX_PROSE: usize = 20_000;

/// Longest quote kept, in characters: enough to find the place again.
const MAX_QUOTE: usize = 60;

/// Reads facts out of title, text and party name into the fields that are
/// still open. `today` stands in for a missing day of publication.
pub(in crate::intake) fn read_prose(listing: &mut Listing, today: Date) {
    let mut words = format!("{}\n{}", listing.title, listing.text);
    if let Some((end, _)) = words.char_indices().nth(MAX_PROSE) {
        words.truncate(end);
    }
    let folded = Folded::new(&words);
    let text = folded.text.as_str();
    let side = listing.side;
    let base = listing.dates.published.unwrap_or(today);
    let mut facts: Vec<Fact> = Vec::new();
    let mut mark = |field: Field, span: std::ops::Range<usize>| facts.push(fact(field, folded.quote(span)));

    if listing.money.is_none()
        && let Some(read) = money_in_prose(text, side)
    {
        mark(Field::Money, read.span);
        listing.money = Some(read.value);
    }
    let days = days_in(text, base);
    if listing.dates.deadline.is_none()
        && let Some(read) = deadline_in_prose(text, &days)
    {
        mark(Field::Deadline, read.span);
        listing.dates.deadline = Some(read.value);
    }
    if listing.dates.delivery.is_none()
        && let Some(read) = delivery_in_prose(text, &days, base)
    {
        mark(Field::Delivery, read.span);
        listing.dates.delivery = Some(read.value);
    }
    let terms = &mut listing.terms;
    let mut fill = |slot: &mut Option<bool>, field: Field, read: Option<Read<bool>>| {
        if slot.is_none()
            && let Some(read) = read
        {
            mark(field, read.span);
            *slot = Some(read.value);
        }
    };
    fill(&mut terms.legal_person, Field::Eligibility, terms::legal_person(text, side));
    fill(&mut terms.data_stays_on_site, Field::DataStaysOnSite, terms::data_stays_on_site(text, side));
    fill(&mut terms.on_site, Field::OnSite, terms::on_site(text, side));
    fill(&mut listing.region.remote, Field::Remote, terms::remote(text));
    if side == Side::Requirement {
        if terms.past_contracts.is_none()
            && let Some(read) = past_contracts(text, false)
        {
            mark(Field::PastContracts, read.span);
            terms.past_contracts = Some(read.value);
        }
        if terms.thresholds.is_empty() {
            terms.thresholds = thresholds(text, |span| shortened(folded.quote(span)));
            for threshold in &terms.thresholds {
                facts.push(fact(Field::Thresholds, &threshold.quote));
            }
        }
    }
    if terms.certificates.is_empty() {
        for read in certificates_in(&folded, side, base) {
            facts.push(fact(Field::Certificates, folded.quote(read.span)));
            terms.certificates.push(read.value);
        }
    }
    if side == Side::Capability && terms.legal_person.is_none() && is_company(&listing.party.name) {
        facts.push(fact(Field::Eligibility, &listing.party.name));
        terms.legal_person = Some(true);
    }
    place(listing, &mut facts);
    for contact in contacts_in(&words) {
        if !listing.contacts.iter().any(|known| known.kind == contact.kind && known.value == contact.value) {
            listing.contacts.push(contact);
        }
    }
    listing.read_from_prose.append(&mut facts);
}

fn place(listing: &mut Listing, facts: &mut Vec<Fact>) {
    if listing.region.city.is_some() || listing.region.district.is_some() {
        return;
    }
    let (title, text, party) =
        (Folded::new(&listing.title), Folded::new(&listing.text), Folded::new(&listing.party.name));
    if let Some((source, read)) = region_in_prose(
        &title.text,
        &text.text,
        &party.text,
        listing.side,
        listing.region.province.as_deref(),
    ) {
        let quoted = match source {
            Source::Title => title.quote(read.span),
            Source::Text => text.quote(read.span),
            Source::Party => party.quote(read.span),
        };
        facts.push(fact(Field::Region, quoted));
        listing.region = Region { remote: listing.region.remote, ..read.value };
    }
}

/// Names that only a registered company bears.
fn is_company(name: &str) -> bool {
    ["有限公司", "有限责任公司", "股份公司", "有限合伙)", "有限合伙）"]
        .iter()
        .any(|suffix| name.trim().ends_with(suffix))
}

fn fact(field: Field, quote: &str) -> Fact {
    Fact { field, quote: shortened(quote) }
}

fn shortened(quote: &str) -> String {
    if quote.chars().count() <= MAX_QUOTE {
        return quote.to_owned();
    }
    let mut short: String = quote.chars().take(MAX_QUOTE).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_paragraph_gives_its_facts_with_the_words_they_stand_in() {
        let mut listing = Listing::new(
            "N1",
            Side::Requirement,
            "社区电梯隐患排查",
            "预算控制在12万以内，9月底前要用上。须驻场，数据不出域。至少具备1个同类案例。项目地点：杭州市西湖区。联系人：王小明，13800138000",
        );
        read_prose(&mut listing, date(2026, 9, 1));
        let quotes: Vec<(&str, &str)> =
            listing.read_from_prose.iter().map(|f| (f.field.as_str(), f.quote.as_str())).collect();
        assert_eq!(
            quotes,
            [
                ("money", "预算控制在12万"),
                ("delivery", "9月底前要用上"),
                ("data_stays_on_site", "数据不出域"),
                ("on_site", "驻场"),
                ("past_contracts", "至少具备1个同类案例"),
                ("region", "杭州市西湖区"),
            ]
        );
        assert_eq!(listing.contacts.len(), 2);
        assert!(listing.text.contains("13800138000"));
    }

    #[test]
    fn a_column_wins_over_prose() {
        let mut listing = Listing::new("N1", Side::Requirement, "采购", "预算50万元，可远程");
        listing.region.remote = Some(false);
        listing.money = Some(crate::domain::Money { negotiable: true, ..Default::default() });
        let before = listing.clone();
        read_prose(&mut listing, date(2026, 9, 1));
        assert_eq!(listing, before);
    }
}
