//! Where work is asked for or offered.

use super::gazetteer::{Hit, Naming, Place, hits};
use super::span::{any, before};
use super::terms::says_nothing;
use super::{Folded, Read};
use crate::domain::{Region, Side};

/// A cell of a region column.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::intake) enum RegionCell {
    NotStated,
    /// `whole` when the cell says nothing else; `several` when more places follow.
    Read {
        region: Region,
        whole: bool,
        several: bool,
    },
    /// One name, several places.
    Ambiguous {
        candidates: Vec<String>,
    },
    Unread,
}

/// Words of a region cell that mean "from anywhere".
const ANYWHERE: [&str; 12] =
    ["全国", "不限", "远程", "远端", "远距", "线上", "各地", "全球", "海内外", "国内", "remote", "anywhere"];

/// Reads a cell of a region column.
pub(in crate::intake) fn region_cell(cell: &str) -> RegionCell {
    let folded = Folded::new(cell);
    let text = folded.text.as_str();
    let found = hits(text, Naming::ShortCounty);
    let anywhere = any(text, &ANYWHERE);
    let mut rest = text.to_owned();
    for hit in found.iter().rev() {
        rest.replace_range(hit.span.clone(), " ");
    }
    for word in ANYWHERE
        .iter()
        .chain(&["中国", "省", "市", "本地", "地区", "可", "等地", "等", "及", "和", "周边", "交付", "服务"])
    {
        rest = rest.replace(word, "");
    }
    let whole = rest.chars().filter(|c| c.is_alphanumeric()).count() == 0;
    let chains = chains(&found);
    match chains.first() {
        None if anywhere => RegionCell::Read {
            region: Region { remote: Some(true), ..Region::default() },
            whole,
            several: false,
        },
        None if says_nothing(cell) => RegionCell::NotStated,
        None => RegionCell::Unread,
        Some(Chain::One(place)) => {
            let several = chains.len() > 1;
            let region = Region { remote: anywhere.then_some(true), ..place.region() };
            RegionCell::Read { region, whole: whole && !several, several }
        }
        Some(Chain::Many(places)) => {
            RegionCell::Ambiguous { candidates: places.iter().map(|p| p.region().to_string()).collect() }
        }
    }
}

enum Chain {
    One(Place),
    Many(Vec<Place>),
}

/// Joins names that narrow each other down (浙江省, 杭州市, 西湖区) into one place
/// each; a name that fits nothing before it begins the next.
fn chains(hits: &[Hit]) -> Vec<Chain> {
    let mut chains: Vec<Vec<Place>> = Vec::new();
    for hit in hits {
        if let Some(last) = chains.last_mut() {
            let joined: Vec<Place> = last
                .iter()
                .flat_map(|place| hit.places.iter().filter(|p| p.fits(place)).map(|p| p.finer(*place)))
                .collect();
            if !joined.is_empty() {
                *last = joined;
                continue;
            }
        }
        chains.push(hit.places.clone());
    }
    chains
        .into_iter()
        .map(|mut places| {
            // 吉林 is the province unless something says 市: the coarser place is always true.
            if places.len() > 1
                && let Some(at) = places
                    .iter()
                    .position(|p| places.iter().all(|q| p.fits(q) && (p.city.is_empty() || p == q)))
            {
                return Chain::One(places.swap_remove(at));
            }
            if places.len() == 1 { Chain::One(places[0]) } else { Chain::Many(places) }
        })
        .collect()
}

const CUES: [&str; 23] = [
    "地点",
    "地址",
    "位于",
    "坐标",
    "坐落",
    "所在地",
    "服务区域",
    "服务范围",
    "服务地区",
    "实施地",
    "驻地",
    "我在",
    "人在",
    "团队在",
    "公司在",
    "常驻",
    "仅限",
    "限",
    "base",
    "办公地",
    "注册地",
    "落地",
    "本地",
];

/// Districts whose names are everyday words; they count only behind their city.
const EVERYDAY: [&str; 9] =
    ["老城区", "新城区", "城中区", "城东区", "城西区", "城北区", "市中区", "城关区", "郊区"];

/// Finds the place of a listing in its words: after a cue in the text; in the
/// title; in the name of the party; for requirements also as the only place
/// that the text names in full. Capabilities often name their customers' places.
///
/// Where the province is known already, only a finer place within it is an
/// answer. The answer tells which of the three strings its span belongs to.
pub(super) fn region_in_prose(
    title: &str,
    text: &str,
    party: &str,
    side: Side,
    province: Option<&str>,
) -> Option<(Source, Read<Region>)> {
    let serves = |read: &Read<Region>| {
        province.is_none_or(|province| {
            read.value.province.as_deref() == Some(province)
                && (read.value.city.is_some() || read.value.district.is_some())
        })
    };
    let first = |string: &str, counts: &dyn Fn(&Hit) -> bool| {
        let all = hits(string, Naming::Short);
        let named = all.iter().filter(|hit| counts(hit));
        named.filter_map(|hit| chain_from(string, hit.span.start)).find(serves)
    };
    // 在杭州 as a clause of its own; 在杭州做过两个项目 tells of customers.
    let alone = |hit: &Hit| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let lead = text[..hit.span.start].strip_suffix('在');
        lead.is_some_and(|lead| edge(lead.chars().next_back()))
            && chain_from(text, hit.span.start).is_some_and(|read| edge(text[read.span.end..].chars().next()))
    };
    let after_cue = |hit: &Hit| {
        let lead = before(text, hit.span.start, 6).trim_end_matches([':', '为', '是', '(', '于', '】', ']']);
        (CUES.iter().any(|cue| lead.ends_with(cue)) || alone(hit))
            && (hit.naming == Naming::Full || !names_something_else(text, hit))
    };
    if let Some(read) = first(text, &after_cue) {
        return Some((Source::Text, read));
    }
    for (source, string) in [(Source::Title, title), (Source::Party, party)] {
        let counts = |hit: &Hit| {
            hit.naming == Naming::Full
                || (of_an_office(string, hit, source) && !names_something_else(string, hit))
        };
        if let Some(read) = first(string, &counts) {
            return Some((source, read));
        }
    }
    if side == Side::Requirement {
        let full = hits(text, Naming::Full);
        if let ([Chain::One(_)], Some(hit)) = (chains(&full).as_slice(), full.first()) {
            return chain_from(text, hit.span.start).filter(serves).map(|read| (Source::Text, read));
        }
    }
    None
}

/// Which string a region was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Title,
    Text,
    Party,
}

/// 中山大学 and 南京路 are not in those cities, or not surely.
fn names_something_else(text: &str, hit: &Hit) -> bool {
    let tail = &text[hit.span.end..];
    [
        "大学", "学院", "路", "街", "银行", "大道", "话", "菜", "时间", "牌", "东路", "西路", "南路", "北路",
        "中路",
    ]
    .iter()
    .any(|w| tail.starts_with(w))
}

/// A short name counts where it names the seat of an office: 杭州分公司, 杭州某某有限公司.
fn of_an_office(text: &str, hit: &Hit, source: Source) -> bool {
    let tail = &text[hit.span.end..];
    let office = ["分公司", "公司", "分行", "支行", "供电", "电信", "移动", "联通"]
        .iter()
        .any(|w| tail.starts_with(w));
    office || (source == Source::Party && hit.span.start == 0 && text.ends_with("公司"))
}

/// The place that begins at an offset, with the names that follow directly.
fn chain_from(text: &str, start: usize) -> Option<Read<Region>> {
    let mut joined: Vec<Hit> = Vec::new();
    // 内蒙古自治区 and two more names of that length fit.
    let end = text[start..].char_indices().nth(40).map_or(text.len(), |(at, _)| start + at);
    for hit in hits(&text[start..end], Naming::Short) {
        let last = joined.last().map_or(0, |last| last.span.end);
        let gap = &text[start + last..start + hit.span.start];
        joined.push(hit);
        // 海盐县、海宁市 are two places, and so are 杭州 and 宁波.
        if !matches!(gap, "" | "省" | "-" | "·" | " ") || chains(&joined).len() > 1 {
            joined.pop();
            break;
        }
    }
    let end = joined.last()?.span.end;
    if EVERYDAY.contains(&&text[start..start + end]) {
        return None;
    }
    match chains(&joined).into_iter().next()? {
        Chain::One(place) => Some(Read { value: place.region(), span: start..start + end }),
        Chain::Many(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_cells() {
        for (cell, shown, all, more) in [
            ("浙江", "浙江省", true, false),
            ("浙江省杭州市西湖区", "浙江省杭州市西湖区", true, false),
            ("浙江-杭州-西湖", "浙江省杭州市西湖区", true, false),
            ("杭州/余杭区", "浙江省杭州市余杭区", true, false),
            ("义乌", "浙江省金华市义乌市", true, false),
            ("上海浦东新区", "上海市浦东新区", true, false),
            ("北京市朝阳区", "北京市朝阳区", true, false),
            ("吉林", "吉林省", true, false),
            ("吉林市", "吉林省吉林市", true, false),
            ("海南", "海南省", true, false),
            ("臺灣 花蓮縣", "台湾省花莲县", true, false),
            ("HangZhou", "浙江省杭州市", true, false),
            ("香港", "香港特别行政区香港", true, false),
            ("成都/无锡", "四川省成都市", false, true),
            ("健哥/郑州", "河南省郑州市", false, false),
            ("鼓楼区，福州", "福建省福州市鼓楼区", true, false),
        ] {
            match region_cell(cell) {
                RegionCell::Read { region, whole, several } => {
                    assert_eq!((region.to_string().as_str(), whole, several), (shown, all, more), "{cell}");
                }
                other => panic!("{cell}: {other:?}"),
            }
        }
        assert!(
            matches!(region_cell("鼓楼区"), RegionCell::Ambiguous { candidates } if candidates.len() == 4)
        );
        assert!(
            matches!(region_cell("全国可远程"), RegionCell::Read { region, .. } if region.remote == Some(true))
        );
        assert_eq!(region_cell("纽约"), RegionCell::Unread);
        assert_eq!(region_cell("/"), RegionCell::NotStated);
    }

    #[test]
    fn places_in_words() {
        use Side::{Capability, Requirement};
        for (title, text, party, side, shown) in [
            ("网络安全服务", "", "中国某公司杭州分公司", Requirement, Some("浙江省杭州市")),
            ("九江分公司诊断服务", "", "", Requirement, Some("江西省九江市")),
            ("监测", "项目地点：浙江省杭州市西湖区某路", "", Requirement, Some("浙江省杭州市西湖区")),
            ("监测", "坐标成都，接全国单", "", Capability, Some("四川省成都市")),
            ("监测", "三周交付，在杭州西湖区，可远程", "", Capability, Some("浙江省杭州市西湖区")),
            ("监测", "【坐标】成都", "", Capability, Some("四川省成都市")),
            ("监测", "在杭州做过两个项目", "", Capability, None),
            ("监测", "会做看板，正在杭州", "", Capability, None),
            ("监测", "服务过杭州市某医院", "", Capability, None),
            ("监测", "东山县是旅游县城", "", Requirement, Some("福建省漳州市东山县")),
            ("监测", "从杭州市到宁波市的线路", "", Requirement, None),
            ("监测", "地点：海盐县、海宁市", "", Requirement, Some("浙江省嘉兴市海盐县")),
            ("监测", "面向上海市场", "", Requirement, None),
            ("教材", "", "中山大学", Requirement, None),
            ("朝阳区的公园", "", "", Requirement, None),
        ] {
            let text = Folded::new(text).text;
            let got =
                region_in_prose(title, &text, party, side, None).map(|(_, read)| read.value.to_string());
            assert_eq!(got.as_deref(), shown, "{title} {text} {party}");
        }
        let finer = |province| {
            let (_, read) = region_in_prose("浙江省分公司宁波市某项目", "", "", Requirement, Some(province))?;
            Some(read.value.to_string())
        };
        assert_eq!(finer("浙江省").as_deref(), Some("浙江省宁波市"));
        assert_eq!(finer("福建省"), None);
    }
}
