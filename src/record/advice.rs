//! What a reviewer should look at before a listing is published.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::{ContactKind, Date, Deadline, Listing, Side, ThresholdKind, contacts_in};
use crate::text::{Unit, analyze};

/// Different words with a meaning of their own below which a listing says too little
/// for anybody to tell whether they can do it.
const LEAST_WORDS: usize = 8;

/// Words that stand in any notice and tell nobody what is wanted.
const HOLLOW: &str = "
    一个 一些 不限 专业 业务 企业 优先 优质 伙伴 公司 具备 具有 创新 单位 发展 可以 合作 团队
    场景 实现 对接 工作 希望 平台 应用 建设 开发 开展 微信 我们 手机 技术 提供 提升 支持 数字化
    智慧 智能 智能化 服务 服务商 机构 欢迎 电话 相关 系统 联系 联系人 能力 能够 解决 解决方案 设计 详谈
    资源 赋能 进行 通过 需求 需要 面议 项目 高效
";

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Against a rule, or of no use to readers as it is.
    Must,
    /// Readers will miss it.
    Should,
}

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdviceKind {
    /// It sets an entry threshold that may not be set for one-person companies.
    EntryThreshold,
    /// Nobody can tell what is wanted or offered.
    Vague,
    /// Its last day to answer is over.
    DeadlineOver,
    /// A way to reach somebody stands in text that everybody may read.
    ContactInText,
    /// No budget.
    NoBudget,
    /// No last day to answer.
    NoDeadline,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
pub struct Advice {
    /// How much it matters.
    pub weight: Weight,
    /// What it is about.
    pub kind: AdviceKind,
    /// What is wrong and how to mend it, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// The words of the listing that it is about; never a contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

/// What to look at, what matters most first.
pub fn advice(listing: &Listing, today: Date) -> Vec<Advice> {
    let mut found = thresholds(listing);
    found.extend(vague(listing));
    found.extend(contacts(listing));
    found.extend(dates_and_money(listing, today));
    found.sort();
    found
}

fn say(weight: Weight, kind: AdviceKind, zh: impl Into<String>, en: impl Into<String>) -> Advice {
    Advice { weight, kind, zh: zh.into(), en: en.into(), quote: None }
}

fn thresholds(listing: &Listing) -> Vec<Advice> {
    if listing.side != Side::Requirement {
        return Vec::new();
    }
    let told = |kind| match kind {
        ThresholdKind::OfficeArea => ("办公面积", "office area"),
        ThresholdKind::Headcount => ("人员规模", "headcount"),
        ThresholdKind::RegisteredCapital => ("注册资本", "registered capital"),
    };
    let advise = |threshold: &crate::domain::Threshold| {
        let (zh, en) = told(threshold.kind);
        let advice = say(
            Weight::Must,
            AdviceKind::EntryThreshold,
            format!("{zh}不得作为一人公司的准入门槛（杭州 2026 年 4 月规定）；请删去，改写要交付什么"),
            format!(
                "{en} may not be an entry threshold for a one-person company (Hangzhou, April 2026): leave it out and say what is to be delivered"
            ),
        );
        Advice { quote: Some(crate::domain::mask_contacts(&threshold.quote)), ..advice }
    };
    listing.terms.thresholds.iter().map(advise).collect()
}

fn vague(listing: &Listing) -> Option<Advice> {
    let all = format!("{}\n{}", listing.title, listing.text);
    let hollow: BTreeSet<&str> = HOLLOW.split_whitespace().collect();
    let words: BTreeSet<String> = analyze(&all)
        .into_iter()
        .filter(|token| token.unit == Unit::Word && token.term.chars().count() > 1)
        .map(|token| token.term)
        .filter(|term| !hollow.contains(term.as_str()))
        .collect();
    if words.len() >= LEAST_WORDS {
        return None;
    }
    let (zh, en) = match listing.side {
        Side::Requirement => (
            "写得太笼统，看不出要做什么。请写明：对象是什么、现在哪里难、要交付什么、做到什么程度算完成",
            "too vague to tell what is wanted: name the object, what is hard today, what is to be delivered, and when it counts as done",
        ),
        Side::Capability => (
            "写得太笼统，看不出能做什么。请写明：替谁做过什么、用什么方法、交付什么、多久能做完",
            "too vague to tell what is offered: name what was done for whom, how, what is delivered, and how long it takes",
        ),
    };
    Some(say(Weight::Must, AdviceKind::Vague, zh, en))
}

fn contacts(listing: &Listing) -> Option<Advice> {
    let texts =
        [&listing.title, &listing.text].into_iter().chain(listing.extra.iter().map(|(_, value)| value));
    let kinds: BTreeSet<ContactKind> =
        texts.flat_map(|text| contacts_in(text)).map(|contact| contact.kind).collect();
    if kinds.is_empty() {
        return None;
    }
    let zh: Vec<&str> = kinds.iter().map(|kind| kind.label()).collect();
    let en: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    Some(say(
        Weight::Should,
        AdviceKind::ContactInText,
        format!("公开的文字里有{}，展示时会遮住；请移到“联系方式”一栏，双方同意后再给对方看", zh.join("、")),
        format!(
            "the public text holds a {}, which readers will see masked: move it to the contacts, which are shown when both sides agree",
            en.join(", ")
        ),
    ))
}

fn dates_and_money(listing: &Listing, today: Date) -> Vec<Advice> {
    if listing.side != Side::Requirement {
        return Vec::new();
    }
    let mut found = Vec::new();
    match listing.dates.deadline {
        None => found.push(say(
            Weight::Should,
            AdviceKind::NoDeadline,
            "没写截止日期；请写明哪天前可以报名，没有期限就写“长期有效”",
            "no deadline: say until when it can be answered, or that there is no end",
        )),
        Some(Deadline::On(day)) if day < today => found.push(say(
            Weight::Must,
            AdviceKind::DeadlineOver,
            format!("截止日期 {day} 已过；请续期或结束"),
            format!("the deadline {day} is over: renew it or close it"),
        )),
        Some(_) => {}
    }
    if listing.money.is_none() {
        found.push(say(
            Weight::Should,
            AdviceKind::NoBudget,
            "没写预算；请给出金额或范围，一人公司才好判断值不值得投",
            "no budget: give an amount or a range, so that it can be told whether a bid is worth while",
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Amount, Currency, Money, Threshold};

    fn budget() -> Money {
        Money { low: None, high: None, currency: Currency::Cny, negotiable: false, per: None }
    }

    fn need(title: &str, text: &str) -> Listing {
        Listing::new("N1", Side::Requirement, title, text)
    }

    fn kinds(listing: &Listing) -> Vec<AdviceKind> {
        advice(listing, jiff::civil::date(2026, 11, 21)).into_iter().map(|advice| advice.kind).collect()
    }

    #[test]
    fn each_kind_is_found_and_what_is_well_written_is_left_alone() {
        use AdviceKind as K;
        let clear = "十二座雨水泵站无人值守，水位传感器常误报。需在三个月内给出误报过滤方案，接入现有平台并试运行一个汛期。";
        let mut good = need("泵站水位误报过滤", clear);
        good.money = Some(Money { high: Amount::from_units(200_000.0), ..budget() });
        good.dates.deadline = Some(Deadline::Open);
        assert_eq!(kinds(&good), []);

        assert_eq!(
            kinds(&need("寻求数字化解决方案", "希望对接优质服务商，详谈。")),
            [K::Vague, K::NoBudget, K::NoDeadline]
        );
        let mut over = good.clone();
        over.dates.deadline = Some(Deadline::On(jiff::civil::date(2026, 11, 20)));
        assert_eq!(kinds(&over), [K::DeadlineOver]);
        let mut told = good.clone();
        told.text = format!("{clear}联系电话 13800000000");
        assert_eq!(kinds(&told), [K::ContactInText]);
        let mut barred = good.clone();
        barred.terms.thresholds = vec![Threshold {
            kind: ThresholdKind::RegisteredCapital,
            quote: "注册资本不低于500万元".into(),
        }];
        let found = advice(&barred, jiff::civil::date(2026, 11, 21));
        assert_eq!((found[0].kind, found[0].weight), (K::EntryThreshold, Weight::Must));
        assert_eq!(found[0].quote.as_deref(), Some("注册资本不低于500万元"));
    }

    #[test]
    fn no_advice_shows_a_contact() {
        let mut listing = need("泵站", "微信 pumpstation88，电话 13800000000");
        listing.terms.thresholds = vec![Threshold {
            kind: ThresholdKind::Headcount,
            quote: "不少于10人，咨询 13800000000".into(),
        }];
        let shown = format!("{:?}", advice(&listing, jiff::civil::date(2026, 11, 21)));
        assert!(!shown.contains("1380") && !shown.contains("pumpstation88"), "{shown}");
    }
}
