//! Certificates, licences and filings, asked for or held.

use std::sync::LazyLock;

use regex::Regex;

use super::day_scan::days_in;
use super::span::{after, any, before};
use super::terms::says_nothing;
use super::{Folded, Read};
use crate::domain::{Certificate, Date, Side};

/// Certificates by pattern: those with a name of their own, then whatever is
/// called a licence, qualification or certificate.
static CERTIFICATES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"iso/?(?:iec)?\s?-?\d{4,5}(?:[-:]\d{4})?(?:质量管理|信息安全管理|信息技术服务管理|环境管理|职业健康安全管理)?(?:体系)?(?:认证)?(?:证书)?",
        r"|cmmi\s?(?:ml)?\s?[2-5]?级?|itss(?:[一二三四1-4]级)?|ccrc(?:[一二三1-3]级)?|cnas|cma资质|3c认证|ce认证|fda认证|dcmm[二三四五2-5]?级?",
        r"|(?:等保|等级保护)[二三四2-4]\.?0?级?(?:测评|备案|认证)?",
        r"|国家?高新技术企业|高新技术企业|专精特新(?:小巨人)?(?:企业|中小企业)?|科技型中小企业",
        r"|icp(?:许可证|备案|证)|edi许可证|软件企业(?:认定)?证书|软件著作权(?:登记)?(?:证书)?|软著",
        r"|caac(?:证|执照|无人机执照)?|无人机(?:驾驶员)?(?:执照|驾驶证|操控员执照)|pmp(?:证书)?|cisp|cissp",
        r"|电工证|焊工证|健康证|导游证|教师资格证|律师执业证|记者证|教练证|保安员证|会计证",
        r"|(?:一|二)级建造师(?:证书)?|注册(?:会计师|测绘师|造价工程师|安全工程师|建筑师|电气工程师)(?:证书)?",
        r"|\p{Han}{2,14}?(?:总承包|专业承包)(?:[特一二三]级)?(?:及以上)?(?:资质)?",
        r"|\p{Han}{2,14}?(?:许可证|资质证书|资格证书|认证证书|执业证书|上岗证|作业证|注册证|执业证|职业资格(?:证书)?|[甲乙丙]级(?:及以上)?资质)",
    ))
    .ok()
});

/// Papers that say who somebody is, not what they may do: those are
/// [`legal_person`](super::legal_person)'s, or nobody's.
const NOT_CERTIFICATES: [&str; 9] =
    ["法人证书", "登记证", "营业执照", "身份证", "学位证", "毕业证", "开户许可证", "查询", "法人登记"];

/// Verbs with which a demand or a claim begins, cut off the front of a name.
const LEADS: &[&str] = &[
    "与",
    "及",
    "和",
    "持有",
    "持",
    "具有有效的",
    "具备有效的",
    "持有有效的",
    "投标人",
    "供应商",
    "应答人",
    "必须具备",
    "须具备",
    "需具备",
    "应具备",
    "应具有",
    "须具有",
    "须持有",
    "需持有",
    "具备",
    "具有",
    "具",
    "提供",
    "取得",
    "已获得",
    "获得",
    "拥有",
    "通过",
    "有效的",
    "相关",
    "的",
    "须",
];

/// Reads a cell of a certificate column: one certificate for each part.
pub(in crate::intake) fn certificate_list(cell: &str, base: Date) -> Vec<Certificate> {
    cell.split(['、', '，', ',', '；', ';', '\n', '|'])
        .map(|part| {
            part.trim().trim_start_matches(|c: char| {
                c.is_ascii_digit() || matches!(c, '.' | ')' | '）' | '(' | '（' | '•' | '-' | '·' | ' ')
            })
        })
        .filter(|part| !part.is_empty() && !says_nothing(part))
        .map(|part| {
            let folded = Folded::new(part);
            let valid =
                ["有效", "到期", "至", "valid", "expire"].iter().find_map(|word| folded.text.find(word));
            let expires = valid.and_then(|at| days_in(&folded.text[at..], base).last().map(|f| f.days.last));
            let name = match (expires, valid) {
                (Some(_), Some(at)) => {
                    folded.quote(0..at).trim_end_matches(['(', '（', ' ', '，', '：', ':']).to_owned()
                }
                _ => part.to_owned(),
            };
            Certificate { name, expires }
        })
        .filter(|certificate| !certificate.name.is_empty())
        .collect()
}

/// Certificates looked at in one text.
const MAX_FOUND: usize = 100;

/// Finds certificates that running text demands (requirements) or claims (capabilities).
pub(in crate::intake) fn certificates_in(
    folded: &Folded<'_>,
    side: Side,
    base: Date,
) -> Vec<Read<Certificate>> {
    let text = folded.text.as_str();
    let Some(pattern) = CERTIFICATES.as_ref() else { return Vec::new() };
    if !any(
        text,
        &[
            "证",
            "iso",
            "cmmi",
            "itss",
            "ccrc",
            "cnas",
            "保",
            "资质",
            "企业",
            "icp",
            "软著",
            "著作权",
            "执照",
            "caac",
            "pmp",
            "cis",
            "建造师",
            "注册",
            "dcmm",
            "edi",
        ],
    ) {
        return Vec::new();
    }
    let mut found: Vec<Read<Certificate>> = Vec::new();
    for hit in pattern.find_iter(text).take(MAX_FOUND) {
        let (mut start, end) = (hit.start(), hit.end());
        let lead = before(text, start, 16);
        let tail = after(text, end, 12);
        loop {
            let rest = &text[start..end];
            match LEADS.iter().find(|lead| rest.starts_with(**lead)) {
                Some(lead) if rest.len() > lead.len() + 6 => start += lead.len(),
                _ => break,
            }
        }
        let name = &text[start..end];
        let word_goes_on = name.is_ascii()
            && (text[..start].ends_with(|c: char| c.is_ascii_alphanumeric())
                || tail.starts_with(|c: char| c.is_ascii_alphabetic()));
        if word_goes_on
            || any(name, &NOT_CERTIFICATES)
            || any(
                tail,
                &[
                    "优先",
                    "加分",
                    "更佳",
                    "者优",
                    "录入",
                    "识别",
                    "扫描",
                    "办理",
                    "代办",
                    "培训",
                    "咨询",
                    "辅导",
                    "申报",
                    "查验",
                    "管理系统",
                ],
            )
        {
            continue;
        }
        let cued = match side {
            Side::Requirement => {
                any(
                    lead,
                    &[
                        "须", "需", "应", "必须", "具备", "具有", "持有", "提供", "要求", "资质", "取得",
                        "通过", "持",
                    ],
                ) || hit.start() != start
            }
            Side::Capability => {
                any(
                    lead,
                    &[
                        "持有", "获", "具有", "具备", "通过", "取得", "拥有", "持", "资质", "认证", "有",
                        "双证", "已",
                    ],
                ) || hit.start() != start
            }
        };
        let denied = any(lead, &["不要求", "无需", "不需", "没有", "暂无", "尚未", "未取得", "无须"]);
        let helping = any(lead, &["办理", "代办", "协助", "辅导", "帮助", "申请", "咨询"]);
        let name = folded.quote(start..end);
        if cued && !denied && !helping && !name.is_empty() && found.iter().all(|f| f.value.name != name) {
            let expires = any(tail, &["有效期", "到期"])
                .then(|| days_in(tail, base).last().map(|f| f.days.last))
                .flatten();
            found.push(Read { value: Certificate { name: name.to_owned(), expires }, span: start..end });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const BASE: Date = date(2026, 9, 10);

    #[test]
    fn lists_are_split_and_dated() {
        let got = certificate_list("1. ISO27001、软件著作权（有效期至2027-06-30）；无", BASE);
        let names: Vec<(&str, Option<Date>)> = got.iter().map(|c| (c.name.as_str(), c.expires)).collect();
        assert_eq!(names, [("ISO27001", None), ("软件著作权", Some(date(2027, 6, 30)))]);
    }

    #[test]
    fn certificates_in_running_text() {
        use Side::{Capability, Requirement};
        for (text, side, names) in [
            ("供应商须具备ISO27001认证及CMMI3级", Requirement, vec!["ISO27001认证", "CMMI3级"]),
            ("投标人须具有有效的安全生产许可证", Requirement, vec!["安全生产许可证"]),
            ("有ISO9001者优先", Requirement, vec![]),
            ("提供营业执照、事业单位法人证书", Requirement, vec![]),
            (
                "须具备电子与智能化工程专业承包二级及以上资质",
                Requirement,
                vec!["电子与智能化工程专业承包二级及以上资质"],
            ),
            ("已通过等保三级测评，持有CAAC执照", Capability, vec!["等保三级测评", "CAAC执照"]),
            ("代办食品经营许可证", Capability, vec![]),
            ("身份证与营业执照识别", Capability, vec![]),
        ] {
            let folded = Folded::new(text);
            let got: Vec<String> =
                certificates_in(&folded, side, BASE).into_iter().map(|r| r.value.name).collect();
            assert_eq!(got, names, "{text}");
        }
    }
}
