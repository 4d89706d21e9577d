//! Listing → terms, sentences, and the passages to embed.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::domain::{Listing, mask_contacts};
use crate::text::{self, Unit};

use super::words::TITLE_TIMES;

/// Which part of a listing a quote stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// [`Listing::title`].
    Title,
    /// [`Listing::text`].
    Text,
    /// The summary of the case with this number, from 0.
    Case(usize),
}

/// A stretch of a listing, by bytes of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The part it stands in.
    pub place: Place,
    /// Byte range in that part.
    pub range: Range<usize>,
}

impl Quote {
    /// The words quoted; `listing` must be the one the quote was made from.
    pub fn words<'a>(&self, listing: &'a Listing) -> &'a str {
        let part = match self.place {
            Place::Title => &listing.title,
            Place::Text => &listing.text,
            Place::Case(number) => &listing.cases[number].summary,
        };
        &part[self.range.clone()]
    }
}

/// A sentence of a listing with the terms in it (words and two-character pieces).
#[derive(Debug, Clone)]
pub struct SentenceAt {
    /// Where it stands.
    pub quote: Quote,
    /// Whether it tells of the work itself, and not of budget, dates, eligibility
    /// or how to answer, which are terms and checked apart.
    pub about_work: bool,
    pub(super) terms: Vec<String>,
}

/// Words of sentences that are not about the work. Simplified.
const NOT_ABOUT_WORK: &[&str] = &[
    "预算",
    "限价",
    "控制价",
    "报价",
    "经费",
    "元以内",
    "付款",
    "截止",
    "联系",
    "联络",
    "电话",
    "邮箱",
    "报名",
    "资格",
    "法人",
    "注册资",
    "供应商",
    "投标",
    "响应人",
    "磋商",
    "公告",
    "附件",
    "驻场",
    "业绩",
    "合同签订",
];

/// A listing's sentences beyond this many have no vector and are quoted only by
/// their words: a 10,000-character text must not cost a thousand embeddings.
const MOST_SENTENCES: usize = 24;

/// So few are analysed where they are: whoever asks with one text must not wait for threads
/// that a long batch keeps busy.
const FEW: usize = 16;

/// One list, analysed but not yet embedded.
#[derive(Debug)]
pub struct Draft {
    pub(super) listings: Vec<Arc<Listing>>,
    pub(super) analyzed: Vec<Analyzed>,
}

#[derive(Debug)]
pub(super) struct Analyzed {
    /// Term → (best unit seen, how often, the title counted [`TITLE_TIMES`] times), in term order.
    pub(super) terms: BTreeMap<String, (Unit, u32)>,
    pub(super) sentences: Vec<SentenceAt>,
    passage: String,
}

impl Analyzed {
    /// Each term with how often it stands there, in term order.
    pub(super) fn counted(&self) -> impl Iterator<Item = (&str, u32)> {
        self.terms.iter().map(|(term, &(_, count))| (term.as_str(), count))
    }

    /// How many terms, repeated ones as often as they stand there.
    pub(super) fn length(&self) -> u32 {
        self.terms.values().map(|&(_, count)| count).sum()
    }
}

impl Draft {
    /// Analyses a list on all cores. Listings are put in the order of their ids,
    /// so that rows, and with them ties, never depend on the order of arrival.
    pub fn analyze(listings: Vec<Arc<Listing>>) -> Draft {
        Draft::analyze_told(listings, &|| {})
    }

    /// As [`Draft::analyze`]; `tell` is called after each listing.
    pub fn analyze_told(mut listings: Vec<Arc<Listing>>, tell: &(dyn Fn() + Sync)) -> Draft {
        listings.sort_by(|a, b| a.id.cmp(&b.id));
        let one = |listing: &Arc<Listing>| {
            let analyzed = analyze(listing);
            tell();
            analyzed
        };
        let analyzed = if listings.len() < FEW {
            listings.iter().map(one).collect()
        } else {
            listings.par_iter().map(one).collect()
        };
        Draft { listings, analyzed }
    }

    /// How many listings.
    pub fn len(&self) -> usize {
        self.listings.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.listings.is_empty()
    }

    /// What to embed: one passage a listing, then one a sentence, listing by listing.
    pub fn passages(&self) -> Vec<String> {
        let wholes = self.analyzed.iter().map(|a| a.passage.clone());
        let sentences = self.listings.iter().zip(&self.analyzed).flat_map(|(listing, a)| {
            a.sentences.iter().map(|s| text::simplify(&mask_contacts(s.quote.words(listing))))
        });
        wholes.chain(sentences).collect()
    }
}

/// What reaches a person is hidden first: nobody can be found by their number.
/// Masking keeps offsets, so quotes still point into the listing itself.
fn analyze(listing: &Listing) -> Analyzed {
    let mut masked = listing.clone();
    for part in [&mut masked.title, &mut masked.text]
        .into_iter()
        .chain(&mut masked.skills)
        .chain(&mut masked.industries)
        .chain(masked.cases.iter_mut().map(|case| &mut case.summary))
    {
        *part = mask_contacts(part);
    }
    let listing = &masked;
    let mut terms: BTreeMap<String, (Unit, u32)> = BTreeMap::new();
    let mut count = |part: &str, times: u32| {
        for token in text::analyze(part) {
            let entry = terms.entry(token.term).or_insert((token.unit, 0));
            entry.0 = entry.0.min(token.unit);
            entry.1 += times;
        }
    };
    count(&listing.title, TITLE_TIMES);
    count(&listing.text, 1);
    for word in listing.skills.iter().chain(&listing.industries) {
        count(word, 1);
    }
    for case in &listing.cases {
        count(&case.summary, 1);
    }
    Analyzed { terms, sentences: sentences(listing), passage: passage(listing) }
}

fn sentences(listing: &Listing) -> Vec<SentenceAt> {
    let parts = std::iter::once((Place::Title, listing.title.as_str()))
        .chain(std::iter::once((Place::Text, listing.text.as_str())))
        .chain(listing.cases.iter().enumerate().map(|(n, case)| (Place::Case(n), case.summary.as_str())));
    let mut found: Vec<SentenceAt> = Vec::new();
    for (place, part) in parts {
        for sentence in text::sentences(part) {
            let words = &part[sentence.range.clone()];
            // Notices repeat their title as the first sentence of the text.
            if place == Place::Text && words == listing.title {
                continue;
            }
            let simplified = text::simplify(words);
            found.push(SentenceAt {
                terms: sentence_terms(words),
                about_work: !NOT_ABOUT_WORK.iter().any(|word| simplified.contains(word)),
                quote: Quote { place, range: sentence.range },
            });
            if found.len() == MOST_SENTENCES {
                return found;
            }
        }
    }
    found
}

/// Distinct words and two-character pieces, sorted.
fn sentence_terms(sentence: &str) -> Vec<String> {
    let mut terms: Vec<String> = text::analyze(sentence)
        .into_iter()
        .filter(|token| token.unit != Unit::Character)
        .map(|token| token.term)
        .collect();
    terms.sort();
    terms.dedup();
    terms
}

/// What is embedded for a whole listing: title, text, skills, industries, cases.
fn passage(listing: &Listing) -> String {
    let mut passage = listing.title.clone();
    let text_without_title = listing.text.strip_prefix(listing.title.as_str()).unwrap_or(&listing.text);
    let cases = listing.cases.iter().map(|case| case.summary.as_str());
    for part in std::iter::once(text_without_title)
        .chain(listing.skills.iter().map(String::as_str))
        .chain(listing.industries.iter().map(String::as_str))
        .chain(cases)
    {
        if !part.trim().is_empty() {
            passage.push('。');
            passage.push_str(part.trim());
        }
    }
    text::simplify(&passage)
}
