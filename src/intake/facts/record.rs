//! The record that a requirement asks for, and thresholds that it may not set.

use std::sync::LazyLock;

use regex::Regex;

use super::Read;
use super::amount_scan::amounts_in;
use super::numeral::whole;
use super::span::{any, before, sentence};
use super::terms::{Pattern, find, pattern};
use crate::domain::{Amount, PastContracts, Threshold, ThresholdKind};

pattern!(
    COUNT_BEFORE,
    r"(?:至少|不少于|不低于|不得少于|≥|>=|具备|具有|提供|完成过?|承接过?|有|须|\[|实施)[^\d。;\n]{0,12}?\[?(\d{1,2}|[一二两三四五六七八九十])\]?(?:个|项|份|例|家|单|宗|次)?(?:\(?[及或]?(?:其)?以上\)?)?\]?(?:的|与本项目|完整|成功|类似|同类|相关|相似|相近|实施|\(|[^。;\n\d]){0,40}?(?:业绩|案例|合同|项目经验|项目)"
);
pattern!(
    COUNT_AFTER,
    r"(?:业绩|案例|合同|项目经验)[^。;\n\d]{0,10}?(?:至少|不少于|不低于|≥|>=|:|数量)?\[?(\d{1,2}|[一二两三四五六七八九十])\]?(?:个|项|份|例|家|单|宗)(?:[及或]?以上)?"
);
pattern!(
    COUNT_OF_KIND,
    r"(\d{1,2}|[一二两三四五六七八九十])\]?(?:个|项|份|例)(?:[及或]?以上)?[^。;,\n\d]{0,20}?(?:业绩|案例)"
);
pattern!(
    RECORD,
    r"(?:须|应|需|必须|具备|具有|提供|至少|要求|有过?|承接|完成)[^。;\n]{0,60}?(?:同类|类似|相关|相似|过往|以往|成功|实施|集成|服务|软件)[^。;\n]{0,30}?(?:业绩|案例|项目经验|合同)"
);

/// What must not be counted as a demand.
const NO_DEMAND: [&str; 12] =
    ["优先", "加分", "更佳", "为佳", "最好", "尽量", "不要求", "无需", "无须", "不限", "未单列", "没有要求"];

/// Past contracts that a requirement asks for. `column` tells that the text
/// stands in a column of demands, where no word for demanding is needed.
///
/// A sum over all contracts (累计不少于100万元) has no place in
/// [`PastContracts::each_worth`]; it counts as one contract, and the words stay.
pub(in crate::intake) fn past_contracts(text: &str, column: bool) -> Option<Read<PastContracts>> {
    if !any(text, &["业绩", "案例", "经验", "合同"]) {
        return None;
    }
    let mut best: Option<Read<PastContracts>> = None;
    let mut start = 0;
    for end in text.match_indices(['。', ';', '\n']).map(|(at, _)| at).chain([text.len()]) {
        let clause = &text[start..end];
        let from = start;
        start = (end + text[end..].chars().next().map_or(0, char::len_utf8)).min(text.len());
        if !any(clause, &["业绩", "案例", "经验"]) || any(clause, &NO_DEMAND) {
            continue;
        }
        // Proof and footnotes to a demand are none themselves.
        if any(clause, &["若为", "若提供", "不予认可", "关键页", "复印件", "扫描件"])
            && !any(clause, &["具备", "至少", "不少于", "须提供", "需提供", "具有", "一份"])
        {
            continue;
        }
        let worth = worth(clause);
        let counted = [Some(&COUNT_BEFORE), Some(&COUNT_AFTER), column.then_some(&COUNT_OF_KIND)];
        let counted = counted.into_iter().flatten().find_map(|pattern| {
            let captures = pattern.as_ref()?.captures(clause)?;
            let group = captures.get(1)?;
            let tail = &clause[group.end()..];
            let date = tail.starts_with(['年', '月', '日', '天', '万', '元', '.', '%', ')', ','])
                || clause[..group.start()].ends_with(['.', '年', '月']);
            let whole_match = captures.get(0)?;
            let count = whole(group.as_str()).filter(|n| (1..=50).contains(n) && !date)?;
            Some((count, whole_match.range()))
        });
        let demanded = find(&RECORD, clause);
        let (count, span) = match (counted, worth.is_some(), demanded, column) {
            (Some(found), ..) => found,
            (None, true, ..) => (1, 0..clause.len()),
            (None, false, Some(span), true) => (1, span),
            (None, false, Some(span), false) if any(clause, &["须", "应", "必须", "至少", "要求", "需"]) => {
                (1, span)
            }
            _ => continue,
        };
        let read = Read {
            value: PastContracts { count, each_worth: worth },
            span: from + span.start..from + span.end,
        };
        // The sentence that says more wins.
        let weight = |r: &Read<PastContracts>| (r.value.each_worth.is_some(), r.value.count);
        if best.as_ref().is_none_or(|b| weight(&read) > weight(b)) {
            best = Some(read);
        }
    }
    best
}

/// What each single contract must be worth.
fn worth(clause: &str) -> Option<Amount> {
    amounts_in(clause).into_iter().find_map(|found| {
        let lead = before(clause, found.span.start, 16);
        let tail = &clause[found.span.end..];
        let sum = any(before(clause, found.span.start, 24), &["累计", "合计", "总额", "总金额"]);
        let least =
            any(lead, &["不低于", "不少于", "不小于", "达到", "≥", ">=", "以上", "至少", "大于", "超过"])
                || tail.trim_start_matches(['(', '含', ')']).starts_with("以上")
                || tail.starts_with("及以上");
        (least && !sum).then(|| Amount::from_units(found.low)).flatten()
    })
}

pattern!(
    AREA,
    r"(?:办公|经营|生产|固定)(?:场地|场所|用房|面积|区域|室)?[^。;\n]{0,14}?\d+(?:\.\d+)?\s?(?:余)?(?:平方米|平米|㎡|m2|平方)(?:[及或]?以上)?"
);
pattern!(
    HEADS,
    r"(?:(?:员工|职工|在职|正式|全职|社保(?:缴纳)?|缴纳社保|参保|公司|企业|团队|技术人员|专职)(?:员工|人员|总?人数|规模|技术人员|职工)?)[^。;,\n\d]{0,10}?(?:不少于|不低于|不得少于|至少|达到?|≥|>=|大于|超过|在)\s?(?:\d+|[一二三四五六七八九十百]+)\s?(?:名|人|位)(?:[及或]?以上)?|(?:员工|职工|团队|公司|企业)(?:人数|规模)?\s?(?:\d+)\s?人[及或]?以上"
);
pattern!(
    CAPITAL,
    r"(?:注册|实缴)(?:资本|资金)(?:金)?[^。;,\n\d]{0,12}?(?:不低于|不少于|不得低于|不得少于|≥|>=|大于|达到?|以上|超过|在|须|应|为)?\s?(?:人民币)?\s?(?:\d+(?:\.\d+)?|[一二三四五六七八九十百千]+)\s?(?:百|千)?(?:万|亿)(?:元)?(?:人民币)?(?:\(?[及或]?(?:含)?\)?以上)?"
);

/// Entry thresholds that may not be set for one-person companies.
pub(in crate::intake) fn thresholds(
    text: &str,
    quote: impl Fn(std::ops::Range<usize>) -> String,
) -> Vec<Threshold> {
    let kinds: [(ThresholdKind, &Pattern, &[&str]); 3] = [
        (ThresholdKind::OfficeArea, &AREA, &["办公", "经营", "场", "用房"]),
        (ThresholdKind::Headcount, &HEADS, &["人", "名"]),
        (ThresholdKind::RegisteredCapital, &CAPITAL, &["注册资", "实缴"]),
    ];
    kinds
        .into_iter()
        .filter(|(_, _, words)| any(text, words))
        .filter_map(|(kind, pattern, _)| {
            pattern.as_ref()?.find_iter(text).map(|m| m.range()).find_map(|span| {
                let clause = &text[sentence(text, &span)];
                // A rule against thresholds, or the size of the job, is none.
                let other = any(
                    clause,
                    &[
                        "不得以",
                        "不得将",
                        "不以",
                        "不作为",
                        "不设",
                        "不限",
                        "装修",
                        "保洁",
                        "清扫",
                        "改造",
                        "施工",
                        "测绘",
                    ],
                ) || any(
                    before(text, span.start, 10),
                    &["本项目", "现有", "我司", "我们", "我校", "我院", "全校", "服务"],
                );
                let states_least = kind == ThresholdKind::RegisteredCapital
                    || any(
                        &text[span.clone()],
                        &[
                            "不少于",
                            "不低于",
                            "至少",
                            "≥",
                            ">=",
                            "以上",
                            "达",
                            "大于",
                            "超过",
                            "须",
                            "需",
                            "应",
                            "不小于",
                        ],
                    )
                    || any(before(text, span.start, 8), &["须", "需", "应", "要求", "具备", "具有", "有"]);
                (!other && states_least).then(|| Threshold { kind, quote: quote(span) })
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::facts::Folded;

    #[test]
    fn past_contracts_are_counted_and_valued() {
        for (text, column, wanted) in [
            ("至少具备1个同类案例业绩", false, Some((1, None))),
            ("供应商自【2023年1月1日至响应截止时间】至少具备2个同类案例业绩", true, Some((2, None))),
            ("具有已承接的同类项目合同业绩1个", true, Some((1, None))),
            ("【1份及以上】同类项目业绩", true, Some((1, None))),
            (
                "合同含税金额不少于50万元的【类似集成服务】项目业绩不少于【1】个",
                false,
                Some((1, Some(500_000))),
            ),
            ("须提供签订的一份合同金额不低于5万元（含）同类（视频拍摄）业绩", true, Some((1, Some(50_000)))),
            ("应具备200万元及以上的类似监控服务案例1个", true, Some((1, Some(2_000_000)))),
            ("投标人须提供同类项目业绩且累计含税金额不少于100万元", true, Some((1, None))),
            ("公告资格条款中未单列业绩要求", true, None),
            ("3.6业绩要求：", true, None),
            ("有同类案例者优先", false, None),
            ("具有两个以上同类项目经验", false, Some((2, None))),
            ("丰富的经验", false, None),
            ("须具备自2023年1月1日至本项目公告发出之日1个欠费催缴项目业绩证明材料", true, Some((1, None))),
            ("具备智能外呼相关软件业绩，累计金额达到100万元，合同关键页扫描件", true, Some((1, None))),
            ("发票须同时满足：开票日期应晚于合同签订日期，且处于业绩要求时限内", true, None),
        ] {
            let got = past_contracts(&Folded::new(text).text, column)
                .map(|r| (r.value.count, r.value.each_worth.map(|a| a.0 / 100)));
            assert_eq!(got, wanted, "{text}");
        }
    }

    #[test]
    fn banned_thresholds() {
        use ThresholdKind::{Headcount, OfficeArea, RegisteredCapital};
        for (text, kinds) in [
            ("注册资本不低于500万元，办公面积不少于200平方米", vec![OfficeArea, RegisteredCapital]),
            ("团队规模不少于10人", vec![Headcount]),
            ("员工人数20人以上", vec![Headcount]),
            ("注册资金500万元以上", vec![RegisteredCapital]),
            ("不得以注册资本500万元为门槛", vec![]),
            ("保洁面积2000平方米", vec![]),
            ("服务3000名员工", vec![]),
            ("本项目团队不少于3人", vec![]),
        ] {
            let folded = Folded::new(text);
            let got: Vec<_> =
                thresholds(&folded.text, |s| folded.quote(s).into()).into_iter().map(|t| t.kind).collect();
            assert_eq!(got, kinds, "{text}");
        }
    }
}
