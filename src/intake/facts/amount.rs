//! What a listing says about money: a requirement's ceiling, a capability's floor.

use super::amount_scan::{Bound, Found, amounts_in, amounts_in_cell, currency};
use super::span::{after, any, before, sentence};
use super::terms::says_nothing;
use super::{Folded, Read};
use crate::domain::{Currency, Money, Side};

/// A cell of an amount column.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::intake) enum MoneyCell {
    /// 无, 待定, 详见附件, 公告未明确列示.
    NotStated,
    /// A requirement whose budget is the number zero.
    Zero,
    /// An amount; `whole` when the cell says nothing else.
    Read { money: Money, whole: bool },
    /// Something else.
    Unread,
}

/// Words that leave the amount to be agreed.
const NEGOTIABLE: [&str; 13] = [
    "面议",
    "面谈",
    "可议",
    "另议",
    "协商",
    "可谈",
    "详谈",
    "商议",
    "商谈",
    "按需报价",
    "可商量",
    "一事一议",
    "negotiable",
];

/// Reads a cell of an amount column. The column's name may carry the unit: (万元).
pub(in crate::intake) fn money_cell(cell: &str, column: &str, side: Side) -> MoneyCell {
    let folded = Folded::new(cell);
    let text = folded.text.as_str();
    let negotiable = any(text, &NEGOTIABLE);
    let mut found = amounts_in(text);
    if found.is_empty() {
        found = amounts_in_cell(text);
        // A number among words that are not about money is no amount.
        if found.len() != 1 || !rest_is_money_talk(text, &found[0]) {
            found.clear();
        }
    }
    let total = found.iter().position(|f| any(before(text, f.span.start, 8), &["总", "合计", "共计"]));
    let Some(first) = (!found.is_empty()).then(|| found.swap_remove(total.unwrap_or(0))) else {
        return if negotiable {
            MoneyCell::Read {
                money: Money { negotiable, ..Money::default() },
                whole: text.chars().count() <= 8,
            }
        } else if says_nothing(cell) {
            MoneyCell::NotStated
        } else {
            MoneyCell::Unread
        };
    };
    let whole = found.is_empty() && rest_is_money_talk(text, &first);
    let mut first = first;
    if !first.named && !first.scaled {
        let (scale, of_column) = column_unit(column);
        first.low *= scale;
        first.high *= scale;
        first.currency = of_column;
    }
    if first.high == 0.0 && side == Side::Requirement {
        return MoneyCell::Zero;
    }
    match money(&first, side, negotiable) {
        Some(money) => MoneyCell::Read { money, whole },
        None => MoneyCell::Unread,
    }
}

/// Scale and currency that a column's name gives to bare numbers.
fn column_unit(column: &str) -> (f64, Currency) {
    let name = super::fold_text(column);
    let scale = [("亿", 1e8), ("千万", 1e7), ("百万", 1e6), ("万", 1e4), ("千元", 1e3)];
    let scale = scale.iter().find(|(word, _)| name.contains(word)).map_or(1.0, |(_, scale)| *scale);
    let words = ["港币", "港元", "hkd", "新台币", "台币", "twd", "ntd", "美元", "usd", "欧元", "eur"];
    (scale, words.iter().find(|word| name.contains(*word)).map_or(Currency::Cny, |word| currency(word)))
}

/// Whether what stands around the amount only qualifies it.
fn rest_is_money_talk(text: &str, found: &Found) -> bool {
    let mut rest = format!("{} {}", &text[..found.span.start], &text[found.span.end..]);
    for word in [
        "人民币",
        "新台币",
        "不超过",
        "不高于",
        "不低于",
        "不少于",
        "最高限价",
        "控制在",
        "不含税",
        "含税",
        "预算金额",
        "预算",
        "金额",
        "大约",
        "大概",
        "左右",
        "以内",
        "以下",
        "以上",
        "之内",
        "起步",
        "最高",
        "最低",
        "上限",
        "总价",
        "总",
        "为",
        "约",
        "整",
        "起",
        "每",
        "万元",
        "元",
        "rmb",
        "cny",
        "budget",
        "约合",
        "共",
        "限价",
        "封顶",
        "面议",
        "可议",
        "项目",
        "控制价",
    ] {
        rest = rest.replace(word, "");
    }
    if let Some(per) = &found.per {
        rest = rest.replacen(per.as_str(), "", 1);
    }
    rest.chars().filter(|c| c.is_alphanumeric()).count() == 0
}

fn money(found: &Found, side: Side, negotiable: bool) -> Option<Money> {
    let (low, high) = found.amounts()?;
    let (low, high) = match (found.is_range(), found.bound, side) {
        (true, ..) => (Some(low), Some(high)),
        (false, Bound::AtMost, _) | (false, Bound::Exactly, Side::Requirement) => (None, Some(high)),
        (false, Bound::AtLeast, _) | (false, Bound::Exactly, Side::Capability) => (Some(low), None),
    };
    Some(Money { low, high, currency: found.currency, negotiable, per: found.per.clone() })
}

/// What an amount in running text is for, by the nearest of these words before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// What the job may cost, or what the work costs.
    Price,
    /// Anything else: capital, deposits, turnover, other people's contracts.
    Other,
}

const OTHER: &[&str] = &[
    "注册资本",
    "注册资金",
    "实缴",
    "保证金",
    "押金",
    "营收",
    "营业额",
    "营业收入",
    "产值",
    "销售额",
    "业绩",
    "合同金额",
    "合同额",
    "单项合同",
    "累计",
    "案例",
    "罚款",
    "标书",
    "文件售价",
    "工本费",
    "融资",
    "市场规模",
    "节约",
    "节省",
    "省下",
    "损失",
    "补贴",
    "补助",
    "资助",
    "奖励",
    "交易额",
    "流水",
    "估值",
    "收入",
    "利润",
    "赔偿",
    "违约金",
    "代理服务费",
    "中标服务费",
    "社保",
    "租金",
    "去年",
    "以前",
    "之前花",
    "此前",
    "原来",
    "曾经",
    "上一家",
    "年产",
    "贷款",
    "保额",
    "保费",
    "学费",
    "工资",
    "年薪",
    "月薪",
    "降低成本",
    "增收",
    "罚",
    "采购文件",
    "面值",
    "规模达",
    "帮客户",
    "订单额",
    "担保",
    "授信",
    "亏",
    "申领",
    "抵扣",
    "年度至多",
    "餐费",
    "成本",
    "raised",
    "revenue",
    "registered capital",
];

const PRICE: &[&str] = &[
    "预算",
    "限价",
    "控制价",
    "最高价",
    "投资",
    "经费",
    "资金",
    "费用",
    "报酬",
    "奖金",
    "悬赏",
    "赏金",
    "出价",
    "酬劳",
    "稿费",
    "佣金",
    "价格",
    "总价",
    "项目金额",
    "采购金额",
    "金额",
    "支付",
    "能出",
    "愿出",
    "愿意出",
    "拿得出",
    "拿出",
    "能给",
    "budget",
    "cost",
    "fee",
    "pay",
    "price",
    "起价",
    "参考价",
    "报价",
    "收费",
    "单价",
    "起步价",
    "定价",
    "客单价",
    "售价",
    "套餐",
    "年费",
    "月费",
    "服务费",
    "仅需",
    "只要",
    "低至",
    "打包价",
    "一口价",
    "首月",
    "基础版",
    "标准版",
    "专业版",
    "入门版",
    "企业版",
    "标价",
    "订阅",
    "按次",
    "按月",
    "按年",
    "按篇",
    "pricing",
    "起做",
    "批了",
    "批下来",
    "总额",
];

/// Finds what the text says about money. Requirements: the ceiling, of several
/// the total, otherwise the first that pays for the whole job. Capabilities: the
/// lowest price of the kind named first.
pub(super) fn money_in_prose(text: &str, side: Side) -> Option<Read<Money>> {
    let found = amounts_in(text);
    let purposes: Vec<Option<Purpose>> = found.iter().map(|f| purpose(text, f, side)).collect();
    let mut priced: Vec<&Found> = Vec::new();
    for (one, purpose) in found.iter().zip(&purposes) {
        // 首次6000元,之后每月900元: a price lends its sense to its sentence.
        let lent = || {
            side == Side::Capability && one.named && {
                let around = sentence(text, &one.span);
                let inside = |f: &Found| around.start <= f.span.start && f.span.end <= around.end;
                found.iter().zip(&purposes).any(|(f, p)| *p == Some(Purpose::Price) && inside(f))
            }
        };
        if *purpose == Some(Purpose::Price) || (purpose.is_none() && lent()) {
            priced.push(one);
        }
    }
    if priced.is_empty() {
        return negotiable_in_prose(text);
    }
    let chosen = match side {
        Side::Requirement => {
            let total = priced.iter().find(|f| any(before(text, f.span.start, 10), &TOTALS));
            total.or_else(|| priced.iter().find(|f| f.per.is_none())).or(priced.first()).copied()?
        }
        Side::Capability => {
            let (per, currency) = (&priced[0].per, priced[0].currency);
            let alike = priced.iter().filter(|f| f.per == *per && f.currency == currency);
            alike.min_by(|a, b| a.low.total_cmp(&b.low)).copied()?
        }
    };
    if chosen.high == 0.0 {
        return None;
    }
    let tail = after(text, chosen.span.end, 8);
    let negotiable =
        any(tail, &["可议", "面议", "可谈", "可商量", "negotiable"]) || about_negotiable_price(text);
    // The quote begins with the word that makes it a price.
    let lead = before(text, chosen.span.start, 10);
    let word = PRICE.iter().chain(&TOTALS).filter_map(|word| lead.rfind(word)).min();
    let start = chosen.span.start - lead.len() + word.unwrap_or(lead.len());
    let money = money(chosen, side, negotiable)?;
    Some(Read { value: money, span: start..chosen.span.end })
}

const TOTALS: [&str; 9] = ["总预算", "总投资", "总价", "合计", "总金额", "总经费", "总额", "共计", "总计"];

fn about_negotiable_price(text: &str) -> bool {
    negotiable_in_prose(text).is_some()
}

/// 预算面议, 价格可谈.
fn negotiable_in_prose(text: &str) -> Option<Read<Money>> {
    NEGOTIABLE.iter().flat_map(|word| text.match_indices(word)).find_map(|(at, word)| {
        let lead = before(text, at, 6);
        let words =
            ["预算", "价格", "费用", "报价", "报酬", "价钱", "收费", "金额", "经费", "budget", "price"];
        any(lead, &words).then(|| Read {
            value: Money { negotiable: true, ..Money::default() },
            span: at - lead.len()..at + word.len(),
        })
    })
}

fn purpose(text: &str, found: &Found, side: Side) -> Option<Purpose> {
    let lead = before(text, found.span.start, 22);
    let nearest = |words: &[&str]| words.iter().filter_map(|word| Some(lead.rfind(word)? + word.len())).max();
    let tail = after(text, found.span.end, 8);
    // What others ask is no budget.
    if side == Side::Requirement && lead.contains("报价") {
        return Some(Purpose::Other);
    }
    if any(tail, &["业绩", "案例", "合同", "注册资", "营收", "保证金", "补贴", "奖励"]) {
        return Some(Purpose::Other);
    }
    match (nearest(PRICE), nearest(OTHER)) {
        (Some(price), Some(other)) if other >= price => Some(Purpose::Other),
        (Some(_), _) => Some(Purpose::Price),
        (None, Some(_)) => Some(Purpose::Other),
        (None, None) => {
            let after_price = any(tail, &["预算", "费用", "经费", "封顶", "包干", "报酬"]);
            let shaped = match side {
                Side::Requirement => found.bound == Bound::AtMost && (found.named || found.scaled),
                Side::Capability => {
                    (found.named || found.scaled) && (found.per.is_some() || tail.starts_with('起'))
                }
            };
            (after_price || shaped).then_some(Purpose::Price)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amount_cells() {
        use Side::{Capability, Requirement};
        for (cell, column, side, shown) in [
            ("169580元", "预算金额", Requirement, "不超过16.958万元"),
            ("16.9万元", "预算金额", Requirement, "不超过16.9万元"),
            ("50万", "预算", Requirement, "不超过50万元"),
            ("不超过100万元", "预算", Requirement, "不超过100万元"),
            ("20-50万元", "预算", Requirement, "20万–50万元"),
            ("1.2亿", "投资规模", Requirement, "不超过1.2亿元"),
            ("5000", "预算金额（万元）", Requirement, "不超过5000万元"),
            ("0.8", "预算（万元）", Requirement, "不超过8000元"),
            ("8000元", "预算（万元）", Requirement, "不超过8000元"),
            ("390.000000万元", "预算", Requirement, "不超过390万元"),
            ("新臺幣1984500元", "預算", Requirement, "不超过198.45万新台币"),
            ("面议", "预算", Requirement, "面议"),
            ("8000元起，可议", "参考价", Capability, "8000元起（可议）"),
            ("20元/篇", "实施参考价", Capability, "20元起/篇"),
            ("3000-8000元/月", "价格", Capability, "3000–8000元/月"),
            ("1,200,000.00", "预算金额", Requirement, "不超过120万元"),
        ] {
            match money_cell(cell, column, side) {
                MoneyCell::Read { money, whole } => {
                    assert_eq!((money.to_string().as_str(), whole), (shown, true), "{cell}")
                }
                other => panic!("{cell}: {other:?}"),
            }
        }
        for cell in ["无", "-", "/", "待定", "详见附件", "公告未明确列示", "N/A", "暂无"] {
            assert_eq!(money_cell(cell, "预算", Requirement), MoneyCell::NotStated, "{cell}");
        }
        for cell in ["看情况给", "2026年", "第3包"] {
            assert_eq!(money_cell(cell, "预算", Requirement), MoneyCell::Unread, "{cell}");
        }
        assert_eq!(money_cell("0", "预算", Requirement), MoneyCell::Zero);
        assert!(matches!(
            money_cell("50万元（含三年运维）", "预算", Requirement),
            MoneyCell::Read { whole: false, .. }
        ));
    }

    #[test]
    fn amounts_in_running_text_are_told_by_their_purpose() {
        use Side::{Capability, Requirement};
        for (text, side, shown) in [
            ("项目预算为45802.15元（不含税）。", Requirement, Some("不超过45802.15元")),
            ("注册资本不低于500万元，预算控制在12万以内", Requirement, Some("不超过12万元")),
            ("投标保证金2万元", Requirement, None),
            ("须有合同金额不低于50万元的同类业绩", Requirement, None),
            ("一期预算20万元，二期30万元，总预算50万元", Requirement, Some("不超过50万元")),
            ("去年花了30万元请外包没做成", Requirement, None),
            ("我们最多能出3万", Requirement, Some("不超过3万元")),
            ("预算面议", Requirement, Some("面议")),
            ("budget is ¥50,000", Requirement, Some("不超过5万元")),
            ("基础版3000元，企业版2万元", Capability, Some("3000元起")),
            ("每篇20元，满百篇八折", Capability, Some("20元起/篇")),
            ("帮客户节省50万元", Capability, None),
            ("8000元起，两周交付", Capability, Some("8000元起")),
            ("首次建库6000元，之后每月900元", Capability, Some("6000元起")),
            ("一个站点一万六起，之后每月两百元", Capability, Some("1.6万元起/站点")),
            ("按次0.5元，内网版另议", Capability, Some("0.5元起/次")),
            ("三家公司报价12万到19万，想请人比一比", Requirement, None),
            ("千字八元，总额十五万封顶", Requirement, Some("不超过15万元")),
            ("餐费一天不超26元", Requirement, None),
            ("获得融资500万元", Capability, None),
        ] {
            let folded = Folded::new(text);
            let got = money_in_prose(&folded.text, side).map(|read| read.value.to_string());
            assert_eq!(got.as_deref(), shown, "{text}");
        }
    }
}
