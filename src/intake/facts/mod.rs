//! Facts read out of cells and running text: amounts, days, places, terms.
//!
//! Every reader works on [`Folded`] text (simplified characters, half width,
//! lower case, without the spaces that PDF extraction leaves between Chinese
//! characters) and gives the span it read, so that the quote shown to people is
//! in the listing's own words.

mod amount;
mod amount_scan;
mod certificate;
mod day;
mod day_scan;
mod fold;
mod gazetteer;
mod numeral;
mod place;
mod prose;
mod record;
mod span;
mod terms;

pub(super) use amount::{MoneyCell, money_cell};
pub(super) use amount_scan::amounts_in;
pub(super) use certificate::{certificate_list, certificates_in};
pub(super) use day::{DeadlineCell, DeliveryCell, deadline_cell, delivery_cell, published_cell};
pub(super) use fold::{Folded, fold_text};
pub(super) use place::{RegionCell, region_cell};
pub(super) use prose::read_prose;
pub(super) use record::{past_contracts, thresholds};
pub(super) use terms::{data_stays_on_site, legal_person, on_site, remote, says_nothing};

use std::ops::Range;

/// Something read, with the span of folded text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}
