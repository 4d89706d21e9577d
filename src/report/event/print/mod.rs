//! Pages to print on A4, each a whole HTML document without a script.

mod brief;
mod cards;
mod document;
mod personal;
mod stage;
mod wall;

use crate::domain::{ListingId, OpcId, PublicListing};
use crate::report::MatchView;

use super::view::EventView;
use document::Document;

/// The language of what stands around the listings' own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// 简体中文.
    #[default]
    Zh,
    /// 繁體中文.
    Hant,
    /// English.
    En,
}

/// How a page comes by its styles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Styles {
    /// By a link to `/sheets.css` of the same server, whose policy forbids inline styles.
    Linked,
    /// Inside, for a file that stands by itself.
    Inline,
}

/// Everything about one pair that fits on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// The need.
    pub need: PublicListing,
    /// The capability that fits it best.
    pub capability: PublicListing,
    /// Why.
    pub why: MatchView,
}

/// What to print.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PrintPage<'a> {
    /// The order of the stage.
    Stage,
    /// A card for each table, to stand on it.
    Tables,
    /// The day of each OPC that has meetings, or of one, by the id that the view shows.
    Opcs(Option<&'a OpcId>),
    /// The day of each need that has meetings, or of one.
    Needs(Option<&'a ListingId>),
    /// Slots by tables, for the wall.
    Wall,
    /// A page for each pair.
    Briefs(&'a [Brief]),
}

/// A page to print, as an HTML document.
///
/// Listings' words are shown as they are, masked and escaped; what surrounds them is in `lang`.
pub fn print_page(view: &EventView, page: PrintPage<'_>, lang: Lang, styles: Styles) -> String {
    let mut document = Document::new(view, lang, styles);
    match page {
        PrintPage::Stage => stage::write(&mut document, view),
        PrintPage::Tables => cards::write(&mut document, view),
        PrintPage::Opcs(only) => personal::write_opcs(&mut document, view, only),
        PrintPage::Needs(only) => personal::write_needs(&mut document, view, only),
        PrintPage::Wall => wall::write(&mut document, view),
        PrintPage::Briefs(briefs) => brief::write(&mut document, view, briefs),
    }
    document.finish()
}
