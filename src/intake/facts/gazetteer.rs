//! The names of China's provinces, cities, districts and counties, and where
//! they occur in folded text.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::domain::Region;

/// See the head of the file for what it holds.
const TABLE: &str = include_str!("../../../data/regions.tsv");

/// One place; the finest part that is not empty is the place itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) province: &'static str,
    pub(super) city: &'static str,
    pub(super) district: &'static str,
}

impl Place {
    /// Whether one of the two contains the other.
    pub(super) fn fits(&self, other: &Place) -> bool {
        let agree = |mine: &str, theirs: &str| mine.is_empty() || theirs.is_empty() || mine == theirs;
        agree(self.province, other.province)
            && agree(self.city, other.city)
            && agree(self.district, other.district)
    }

    /// The finer of two places that fit.
    pub(super) fn finer(self, other: Place) -> Place {
        let pick = |a: &'static str, b: &'static str| if a.is_empty() { b } else { a };
        Place {
            province: pick(self.province, other.province),
            city: pick(self.city, other.city),
            district: pick(self.district, other.district),
        }
    }

    /// As the house writes regions.
    pub(super) fn region(&self) -> Region {
        let part = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Region {
            province: part(self.province),
            city: part(self.city),
            district: part(self.district),
            remote: None,
        }
    }
}

/// How a place is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Naming {
    /// 杭州市, 西湖区.
    Full,
    /// 杭州, 浙江.
    Short,
    /// 义乌, 余杭: too often part of other words to be read outside a cell of its own.
    ShortCounty,
}

/// A name in the text, and every place that bears it.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) span: Range<usize>,
    pub(super) naming: Naming,
    pub(super) places: Vec<Place>,
}

struct Name {
    text: String,
    naming: Naming,
    places: Vec<Place>,
}

static NAMES: LazyLock<HashMap<char, Vec<Name>>> = LazyLock::new(|| {
    let mut names: HashMap<(String, Naming), Vec<Place>> = HashMap::new();
    let mut add = |text: &str, naming: Naming, place: Place| {
        if text.chars().count() >= 2 {
            let places = names.entry((text.to_lowercase(), naming)).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    };
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t');
        let (Some(province), Some(city)) = (parts.next(), parts.next()) else { continue };
        let whole = Place { province, city: "", district: "" };
        // A municipality is its own city, and its name always means both.
        let own =
            if province == city || province.starts_with(city) { Place { city, ..whole } } else { whole };
        add(province, Naming::Full, own);
        add(short_province(province), Naming::Short, own);
        let place = Place { province, city, district: "" };
        if own.city.is_empty() {
            add(city, Naming::Full, place);
            add(short_city(city), Naming::Short, place);
        }
        for district in parts.next().unwrap_or_default().split_whitespace() {
            let place = Place { district, ..place };
            add(district, Naming::Full, place);
            if let Some(short) = district.strip_suffix(['市', '县', '区']) {
                add(short, Naming::ShortCounty, place);
            }
        }
    }
    for (latin, province, city) in LATIN {
        add(latin, Naming::Short, Place { province, city, district: "" });
    }
    let mut by_first: HashMap<char, Vec<Name>> = HashMap::new();
    for ((text, naming), places) in names {
        if let Some(first) = text.chars().next() {
            by_first.entry(first).or_default().push(Name { text, naming, places });
        }
    }
    for list in by_first.values_mut() {
        // Longest first; of equal names the one that says more about itself.
        list.sort_by(|a, b| {
            b.text.len().cmp(&a.text.len()).then(a.naming.cmp(&b.naming)).then(a.text.cmp(&b.text))
        });
    }
    by_first
});

/// Cities as English and pinyin columns write them.
const LATIN: &[(&str, &str, &str)] = &[
    ("beijing", "北京市", "北京市"),
    ("shanghai", "上海市", "上海市"),
    ("tianjin", "天津市", "天津市"),
    ("chongqing", "重庆市", "重庆市"),
    ("hangzhou", "浙江省", "杭州市"),
    ("ningbo", "浙江省", "宁波市"),
    ("wenzhou", "浙江省", "温州市"),
    ("jiaxing", "浙江省", "嘉兴市"),
    ("shenzhen", "广东省", "深圳市"),
    ("guangzhou", "广东省", "广州市"),
    ("zhuhai", "广东省", "珠海市"),
    ("dongguan", "广东省", "东莞市"),
    ("foshan", "广东省", "佛山市"),
    ("nanjing", "江苏省", "南京市"),
    ("suzhou", "江苏省", "苏州市"),
    ("wuxi", "江苏省", "无锡市"),
    ("chengdu", "四川省", "成都市"),
    ("wuhan", "湖北省", "武汉市"),
    ("xi'an", "陕西省", "西安市"),
    ("xian", "陕西省", "西安市"),
    ("changsha", "湖南省", "长沙市"),
    ("hefei", "安徽省", "合肥市"),
    ("fuzhou", "福建省", "福州市"),
    ("xiamen", "福建省", "厦门市"),
    ("qingdao", "山东省", "青岛市"),
    ("jinan", "山东省", "济南市"),
    ("zhengzhou", "河南省", "郑州市"),
    ("kunming", "云南省", "昆明市"),
    ("dalian", "辽宁省", "大连市"),
    ("shenyang", "辽宁省", "沈阳市"),
    ("harbin", "黑龙江省", "哈尔滨市"),
    ("nanchang", "江西省", "南昌市"),
    ("hong kong", "香港特别行政区", "香港"),
    ("hongkong", "香港特别行政区", "香港"),
    ("macau", "澳门特别行政区", "澳门"),
    ("macao", "澳门特别行政区", "澳门"),
    ("taipei", "台湾省", "台北市"),
    ("taichung", "台湾省", "台中市"),
    ("kaohsiung", "台湾省", "高雄市"),
    ("hsinchu", "台湾省", "新竹市"),
];

fn short_province(name: &'static str) -> &'static str {
    ["特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(name)
}

fn short_city(name: &'static str) -> &'static str {
    for suffix in [
        "朝鲜族自治州",
        "土家族苗族自治州",
        "藏族羌族自治州",
        "藏族自治州",
        "彝族自治州",
        "布依族苗族自治州",
        "苗族侗族自治州",
        "哈尼族彝族自治州",
        "壮族苗族自治州",
        "傣族自治州",
        "白族自治州",
        "傣族景颇族自治州",
        "傈僳族自治州",
        "回族自治州",
        "蒙古族藏族自治州",
        "蒙古自治州",
        "柯尔克孜自治州",
        "哈萨克自治州",
        "地区",
        "市",
        "盟",
        "县",
    ] {
        // 海北, 海南, 黄南 without their 州 are directions or other places.
        if let Some(short) = name.strip_suffix(suffix) {
            return if matches!(short, "海北" | "海南" | "黄南") { name } else { short };
        }
    }
    name
}

/// Every name in the text, longest first at each place, not overlapping.
pub(super) fn hits(text: &str, coarsest: Naming) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut skip_to = 0;
    for (at, c) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        let Some(names) = NAMES.get(&c) else { continue };
        let fits = |name: &&Name| {
            name.naming <= coarsest
                && text[at..].starts_with(name.text.as_str())
                && stands_alone(text, at, name)
        };
        if let Some(name) = names.iter().find(fits) {
            skip_to = at + name.text.len();
            hits.push(Hit { span: at..skip_to, naming: name.naming, places: name.places.clone() });
        }
    }
    hits
}

/// 上海市场 holds no 上海市 and 西湖区块链 no 西湖区; Latin names are whole words.
fn stands_alone(text: &str, at: usize, name: &Name) -> bool {
    let tail = &text[at + name.text.len()..];
    if name.text.is_ascii() {
        let letter = |c: char| c.is_ascii_alphanumeric();
        return !tail.starts_with(letter) && !text[..at].ends_with(letter);
    }
    match name.text.chars().next_back() {
        Some('市') => !tail.starts_with(['场', '值', '面', '占']),
        Some('区') => !tail.starts_with(['块', '域', '间', '别', '分']),
        Some('县') => !tail.starts_with('域'),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let mut seen = std::collections::HashSet::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let parts: Vec<&str> = line.split('\t').collect();
            assert_eq!(parts.len(), 3, "{line}");
            assert!(seen.insert((parts[0], parts[1])), "{line}");
            let mut districts = std::collections::HashSet::new();
            for district in parts[2].split_whitespace() {
                assert!(districts.insert(district), "{line}: {district}");
            }
        }
        let provinces: std::collections::HashSet<&str> = seen.iter().map(|(p, _)| *p).collect();
        assert_eq!(provinces.len(), 34);
    }

    #[test]
    fn names_inside_other_words_are_left() {
        for (text, count) in [
            ("杭州市西湖区", 2),
            ("面向上海市场", 0),
            ("西湖区块链", 0),
            ("在hangzhou办公", 1),
            ("shanghaier", 0),
        ] {
            let found = hits(text, Naming::Full).len()
                + if text.is_ascii() || text.contains("hang") { hits(text, Naming::Short).len() } else { 0 };
            assert_eq!(found, count, "{text}");
        }
    }
}
