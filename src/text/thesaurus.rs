//! Different words for one thing: the concepts of `data/lexicon/thesaurus`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::normalized::{Normalized, simplify};

/// One line of the thesaurus, or several that have the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// What it is usually called.
    pub name: String,
    /// What it is, in a line.
    pub gloss: String,
}

/// Two texts name one concept in different words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Byte range in the first text.
    pub ours: Range<usize>,
    /// Byte range in the second.
    pub theirs: Range<usize>,
    /// What both mean.
    pub concept: &'static Concept,
}

/// The terms of a term field.
const BETWEEN_TERMS: char = '、';

/// A term that names more concepts than this says too little about any.
const MOST_CONCEPTS: usize = 3;

/// Terms shorter than this (in characters) are parts of too many other words.
const SHORTEST_TERM: usize = 2;

struct Thesaurus {
    concepts: Vec<Concept>,
    /// `None` only for a thesaurus of more than 2³² characters, which finds nothing.
    finder: Option<AhoCorasick>,
    /// Pattern of `finder` → concepts.
    named: Vec<Vec<usize>>,
}

static THESAURUS: LazyLock<Thesaurus> = LazyLock::new(|| Thesaurus::read(FILES));

/// Where two texts name the same concept in different words (预测性维护 ≈ 设备健康管理),
/// in the order of the first. A concept counts once, at its first mention on each side;
/// a word within the other's word is no other word.
pub fn alike(ours: &str, theirs: &str) -> Vec<Alike> {
    let (ours, theirs) = (Normalized::new(ours), Normalized::new(theirs));
    let mut named: BTreeMap<usize, Range<usize>> = BTreeMap::new();
    for (concept, range) in THESAURUS.mentions(theirs.as_str()) {
        named.entry(concept).or_insert(range);
    }
    let mut found = Vec::new();
    for (concept, range) in THESAURUS.mentions(ours.as_str()) {
        let Some(other) = named.remove(&concept) else { continue };
        let (word, other_word) = (&ours.as_str()[range.clone()], &theirs.as_str()[other.clone()]);
        // Where the same word stands on the other side too, nothing needs saying.
        if word.contains(other_word) || other_word.contains(word) || theirs.as_str().contains(word) {
            continue;
        }
        found.push(Alike {
            ours: ours.original_range(range),
            theirs: theirs.original_range(other),
            concept: &THESAURUS.concepts[concept],
        });
    }
    found
}

/// A Latin term is not looked for inside a longer Latin word.
fn stands_alone(text: &str, range: Range<usize>) -> bool {
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let term = &text[range.clone()];
    let cut_before = is_latin(term.chars().next()) && is_latin(text[..range.start].chars().next_back());
    let cut_after = is_latin(term.chars().next_back()) && is_latin(text[range.end..].chars().next());
    !cut_before && !cut_after
}

impl Thesaurus {
    /// Concepts that a normalised text names, and where: the longest term at each
    /// place, not overlapping, in order.
    fn mentions<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
        let found = self.finder.iter().flat_map(move |finder| finder.find_iter(text));
        found.filter(move |found| stands_alone(text, found.range())).flat_map(|found| {
            self.named[found.pattern().as_usize()].iter().map(move |&concept| (concept, found.range()))
        })
    }

    /// Lines of seven fields: name, synonyms, narrower and related terms, how a notice
    /// and how a founder says it, gloss. Name and synonyms are looked for in texts:
    /// two narrower terms of one concept (阿拉伯语, 俄语) are not the same.
    fn read(files: &[&str]) -> Thesaurus {
        let mut by_name: BTreeMap<String, (Concept, Vec<String>)> = BTreeMap::new();
        for line in files.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split(" | ").map(str::trim).collect();
            let [name, synonyms, _, _, _, _, gloss] = fields[..] else { continue };
            let concept = Concept { name: name.to_owned(), gloss: gloss.to_owned() };
            let (_, terms) = by_name.entry(simplify(name)).or_insert_with(|| (concept, vec![simplify(name)]));
            terms.extend(synonyms.split(BETWEEN_TERMS).map(|term| simplify(term.trim())));
        }
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut concepts = Vec::with_capacity(by_name.len());
        for (number, (concept, terms)) in by_name.into_values().enumerate() {
            concepts.push(concept);
            for term in terms.into_iter().filter(|term| term.chars().count() >= SHORTEST_TERM) {
                let numbers = named.entry(term).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        }
        named.retain(|_, numbers| numbers.len() <= MOST_CONCEPTS);
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(named.keys()).ok();
        Thesaurus { concepts, finder, named: named.into_values().collect() }
    }
}

const FILES: &[&str] = &[
    include_str!("../../data/lexicon/thesaurus/accounting.txt"),
    include_str!("../../data/lexicon/thesaurus/ai.txt"),
    include_str!("../../data/lexicon/thesaurus/archives.txt"),
    include_str!("../../data/lexicon/thesaurus/auto.txt"),
    include_str!("../../data/lexicon/thesaurus/catering.txt"),
    include_str!("../../data/lexicon/thesaurus/community.txt"),
    include_str!("../../data/lexicon/thesaurus/construction.txt"),
    include_str!("../../data/lexicon/thesaurus/culture.txt"),
    include_str!("../../data/lexicon/thesaurus/data.txt"),
    include_str!("../../data/lexicon/thesaurus/design.txt"),
    include_str!("../../data/lexicon/thesaurus/eldercare.txt"),
    include_str!("../../data/lexicon/thesaurus/energy.txt"),
    include_str!("../../data/lexicon/thesaurus/environment.txt"),
    include_str!("../../data/lexicon/thesaurus/equipment.txt"),
    include_str!("../../data/lexicon/thesaurus/farming.txt"),
    include_str!("../../data/lexicon/thesaurus/finance.txt"),
    include_str!("../../data/lexicon/thesaurus/government.txt"),
    include_str!("../../data/lexicon/thesaurus/health.txt"),
    include_str!("../../data/lexicon/thesaurus/hr.txt"),
    include_str!("../../data/lexicon/thesaurus/iot.txt"),
    include_str!("../../data/lexicon/thesaurus/ip.txt"),
    include_str!("../../data/lexicon/thesaurus/law.txt"),
    include_str!("../../data/lexicon/thesaurus/lifestyle.txt"),
    include_str!("../../data/lexicon/thesaurus/livestock.txt"),
    include_str!("../../data/lexicon/thesaurus/logistics.txt"),
    include_str!("../../data/lexicon/thesaurus/manufacturing.txt"),
    include_str!("../../data/lexicon/thesaurus/marketing.txt"),
    include_str!("../../data/lexicon/thesaurus/media.txt"),
    include_str!("../../data/lexicon/thesaurus/mobile.txt"),
    include_str!("../../data/lexicon/thesaurus/realestate.txt"),
    include_str!("../../data/lexicon/thesaurus/research.txt"),
    include_str!("../../data/lexicon/thesaurus/retail.txt"),
    include_str!("../../data/lexicon/thesaurus/rural.txt"),
    include_str!("../../data/lexicon/thesaurus/safety.txt"),
    include_str!("../../data/lexicon/thesaurus/school.txt"),
    include_str!("../../data/lexicon/thesaurus/security.txt"),
    include_str!("../../data/lexicon/thesaurus/software.txt"),
    include_str!("../../data/lexicon/thesaurus/sports.txt"),
    include_str!("../../data/lexicon/thesaurus/tourism.txt"),
    include_str!("../../data/lexicon/thesaurus/trade.txt"),
    include_str!("../../data/lexicon/thesaurus/transport.txt"),
    include_str!("../../data/lexicon/thesaurus/vocational.txt"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_term_counts_and_latin_words_are_whole() {
        let thesaurus = Thesaurus::read(&[
            "水质监测 | 水质检测、河道水质监测 | 断面监测 | 传感器 | 甲 | 乙 | 丙\nRAG | 检索增强、知识库问答 | 混合检索 | 向量库 | 甲 | 乙 | 丙",
        ]);
        assert_eq!(thesaurus.concepts.len(), 2);
        let text = "河道水质监测用rag";
        let found: Vec<&str> = thesaurus.mentions(text).map(|(_, range)| &text[range]).collect();
        assert_eq!(found, ["河道水质监测", "rag"]);
        assert!(stands_alone("用rag做", 3..6) && !stands_alone("fragment", 1..4));
    }

    #[test]
    fn different_words_for_one_thing_are_pointed_out() {
        for (ours, theirs, expected) in [
            ("想做设备预测性维护", "提供設備健康管理", vec![("预测性维护", "設備健康管理")]),
            ("屋顶光伏建设", "承接太阳能发电项目", vec![("屋顶光伏", "太阳能发电")]),
            ("屋顶光伏", "屋顶光伏方案", vec![]),
            ("", "屋顶光伏", vec![]),
        ] {
            let found: Vec<(&str, &str)> =
                alike(ours, theirs).into_iter().map(|a| (&ours[a.ours], &theirs[a.theirs])).collect();
            assert_eq!(found, expected, "{ours} / {theirs}");
        }
    }

    #[test]
    fn every_file_of_the_thesaurus_is_read() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/lexicon/thesaurus");
        let files = std::fs::read_dir(folder).unwrap().count();
        // first.txt has a form of its own and is for training only.
        assert_eq!(FILES.len() + 1, files);
        assert!(THESAURUS.concepts.len() >= 4_000, "{}", THESAURUS.concepts.len());
    }
}
