//! The demo lists are what everyone sees first: each listing must be a thing
//! that could exist, written once, and invented.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use opcmatch::domain::{
    Category, Date, Deadline, Delivery, Field, Listing, Money, PartyKind, Side, mask_contacts,
};
use opcmatch::engine::Demo;
use opcmatch::intake::{self, Options};

/// Characters in a row that two listings may not share: a longer run betrays a
/// template. Names of certificates and thresholds as the law words them are shorter.
const SHARED_RUN: usize = 14;

/// Real companies and products that must not stand in a listing as a party, and
/// parts of names that only real ones bear. Tools everyone names (微信, Excel) may.
const REAL_NAMES: &[&str] = &[
    "阿里巴巴",
    "腾讯",
    "百度",
    "华为",
    "字节跳动",
    "美团公司",
    "京东集团",
    "拼多多公司",
    "网易",
    "小米公司",
    "海康威视",
    "大华股份",
    "科大讯飞",
    "商汤",
    "旷视",
    "用友",
    "金蝶",
    "浪潮",
    "中国电信",
    "中国移动",
    "中国联通",
    "国家电网",
    "南方电网",
    "中国铁塔",
    "中国石油",
    "中国石化",
    "工商银行",
    "建设银行",
    "农业银行",
    "招商银行",
    "中国平安",
    "顺丰",
    "菜鸟",
    "吉利",
    "比亚迪",
    "蔚来",
    "宁德时代",
    "三一重工",
    "中建三局",
    "中铁",
    "浙江大学",
    "清华大学",
    "北京大学",
    "复旦大学",
    "协和医院",
    "华西医院",
    "瑞金医院",
    "湘雅医院",
    "邵逸夫",
    "OpenAI",
    "DeepSeek",
    "Anthropic",
    "Amazon Inc",
    "Tencent",
    "Alibaba",
    "Huawei",
];

fn demo() -> Demo {
    Demo::load().unwrap()
}

fn all(demo: &Demo) -> impl Iterator<Item = &Listing> {
    demo.requirements.iter().chain(&demo.capabilities)
}

#[test]
fn no_two_listings_share_a_long_phrase() {
    let demo = demo();
    let mut seen: BTreeMap<Vec<char>, &Listing> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for listing in all(&demo) {
        // Contacts are masked first: invented numbers all begin alike.
        let text = mask_contacts(&format!("{}\n{}", listing.title, listing.text));
        let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        for run in chars.windows(SHARED_RUN) {
            // A phrase is made of Chinese characters; an English term may be shared.
            if run.iter().filter(|c| **c >= '\u{4e00}' && c.is_alphanumeric()).count() < SHARED_RUN - 3 {
                continue;
            }
            if let Some(other) = seen.insert(run.to_vec(), listing)
                && other.id != listing.id
            {
                shared.insert(format!("{} {}: {}", other.id, listing.id, run.iter().collect::<String>()));
            }
        }
    }
    assert!(shared.is_empty(), "{shared:#?}");
}

#[test]
fn ids_and_titles_stand_once() {
    let demo = demo();
    let ids: BTreeSet<_> = all(&demo).map(|l| &l.id).collect();
    let titles: BTreeSet<_> = all(&demo).map(|l| &l.title).collect();
    assert_eq!(ids.len(), 292 + 362);
    assert_eq!(titles.len(), 292 + 362);
}

#[test]
fn texts_have_the_length_of_real_ones() {
    for listing in all(&demo()) {
        let length = listing.text.chars().count();
        assert!((25..=420).contains(&length), "{}: {length} characters", listing.id);
        assert!((4..=60).contains(&listing.title.chars().count()), "{}: {}", listing.id, listing.title);
    }
}

#[test]
fn dates_are_possible_and_in_order() {
    let demo = demo();
    let (first, last) = (Date::constant(2026, 1, 1), Date::constant(2027, 12, 31));
    for listing in all(&demo) {
        let dates = &listing.dates;
        if let Some(published) = dates.published {
            assert!(published >= first && published <= demo.as_of, "{}: {published}", listing.id);
        }
        if let Some(Deadline::On(deadline)) = dates.deadline {
            assert!(deadline <= last, "{}: {deadline}", listing.id);
            assert!(dates.published.is_none_or(|published| published <= deadline), "{}", listing.id);
        }
        match dates.delivery {
            Some(Delivery::By(day)) => assert!(day > first && day <= last, "{}: {day}", listing.id),
            Some(Delivery::WithinDays(days)) => assert!((1..=1100).contains(&days), "{}: {days}", listing.id),
            None => {}
        }
    }
}

#[test]
fn budgets_are_in_order_and_of_a_size_that_occurs() {
    for listing in all(&demo()) {
        let Some(money) = &listing.money else { continue };
        if let (Some(low), Some(high)) = (money.low, money.high) {
            assert!(low <= high, "{}", listing.id);
        }
        for amount in [money.low, money.high].into_iter().flatten() {
            let least = if money.per.is_some() { 0.01 } else { 100.0 };
            assert!((least..=2e8).contains(&amount.units()), "{}: {amount}", listing.id);
        }
    }
}

#[test]
fn no_real_company_and_no_contact_that_could_reach_someone() {
    for listing in all(&demo()) {
        let public = format!("{} {} {}", listing.party.name, listing.title, listing.text);
        for name in REAL_NAMES {
            assert!(!public.contains(name), "{} names {name}", listing.id);
        }
        let mut reachable: Vec<String> = listing.contacts.iter().map(|c| c.value.clone()).collect();
        // Whatever masking hides in the prose must be visibly invented too.
        let masked = mask_contacts(&listing.text);
        let hidden: String =
            listing.text.chars().zip(masked.chars()).filter(|(a, b)| a != b).map(|(a, _)| a).collect();
        reachable.push(hidden);
        for contact in reachable.iter().filter(|c| !c.is_empty()) {
            let invented = contact.contains("example")
                || contact.contains("000-0000-0")
                || !contact.chars().any(|c| c.is_ascii_digit() || c == '@');
            assert!(invented, "{}: {contact}", listing.id);
        }
    }
}

#[test]
fn the_lists_are_as_varied_as_real_ones() {
    let demo = demo();
    let share = |listings: &[Listing], holds: fn(&Listing) -> bool| {
        listings.iter().filter(|l| holds(l)).count() as f64 / listings.len() as f64
    };
    let needs = &demo.requirements;
    for (what, got, range) in [
        ("budget stated in a field", share(needs, |l| l.money.is_some()), 0.4..0.75),
        ("deadline stated", share(needs, |l| l.dates.deadline.is_some()), 0.45..0.75),
        ("place stated", share(needs, |l| l.region.is_stated()), 0.6..0.9),
        ("legal person asked for", share(needs, |l| l.terms.legal_person == Some(true)), 0.3..0.55),
        ("partner cards", share(needs, |l| l.category == Category::Partner), 0.02..0.15),
        ("threshold banned for OPCs", share(needs, |l| !l.terms.thresholds.is_empty()), 0.02..0.12),
        ("capabilities of OPCs", share(&demo.capabilities, |l| l.party.kind == PartyKind::Opc), 0.7..0.98),
    ] {
        assert!(range.contains(&got), "{what}: {got:.2}, expected {range:?}");
    }
    let mut by_party: BTreeMap<&str, usize> = BTreeMap::new();
    for listing in &demo.capabilities {
        *by_party.entry(&listing.party.name).or_default() += 1;
    }
    let several: usize = by_party.values().filter(|&&n| n > 1).sum();
    assert!(several >= 60, "only {several} capabilities of an OPC that holds several");
    for listing in all(&demo) {
        for threshold in &listing.terms.thresholds {
            assert!(listing.text.contains(&threshold.quote), "{}: {}", listing.id, threshold.quote);
        }
    }
}

/// The two spreadsheets in `data/demo`, as an officer would have them, say the
/// same as the lists the program serves.
#[test]
fn the_spreadsheets_hold_the_same_listings() {
    let demo = demo();
    for (name, side, listings) in [
        ("requirements.xlsx", Side::Requirement, &demo.requirements),
        ("capabilities.xlsx", Side::Capability, &demo.capabilities),
    ] {
        let intake = intake::read_path(&folder().join(name), &Options::new(side, demo.as_of)).unwrap();
        assert_eq!(intake.rows_rejected, 0, "{name}");
        let read: BTreeMap<_, _> = intake.listings.iter().map(|l| (&l.id, l)).collect();
        assert_eq!(read.len(), listings.len(), "{name}");
        for listing in listings {
            let row = read[&listing.id];
            assert_eq!((&row.title, &row.text), (&listing.title, &listing.text), "{}", listing.id);
            assert_eq!(row.party, listing.party, "{}", listing.id);
            assert_eq!(row.region.city, listing.region.city, "{}", listing.id);
            assert_eq!(row.dates.published, listing.dates.published, "{}", listing.id);
            assert_eq!(row.dates.deadline, listing.dates.deadline, "{}", listing.id);
        }
    }
}

/// Writes those spreadsheets anew after the lists have changed:
/// `cargo test --test demo_lists -- --ignored write_the_spreadsheets`.
#[test]
#[ignore = "writes data/demo/*.xlsx"]
fn write_the_spreadsheets() {
    let demo = demo();
    for (name, head, listings) in [
        (
            "requirements.xlsx",
            [
                "编号",
                "需求名称",
                "需求描述",
                "需求单位",
                "单位类型",
                "类别",
                "应用领域",
                "所需技能",
                "地区",
                "可否远程",
                "预算金额（元）",
                "发布日期",
                "截止时间",
                "联系方式",
            ],
            &demo.requirements,
        ),
        (
            "capabilities.xlsx",
            [
                "编号",
                "产品名称",
                "企业与产品简介",
                "公司名称",
                "单位类型",
                "类别",
                "应用领域",
                "技能标签",
                "地区",
                "可否远程",
                "实施参考价（元）",
                "发布日期",
                "截止时间",
                "联系方式",
            ],
            &demo.capabilities,
        ),
    ] {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        // A merged title row above the header, as published lists have one.
        let bold = rust_xlsxwriter::Format::new().set_bold();
        sheet
            .merge_range(0, 0, 0, head.len() as u16 - 1, &format!("示例清单（{}）", demo.note), &bold)
            .unwrap();
        for (column, cell) in head.iter().enumerate() {
            sheet.write_string_with_format(1, column as u16, *cell, &bold).unwrap();
        }
        for (row, listing) in listings.iter().enumerate() {
            for (column, cell) in cells(listing).into_iter().enumerate() {
                sheet.write_string(row as u32 + 2, column as u16, cell).unwrap();
            }
        }
        for (column, width) in [(1, 30.0), (2, 70.0), (3, 24.0)] {
            sheet.set_column_width(column, width).unwrap();
        }
        book.save(folder().join(name)).unwrap();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo")
}

fn cells(listing: &Listing) -> [String; 14] {
    // What the program read out of the prose stays in the prose.
    let stated = |field: Field| !listing.read_from_prose.iter().any(|fact| fact.field == field);
    let date = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
    [
        listing.id.0.clone(),
        listing.title.clone(),
        listing.text.clone(),
        listing.party.name.clone(),
        listing.party.kind.label().to_owned(),
        listing.category.label().to_owned(),
        listing.industries.join("、"),
        listing.skills.join("、"),
        listing.region.to_string(),
        listing.region.remote.map_or("", |remote| if remote { "是" } else { "否" }).to_owned(),
        listing.money.as_ref().filter(|_| stated(Field::Money)).map_or(String::new(), Money::to_string),
        date(listing.dates.published),
        match listing.dates.deadline.filter(|_| stated(Field::Deadline)) {
            Some(Deadline::On(day)) => day.to_string(),
            Some(Deadline::Open) => "长期有效".to_owned(),
            None => String::new(),
        },
        listing.contacts.iter().map(|contact| contact.value.as_str()).collect::<Vec<_>>().join("；"),
    ]
}
